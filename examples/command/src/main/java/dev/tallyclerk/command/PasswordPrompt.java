package dev.tallyclerk.command;

import java.io.Console;
import java.util.Optional;

/** Asks a person for a password. */
@FunctionalInterface
interface PasswordPrompt {
    /**
     * {@return the answer, which the caller clears; empty if nobody is there, or the person gives none}
     *
     * @param question what to ask, for example {@code Password of release.key}
     */
    Optional<char[]> ask(String question);

    /** {@return a prompt on the console, which does not show what is typed} */
    @SuppressWarnings("SystemConsoleNull") // Terminal asks for this only if standard input is a terminal
    static PasswordPrompt ofConsole() {
        return question -> {
            Console console = System.console();
            return console == null ? Optional.empty() : Optional.ofNullable(console.readPassword("%s: ", question));
        };
    }

    /** {@return a prompt where nobody is} */
    static PasswordPrompt none() {
        return question -> Optional.empty();
    }
}
