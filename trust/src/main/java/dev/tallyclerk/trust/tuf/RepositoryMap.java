package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.tuf.internal.client.TargetPath;
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
 * The map file of TAP 4: which of several repositories have to agree on a target.
 *
 * @param repositories the addresses of each repository by name: absolute URIs of mirrors, to be tried in order, for
 *     example with {@link dev.tallyclerk.trust.fetch.MetadataFetcher#ofMirrors}. A name is safe as the name of a
 *     folder: 1 to 64 characters of {@code [A-Za-z0-9._-]}, no dot at either end, not a Windows device such as
 *     {@code nul}, and different from the others in more than case
 * @param mappings which repositories answer for which paths, in order of priority
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
                throw new IllegalArgumentException("a repository has an unsafe or duplicate name");
            }
            if (entry.getValue().isEmpty()) {
                throw new IllegalArgumentException("a repository has no address");
            }
            if (!entry.getValue().stream().allMatch(URI::isAbsolute)) {
                throw new IllegalArgumentException("a repository has an address that is not an absolute URI");
            }
            copied.put(entry.getKey(), List.copyOf(entry.getValue()));
        }
        repositories = Map.copyOf(copied);
        mappings = List.copyOf(mappings);
        for (Mapping mapping : mappings) {
            if (!repositories.keySet().containsAll(mapping.repositories())) {
                throw new IllegalArgumentException("a mapping names a repository that the map does not declare");
            }
        }
    }

    /**
     * The repositories that answer for some paths.
     *
     * @param paths patterns as in {@link PathSelector.Patterns}, one of which must match
     * @param repositories the names of the repositories, all different
     * @param threshold how many of them must agree, at least 1 and at most all
     * @param terminating whether the search ends here if too few agree
     */
    public record Mapping(List<String> paths, List<String> repositories, int threshold, boolean terminating) {
        public Mapping {
            paths = List.copyOf(paths);
            repositories = List.copyOf(repositories);
            if (new HashSet<>(repositories).size() != repositories.size()) {
                throw new IllegalArgumentException("a mapping names a repository twice");
            }
            if (threshold < 1 || threshold > repositories.size()) {
                throw new IllegalArgumentException("threshold " + threshold + " is not between 1 and the "
                        + repositories.size() + " repositories");
            }
        }

        /**
         * {@return whether the mapping applies to a target}
         *
         * @param targetPath the target's path as metadata writes it
         */
        public boolean matches(String targetPath) {
            return new PathSelector.Patterns(paths).matches(targetPath);
        }
    }

    /**
     * Reads a map file. The file is not signed: its source has to be trusted.
     *
     * @param mapFile the file, in JSON; of any length, so the caller limits what it reads
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
            // CVE-2026-24686: the name of a repository becomes the name of a folder.
            if (!isName(entry.getKey())) {
                throw entry.getValue()
                        .badValue("must have a name of 1 to 64 characters of A-Z, a-z, 0-9, dot, _ and -");
            }
            if (!names.add(entry.getKey().toLowerCase(Locale.ROOT))) {
                throw entry.getValue().badValue("has the same name as another repository, but for case");
            }
            List<URI> addresses = new ArrayList<>();
            for (JsonCursor address : entry.getValue().elements()) {
                addresses.add(address(address));
            }
            if (addresses.isEmpty()) {
                throw entry.getValue().badValue("has no address");
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
                && !TargetPath.isDevice(name)
                && name.chars().allMatch(RepositoryMap::isNameCharacter);
    }

    private static boolean isNameCharacter(int c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
}
