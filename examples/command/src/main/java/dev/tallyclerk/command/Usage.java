package dev.tallyclerk.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Usage errors. */
final class Usage {
    private Usage() {}

    /** Parses an argument, or throws an {@link IllegalArgumentException}. */
    @FunctionalInterface
    interface Parser<T, X extends Exception> {
        T get() throws X;
    }

    /** {@return the exception that {@link Main} reports with a pointer to the help} */
    static ParameterException error(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** {@return the parsed value; a refusal is a usage error} */
    static <T, X extends Exception> T parsed(CommandSpec spec, Parser<T, X> parser) throws X {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw error(spec, Messages.of(e));
        }
    }
}
