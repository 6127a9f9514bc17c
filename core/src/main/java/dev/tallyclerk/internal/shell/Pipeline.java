package dev.tallyclerk.internal.shell;

import java.util.List;

/**
 * Commands of which each reads what the one before writes.
 *
 * @param stages at least one
 */
public record Pipeline(List<Command> stages) {
    public Pipeline {
        stages = List.copyOf(stages);
    }
}
