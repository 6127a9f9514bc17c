package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.PackageCommands;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
import dev.tallyclerk.internal.text.Words;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Rules on the use of package managers. */
final class PackageRules {
    /** The most packages that a problem names. */
    private static final int MAX_SHOWN = 20;

    private static final Set<String> NO = Set.of("", "0", "false", "no", "off");
    private static final Set<String> RPM_INSTALLS = Words.set("""
            install reinstall groupinstall localinstall update upgrade in up dup dist-upgrade patch swap distro-sync
            system-upgrade builddep build-dep makecache
            """);
    private static final Set<String> RPM_CACHES = Words.set("""
            /var/cache/dnf /var/cache/yum /var/cache/libdnf5 /var/cache/zypp /var/cache/tdnf /var/cache
            """);

    private PackageRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(
                updateAlone(),
                listsKept(),
                recommended(),
                asks(),
                apt(),
                upgrade(),
                indexKept(),
                cacheKept(),
                unpinned(),
                languageCache());
    }

    private static Rule<DockerfileSubject> updateAlone() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-013", severity, Profile.L1, "4.7", "4.1.1", """
                        Package index is updated in its own step
                        Builders cache the layer with the index, so a later build installs from an old index, without the
                        fixes made since.
                        Remedy: Combine update and install in one RUN instruction.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (PackageCommands.updatesAlone(step.commands())) {
                        found.add(
                                step.instruction().at(),
                                "an update is not followed by an install in its step",
                                StepNames.evidence(step));
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> listsKept() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-014", severity, Profile.STRICT, "4.3", "4.1.2", """
                        Package lists are left in the layer
                        The lists enlarge the image and are soon out of date. If a later step removes them, they are still
                        in the layer. Stages that the shipped image does not consist of are not looked at.
                        Remedy: End the RUN instruction that updates or installs with rm -rf /var/lib/apt/lists/*, or
                        mount a cache there.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    if (stage.use() != BuiltStage.Use.SHIPPED) {
                        return;
                    }
                    for (Step step : stage.steps()) {
                        if (PackageCommands.keepsLists(step.commands())
                                && !step.leavesNothingIn("/var/lib/apt/lists")) {
                            found.add(
                                    step.instruction().at(),
                                    "the apt lists are not removed in the step that fetches them",
                                    StepNames.evidence(step));
                        }
                        found.unread(step);
                    }
                }));
    }

    private static Rule<DockerfileSubject> recommended() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-015", severity, Profile.STRICT, "4.3", "4.1.2", """
                        Recommended packages are installed
                        apt installs what packages recommend, which the application does not need and an attacker may use.
                        Remedy: Add --no-install-recommends, and name the packages that are needed.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    boolean isOff =
                            stage.parent().filter(PackageRules::switchesOff).isPresent();
                    for (Step step : stage.steps()) {
                        for (Command command : step.commands()) {
                            isOff |= isRecommendsOff(command);
                            Optional<Installs> installs = Installs.of(command);
                            boolean isApt = installs.filter(of -> of.tool().equals("apt"))
                                    .isPresent();
                            if (isApt
                                    && !isOff
                                    && !installs.get().hasOption("--no-install-recommends")
                                    && !installs.get().hasOption("--without-recommends", "-R")) {
                                found.add(step, command, "apt installs recommended packages");
                            }
                        }
                        found.unread(step);
                    }
                }));
    }

    private static boolean switchesOff(BuiltStage stage) {
        return stage.steps().stream()
                        .flatMap(step -> step.commands().stream())
                        .filter(command -> PackageCommands.family(command).isEmpty())
                        .anyMatch(PackageRules::isRecommendsOff)
                || stage.parent().filter(PackageRules::switchesOff).isPresent();
    }

    /** An option of the command, or a line of apt.conf that it writes. */
    private static boolean isRecommendsOff(Command command) {
        String text =
                (String.join(" ", command.words()) + ' ' + String.join(" ", command.inputs())).toLowerCase(Locale.ROOT);
        int at = text.indexOf("apt::install-recommends");
        boolean isForOthers = !PackageCommands.family(command).isEmpty();
        if (at < 0 || (isForOthers && !PackageCommands.family(command).equals("apt"))) {
            return false;
        }
        String value = text.substring(at + "apt::install-recommends".length());
        return value.matches("(?s)[\\s=\"'\\\\]*(?:false|0|no|off).*");
    }

    private static Rule<DockerfileSubject> asks() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-016", severity, Profile.STRICT, "", "4.1.2", """
                        Install may ask for input
                        A build has no terminal, so that a question ends it.
                        Remedy: Add -y, or --non-interactive for zypper.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Pipeline pipeline : step.script().everyPipeline()) {
                        boolean isAnswered = false;
                        for (Command stage : pipeline.stages()) {
                            for (Command command : stage.chain()) {
                                if (!isAnswered && mayAsk(command)) {
                                    found.add(step, command, "the command asks before it installs");
                                }
                                isAnswered |= command.program().equals("yes");
                            }
                        }
                    }
                    found.unread(step);
                }));
    }

    private static boolean mayAsk(Command command) {
        Optional<Installs> installs = Installs.of(command);
        if (installs.isEmpty()) {
            return false;
        }
        Installs of = installs.get();
        return switch (of.tool()) {
            case "apt" -> !isQuietApt(of);
            case "dnf" -> !of.hasOption("-y", "--assumeyes", "--assume-yes");
            case "zypper" -> !of.hasOption("-y", "-n", "--no-confirm", "--non-interactive");
            default -> false;
        };
    }

    private static boolean isQuietApt(Installs installs) {
        long quiet = installs.options().stream()
                .filter(option -> option.equals("-q") || option.equals("--quiet"))
                .count();
        boolean isConfigured = installs.options().stream()
                .map(option -> option.toLowerCase(Locale.ROOT))
                .anyMatch(option -> option.matches("(?:-o|--option)=apt::get::assume-yes=(?:true|1|yes|on)"));
        return installs.hasOption("-y", "--yes", "--assume-yes", "--force-yes", "--quiet=2")
                || installs.options().contains("-=")
                || quiet > 1
                || isConfigured;
    }

    private static Rule<DockerfileSubject> apt() {
        return CommandRules.overCommands(
                info("DKF-017", Severity.INFO, Profile.STRICT, "", "4.1.2", """
                        apt is used instead of apt-get
                        apt is made for people: its output and options may change from version to version.
                        Remedy: Use apt-get, or apt-cache for searches.
                        """).build(),
                "a build step runs apt",
                (step, command) -> command.program().equals("apt"));
    }

    private static Rule<DockerfileSubject> upgrade() {
        return CommandRules.overCommands(
                info("DKF-018", Severity.LOW, Profile.STRICT, "4.7", "4.1.1", """
                        Build upgrades the distribution
                        Upgrading everything makes another distribution than the base image, varies from build to build,
                        and hides that the base image is old.
                        Remedy: Build on a newer version of the base image.
                        """)
                        .build(),
                "a build step upgrades the distribution",
                (step, command) -> PackageCommands.upgradesDistribution(command));
    }

    private static Rule<DockerfileSubject> indexKept() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-019", severity, Profile.STRICT, "4.3", "4.1.2", """
                        apk keeps its index
                        Without --no-cache, the index stays in the layer, enlarges it, and is used by later steps even when
                        out of date.
                        Remedy: Install with apk add --no-cache, without apk update.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    if (PackageCommands.keepsIndex(step.commands())
                            && !step.leavesNothingIn("/var/cache/apk")
                            && !step.leavesNothingIn("/etc/apk/cache")) {
                        found.add(step.instruction().at(), "apk add runs without --no-cache", StepNames.evidence(step));
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> cacheKept() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-020", severity, Profile.STRICT, "4.3", "4.1.2", """
                        Cache of yum, dnf, microdnf or zypper is left in the layer
                        Packages and indexes stay in the layer and enlarge the image. A later step cannot remove them from
                        it.
                        Remedy: End the RUN instruction that installs with dnf clean all, yum clean all or zypper clean
                        --all.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (String tool : keptCaches(step)) {
                        found.add(
                                step.instruction().at(),
                                tool + " leaves its cache in the layer",
                                Evidence.of("tool", tool),
                                StepNames.evidence(step));
                    }
                    found.unread(step);
                }));
    }

    /** {@return the programs whose cache stays after a step} */
    private static List<String> keptCaches(Step step) {
        Set<String> kept = new HashSet<>();
        for (Command command : step.commands()) {
            String family = PackageCommands.family(command);
            boolean isRpm = family.equals("dnf") || family.equals("zypper");
            String subcommand = PackageCommands.subcommand(command);
            boolean keepsNone =
                    command.arguments().stream().anyMatch(word -> word.matches("--setopt=keepcache=.*never"));
            if (isRpm && RPM_INSTALLS.contains(subcommand) && !keepsNone) {
                kept.add(command.program());
            } else if (isRpm && cleans(family, command, subcommand)) {
                kept.removeIf(program -> program.equals("zypper") == family.equals("zypper"));
            } else if (command.program().equals("rm")) {
                removeCleaned(command, kept);
            }
        }
        kept.removeIf(program -> RPM_CACHES.stream()
                .filter(folder -> folder.contains(program.equals("zypper") ? "zypp" : program))
                .anyMatch(step::leavesNothingIn));
        return kept.stream().sorted().toList();
    }

    private static boolean cleans(String family, Command command, String subcommand) {
        return family.equals("zypper")
                ? subcommand.equals("clean") || subcommand.equals("cc")
                : subcommand.equals("clean") && command.arguments().contains("all");
    }

    private static void removeCleaned(Command rm, Set<String> kept) {
        for (String word : rm.arguments()) {
            for (String folder : RPM_CACHES) {
                if (word.equals(folder) || word.startsWith(folder + "/")) {
                    boolean isAll = folder.equals("/var/cache")
                            && (word.endsWith("/*") || word.endsWith("cache") || word.endsWith("cache/"));
                    kept.removeIf(program -> isAll
                            || (program.equals("zypper") && folder.endsWith("zypp"))
                            || folder.endsWith('/' + program)
                            || (!program.equals("zypper")
                                    && (folder.endsWith("/dnf")
                                            || folder.endsWith("/yum")
                                            || folder.endsWith("/libdnf5"))));
                }
            }
        }
    }

    private static Rule<DockerfileSubject> unpinned() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-021", severity, Profile.STRICT, "4.11", "4.1.5", """
                        Package versions are not pinned
                        Two builds of one file install different versions, among them one that an attacker has published a
                        minute ago.
                        Remedy: Write the version of each package, or install from a lock file.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overSteps(subject, severity, (step, found) -> {
                    for (Command command : step.commands()) {
                        List<String> unpinned =
                                Installs.of(command).map(Installs::unpinned).orElse(List.of());
                        if (!unpinned.isEmpty()) {
                            String shown = String.join(
                                    " ", unpinned.stream().limit(MAX_SHOWN).toList());
                            found.add(
                                    step,
                                    command,
                                    "packages are installed without a version",
                                    Evidence.of("packages", shown));
                        }
                    }
                    found.unread(step);
                }));
    }

    private static Rule<DockerfileSubject> languageCache() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-022", severity, Profile.STRICT, "4.3", "4.1.2", """
                        Cache of pip or yarn is left in the layer
                        The downloaded packages stay in the layer beside the installed ones.
                        Remedy: Install with pip install --no-cache-dir, or yarn install && yarn cache clean, or mount a
                        cache: RUN --mount=type=cache,target=/root/.cache.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    for (Step step : stage.steps()) {
                        caches(stage, step, found);
                        found.unread(step);
                    }
                }));
    }

    private static void caches(BuiltStage stage, Step step, Findings found) {
        boolean isOff = isOn(stage.environment().getOrDefault("PIP_NO_CACHE_DIR", ""));
        Command pip = null;
        Command yarn = null;
        for (Command command : step.commands()) {
            boolean here = isOff;
            for (Assignment set : command.assignments()) {
                here = set.name().equals("PIP_NO_CACHE_DIR") ? isOn(set.value()) : here;
            }
            if (command.program().equals("export") || command.words().isEmpty()) {
                isOff = exported(command, here);
            }
            Optional<Installs> installs = Installs.of(command);
            boolean isPip = installs.filter(of -> of.tool().equals("pip")).isPresent();
            if (isPip && !here && !command.arguments().contains("--no-cache-dir")) {
                pip = command;
            } else if (command.program().equals("yarn")) {
                yarn = isYarnInstall(command)
                        ? command
                        : command.arguments().containsAll(List.of("cache", "clean")) ? null : yarn;
            } else if (command.program().equals("rm")) {
                pip = removes(command, "pip", ".cache") ? null : pip;
                yarn = removes(command, "yarn", ".cache") ? null : yarn;
            } else if (isCachePurge(command)) {
                pip = null;
            }
        }
        if (pip != null && !hasCacheMount(step, "pip")) {
            found.add(step, pip, "pip leaves its cache in the layer");
        }
        if (yarn != null && !hasCacheMount(step, "yarn")) {
            found.add(step, yarn, "yarn leaves its cache in the layer");
        }
    }

    private static boolean exported(Command command, boolean before) {
        boolean isOff = before;
        for (String word : command.arguments()) {
            if (word.startsWith("PIP_NO_CACHE_DIR=")) {
                isOff = isOn(word.substring(word.indexOf('=') + 1));
            }
        }
        return isOff;
    }

    private static boolean isOn(String value) {
        return !NO.contains(value.toLowerCase(Locale.ROOT));
    }

    private static boolean isYarnInstall(Command command) {
        List<String> operands = command.arguments().stream()
                .filter(word -> !word.startsWith("-"))
                .toList();
        return operands.isEmpty()
                ? command.arguments().stream().noneMatch(word -> word.equals("--version") || word.equals("--help"))
                : operands.get(0).equals("install") || operands.get(0).equals("add");
    }

    private static boolean isCachePurge(Command command) {
        return command.program().startsWith("pip") && command.arguments().equals(List.of("cache", "purge"));
    }

    private static boolean removes(Command rm, String name, String parent) {
        return rm.arguments().stream()
                .anyMatch(word -> word.endsWith(parent)
                        || word.endsWith(parent + "/")
                        || word.endsWith(parent + "/*")
                        || (word.contains(parent + '/' + name) || word.contains('/' + name + "-cache")));
    }

    private static boolean hasCacheMount(Step step, String name) {
        return RunMount.of(step.instruction()).stream()
                .anyMatch(mount -> mount.isPassing()
                        && (mount.target().endsWith(".cache")
                                || mount.target().endsWith(".cache/")
                                || mount.target().contains(name)));
    }
}
