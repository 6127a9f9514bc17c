package dev.tallyclerk.registry.internal.platform;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.PlatformMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The entries of an index that one engine or another takes for a platform.
 *
 * <p>containerd and Docker normalise platforms, so that {@code x86_64} and {@code amd64/v1} are {@code amd64}; older
 * versions ignore the features of the operating system. podman, buildah and skopeo compare spellings exactly, prefer an
 * entry that an annotation says to be compressed with Zstandard, or did not know that annotation, and take an entry
 * without a platform if no other fits.
 */
public final class EngineChoices {
    private static final String ZSTD = "io.github.containers.compression.zstd";

    /** The variants that podman and its relatives know, the most capable first. */
    private static final Map<String, List<String>> VARIANTS =
            Map.of("arm", List.of("v8", "v7", "v6", "v5"), "arm64", List.of("v8"));

    private EngineChoices() {}

    /** {@return the entries, first that of {@link ImageIndex#manifestFor(Platform)}; none twice} */
    public static List<Descriptor> of(ImageIndex index, Platform wanted) {
        Map<Object, Descriptor> choices = new LinkedHashMap<>();
        Stream.of(
                        index.manifestFor(wanted),
                        withoutFeatures(index, wanted),
                        exact(index, wanted, true, true),
                        exact(index, wanted, true, false),
                        exact(index, wanted, false, true),
                        exact(index, wanted, false, false))
                .flatMap(Optional::stream)
                .forEach(entry -> choices.putIfAbsent(entry.digest(), entry));
        return List.copyOf(choices.values());
    }

    private static Optional<Descriptor> withoutFeatures(ImageIndex index, Platform wanted) {
        PlatformMatcher matcher = PlatformMatcher.strict(wanted);
        return index.manifests().stream()
                .filter(entry -> entry.platform()
                        .map(platform -> platform.withOsFeatures(List.of()))
                        .filter(matcher::matches)
                        .isPresent())
                .findFirst();
    }

    /**
     * {@return what podman and its relatives take}
     *
     * @param plainFirst whether an entry without a variant comes before those with one, as it does where the variant of
     *     the host is not known
     */
    private static Optional<Descriptor> exact(
            ImageIndex index, Platform wanted, boolean plainFirst, boolean prefersZstd) {
        List<String> variants = variants(wanted, plainFirst);
        return index.manifests().stream()
                .filter(entry -> MediaType.readableManifests().contains(entry.mediaType()))
                .filter(entry -> rank(entry, wanted, variants) >= 0)
                .min(Comparator.<Descriptor>comparingInt(entry -> rank(entry, wanted, variants))
                        .thenComparing(entry -> isZstd(entry) != prefersZstd));
    }

    private static List<String> variants(Platform wanted, boolean plainFirst) {
        String variant = wanted.variant().orElse("");
        List<String> known = VARIANTS.getOrDefault(wanted.architecture(), List.of());
        List<String> variants = new ArrayList<>(
                variant.isEmpty()
                        ? known
                        : known.contains(variant)
                                ? known.subList(known.indexOf(variant), known.size())
                                : List.of(variant));
        variants.add(plainFirst ? 0 : variants.size(), "");
        return variants;
    }

    /** {@return the place of an entry's variant, a later one without a platform, or -1 if the entry does not fit} */
    private static int rank(Descriptor entry, Platform wanted, List<String> variants) {
        if (entry.platform().isEmpty()) {
            return entry.artifactType().isEmpty() ? variants.size() : -1;
        }
        Platform offered = entry.platform().get();
        boolean fits =
                offered.os().equals(wanted.os()) && offered.architecture().equals(wanted.architecture());
        return fits ? variants.indexOf(offered.variant().orElse("")) : -1;
    }

    private static boolean isZstd(Descriptor entry) {
        return "true".equals(entry.annotations().get(ZSTD));
    }
}
