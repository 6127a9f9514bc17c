package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;

/**
 * The input, output and environment of the command.
 *
 * @param in standard input
 * @param out the report
 * @param err progress and errors
 * @param outIsTerminal whether a person sees {@code out} directly
 * @param errIsTerminal whether a person sees {@code err} directly
 * @param charset the encoding of both
 * @param environment the environment's variables
 * @param quiet whether the user wants neither progress nor notes
 * @param interruption handles Ctrl-C
 * @param prompt asks the person at the terminal for a password
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Charset charset,
        Map<String, String> environment,
        boolean quiet,
        Interruption interruption,
        PasswordPrompt prompt) {

    /**
     * The variable in which the launcher lists the input and outputs that are terminals, by their numbers; Java 22 and
     * later cannot tell.
     */
    private static final String LAUNCHER = "TALLYCLERK_TERMINAL";

    /** {@return the terminal of a command on this thread} */
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
                false,
                new Interruption(Thread.currentThread()),
                terminals.contains("0") ? PasswordPrompt.ofConsole() : PasswordPrompt.none());
    }

    /** {@return this terminal, where another prompt asks for passwords} */
    Terminal withPrompt(PasswordPrompt prompt) {
        return new Terminal(
                in, out, err, outIsTerminal, errIsTerminal, charset, environment, quiet, interruption, prompt);
    }

    /** {@return this terminal, whose report goes elsewhere} */
    Terminal withOut(PrintStream out) {
        return new Terminal(in, out, err, false, errIsTerminal, charset, environment, quiet, interruption, prompt);
    }

    /** {@return this terminal without progress and notes} */
    Terminal withQuiet() {
        return new Terminal(in, out, err, outIsTerminal, false, charset, environment, true, interruption, prompt);
    }

    /** Prints a note on standard error, unless the user wants none. */
    void note(String text) {
        if (!quiet) {
            err.println("tallyclerk: " + Quoted.printable(text));
        }
    }

    /** {@return the folder for large temporary files} */
    Path temporaryFolder() {
        String told = environment.getOrDefault("TMPDIR", "");
        return Path.of(told.isEmpty() ? System.getProperty("java.io.tmpdir") : told);
    }

    /** {@return whether characters beyond ASCII can be shown} */
    boolean unicode() {
        return style(ColourMode.NEVER).unicode();
    }

    /** {@return the style of text on standard output} */
    TextStyle style(ColourMode mode) {
        return new TextStyle(colour(mode), charset);
    }

    /** {@return whether to colour the report; follows the NO_COLOR convention} */
    boolean colour(ColourMode mode) {
        return switch (mode) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                outIsTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        };
    }

    /** When to use colours. */
    enum ColourMode {
        AUTO,
        ALWAYS,
        NEVER
    }
}
