package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
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
        return List.of(checkpoint(), actingLabels(), workingDir(), loader(), climbingPaths(), accountLines());
    }

    private static Rule<ImageSubject> actingLabels() {
        return rule(
                info("ATK-002", "Label that an engine acts on", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2026-53488")
                        .highest(Severity.CRITICAL),
                "Engines copy labels of images to containers, where some take them for their own settings: a logger that"
                        + " runs a program of the host as root (containerd before 1.7.33, 2.0.10, 2.1.9, 2.2.5 and 2.3.2), devices,"
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
                info("ATK-003", "Start leads to files of the kernel", Severity.CRITICAL, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2024-21626")
                        .reference("CVE", "CVE-2019-5736"),
                "A working directory below /proc/self/fd is one of the host for runc before 1.1.12 (CVE-2024-21626), and"
                        + " a program below /proc is the runtime's own (CVE-2019-5736).",
                "Set WORKDIR to a directory of the application, and ENTRYPOINT to a program of the image.",
                image -> Outcome.allOf(
                        image.workingDir()
                                .decideAt((path, at) -> Rules.failIf(
                                        isOfKernel(path),
                                        at,
                                        "the working directory is one of the kernel's file systems",
                                        Evidence.of("WorkingDir", path))),
                        image.entrypoint().decideAt((words, at) -> program(words, at, image)),
                        image.command().decideAt((words, at) -> program(words, at, image))));
    }

    /** {@return whether a path leads to the kernel's files; engines put a slash before one that has none} */
    private static boolean isOfKernel(String path) {
        return KERNEL.matcher(ImagePath.clean(path)).matches();
    }

    private static Outcome program(List<String> words, Location at, ImageSubject image) {
        String program = words.isEmpty() ? "" : words.get(0);
        String folder = image.workingDir().fold((value, place) -> value, Fact.Defaulted::value, missing -> "");
        return Rules.failIf(
                program.contains("/") && isOfKernel(program.startsWith("/") ? program : folder + "/" + program),
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
                                "4.1.3")
                        .reference("CVE", "CVE-2025-23266"),
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
                                && leadsOut(variable.substring(equals + 1))) {
                            problems.add(Problem.at(
                                    at.child(Integer.toString(i)),
                                    "a variable of the loader leads to files of the kernel, or of the program's own folder",
                                    Evidence.of("variable", variable)));
                        }
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static boolean leadsOut(String value) {
        for (String path : value.split("[:;\\s]+", -1)) {
            boolean isRelative = !path.startsWith("/") && !path.startsWith("$");
            if (isRelative ? path.contains("/") : isOfKernel(path)) {
                return true;
            }
        }
        return false;
    }

    private static Rule<ImageSubject> climbingPaths() {
        return rule(
                info(
                                "ATK-013",
                                "Path in the configuration leaves the image",
                                Severity.HIGH,
                                Profile.L1,
                                "4.12",
                                "4.1.3")
                        .reference("CVE", "CVE-2022-23648"),
                "Containerd before 1.4.13, 1.5.10 and 1.6.1 copies what is at the path of a volume into the container,"
                        + " and .. in it leads to files of the host (CVE-2022-23648).",
                "Do not use the image, or write the path without .. in it.",
                image -> Outcome.allOf(
                        Rules.overKeys(image.volumes(), EngineAttackRules::climbs, EngineAttackRules::climbing),
                        image.workingDir()
                                .decideAt((path, at) ->
                                        climbs(path) ? Outcome.fail(climbing(path, at)) : Outcome.pass())));
    }

    private static Problem climbing(String path, Location at) {
        return Problem.at(at, "a path has more .. than directories before them", Evidence.of("path", path));
    }

    private static boolean climbs(String path) {
        int depth = 0;
        for (String step : path.split("/", -1)) {
            depth += step.equals("..") ? -1 : step.isEmpty() || step.equals(".") ? 0 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    private static Rule<ImageSubject> accountLines() {
        return rule(
                info("ATK-014", "Setting adds lines to passwd", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2022-4318"),
                "CRI-O and podman write an account for the container's user into passwd, with its home directory. A line"
                        + " break in it adds accounts, such as one with the user ID of root (CVE-2022-4318).",
                "Do not use the image.",
                image -> Outcome.allOf(
                        image.env().decideAt((variables, at) -> {
                            List<Problem> problems = new ArrayList<>();
                            for (int i = 0; i < variables.size(); i++) {
                                if (variables.get(i).startsWith("HOME=") && hasLineBreak(variables.get(i))) {
                                    problems.add(lineBreak(at.child(Integer.toString(i)), variables.get(i)));
                                }
                            }
                            return Outcome.ofProblems(problems);
                        }),
                        image.user().decideAt(EngineAttackRules::accountLine),
                        image.workingDir().decideAt(EngineAttackRules::accountLine)));
    }

    private static Outcome accountLine(String value, Location at) {
        return hasLineBreak(value) ? Outcome.fail(lineBreak(at, value)) : Outcome.pass();
    }

    private static boolean hasLineBreak(String value) {
        return value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0;
    }

    private static Problem lineBreak(Location at, String value) {
        return Problem.at(at, "a value that engines write into passwd has a line break", Evidence.of("value", value));
    }

    private static Rule<ImageSubject> checkpoint() {
        return rule(
                info("ATK-001", "Image says that it is a checkpoint", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2026-50195")
                        .reference("CVE", "CVE-2026-53489")
                        .reference("CVE", "CVE-2026-53492"),
                "An engine restores the processes of a checkpoint with the settings in it, devices included, and may move"
                        + " tags or read files of the host: containerd before 2.1.9, 2.2.5 and 2.3.2.",
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
