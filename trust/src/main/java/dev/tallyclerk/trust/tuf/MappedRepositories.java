package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Several repositories that must agree on a target, as many of them as a {@link RepositoryMap} requires (TAP 4).
 *
 * <p>Asks each repository when it first needs it and keeps its answer: an instance is one look at all repositories. A
 * repository that failed is asked again by the next search. Safe for use by several threads.
 */
public final class MappedRepositories {
    private final RepositoryMap map;
    private final Map<String, MetadataSource> sources;
    private final Map<String, RepositoryMetadata> asked = new ConcurrentHashMap<>();

    private MappedRepositories(RepositoryMap map, Map<String, MetadataSource> sources) {
        this.map = map;
        this.sources = sources;
    }

    /**
     * Supplies the metadata of one repository, for example {@code client::refresh}. Called concurrently if several
     * threads need a repository for the first time.
     */
    @FunctionalInterface
    public interface MetadataSource {
        /**
         * {@return the repository's metadata}
         *
         * @throws TufException if it cannot be had
         */
        RepositoryMetadata metadata() throws TufException;
    }

    /**
     * {@return the repositories of a map}
     *
     * @param map which repositories have to agree on what
     * @param sources one source for each repository name in the map
     * @throws IllegalArgumentException if one is missing
     */
    public static MappedRepositories of(RepositoryMap map, Map<String, MetadataSource> sources) {
        if (!sources.keySet().containsAll(map.repositories().keySet())) {
            throw new IllegalArgumentException("a repository of the map has no source: give one for each of "
                    + map.repositories().keySet());
        }
        return new MappedRepositories(map, Map.copyOf(sources));
    }

    /**
     * A target on which enough repositories agree.
     *
     * @param target what the first of them says; the others may differ in role and custom data
     * @param repositories the names of the repositories that agree on length and hashes, in the order of the mapping,
     *     up to the last one needed; later ones were not asked
     */
    public record AgreedTarget(TargetInfo target, List<String> repositories) {
        public AgreedTarget {
            Objects.requireNonNull(target, "target");
            repositories = List.copyOf(repositories);
        }

        private AgreedTarget with(AgreedTarget other) {
            return new AgreedTarget(
                    target,
                    Stream.concat(repositories.stream(), other.repositories.stream())
                            .toList());
        }
    }

    /** What repositories have to agree on. */
    private record Content(long length, Set<Digest> digests) {}

    /**
     * Searches for a target.
     *
     * <p>Asks the first mapping that matches the path. Asks the next one only if too few repositories list the target,
     * none of them failed and the mapping does not terminate.
     *
     * @param targetPath the target's path as metadata writes it
     * @return what enough repositories of one mapping agree on; empty if no mapping has enough
     * @throws TufException if a repository failed and the others of its mapping are too few: then no later mapping may
     *     answer
     */
    public Optional<AgreedTarget> target(String targetPath) throws TufException {
        for (RepositoryMap.Mapping mapping : map.mappings()) {
            if (mapping.matches(targetPath)) {
                Optional<AgreedTarget> agreed = ask(mapping, targetPath);
                if (agreed.isPresent() || mapping.terminating()) {
                    return agreed;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<AgreedTarget> ask(RepositoryMap.Mapping mapping, String targetPath) throws TufException {
        Map<Content, AgreedTarget> said = new HashMap<>();
        List<TufException> failures = new ArrayList<>();
        for (String name : mapping.repositories()) {
            try {
                Optional<TargetInfo> target = metadata(name).target(targetPath);
                if (target.isPresent()) {
                    Content content = new Content(
                            target.get().length(), new HashSet<>(target.get().digests()));
                    AgreedTarget agreed =
                            said.merge(content, new AgreedTarget(target.get(), List.of(name)), AgreedTarget::with);
                    if (agreed.repositories().size() >= mapping.threshold()) {
                        return Optional.of(agreed);
                    }
                }
            } catch (TufException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw notEnough(mapping, targetPath, failures);
        }
        return Optional.empty();
    }

    private static TufException notEnough(
            RepositoryMap.Mapping mapping, String targetPath, List<TufException> failures) {
        TufException e = TufException.builder(Reason.REPOSITORIES_FAILED, TopLevelRole.TARGETS.roleName(), "TAP 4")
                .build(failures.size() + " of " + mapping.repositories().size() + " repositories failed for "
                        + Quoted.quote(targetPath) + ", and the others that agree are fewer than the required "
                        + mapping.threshold());
        failures.forEach(e::addSuppressed);
        return e;
    }

    /**
     * Returns the metadata of one repository that {@link #target} uses, for example to download an agreed target.
     *
     * <pre>{@code
     * AgreedTarget agreed = repositories.target("app/1.0").orElseThrow();
     * repositories.metadata(agreed.repositories().get(0)).download(agreed.target(), file);
     * }</pre>
     *
     * @param name the repository's name in the map
     * @return the repository's metadata, the same with each call; requested if it was not yet
     * @throws TufException if it cannot be had
     * @throws IllegalArgumentException if the map has no such repository
     */
    public RepositoryMetadata metadata(String name) throws TufException {
        RepositoryMetadata known = asked.get(name);
        if (known != null) {
            return known;
        }
        MetadataSource source = map.repositories().containsKey(name) ? sources.get(name) : null;
        if (source == null) {
            throw new IllegalArgumentException("the map has no repository " + Quoted.quote(name));
        }
        RepositoryMetadata metadata = source.metadata();
        RepositoryMetadata other = asked.putIfAbsent(name, metadata);
        return other == null ? metadata : other;
    }
}
