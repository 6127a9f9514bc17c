package dev.tallyclerk.trust.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where fetchers look, and how they read files of this machine. */
class UriFilesTest {
    private static final byte[] BODY = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);

    private static final HttpSettings UNUSED = HttpSettings.of(request -> {
        throw new AssertionError("a request that must not be made: " + request);
    });

    @TempDir
    Path folder = Path.of("");

    @Test
    void metadataIsReadFromAFolder() throws IOException {
        Files.write(folder.resolve("root.json"), BODY);
        MetadataFetcher files = MetadataFetcher.ofFolder(folder);
        assertArrayEquals(BODY, files.fetch("root.json", 8).orElseThrow());
        assertEquals(Optional.empty(), files.fetch("2.root.json", 8));
        assertThrows(BodyTooLargeException.class, () -> files.fetch("root.json", 7));
        Files.createDirectory(folder.resolve("sub"));
        assertThrows(IOException.class, () -> files.fetch("sub", 100));
        MetadataFetcher inside = MetadataFetcher.ofUri(folder.resolve("sub").toUri(), UNUSED);
        assertFalse(inside.fetch("../root.json", 100).isPresent());
        assertThrows(IllegalArgumentException.class, () -> files.fetch("", 1));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInAFolderIsNotWaitedFor() throws IOException, InterruptedException {
        Path pipe = folder.resolve("timestamp.json");
        Peers.run(folder, Peers.require("mkfifo").toString(), pipe.toString());
        IOException e = assertThrows(
                IOException.class, () -> MetadataFetcher.ofFolder(folder).fetch("timestamp.json", 8));
        assertEquals(pipe + ": not a regular file", e.getMessage());
    }

    /** A server is asked for the encoded name; those who fill a folder know nothing of that. */
    @Test
    void metadataInAFolderMayHaveItsPlainName() throws IOException {
        MetadataFetcher files = MetadataFetcher.ofFolder(folder);
        Files.write(folder.resolve("1.my team.json"), BODY);
        assertArrayEquals(BODY, files.fetch("1.my team.json", 8).orElseThrow());
        assertThrows(BodyTooLargeException.class, () -> files.fetch("1.my team.json", 7));
        Files.write(folder.resolve("1.my%20team.json"), new byte[] {'{', '}'});
        assertEquals(2, files.fetch("1.my team.json", 8).orElseThrow().length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sub/file", "..\\file", "sub:stream", "a\u0000b", "a\u0001b", "1.my%20team.json", "x.", "x "})
    void aNameThatIsNotPlainIsReadUnderItsEncodedOneAlone(String name) throws IOException {
        List<String> resolved = new ArrayList<>();
        Path recording = (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (at, resolve, arguments) -> {
                    resolved.add(String.valueOf(arguments[0]));
                    return folder.resolve("nothing here");
                });
        assertEquals(Optional.empty(), new FolderFiles(recording).fetch(name, 8));
        boolean encodesItself = name.equals("x.");
        assertEquals(1, resolved.size());
        assertEquals(encodesItself, resolved.get(0).equals(name), resolved::toString);
    }

    @Test
    void metadataWhoseNameNoFileCanHaveIsNotThere() throws IOException {
        Path windows = (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (folder, resolve, arguments) -> {
                    throw new InvalidPathException(String.valueOf(arguments[0]), "Illegal char <*>");
                });
        assertEquals(Optional.empty(), new FolderFiles(windows).fetch("1.bins-*.json", 8));
    }

    @Test
    void targetsAreReadWhereTheyLie() throws IOException {
        Files.createDirectories(folder.resolve("t/dir"));
        Files.write(folder.resolve("t/dir/app"), BODY);
        Files.write(folder.resolve("secret"), BODY);
        TargetFetcher files = TargetFetcher.ofFolder(folder.resolve("t"));
        try (InputStream in = files.open("dir/app").orElseThrow()) {
            assertArrayEquals(BODY, in.readAllBytes());
        }
        assertEquals(Optional.empty(), files.open("dir/other"));
        assertEquals(Optional.empty(), files.open("dir"));
        assertEquals(Optional.empty(), files.open(folder.resolve("secret").toString()));
        assertEquals(Optional.empty(), files.open("a\u0000b"));
    }

    /** A server takes such a path for one below the base too. */
    @Test
    void aTargetPathFromTheRootIsOneBelowTheFolder() throws IOException {
        Files.createDirectories(folder.resolve("t/dir"));
        Files.write(folder.resolve("t/dir/app"), BODY);
        TargetFetcher files = TargetFetcher.ofFolder(folder.resolve("t"));
        for (String path : List.of("/dir/app", "//dir/app")) {
            try (InputStream in = files.open(path).orElseThrow()) {
                assertArrayEquals(BODY, in.readAllBytes());
            }
        }
        assertEquals(Optional.empty(), files.open("/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../../x", "a/.", "./a", "a/.."})
    void aTargetPathWithDotsIsNoFile(String path) {
        TargetFetcher files = TargetFetcher.ofUri(folder.toUri(), UNUSED);
        assertThrows(MalformedURLException.class, () -> files.open(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.org/m",
                "relative/path",
                "http:opaque",
                "http:///nohost",
                "https://user:secret@example.org/m",
                "https://example.org/m?query",
                "https://example.org/m#fragment",
            })
    void anotherBaseIsTheCallersMistake(String base) {
        assertThrows(IllegalArgumentException.class, () -> MetadataFetcher.ofUri(URI.create(base), UNUSED));
        assertThrows(IllegalArgumentException.class, () -> TargetFetcher.ofUri(URI.create(base), UNUSED));
    }
}
