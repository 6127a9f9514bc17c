package dev.tallyclerk.registry.client;

import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where else than at its registry content may be had.
 *
 * @param foreignUrls whether at the addresses that descriptors give
 * @param mirrors the mirrors of each registry, by the one name of it
 */
record ReadingPolicy(boolean foreignUrls, Map<String, List<KnownMirror>> mirrors) {
    private static final ReadingPolicy DEFAULTS = new ReadingPolicy(false, Map.of());

    /**
     * A mirror, and what calls to it have found out.
     *
     * @param mirror the mirror
     * @param state its tokens, which are not those of the registry
     */
    record KnownMirror(Mirror mirror, ClientState state) {}

    ReadingPolicy {
        mirrors = Map.copyOf(mirrors);
    }

    static ReadingPolicy defaults() {
        return DEFAULTS;
    }

    ReadingPolicy withForeignUrls(boolean foreignUrls) {
        return new ReadingPolicy(foreignUrls, mirrors);
    }

    /** {@return this, with mirrors of which nothing has been found out under other limits} */
    ReadingPolicy withLimits(RegistryLimits limits) {
        Map<String, List<KnownMirror>> all = new HashMap<>();
        mirrors.forEach((registry, known) -> all.put(
                registry,
                known.stream()
                        .map(one -> new KnownMirror(one.mirror(), ClientState.of(limits)))
                        .toList()));
        return new ReadingPolicy(foreignUrls, all);
    }

    ReadingPolicy withMirrors(String registry, List<KnownMirror> known) {
        Map<String, List<KnownMirror>> all = new HashMap<>(mirrors);
        all.put(ReferenceParts.oneName(registry), List.copyOf(known));
        return new ReadingPolicy(foreignUrls, all);
    }

    /** {@return the mirrors of a registry, whichever of its names that is} */
    List<KnownMirror> mirrorsOf(String registry) {
        return mirrors.getOrDefault(ReferenceParts.oneName(registry), List.of());
    }
}
