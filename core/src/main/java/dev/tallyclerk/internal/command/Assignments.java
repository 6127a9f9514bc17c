package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;

/** Parses environment variables. */
public final class Assignments {
    private Assignments() {}

    /** {@return the variable in {@code NAME=value}; a text without an equals sign is a name with an empty value} */
    public static Assignment parse(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0
                ? new Assignment(variable, "")
                : new Assignment(variable.substring(0, equals), variable.substring(equals + 1));
    }
}
