package dev.tallyclerk.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is wrong with the way in which a command was called. */
final class Usage {
    private Usage() {}

    /** Something that refuses a wrong argument with an {@link IllegalArgumentException}. */
    @FunctionalInterface
    interface Parser<T, X extends Exception> {
        T get() throws X;
    }

    /** {@return the exception by which {@link Main} tells it, and how to get help} */
    static ParameterException error(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** {@return what the parser gives; what it refuses is wrong use} */
    static <T, X extends Exception> T parsed(CommandSpec spec, Parser<T, X> parser) throws X {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw error(spec, Messages.of(e));
        }
    }
}
