package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
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
 * Several repositories of which as many as a {@link RepositoryMap} wants must say the same about a target (TAP 4).
 *
 * <p>Each repository is asked when it is needed first and, once it has answered, not again: an instance is for one look
 * at all of them. One that could not be asked is asked anew by the next search. Safe for use by several threads.
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
     * Gives the metadata of one repository, for example {@code client::refresh}. Called by several threads at once if
     * several look at the repositories for the first time.
     */
    @FunctionalInterface
    public interface MetadataSource {
        /**
         * {@return what the repository's signers say}
         *
         * @throws TufException if that cannot be had
         */
        RepositoryMetadata metadata() throws TufException;
    }

    /**
     * {@return the repositories of a map}
     *
     * @param map who has to agree on what
     * @param sources one for each name of the map
     * @throws IllegalArgumentException if one is missing
     */
    public static MappedRepositories of(RepositoryMap map, Map<String, MetadataSource> sources) {
        if (!sources.keySet().containsAll(map.repositories().keySet())) {
            throw new IllegalArgumentException("a repository of the map has no source");
        }
        return new MappedRepositories(map, Map.copyOf(sources));
    }

    /**
     * What enough repositories say.
     *
     * @param target what the first of them says, whose role and custom data need not be the others'
     * @param repositories the names of those who say the same of length and hashes, in the order of the mapping, up to
     *     the last one that was needed; who comes after that is not asked
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

    /** Length and hashes, which are what has to be the same. */
    private record Content(long length, Set<Digest> digests) {}

    /**
     * Searches for a target.
     *
     * <p>The first mapping about the path is asked, and the next ones only if too few repositories list the target, all
     * of them could be asked and the mapping does not terminate.
     *
     * @param targetPath the target's path as metadata writes it
     * @return what enough repositories of one mapping say, or nothing if no mapping has enough
     * @throws TufException if a repository could not be asked or trusted and the others of its mapping are too few:
     *     then nobody behind it is an answer
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
                .build(failures.size() + " of " + mapping.repositories().size()
                        + " repositories could not be asked for "
                        + Quoted.quote(targetPath) + ", and the others that agree are fewer than "
                        + mapping.threshold());
        failures.forEach(e::addSuppressed);
        return e;
    }

    /**
     * Gives what one repository's signers say, as {@link #target} has it: to download what was agreed on, from any of
     * those who agree.
     *
     * <pre>{@code
     * AgreedTarget agreed = repositories.target("app/1.0").orElseThrow();
     * repositories.metadata(agreed.repositories().get(0)).download(agreed.target(), file);
     * }</pre>
     *
     * @param name the repository's name in the map
     * @return the repository's metadata, which is the same with each call; asked for if it was not yet
     * @throws TufException if that cannot be had
     * @throws IllegalArgumentException if the map has no such repository
     */
    public RepositoryMetadata metadata(String name) throws TufException {
        RepositoryMetadata known = asked.get(name);
        if (known != null) {
            return known;
        }
        MetadataSource source = map.repositories().containsKey(name) ? sources.get(name) : null;
        if (source == null) {
            throw new IllegalArgumentException("no repository of the map is called " + Quoted.quote(name));
        }
        RepositoryMetadata metadata = source.metadata();
        RepositoryMetadata other = asked.putIfAbsent(name, metadata);
        return other == null ? metadata : other;
    }
}
