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
import dev.tallyclerk.registry.model.HistoryEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules on settings with which an image attacks the engine that loads or starts it. */
final class EngineAttackRules {
    private static final String HCSSHIM = "containerd on Windows (hcsshim)";
    private static final String KATA = "Kata Containers";
    private static final String NRI = "plugins of containerd and CRI-O (NRI)";

    /**
     * Labels and annotations by which engines and runtimes act, and the program that reads them. A key that starts with
     * {@code *} is the end of a name, others are the start.
     */
    static final Map<String, String> ACTING = Map.ofEntries(
            Map.entry("containerd.io/restart.", "containerd"),
            Map.entry("containerd.io/gc.", "containerd"),
            Map.entry("io.cri-containerd.", "containerd"),
            Map.entry("nerdctl/", "nerdctl"),
            Map.entry("cdi.k8s.io/", "containerd, CRI-O, podman and Docker (CDI)"),
            Map.entry("devices.nri.io", NRI),
            Map.entry("mounts.nri.io", NRI),
            Map.entry("ulimits.nri.containerd.io", NRI),
            Map.entry("io.kubernetes.cri-o.", "CRI-O"),
            Map.entry("seccomp-profile.kubernetes.cri-o.io", "CRI-O"),
            Map.entry("*.crio.io", "CRI-O"),
            Map.entry("io.podman.annotations.", "podman"),
            Map.entry("io.containers.", "podman"),
            Map.entry("PODMAN_SYSTEMD_UNIT", "podman"),
            Map.entry("run.oci.", "crun"),
            Map.entry("krun.", "crun (libkrun)"),
            Map.entry("org.criu.config", "runc and crun"),
            Map.entry("org.systemd.property.", "runc and crun"),
            Map.entry("dev.gvisor.", "gVisor"),
            Map.entry("com.github.containers.virtcontainers.", KATA),
            Map.entry("io.katacontainers.", KATA),
            Map.entry("io.microsoft.container.", HCSSHIM),
            Map.entry("io.microsoft.virtualmachine.", HCSSHIM),
            Map.entry("microsoft.com/hostprocess", HCSSHIM));

    /** Labels of those names that only describe. */
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

    /** Those of {@link #LOADER} that list directories. */
    private static final Set<String> FOLDERS = Words.set("LD_LIBRARY_PATH GCONV_PATH");

    /** ld.so(8): the directory of the program. */
    private static final Pattern ORIGIN = Pattern.compile("\\$(ORIGIN|\\{ORIGIN})");

    /** ECMA-48: the introducers of control sequences, in seven and eight bits, and the backspace. */
    private static final Pattern CONTROL = Pattern.compile("[\\x1b\\x08]|\\x9b[0-9;?]*[@-~]|\\x9d[0-9]+;");

    private static final Pattern MOUNT = Pattern.compile("(?:^|\\s)--mount=[\"']?([^\\s\"']+)");

    private static final Pattern KERNEL = Pattern.compile("/(proc|sys|dev)(/.*)?");

    private EngineAttackRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(
                checkpoint(),
                actingLabels(),
                workingDir(),
                loader(),
                climbingPaths(),
                accountLines(),
                controlSequences(),
                climbingTriggers());
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
                        image.annotations().decideAt(EngineAttackRules::acting),
                        image.indexAnnotations().decideAt(EngineAttackRules::acting)));
    }

    private static Outcome acting(Map<String, String> labels, Location at) {
        List<Problem> problems = new ArrayList<>();
        labels.forEach((label, value) -> ACTING.forEach((name, engine) -> {
            if (isNamed(label, name) && !DESCRIBING.contains(label) && !isCheckpoint(label)) {
                Problem problem =
                        Problem.at(at.child(label), "a label is a setting of " + engine, Evidence.of("label", label));
                boolean runsPrograms = value.contains("binary://") || value.startsWith("file://");
                problems.add(runsPrograms ? problem.withSeverity(Severity.CRITICAL) : problem);
            }
        }));
        return Outcome.ofProblems(problems);
    }

    private static boolean isNamed(String label, String name) {
        return name.startsWith("*") ? label.endsWith(name.substring(1)) : label.startsWith(name);
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
                        String name = equals < 0 ? "" : variable.substring(0, equals);
                        if (LOADER.contains(name) && leadsOut(name, variable.substring(equals + 1))) {
                            problems.add(Problem.at(
                                    at.child(Integer.toString(i)),
                                    "a variable of the loader leads to files of the kernel, or of the program's own folder",
                                    Evidence.of("variable", variable)));
                        }
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static boolean leadsOut(String variable, String value) {
        boolean isOfFolders = FOLDERS.contains(variable);
        for (String path : value.split("[:;\\s]+", -1)) {
            Matcher origin = ORIGIN.matcher(path);
            if (origin.lookingAt()) {
                // The folder of the program, which for a hook is one of the host, and from which .. leads anywhere.
                path = path.substring(origin.end());
            } else if (!path.startsWith("/") && !path.startsWith("$")) {
                // A library without a slash is searched for, and a directory without one is in the current directory.
                if (path.contains("/") || (isOfFolders && !path.isEmpty())) {
                    return true;
                }
                continue;
            }
            if (isOfKernel(path)) {
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

    private static Rule<ImageSubject> controlSequences() {
        return rule(
                info("ATK-016", "Setting has terminal control sequences", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2021-25743"),
                "Clients print the settings and the history of an image. One that prints them as they are, such as kubectl"
                        + " before 1.26 with the messages of engines (CVE-2021-25743), lets the image change what a terminal"
                        + " shows, and what it runs.",
                "Do not use the image, or rebuild it without the control characters.",
                image -> Outcome.allOf(
                        image.labels().decideAt(EngineAttackRules::control),
                        image.env().decideAt(EngineAttackRules::control),
                        image.entrypoint().decideAt(EngineAttackRules::control),
                        image.command().decideAt(EngineAttackRules::control),
                        image.user().decideAt((user, at) -> control(List.of(user), at)),
                        image.workingDir().decideAt((folder, at) -> control(List.of(folder), at)),
                        // Without a history there is nothing to print.
                        image.history()
                                .fold(
                                        EngineAttackRules::controlInHistory,
                                        none -> Outcome.pass(),
                                        none -> Outcome.pass())));
    }

    private static Outcome control(Map<String, String> texts, Location at) {
        return Outcome.ofProblems(texts.entrySet().stream()
                .filter(text -> isControl(text.getKey()) || isControl(text.getValue()))
                .map(text -> control(at.child(text.getKey())))
                .toList());
    }

    private static Outcome control(List<String> texts, Location at) {
        return texts.stream().anyMatch(EngineAttackRules::isControl) ? Outcome.fail(control(at)) : Outcome.pass();
    }

    private static Outcome controlInHistory(List<HistoryEntry> history, Location at) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            HistoryEntry step = history.get(i);
            if (isControl(step.createdBy()) || isControl(step.author()) || isControl(step.comment())) {
                problems.add(control(new Location.History(i)));
            }
        }
        return Outcome.ofProblems(problems);
    }

    private static boolean isControl(String text) {
        return CONTROL.matcher(text).find();
    }

    private static Problem control(Location at) {
        return Problem.at(at, "a text has characters that control a terminal");
    }

    private static Rule<ImageSubject> climbingTriggers() {
        return rule(
                info("ATK-017", "Trigger mounts outside of the build", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2024-9675"),
                "ONBUILD instructions run in builds that use the image as a base. A mount with .. in its paths brings"
                        + " directories of the host into such a build (buildah before 1.38.0, podman before 5.2.5,"
                        + " CVE-2024-9675).",
                "Do not build on the image.",
                image -> image.onBuild().decideAt((triggers, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (int i = 0; i < triggers.size(); i++) {
                        if (mountsOutside(triggers.get(i))) {
                            problems.add(Problem.at(
                                    at.child(Integer.toString(i)),
                                    "a trigger has a mount with .. or of the kernel's files"));
                        }
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static boolean mountsOutside(String trigger) {
        Matcher mount = MOUNT.matcher(trigger);
        while (mount.find()) {
            for (String option : mount.group(1).split(",", -1)) {
                String path = option.substring(option.indexOf('=') + 1);
                boolean hasParent = List.of(path.split("/", -1)).contains("..");
                if (option.contains("=") && (hasParent || (path.startsWith("/") && isOfKernel(path)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Rule<ImageSubject> checkpoint() {
        return rule(
                info("ATK-001", "Image says that it is a checkpoint", Severity.HIGH, Profile.L1, "4.12", "4.1.3")
                        .reference("CVE", "CVE-2024-8676")
                        .reference("CVE", "CVE-2026-50195")
                        .reference("CVE", "CVE-2026-53489")
                        .reference("CVE", "CVE-2026-53492"),
                "An engine restores the processes of a checkpoint with the settings in it, mounts and devices included, and"
                        + " may move tags or read files of the host: containerd before 2.1.9, 2.2.5 and 2.3.2, CRI-O before"
                        + " 1.29.8, 1.30.6 and 1.31.1.",
                "Do not use the image, or restore it where you trust its author.",
                image -> Outcome.allOf(
                        image.annotations().decideAt(EngineAttackRules::checkpoint),
                        image.indexAnnotations().decideAt(EngineAttackRules::checkpoint),
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
