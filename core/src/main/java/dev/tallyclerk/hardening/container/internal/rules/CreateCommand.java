package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.internal.reader.ContainerConfigDocument;
import dev.tallyclerk.internal.subject.Facts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The command line that created a container, which Podman records. */
final class CreateCommand {
    private CreateCommand() {}

    /** {@return the values of an option, in the same word or the next, separated by commas} */
    static List<String> values(String option, List<String> command) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < command.size() && !command.get(i).equals("--"); i++) {
            String word = command.get(i);
            if (word.equals(option) && i + 1 < command.size()) {
                i++;
                values.addAll(Arrays.asList(command.get(i).split(",", -1)));
            } else if (word.startsWith(option + "=")) {
                values.addAll(Arrays.asList(word.substring(option.length() + 1).split(",", -1)));
            }
        }
        return values;
    }

    /** A value of an option, at its word of the command. */
    record Value(String text, Location at) {}

    /**
     * {@return the values of options that Podman does not report elsewhere; missing unless the command is known}
     *
     * <p>The words of the container's program are searched too: they can add a problem, and never hide one.
     */
    static Fact<List<Value>> given(Container container, Set<String> options) {
        return container
                .config()
                .createCommand()
                .flatMapAt((command, at) -> command.contains("run") || command.contains("create")
                        ? Fact.known(given(command, at, options), at)
                        : Fact.missing(
                                MissingValue.Reason.KEY_MISSING,
                                at + " is not the command that created the container"));
    }

    private static List<Value> given(List<String> command, Location at, Set<String> options) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            int equals = word.indexOf('=');
            if (options.contains(word) && i + 1 < command.size()) {
                add(command.get(i + 1), at.child(Integer.toString(i + 1)), values);
            } else if (equals > 0 && options.contains(word.substring(0, equals))) {
                add(word.substring(equals + 1), at.child(Integer.toString(i)), values);
            }
        }
        return values;
    }

    private static void add(String list, Location at, List<Value> values) {
        for (String value : list.split(",", -1)) {
            values.add(new Value(value, at));
        }
    }

    /** {@return whether Podman wrote the document and leaves the member out, so that only the command tells} */
    static boolean isNeeded(Container container, Fact<?> member) {
        return container.document().isPodman() && Facts.isAbsent(member);
    }

    /** {@return the joint outcome of the values of options; unknown unless the command is known} */
    static Outcome each(Container container, Set<String> options, Function<Value, Outcome> decision) {
        return given(container, options)
                .decide(values -> Outcome.allOf(
                        Outcome.pass(), values.stream().map(decision).toArray(Outcome[]::new)));
    }

    /** {@return the requested IPC namespace, or {@code unless} if none was; missing if the command does not tell} */
    static Fact<String> ipcMode(Container container, Fact<String> unless) {
        Fact<List<String>> command = container.config().createCommand();
        return command instanceof Fact.Known<List<String>> known
                        && known.value().stream().anyMatch(word -> word.equals("run") || word.equals("create"))
                ? ipcMode(known, container.config(), unless)
                : Fact.missing(
                        MissingValue.Reason.KEY_MISSING,
                        "Podman before 4.4 reports the host's IPC namespace as shareable too, and the command that created the"
                                + " container is missing");
    }

    private static Fact<String> ipcMode(
            Fact.Known<List<String>> command, ContainerConfigDocument config, Fact<String> unless) {
        List<String> modes = values("--ipc", withoutProgram(command.value(), config)).stream()
                .filter(mode -> !mode.isEmpty())
                .distinct()
                .toList();
        if (modes.size() > 1) {
            return Fact.missing(
                    MissingValue.Reason.UNREADABLE, command.at() + " has several values for --ipc: " + modes);
        }
        return modes.isEmpty() ? unless : Fact.known(modes.get(0), command.at());
    }

    /** Removes the trailing arguments of the container's program, which may look like options of Podman. */
    private static List<String> withoutProgram(List<String> command, ContainerConfigDocument config) {
        int words = Facts.isKnown(config.cmd(), cmd -> !cmd.isEmpty())
                ? config.cmd().fold((cmd, at) -> trailing(cmd, command), assumed -> 0, missing -> 0)
                : 0;
        return command.subList(0, command.size() - words);
    }

    private static int trailing(List<String> cmd, List<String> command) {
        boolean isThere = cmd.size() < command.size()
                && command.subList(command.size() - cmd.size(), command.size()).equals(cmd);
        return isThere ? cmd.size() : 0;
    }
}
