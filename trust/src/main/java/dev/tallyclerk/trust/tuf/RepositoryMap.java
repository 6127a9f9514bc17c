package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.tuf.internal.client.PlainFile;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which of several repositories have to agree on a target: the map file of TAP 4.
 *
 * @param repositories the repositories' addresses by name: absolute URIs of mirrors that are asked in turn, for example
 *     by {@link dev.tallyclerk.trust.fetch.MetadataFetcher#ofMirrors}; a name is 1 to 64 characters of
 *     {@code [A-Za-z0-9._-]}, does not start or end with a dot, is no device of Windows such as {@code nul}, and
 *     differs from the others in more than case, so that it may be a folder's
 * @param mappings who is asked for which paths, in order of priority
 * @see <a href="https://github.com/theupdateframework/taps/blob/master/tap4.md">TAP 4, Multiple repository consensus on
 *     entrusted targets</a>
 */
public record RepositoryMap(Map<String, List<URI>> repositories, List<Mapping> mappings) {
    private static final int MAX_NAME = 64;

    public RepositoryMap {
        Set<String> names = new HashSet<>();
        Map<String, List<URI>> copied = new LinkedHashMap<>();
        for (Map.Entry<String, List<URI>> entry : repositories.entrySet()) {
            if (!isName(entry.getKey()) || !names.add(entry.getKey().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("a repository's name is unsafe or there twice");
            }
            if (entry.getValue().isEmpty()) {
                throw new IllegalArgumentException("a repository has an address");
            }
            if (!entry.getValue().stream().allMatch(URI::isAbsolute)) {
                throw new IllegalArgumentException("a repository's address is an absolute URI");
            }
            copied.put(entry.getKey(), List.copyOf(entry.getValue()));
        }
        repositories = Map.copyOf(copied);
        mappings = List.copyOf(mappings);
        for (Mapping mapping : mappings) {
            if (!repositories.keySet().containsAll(mapping.repositories())) {
                throw new IllegalArgumentException("a mapping names a repository that is not there");
            }
        }
    }

    /**
     * Who is asked for some paths.
     *
     * @param paths patterns of which one must match, as in {@link PathSelector.Patterns}
     * @param repositories the names of those who are asked, all different
     * @param threshold how many of them must say the same, at least 1 and not more than there are
     * @param terminating whether nobody else is asked if they do not
     */
    public record Mapping(List<String> paths, List<String> repositories, int threshold, boolean terminating) {
        public Mapping {
            paths = List.copyOf(paths);
            repositories = List.copyOf(repositories);
            if (new HashSet<>(repositories).size() != repositories.size()) {
                throw new IllegalArgumentException("a repository stands twice in a mapping");
            }
            if (threshold < 1 || threshold > repositories.size()) {
                throw new IllegalArgumentException("threshold " + threshold + " of " + repositories.size());
            }
        }

        /**
         * {@return whether the mapping is about a target}
         *
         * @param targetPath the target's path as metadata writes it
         */
        public boolean matches(String targetPath) {
            return new PathSelector.Patterns(paths).matches(targetPath);
        }
    }

    /**
     * Reads a map file, which is not signed: who hands it on is trusted.
     *
     * @param mapFile the file, in JSON; of any length, which is for whoever has read it to limit
     * @return the map
     * @throws TufException if it is malformed; {@link TufException#role} is {@code map.json} then
     */
    public static RepositoryMap parse(byte[] mapFile) throws TufException {
        try {
            JsonCursor map = JsonCursor.parse(mapFile, JsonLimits.ofBytes(Math.max(1, mapFile.length)));
            map.refuseCaseVariants(List.of("repositories", "mapping"));
            Map<String, List<URI>> repositories = repositories(map.required("repositories"));
            List<Mapping> mappings = new ArrayList<>();
            for (JsonCursor mapping : map.required("mapping").elements()) {
                mappings.add(mapping(mapping, repositories.keySet()));
            }
            return new RepositoryMap(repositories, mappings);
        } catch (JsonException e) {
            throw MetadataRole.delegated("map.json").malformed("TAP 4", e);
        }
    }

    private static Map<String, List<URI>> repositories(JsonCursor object) throws JsonException {
        Map<String, List<URI>> byName = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, JsonCursor> entry : object.members().entrySet()) {
            // CVE-2026-24686: the name of a repository becomes that of a folder.
            if (!isName(entry.getKey())) {
                throw entry.getValue().badValue("a repository's name is 1 to 64 of A-Z, a-z, 0-9, dot, _ and -");
            }
            if (!names.add(entry.getKey().toLowerCase(Locale.ROOT))) {
                throw entry.getValue().badValue("two repositories have names that differ in case only");
            }
            List<URI> addresses = new ArrayList<>();
            for (JsonCursor address : entry.getValue().elements()) {
                addresses.add(address(address));
            }
            if (addresses.isEmpty()) {
                throw entry.getValue().badValue("a repository has an address");
            }
            byName.put(entry.getKey(), addresses);
        }
        return byName;
    }

    private static URI address(JsonCursor text) throws JsonException {
        URI address;
        try {
            address = new URI(text.string());
        } catch (URISyntaxException e) {
            throw text.badValue("is not a URI");
        }
        if (!address.isAbsolute()) {
            throw text.badValue("is not an absolute URI");
        }
        return address;
    }

    private static Mapping mapping(JsonCursor mapping, Set<String> known) throws JsonException {
        mapping.refuseCaseVariants(List.of("paths", "repositories", "threshold", "terminating"));
        JsonCursor repositories = mapping.required("repositories");
        List<String> names = repositories.strings();
        if (names.isEmpty() || new HashSet<>(names).size() != names.size() || !known.containsAll(names)) {
            throw repositories.badValue("must name different repositories of this map");
        }
        return new Mapping(
                mapping.required("paths").strings(),
                names,
                (int) mapping.required("threshold").integer(1, names.size()),
                mapping.required("terminating").bool());
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.charAt(0) != '.'
                && !name.endsWith(".")
                && !PlainFile.isDevice(name)
                && name.chars().allMatch(RepositoryMap::isNameCharacter);
    }

    private static boolean isNameCharacter(int c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
}
