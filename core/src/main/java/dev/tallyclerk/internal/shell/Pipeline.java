package dev.tallyclerk.internal.shell;

import java.util.List;

/**
 * Commands of which each reads the output of the one before.
 *
 * @param stages at least one
 */
public record Pipeline(List<Command> stages) {
    public Pipeline {
        stages = List.copyOf(stages);
    }
}
