package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Runs other programs, and measures in new processes what earlier work in this one would distort. */
final class Processes {
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:CompileCommand=quiet",
            "-XX:CompileThresholdScaling=10",
            "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::*,0.01",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.CounterMode::*,0.01",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.GCTR::*,0.01",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.GHASH::*,0.01");

    private Processes() {}

    /** {@return whether a program of that name is on the PATH} */
    static boolean has(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** {@return the user and system CPU time of a whole process, in nanoseconds; bash reports milliseconds} */
    static double cpuNanos(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(
                List.of("bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\" >/dev/null 2>/dev/null || exit 1", "bash"));
        all.addAll(List.of(command));
        String[] seconds = errors(all).strip().split(" ", -1);
        return (Double.parseDouble(seconds[0]) + Double.parseDouble(seconds[1])) * 1e9;
    }

    /** {@return the figure that {@link FreshJvm} prints in a process of its own} */
    static double inFreshJvm(String... arguments) throws IOException, InterruptedException {
        return Double.parseDouble(output(freshJvm(List.of(), arguments)).strip());
    }

    /** {@return the command that runs {@link FreshJvm} on this process's Java runtime} */
    static List<String> freshJvm(List<String> options, String... arguments) {
        return java(FreshJvm.class, options, arguments);
    }

    /** {@return the command that runs a class with only our own classes on the class path} */
    static List<String> java(Class<?> main, List<String> options, String... arguments) {
        return java(main, OwnClasses.path(), options, arguments);
    }

    /** {@return the path of this process's Java launcher} */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static List<String> java(Class<?> main, String classPath, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** {@return the options with which {@code examples/tallyclerk} starts Java, then {@code more}} */
    static List<String> asTheScriptStarts(String... more) {
        return Stream.concat(OPTIONS.stream(), Stream.of(more)).toList();
    }

    /** {@return OpenSSL's own figure for SHA-256 in pieces of 16 KiB, in nanoseconds per MiB} */
    static double opensslNanosPerMiB() throws IOException, InterruptedException {
        String line = output(List.of("openssl", "speed", "-mr", "-evp", "sha256", "-bytes", "16384", "-seconds", "1"))
                .lines()
                .filter(text -> text.toLowerCase(Locale.ROOT).contains(":sha256:"))
                .findFirst()
                .orElseThrow();
        return (1 << 20) * 1e9 / Double.parseDouble(line.substring(line.lastIndexOf(':') + 1));
    }

    static String output(List<String> command) throws IOException, InterruptedException {
        return run(command, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD), true);
    }

    private static String errors(List<String> command) throws IOException, InterruptedException {
        return run(command, new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD), false);
    }

    private static String run(List<String> command, ProcessBuilder builder, boolean output)
            throws IOException, InterruptedException {
        Process process = builder.start();
        process.getOutputStream().close();
        try (InputStream in = output ? process.getInputStream() : process.getErrorStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed: " + text);
            }
            return text;
        }
    }
}
