package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.container.internal.reader.ContainerDocument;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The mount options of tmpfs file systems; Docker adds noexec, nosuid and nodev unless the opposite is set. */
final class Tmpfs {
    private static final List<String> LOOSE = List.of("exec", "suid", "dev");
    private static final String NONE = "the container has no tmpfs";

    private Tmpfs() {}

    /** @param isPodman whether the options are all that count, because Podman lists those that it adds too */
    static Outcome ofOptions(HostConfig config, boolean isPodman) {
        return config.tmpfs().decideAt((paths, at) -> {
            if (paths.isEmpty()) {
                return Outcome.notApplicable(NONE);
            }
            List<Problem> problems = new ArrayList<>();
            for (Map.Entry<String, String> entry : new TreeMap<>(paths).entrySet()) {
                List<String> options = List.of(entry.getValue().split(",", -1));
                for (String loose : LOOSE) {
                    if (options.contains(loose) || (isPodman && !options.contains("no" + loose))) {
                        addProblem(loose, at.child(entry.getKey()), problems);
                    }
                }
            }
            return Outcome.ofProblems(problems);
        });
    }

    /** Podman lists all tmpfs file systems in Tmpfs, and has no Mounts in HostConfig. */
    static Outcome ofMounts(ContainerDocument document) {
        if (document.isPodman()) {
            return Outcome.notApplicable(NONE);
        }
        Fact<List<JsonCursor>> mounts = document.hostUnlessEmpty(List.of(), JsonCursor::elements, "Mounts");
        return Elements.allOf(mounts, Outcome.notApplicable(NONE), Tmpfs::ofMount);
    }

    private static Outcome ofMount(JsonCursor mount, Location at) {
        try {
            if (!mount.required("Type").string().equals("tmpfs")) {
                return Outcome.notApplicable(NONE);
            }
            Optional<JsonCursor> options = Members.within(mount, "TmpfsOptions", "Options");
            List<Problem> problems = new ArrayList<>();
            for (JsonCursor option : options.isPresent() ? options.get().elements() : List.<JsonCursor>of()) {
                // An option is a list of a name and possibly a value.
                List<String> words = option.strings();
                addProblem(words.isEmpty() ? "" : words.get(0), at.child("TmpfsOptions", "Options"), problems);
            }
            return Outcome.ofProblems(problems);
        } catch (JsonException e) {
            return Outcome.unknown(MissingValue.Reason.UNREADABLE, at + ": " + e.detail());
        }
    }

    private static void addProblem(String option, Location at, List<Problem> problems) {
        if (LOOSE.contains(option)) {
            problems.add(Problem.at(at, "a tmpfs has " + option, Evidence.of("option", option)));
        }
    }
}
