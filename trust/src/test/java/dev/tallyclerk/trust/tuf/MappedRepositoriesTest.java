package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.object;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.MappedRepositories.AgreedTarget;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TAP 4. */
class MappedRepositoriesTest {
    private static final byte[] CONTENT = {1};
    private static final byte[] OTHER = {2};
    private static final List<URI> ADDRESS = List.of(URI.create("https://example.org/"));

    private final Map<String, TestRepository> repositories = new LinkedHashMap<>();

    private TestRepository repository(String name) {
        return repositories.computeIfAbsent(name, any -> new TestRepository());
    }

    private void list(String name, String path, byte[] content) {
        repository(name).addTarget(path, content);
    }

    private static RepositoryMap.Mapping mapping(int threshold, boolean terminating, String path, String... names) {
        return new RepositoryMap.Mapping(List.of(path), List.of(names), threshold, terminating);
    }

    private MappedRepositories mapped(RepositoryMap.Mapping... mappings) {
        Map<String, List<URI>> addresses = new LinkedHashMap<>();
        Map<String, MappedRepositories.MetadataSource> sources = new LinkedHashMap<>();
        for (RepositoryMap.Mapping mapping : mappings) {
            for (String name : mapping.repositories()) {
                TestRepository repository = repository(name);
                if (addresses.put(name, ADDRESS) == null) {
                    repository.publish();
                    TufClient client = repository.client(MetadataStore.inMemory());
                    sources.put(name, client::refresh);
                }
            }
        }
        return MappedRepositories.of(new RepositoryMap(addresses, List.of(mappings)), sources);
    }

    private static List<String> names(MappedRepositories mapped, String path) throws TufException {
        return mapped.target(path).map(AgreedTarget::repositories).orElse(List.of());
    }

    @Test
    void asManyRepositoriesAsWantedMustSayTheSame() throws TufException {
        list("a", "x", CONTENT);
        list("b", "x", OTHER);
        list("c", "x", CONTENT);
        list("a", "y", CONTENT);
        MappedRepositories two = mapped(mapping(2, true, "*", "a", "b", "c"));
        assertEquals(List.of("a", "c"), names(two, "x"));
        assertEquals(List.of(), names(two, "y"));
        assertEquals(List.of(), names(mapped(mapping(3, true, "*", "a", "b", "c")), "x"));
        assertEquals(List.of("b"), names(mapped(mapping(1, true, "*", "b", "a", "c")), "x"));
    }

    @Test
    void whoeverListsAnotherLengthSaysSomethingElse() throws TufException {
        list("a", "x", CONTENT);
        list("b", "x", CONTENT);
        object(repository("b").targets, "targets", "x").put("length", 2);
        assertEquals(List.of(), names(mapped(mapping(2, true, "*", "a", "b")), "x"));
        assertEquals(List.of("a"), names(mapped(mapping(1, true, "*", "a", "b")), "x"));
        object(repository("b").targets, "targets", "x").put("length", 1);
        assertEquals(List.of("a", "b"), names(mapped(mapping(2, true, "*", "a", "b")), "x"));
    }

    @Test
    void theFirstMappingThatHasEnoughAnswers() throws TufException {
        list("a", "lib/x", CONTENT);
        list("b", "lib/x", OTHER);
        list("b", "app/x", OTHER);
        MappedRepositories mapped =
                mapped(mapping(1, false, "lib/*", "a"), mapping(1, false, "*/*", "b"), mapping(1, true, "*", "b"));
        assertEquals(List.of("a"), names(mapped, "lib/x"));
        assertEquals(List.of("b"), names(mapped, "app/x"));
        assertEquals(List.of(), names(mapped, "x/y/z"));
    }

    @Test
    void aTerminatingMappingHidesLaterOnes() throws TufException {
        repository("a");
        list("b", "x", CONTENT);
        assertEquals(List.of("b"), names(mapped(mapping(1, false, "*", "a"), mapping(1, true, "*", "b")), "x"));
        assertEquals(List.of(), names(mapped(mapping(1, true, "*", "a"), mapping(1, true, "*", "b")), "x"));
    }

    /** Who can keep a repository from answering does not choose who is asked instead. */
    @Test
    void aRepositoryThatFailsDoesNotOpenTheNextMapping() throws TufException {
        list("b", "x", CONTENT);
        repository("a").failOn = "timestamp.json";
        MappedRepositories mapped = mapped(mapping(1, false, "*", "a"), mapping(1, true, "*", "b"));
        TufException e = refuses(Reason.REPOSITORIES_FAILED, "targets", "TAP 4", () -> mapped.target("x"));
        assertEquals(Reason.FETCH_FAILED, ((TufException) e.getSuppressed()[0]).reason());
        repository("a").failOn = null;
        list("a", "x", CONTENT);
        repository("a").publish();
        assertEquals(List.of("a"), names(mapped, "x"));
    }

    @Test
    void aRepositoryThatFailsDoesNotMatterIfTheOthersAreEnough() throws TufException {
        list("a", "x", CONTENT);
        list("c", "x", CONTENT);
        repository("b").failOn = "timestamp.json";
        assertEquals(List.of("a", "c"), names(mapped(mapping(2, true, "*", "a", "b", "c")), "x"));
    }

    @Test
    void eachRepositoryIsAskedOnceAndOnlyWhenNeeded() throws TufException {
        list("a", "x", CONTENT);
        MappedRepositories mapped = mapped(mapping(1, true, "*", "a", "b"));
        names(mapped, "x");
        names(mapped, "x");
        assertEquals(
                List.of("2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"),
                repository("a").takeRequests());
        assertEquals(List.of(), repository("b").takeRequests());
    }

    @Test
    void whatWasAgreedOnIsDownloadedFromThoseWhoAgreed(@TempDir Path folder) throws TufException, IOException {
        list("a", "x", CONTENT);
        list("b", "x", CONTENT);
        MappedRepositories mapped = mapped(mapping(2, true, "*", "a", "b"));
        AgreedTarget agreed = mapped.target("x").orElseThrow();
        for (String name : agreed.repositories()) {
            repository(name).takeRequests();
            assertTrue(mapped.metadata(name).download(agreed.target(), folder.resolve(name)));
            assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve(name)));
            // Without a second refresh, which might say something else.
            assertEquals(1, repository(name).takeRequests().size());
        }
        assertThrows(IllegalArgumentException.class, () -> mapped.metadata("c"));
    }

    // The file

    private static RepositoryMap parse(String text) throws TufException {
        return RepositoryMap.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aMapFileIsRead() throws TufException {
        RepositoryMap map = parse("{'repositories': {'Django': ['https://a/', 'https://b/'], 'PyPI': ['https://c/']},"
                + "'mapping': [{'paths': ['*django*', 'x/*'], 'repositories': ['Django', 'PyPI'],"
                + " 'threshold': 2, 'terminating': false, 'x-unknown': 1},"
                + " {'paths': ['*'], 'repositories': ['PyPI'], 'threshold': 1, 'terminating': true}]}");
        assertEquals(
                new RepositoryMap(
                        Map.of(
                                "Django",
                                List.of(URI.create("https://a/"), URI.create("https://b/")),
                                "PyPI",
                                List.of(URI.create("https://c/"))),
                        List.of(
                                new RepositoryMap.Mapping(
                                        List.of("*django*", "x/*"), List.of("Django", "PyPI"), 2, false),
                                new RepositoryMap.Mapping(List.of("*"), List.of("PyPI"), 1, true))),
                map);
    }

    /** cure53 TUF-01-004 (there {@code ../} in a collection's name), CVE-2026-24686. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                "",
                ".a",
                "a.",
                "a/b",
                "../../x",
                "a\\\\b",
                "C:",
                "a b",
                "ü",
                "a\\u0000",
                "con",
                "NUL",
                "aux.txt",
                "COM1",
                "lpt9.x"
            })
    void aNameThatIsUnsafeAsAFolderIsRefused(String name) {
        TufException e = refuses(
                Reason.MALFORMED,
                "map.json",
                "TAP 4",
                () -> parse("{'repositories': {'" + name + "': ['https://a/']}, 'mapping': []}"));
        assertEquals(true, e.pointer().orElseThrow().startsWith("/repositories/"));
    }

    @Test
    void aNameIsUpToSixtyFourLettersDigitsDotsDashesAndUnderscores() throws TufException {
        for (char c = ' '; c <= '~'; c++) {
            String name = "a" + c + "b";
            String text = "{'repositories': {'" + (c == '\\' ? "a\\\\b" : name) + "': ['u:/']}, 'mapping': []}";
            if (name.matches("a[A-Za-z0-9._-]b")) {
                assertEquals(Set.of(name), parse(text).repositories().keySet());
            } else if (c != '\'' && c != '"') {
                refuses(Reason.MALFORMED, "map.json", "TAP 4", () -> parse(text));
            }
        }
        for (String noDevice : List.of("console", "com10", "x.con", "com", "auxiliary.txt")) {
            assertEquals(
                    Set.of(noDevice),
                    parse("{'repositories': {'" + noDevice + "': ['u:/']}, 'mapping': []}")
                            .repositories()
                            .keySet());
        }
        String longest = "a".repeat(64);
        assertEquals(
                Set.of(longest),
                new RepositoryMap(Map.of(longest, ADDRESS), List.of())
                        .repositories()
                        .keySet());
        assertThrows(
                IllegalArgumentException.class, () -> new RepositoryMap(Map.of(longest + "a", ADDRESS), List.of()));
    }

    @Test
    void aMappingIsAboutThePathsThatAnyOfItsPatternsMatches() {
        RepositoryMap.Mapping mapping = new RepositoryMap.Mapping(List.of("lib/*", "app"), List.of("a"), 1, true);
        assertTrue(mapping.matches("lib/x"));
        assertTrue(mapping.matches("app"));
        assertFalse(mapping.matches("lib/x/y"));
    }

    /** go-tuf 760. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|``",
                "{'repositories': {}, 'mapping': [], 'Mapping': []}|/Mapping",
                "{'mapping': []}|/repositories",
                "{'repositories': {}}|/mapping",
                "{'repositories': {'a': []}, 'mapping': []}|/repositories/a",
                "{'repositories': {'a': [1]}, 'mapping': []}|/repositories/a/0",
                "{'repositories': {'a': ['a b']}, 'mapping': []}|/repositories/a/0",
                "{'repositories': {'a': ['https://a/', '']}, 'mapping': []}|/repositories/a/1",
                "{'repositories': {'a': ['a.example.org/']}, 'mapping': []}|/repositories/a/0",
                "{'repositories': {'a': ['//a.example.org/']}, 'mapping': []}|/repositories/a/0",
                "{'repositories': {'a': null}, 'mapping': []}|/repositories/a",
                "{'repositories': {'a': ['u:/'], 'A': ['u:/']}, 'mapping': []}|/repositories/A",
                "{'repositories': {'a': ['u:/']}, 'mapping': [{}]}|/mapping/0/repositories",
            })
    void aRefusedMapSaysWhere(String text, String pointer) {
        TufException e = refuses(Reason.MALFORMED, "map.json", "TAP 4", () -> parse(text));
        assertEquals(pointer, e.pointer().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'repositories': []|/repositories",
                "'repositories': ['b']|/repositories",
                "'repositories': ['a', 'a']|/repositories",
                "'threshold': 0|/threshold",
                "'threshold': -1|/threshold",
                "'threshold': 2|/threshold",
                "'threshold': '1'|/threshold",
                "'terminating': 1|/terminating",
                "'paths': 'x'|/paths",
                "'Paths': ['x']|/Paths",
            })
    void aRefusedMappingSaysWhere(String member, String pointer) {
        Map<String, String> members = new LinkedHashMap<>(
                Map.of("'paths'", "['*']", "'repositories'", "['a']", "'threshold'", "1", "'terminating'", "true"));
        String[] replaced = member.split(": ", 2);
        members.put(replaced[0], replaced[1]);
        String text = String.join(
                ", ",
                members.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .toList());
        TufException e = refuses(
                Reason.MALFORMED,
                "map.json",
                "TAP 4",
                () -> parse("{'repositories': {'a': ['u:/']}, 'mapping': [{" + text + "}]}"));
        assertEquals("/mapping/0" + pointer, e.pointer().orElseThrow());
    }

    @Test
    void valuesThatCannotBeAreTheCallersMistake() {
        Map<String, List<URI>> one = Map.of("a", ADDRESS);
        assertThrows(IllegalArgumentException.class, () -> new RepositoryMap(Map.of("..", ADDRESS), List.of()));
        assertThrows(IllegalArgumentException.class, () -> new RepositoryMap(Map.of("a", List.of()), List.of()));
        List<URI> relative = List.of(URI.create("a.example.org/"));
        assertThrows(IllegalArgumentException.class, () -> new RepositoryMap(Map.of("a", relative), List.of()));
        assertThrows(IllegalArgumentException.class, () -> new RepositoryMap(one, List.of(mapping(1, true, "*", "b"))));
        assertThrows(IllegalArgumentException.class, () -> mapping(0, true, "*", "a"));
        assertThrows(IllegalArgumentException.class, () -> mapping(2, true, "*", "a"));
        assertThrows(IllegalArgumentException.class, () -> mapping(1, true, "*", "a", "a"));
        assertThrows(
                IllegalArgumentException.class,
                () -> MappedRepositories.of(new RepositoryMap(one, List.of()), Map.of()));
    }
}
