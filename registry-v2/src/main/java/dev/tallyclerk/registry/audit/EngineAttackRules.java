package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules on settings with which an image attacks the engine that loads or starts it. */
final class EngineAttackRules {
    /** Labels and annotations by which engines and runtimes act, by prefix, and the program that reads them. */
    private static final Map<String, String> ACTING = Map.ofEntries(
            Map.entry("containerd.io/restart.", "containerd"),
            Map.entry("nerdctl/", "nerdctl"),
            Map.entry("cdi.k8s.io/", "containerd, CRI-O, podman and Docker (CDI)"),
            Map.entry("io.kubernetes.cri-o.", "CRI-O"),
            Map.entry("io.podman.annotations.", "podman"),
            Map.entry("io.containers.", "podman"),
            Map.entry("run.oci.", "crun"),
            Map.entry("org.systemd.property.", "runc and crun"),
            Map.entry("com.github.containers.virtcontainers.", "Kata Containers"),
            Map.entry("io.katacontainers.", "Kata Containers"));

    /** Labels of those prefixes that only describe. */
    private static final Set<String> DESCRIBING =
            Words.set("io.containers.autoupdate io.containers.capabilities nerdctl/version");

    /** Annotations by which engines restore a checkpoint instead of starting a program. */
    private static final List<String> CHECKPOINTS = List.of(
            "io.kubernetes.cri-o.annotations.checkpoint.",
            "io.podman.annotations.checkpoint.",
            "org.criu.checkpoint.",
            "io.containerd.checkpoint.",
            "containerd.io/checkpoint.");

    private static final Set<String> LOADER =
            Words.set("LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT LD_CONFIG GCONV_PATH GLIBC_TUNABLES");

    private static final Pattern KERNEL = Pattern.compile("/(proc|sys|dev)(/.*)?");

    private EngineAttackRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(checkpoint(), actingLabels(), workingDir(), loader());
    }

    private static Rule<ImageSubject> actingLabels() {
        return rule(
                info("ATK-002", "Label that an engine acts on", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .highest(Severity.CRITICAL),
                "Engines copy labels of images to containers, where some take them for their own settings: a logger that"
                        + " runs a program of the host as root (containerd, CVE-2026-53488), devices,"
                        + " mounts, properties of systemd.",
                "Remove the label, or do not use the image.",
                image -> Outcome.allOf(
                        image.labels().decideAt(EngineAttackRules::acting),
                        image.annotations().decideAt(EngineAttackRules::acting)));
    }

    private static Outcome acting(Map<String, String> labels, Location at) {
        List<Problem> problems = new ArrayList<>();
        labels.forEach((label, value) -> ACTING.forEach((prefix, engine) -> {
            if (label.startsWith(prefix) && !DESCRIBING.contains(label) && !isCheckpoint(label)) {
                Problem problem =
                        Problem.at(at.child(label), "a label is a setting of " + engine, Evidence.of("label", label));
                boolean runsPrograms = value.contains("binary://") || value.startsWith("file://");
                problems.add(runsPrograms ? problem.withSeverity(Severity.CRITICAL) : problem);
            }
        }));
        return Outcome.ofProblems(problems);
    }

    private static boolean isCheckpoint(String label) {
        return CHECKPOINTS.stream().anyMatch(label::startsWith);
    }

    private static Rule<ImageSubject> workingDir() {
        return rule(
                info("ATK-003", "Start leads to files of the kernel", Severity.CRITICAL, Profile.L1, "4.12", "4.1.3"),
                "A working directory below /proc/self/fd is one of the host for runc before 1.1.12 (CVE-2024-21626), and"
                        + " a program below /proc is the runtime's own (CVE-2019-5736).",
                "Set WORKDIR to a directory of the application, and ENTRYPOINT to a program of the image.",
                image -> Outcome.allOf(
                        image.workingDir()
                                .decideAt((path, at) -> Rules.failIf(
                                        path.startsWith("/")
                                                && KERNEL.matcher(ImagePath.clean(path))
                                                        .matches(),
                                        at,
                                        "the working directory is one of the kernel's file systems",
                                        Evidence.of("WorkingDir", path))),
                        image.entrypoint().decideAt(EngineAttackRules::program),
                        image.command().decideAt(EngineAttackRules::program)));
    }

    private static Outcome program(List<String> words, Location at) {
        String program = words.isEmpty() ? "" : words.get(0);
        return Rules.failIf(
                program.startsWith("/")
                        && KERNEL.matcher(ImagePath.clean(program)).matches(),
                at,
                "the program is a file of the kernel",
                Evidence.of("program", program));
    }

    private static Rule<ImageSubject> loader() {
        return rule(
                info(
                        "ATK-009",
                        "Loader takes libraries from the kernel's files",
                        Severity.HIGH,
                        Profile.L1,
                        "4.12",
                        "4.1.3"),
                "Programs that an engine starts in the container, such as hooks and the runtime itself, load the image's"
                        + " library when it is named by a path below /proc or relative to their own folder, as in"
                        + " CVE-2025-23266.",
                "Name libraries by absolute paths of the image.",
                image -> image.env().decideAt((variables, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (int i = 0; i < variables.size(); i++) {
                        String variable = variables.get(i);
                        int equals = variable.indexOf('=');
                        if (equals > 0
                                && LOADER.contains(variable.substring(0, equals))
                                && leadsToKernel(variable.substring(equals + 1))) {
                            problems.add(Problem.at(
                                    at.child(Integer.toString(i)),
                                    "a variable of the loader leads to files of the kernel",
                                    Evidence.of("variable", variable)));
                        }
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static boolean leadsToKernel(String value) {
        for (String path : value.split("[:;\\s]+", -1)) {
            if (path.startsWith("/") && KERNEL.matcher(ImagePath.clean(path)).matches()) {
                return true;
            }
        }
        return false;
    }

    private static Rule<ImageSubject> checkpoint() {
        return rule(
                info("ATK-001", "Image says that it is a checkpoint", Severity.HIGH, Profile.L1, "4.12", "4.1.3"),
                "An engine restores the processes of a checkpoint with the settings in it, devices included, and may move"
                        + " tags (containerd, CVE-2026-50195 and CVE-2026-53492).",
                "Do not use the image, or restore it where you trust its author.",
                image -> Outcome.allOf(
                        image.annotations().decideAt(EngineAttackRules::checkpoint),
                        image.labels().decideAt(EngineAttackRules::checkpoint)));
    }

    private static Outcome checkpoint(Map<String, String> labels, Location at) {
        return Outcome.ofProblems(labels.keySet().stream()
                .filter(EngineAttackRules::isCheckpoint)
                .map(label -> Problem.at(
                        at.child(label),
                        "an annotation makes an engine restore a checkpoint",
                        Evidence.of("label", label)))
                .toList());
    }
}
