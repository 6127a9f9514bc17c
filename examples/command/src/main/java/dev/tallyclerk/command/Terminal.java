package dev.tallyclerk.command;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the command reads and prints, and what ends it.
 *
 * @param in what another program was made to print
 * @param out where the report goes
 * @param err where progress and errors go
 * @param outIsTerminal whether a person sees {@code out} directly
 * @param errIsTerminal whether a person sees {@code err} directly
 * @param charset in which characters both are written
 * @param environment the environment's variables
 * @param interruption what somebody ends the command by
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Charset charset,
        Map<String, String> environment,
        Interruption interruption) {

    /**
     * The launcher says in this variable which outputs are terminals, by their numbers; Java 22 and later cannot tell.
     */
    private static final String LAUNCHER = "TALLYCLERK_TERMINAL";

    /** {@return the terminal of a command that this thread runs} */
    static Terminal of(
            Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Charset charset) {
        String terminals = environment.getOrDefault(LAUNCHER, "");
        return new Terminal(
                in,
                out,
                err,
                terminals.contains("1"),
                terminals.contains("2"),
                charset,
                environment,
                new Interruption(Thread.currentThread()));
    }

    /** {@return where large files may lie for the time of a command} */
    Path temporaryFolder() {
        String told = environment.getOrDefault("TMPDIR", "");
        return Path.of(told.isEmpty() ? System.getProperty("java.io.tmpdir") : told);
    }

    /** {@return whether characters beyond ASCII can be shown} */
    boolean unicode() {
        return charset.newEncoder().canEncode('✔');
    }

    /** {@return whether the report is to be coloured; NO_COLOR is a convention of many programs} */
    boolean colour(ColourMode mode) {
        return switch (mode) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                outIsTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        };
    }

    /** When to colour. */
    enum ColourMode {
        AUTO,
        ALWAYS,
        NEVER
    }
}
