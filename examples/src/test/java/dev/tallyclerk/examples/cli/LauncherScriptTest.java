package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script {@code tallyclerk} hands on to Java, of which there is one here that says what it got. */
class LauncherScriptTest {
    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void makeJava() throws IOException {
        Peers.require("sh");
        Files.copy(Path.of("tallyclerk"), folder.resolve("tallyclerk"));
        Files.createDirectories(folder.resolve("target"));
        Files.createFile(folder.resolve("target/tallyclerk.jar"));
        Files.createDirectories(folder.resolve("java/bin"));
        Path java = Files.writeString(folder.resolve("java/bin/java"), "#!/bin/sh\necho \"${LC_ALL-unset}\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String localeOf(Map<String, String> locale) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", folder.resolve("tallyclerk").toString(), "--version");
        Map<String, String> environment = builder.environment();
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            environment.remove(name);
        }
        environment.put("JAVA_HOME", folder.resolve("java").toString());
        environment.putAll(locale);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    @Test
    void javaGetsNoLocaleThatHasOnlyAscii() throws Exception {
        assertEquals("C.UTF-8", localeOf(Map.of()));
        assertEquals("C.UTF-8", localeOf(Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8")));
        assertEquals("C.UTF-8", localeOf(Map.of("LC_ALL", "", "LC_CTYPE", "POSIX", "LANG", "de_DE.UTF-8")));
        assertEquals("C.UTF-8", localeOf(Map.of("LANG", "C")));
    }

    @Test
    void javaGetsTheLocaleThatSomebodyChose() throws Exception {
        assertEquals("de_DE.UTF-8", localeOf(Map.of("LC_ALL", "de_DE.UTF-8", "LANG", "C")));
        assertEquals("unset", localeOf(Map.of("LC_CTYPE", "en_US.UTF-8", "LANG", "C")));
        assertEquals("unset", localeOf(Map.of("LANG", "de_DE.ISO-8859-1")));
    }
}
