package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script {@code tallyclerk} passes to Java, by a fake Java that prints its arguments. */
class LauncherScriptTest {
    private static final String SMALL_COLLECTOR = "-XX:+UseSerialGC";

    /** The variables with Java options for every program. */
    private static final List<String> OPTIONS = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void makeJava() throws IOException {
        Peers.require("sh");
        Files.copy(Path.of("tallyclerk"), folder.resolve("tallyclerk"));
        Files.createDirectories(folder.resolve("command/target"));
        Files.createFile(folder.resolve("command/target/tallyclerk.jar"));
        Files.createDirectories(folder.resolve("java/bin"));
        Path java = Files.writeString(
                folder.resolve("java/bin/java"), "#!/bin/sh\nprintf '%s\\n' \"${LC_ALL-unset}\" \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** {@return the locale that Java gets, and then its arguments} */
    private List<String> run(Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", folder.resolve("tallyclerk").toString(), "--version");
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("LC_ALL", "LC_CTYPE", "LANG"));
        environment.keySet().removeAll(OPTIONS);
        environment.put("JAVA_HOME", folder.resolve("java").toString());
        environment.putAll(variables);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    private String localeOf(Map<String, String> locale) throws IOException, InterruptedException {
        return run(locale).get(0);
    }

    /** {@return the options before {@code -jar}} */
    private List<String> optionsOf(Map<String, String> variables) throws IOException, InterruptedException {
        List<String> run = run(variables);
        return run.subList(1, run.indexOf("-jar"));
    }

    /** Starts the Java that runs the tests with those options, as far as it takes to say its version. */
    private static void assertJavaStarts(List<String> options, Map<String, String> variables)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-version");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(OPTIONS);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void theCollectorThatSomebodyChoseIsTheOnlyOne(String variable) throws Exception {
        for (String options : List.of("-XX:+UseG1GC", "-Da=b -XX:+UseParallelGC -Dc=d", "-XX:+UseSerialGC")) {
            Map<String, String> chosen = Map.of(variable, options);
            assertFalse(optionsOf(chosen).contains(SMALL_COLLECTOR), options);
            assertJavaStarts(optionsOf(chosen), chosen);
        }
    }

    @Test
    void theSmallCollectorIsTakenIfNobodyChoseOne() throws Exception {
        for (String options : List.of("", "-Dhttps.proxyPort=3128", "-XX:+UseGCOverheadLimit", "-XX:-UseG1GC")) {
            Map<String, String> variables = Map.of("JAVA_TOOL_OPTIONS", options);
            assertTrue(optionsOf(variables).contains(SMALL_COLLECTOR), options);
            assertJavaStarts(optionsOf(variables), variables);
        }
    }

    @Test
    void anotherJavaMayKnowFewerOptions() throws Exception {
        List<String> options = new ArrayList<>();
        for (String option : optionsOf(Map.of())) {
            options.add(option.replace("-XX:Tier", "-XX:UnheardOfTier"));
        }
        assertJavaStarts(options, Map.of());
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

    @Test
    void aPackageRunsOnItsOwnJavaAndJar() throws Exception {
        Path installed = folder.resolve("opt");
        Files.createDirectories(installed.resolve("bin"));
        Files.copy(Path.of("tallyclerk"), installed.resolve("bin/tallyclerk"));
        Files.createDirectories(installed.resolve("lib/app"));
        Files.createFile(installed.resolve("lib/app/tallyclerk.jar"));
        Files.createDirectories(installed.resolve("lib/runtime/bin"));
        Files.copy(
                folder.resolve("java/bin/java"),
                installed.resolve("lib/runtime/bin/java"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(folder.resolve("link"), installed.resolve("bin/tallyclerk"));
        Process process = new ProcessBuilder("sh", folder.resolve("link").toString(), "--version").start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        assertTrue(output.contains("-jar\n" + installed.toRealPath().resolve("lib/app/tallyclerk.jar") + "\n"), output);
    }
}
