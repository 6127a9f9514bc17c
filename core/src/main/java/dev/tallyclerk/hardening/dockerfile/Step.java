package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.dockerfile.Instruction.Pair;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instruction with variables substituted, in its stage.
 *
 * @param instruction the instruction; the trigger of ONBUILD has a step of its own
 * @param isInChild whether a trigger, which runs in builds on top of the image
 * @param words the arguments after substitution; those of RUN, CMD, ENTRYPOINT and HEALTHCHECK as written
 * @param options the options whose values a build substitutes, by name
 * @param assignments what ENV, ARG and LABEL set, in order
 * @param directory the working directory before the instruction, or null if no WORKDIR was seen
 * @param script what RUN runs, and empty for other instructions
 * @param commands the commands of the script, collected once
 * @param shell the words of the SHELL in force; empty for the default
 * @param unread why some of the script could not be parsed, as a predicate; empty if all was parsed
 * @param defect why a build would refuse the instruction, or empty
 */
record Step(
        Instruction instruction,
        boolean isInChild,
        List<Expansion> words,
        Map<String, Expansion> options,
        List<Setting> assignments,
        @Nullable String directory,
        ShellScript script,
        List<Command> commands,
        List<String> shell,
        String unread,
        String defect) {
    /** A name with the value that it gets. */
    record Setting(Pair pair, Expansion value) {}

    boolean is(String keyword) {
        return instruction.is(keyword);
    }

    /** {@return the names of what files are copied or mounted from, as written; possibly none} */
    List<String> froms() {
        List<String> froms = new ArrayList<>();
        instruction.flag("from").filter(name -> !name.isEmpty()).ifPresent(froms::add);
        if (is("RUN")) {
            for (RunMount mount : RunMount.of(instruction)) {
                if (!mount.from().isEmpty()) {
                    froms.add(mount.from());
                }
            }
        }
        return froms;
    }

    /** {@return the sources of COPY or ADD; here-documents are none} */
    List<Expansion> sources() {
        return words.isEmpty() ? List.of() : words.subList(0, words.size() - 1);
    }

    /** {@return the destination of COPY or ADD} */
    Expansion destination() {
        return words.isEmpty() ? Expansion.literal("") : words.get(words.size() - 1);
    }

    /** {@return whether files that RUN writes to a directory do not stay in the layer, because of a mount} */
    boolean leavesNothingIn(String folder) {
        return RunMount.of(instruction).stream().anyMatch(mount -> mount.isPassing() && mount.covers(folder));
    }
}
