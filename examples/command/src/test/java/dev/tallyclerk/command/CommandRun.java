package dev.tallyclerk.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * One run of the command in this process.
 *
 * @param exitCode its exit status
 * @param out its standard output
 * @param err its standard error
 */
record CommandRun(int exitCode, String out, String err) {
    static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

    static CommandRun of(String... args) {
        return of(Map.of("HOME", "/nonexistent"), args);
    }

    /** Runs the command when its clock says {@code now}. */
    static CommandRun at(Instant now, String... args) {
        return of(now, Map.of("HOME", "/nonexistent"), new byte[0], args);
    }

    /** Runs the command with standard input. */
    static CommandRun reading(byte[] input, String... args) {
        return of(NOW, Map.of("HOME", "/nonexistent"), input, args);
    }

    /** Runs the command with environment variables, such as the launcher's about terminals. */
    static CommandRun of(Map<String, String> environment, String... args) {
        return of(NOW, environment, new byte[0], args);
    }

    /** Runs the command with standard input and environment variables. */
    static CommandRun reading(byte[] input, Map<String, String> environment, String... args) {
        return of(NOW, environment, input, args);
    }

    /** Runs the command for a person who is asked for passwords. */
    static CommandRun prompting(PasswordPrompt prompt, String... args) {
        return of(NOW, Map.of("HOME", "/nonexistent"), new byte[0], prompt, args);
    }

    /** Runs the command when its clock says {@code now}, with environment variables. */
    static CommandRun at(Instant now, Map<String, String> environment, String... args) {
        return of(now, environment, new byte[0], args);
    }

    private static CommandRun of(Instant now, Map<String, String> environment, byte[] input, String... args) {
        return of(now, environment, input, PasswordPrompt.none(), args);
    }

    private static CommandRun of(
            Instant now, Map<String, String> environment, byte[] input, PasswordPrompt prompt, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(
                        environment,
                        new ByteArrayInputStream(input),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        StandardCharsets.UTF_8)
                .withPrompt(prompt);
        int exitCode = Launcher.run(terminal, Clock.fixed(now, ZoneOffset.UTC), args);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
