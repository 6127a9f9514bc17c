package dev.tallyclerk.internal.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands of a script.
 *
 * @param pipelines in the order of the text; conditions and loops are not followed
 * @param isCut whether a part was not parsed, because the budget is spent, because it is nested too deeply, or because
 *     a quote, a parenthesis, an expansion, or a here-document before another one is unterminated
 */
public record ShellScript(List<Pipeline> pipelines, boolean isCut) {
    /** Stands for a script that is nested too deeply. */
    static final ShellScript UNREAD = new ShellScript(List.of(), true);

    public ShellScript {
        pipelines = List.copyOf(pipelines);
    }

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
        public record Assignment(String name, String value) {
            /** {@return whether a shell accepts {@code text} as the name of a variable} */
            static boolean isName(String text) {
                for (int i = 0; i < text.length(); i++) {
                    char c = text.charAt(i);
                    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
                    if (!letter && (i == 0 || c < '0' || c > '9')) {
                        return false;
                    }
                }
                return !text.isEmpty();
            }
        }

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

    /** Makes a script that was parsed to its end. */
    public ShellScript(List<Pipeline> pipelines) {
        this(pipelines, false);
    }

    /** {@return a script that runs this one and then {@code next}} */
    public ShellScript then(ShellScript next) {
        List<Pipeline> all = new ArrayList<>(pipelines);
        all.addAll(next.pipelines);
        return new ShellScript(all, isCut || next.isCut);
    }

    /**
     * {@return whether a part of this script or of a script in it was not parsed, because it is nested too deeply or
     * unterminated, or because the chain of wrapped commands is too long}
     */
    public boolean hasUnread() {
        if (isCut) {
            return true;
        }
        for (Pipeline pipeline : pipelines) {
            for (Command stage : pipeline.stages()) {
                for (Command command : stage.chain()) {
                    for (ShellScript script : command.scripts()) {
                        if (script.hasUnread()) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /** {@return the pipelines of this script and of the scripts in it} */
    public List<Pipeline> everyPipeline() {
        List<Pipeline> every = new ArrayList<>();
        collect(this, every);
        return every;
    }

    /** {@return the commands of this script and of the scripts in it, and the commands they start} */
    public List<Command> everyCommand() {
        return everyPipeline().stream()
                .flatMap(pipeline -> pipeline.stages().stream())
                .flatMap(stage -> stage.chain().stream())
                .toList();
    }

    private static void collect(ShellScript script, List<Pipeline> every) {
        for (Pipeline pipeline : script.pipelines) {
            every.add(pipeline);
            for (Command stage : pipeline.stages()) {
                for (Command command : stage.chain()) {
                    command.scripts().forEach(inner -> collect(inner, every));
                }
            }
        }
    }
}
