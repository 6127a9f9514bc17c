package dev.tallyclerk.internal.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * A script, as far as its commands.
 *
 * @param pipelines in the order of the text; conditions and loops are not followed
 * @param isCut whether not all of it was read, because it is nested too deeply, or because a quote, a parenthesis or an
 *     expansion in it does not end, or a here-document before another one
 */
public record ShellScript(List<Pipeline> pipelines, boolean isCut) {
    /** What stands for a script that is nested too deeply. */
    static final ShellScript UNREAD = new ShellScript(List.of(), true);

    public ShellScript {
        pipelines = List.copyOf(pipelines);
    }

    /** A script that was read to its end. */
    public ShellScript(List<Pipeline> pipelines) {
        this(pipelines, false);
    }

    /** {@return what {@code text} runs; any text can be read} */
    public static ShellScript parse(String text) {
        return new ShellParser(text, 0).script();
    }

    /** {@return a script that runs one program with those words, without a shell} */
    public static ShellScript ofWords(List<String> words) {
        CommandBuilder command = new CommandBuilder(0);
        words.forEach(command::addLiteral);
        return new ShellScript(List.of(new Pipeline(List.of(command.build()))));
    }

    /** {@return a script that runs this one and then {@code next}} */
    public ShellScript then(ShellScript next) {
        List<Pipeline> all = new ArrayList<>(pipelines);
        all.addAll(next.pipelines);
        return new ShellScript(all, isCut || next.isCut);
    }

    /**
     * {@return whether not all of this script and of those in it was read, because one is nested more deeply than a
     * script may be or has something that does not end, or because more commands start one another than are followed}
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
