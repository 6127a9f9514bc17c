package dev.tallyclerk.internal.shell;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects the words of one command while it is parsed. */
final class CommandBuilder {
    private static final Set<String> RESERVED = Words.set("if then elif else fi do done while until esac ! { } time");

    private final Function<String, ShellScript> inner;
    private final ShellBudget budget;
    private final List<Command.Assignment> assignments = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final List<Supplier<ShellScript>> scripts = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private boolean namesFunction;
    private int awaited;
    private boolean hasOpenScript;

    /** Starts an empty command; {@code inner} parses the scripts that it hands to a shell. */
    CommandBuilder(Function<String, ShellScript> inner, ShellBudget budget) {
        this.inner = inner;
        this.budget = budget;
    }

    /** {@return the number of words so far, of every kind} */
    int size() {
        return words.size() + assignments.size() + scripts.size() + inputs.size() + awaited;
    }

    /** Adds a word: before the program it may be an assignment or a reserved word. */
    void addWord(String word) {
        if (namesFunction) {
            namesFunction = false;
            return;
        }
        if (words.isEmpty()) {
            int equals = word.indexOf('=');
            String name = equals > 0 && word.charAt(equals - 1) == '+'
                    ? word.substring(0, equals - 1)
                    : word.substring(0, Math.max(equals, 0));
            if (Command.Assignment.isName(name)) {
                assignments.add(new Command.Assignment(name, word.substring(equals + 1)));
                return;
            }
            namesFunction = word.equals("function");
            if (namesFunction || RESERVED.contains(word)) {
                return;
            }
        }
        words.add(word);
    }

    void addLiteral(String word) {
        words.add(word);
    }

    /**
     * Adds a script within the command.
     *
     * @param isOpen whether bodies of its here-documents are still to come
     */
    void addScript(Supplier<ShellScript> script, boolean isOpen) {
        scripts.add(script);
        hasOpenScript |= isOpen;
    }

    void awaitHeredoc() {
        awaited++;
    }

    void addHeredoc(String body) {
        awaited--;
        inputs.add(body);
    }

    void addHereString(String word) {
        inputs.add(word);
    }

    /** {@return whether bodies of here-documents are still to come, so that the command cannot be built yet} */
    boolean isOpen() {
        return awaited > 0 || hasOpenScript;
    }

    /**
     * Handles empty parentheses: after a single word they make it the name of a function, and the next command belongs
     * to the function's body.
     *
     * @return whether that is so
     */
    boolean dropFunctionName() {
        boolean isFunction = words.size() == 1 && assignments.isEmpty();
        if (isFunction) {
            words.clear();
        }
        return isFunction;
    }

    /** Drops the pattern of a case clause, which looks like the words of a command until its parenthesis. */
    void dropWords() {
        words.clear();
        assignments.clear();
    }

    boolean isEmpty() {
        return words.isEmpty() && assignments.isEmpty() && scripts.isEmpty() && inputs.isEmpty() && awaited == 0;
    }

    Command build() {
        return Wrappers.command(assignments, words, build(scripts), inputs, inner, budget);
    }

    static <T> List<T> build(List<Supplier<T>> parts) {
        // A stream would need many times the stack, which nesting already uses.
        List<T> built = new ArrayList<>(parts.size());
        for (Supplier<T> part : parts) {
            built.add(part.get());
        }
        return built;
    }
}
