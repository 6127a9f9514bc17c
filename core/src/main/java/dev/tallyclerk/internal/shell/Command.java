package dev.tallyclerk.internal.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * One command: a program and its words.
 *
 * @param assignments the variables set for it, or set in the shell if there is no program
 * @param words program and arguments without quotes; redirections are left out, and a command substitution is
 *     {@code $()}
 * @param scripts the scripts in it: substitutions, subshells, and what a shell or eval is told to run
 * @param wrapped the commands that it starts through sudo, env, xargs and the like, outermost first
 * @param inputs the here-documents and here-strings that it reads as data; those of a shell are among the scripts
 */
public record Command(
        List<Assignment> assignments,
        List<String> words,
        List<ShellScript> scripts,
        List<Command> wrapped,
        List<String> inputs) {
    public Command {
        assignments = List.copyOf(assignments);
        words = List.copyOf(words);
        scripts = List.copyOf(scripts);
        wrapped = List.copyOf(wrapped);
        inputs = List.copyOf(inputs);
    }

    /**
     * A variable that is set.
     *
     * @param name the variable
     * @param value the value without quotes
     */
    public record Assignment(String name, String value) {}

    /** {@return the program's name without its folder, or the empty string if only variables are set} */
    public String program() {
        return words.isEmpty() ? "" : words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
    }

    /** {@return the words after the program} */
    public List<String> arguments() {
        return words.isEmpty() ? List.of() : words.subList(1, words.size());
    }

    /** {@return this command and the ones it starts} */
    public List<Command> chain() {
        List<Command> chain = new ArrayList<>();
        chain.add(this);
        chain.addAll(wrapped);
        return chain;
    }
}
