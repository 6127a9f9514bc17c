package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.Assignments;
import dev.tallyclerk.internal.command.Chmod;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.command.SystemFolders;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules on the paths and permissions that the configuration and the build set. */
final class FileRules {
    private static final Set<String> WORLD_WRITABLE = Set.of("/tmp", "/var/tmp", "/dev/shm");

    private static final Set<String> LOADER_VARIABLES = Set.of("LD_PRELOAD", "LD_AUDIT");

    /** Linux, limits.h: longer paths cannot be opened. */
    private static final int MAX_PATH = 4096;

    private static final Pattern VARIABLE = Pattern.compile("\\$(?:([A-Za-z_]\\w*)|\\{([A-Za-z_]\\w*)\\})");

    /** Longer values are not substituted into paths, of which a hostile history has very many. */
    private static final int MAX_VALUE = 255;

    private FileRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(systemVolume(), loosePermissions(), hijackableSearchPath(), systemWorkingDir());
    }

    private static Rule<ImageSubject> systemVolume() {
        return rule(
                info("IMG-011", "Volume covers a system directory", Severity.HIGH, Profile.L1, "5.6", "4.1.2")
                        .reference("CVE", "CVE-2019-16884"),
                "A volume there hides or replaces files that the system depends on; one on /proc disables AppArmor with"
                        + " runc before 1.0-rc9 (CVE-2019-16884). Data written to it outlives the"
                        + " container and may be shared with others. A volume for the application's own directory"
                        + " below /etc, /usr or /lib covers no system files and is LOW.",
                "Remove the VOLUME instruction, and keep data in a directory of its own such as /data.",
                image -> Rules.overKeys(
                        image.volumes(),
                        path -> SystemFolders.covers(path) || SystemFolders.shares(path),
                        (path, at) -> SystemFolders.covers(path)
                                ? Problem.at(at, "a volume covers a system directory", Evidence.of("volume", path))
                                : Problem.at(at, "a volume lies below a system directory", Evidence.of("volume", path))
                                        .withSeverity(Severity.LOW)));
    }

    private static Rule<ImageSubject> loosePermissions() {
        return rule(
                info("IMG-023", "Build sets unsafe file permissions", Severity.LOW, Profile.STRICT, "4.8", "4.1.2"),
                "Any process in the container can replace a world-writable file, and a set-user-ID or set-group-ID"
                        + " program grants its owner's or group's rights to everyone who starts it.",
                "Grant the least permissions that work to the account that needs them, for example with COPY"
                        + " --chown and chmod 750.",
                image -> Rules.overSteps(image, step -> {
                    List<Problem> problems = new ArrayList<>();
                    List<Chmod> changes = changes(step);
                    if (changes.stream().anyMatch(Chmod::worldWritable)) {
                        problems.add(Rules.problem(step, "a build step makes a path world-writable"));
                    }
                    if (changes.stream().anyMatch(Chmod::setUserId)) {
                        problems.add(Rules.problem(step, "a build step sets the set-user-ID bit"));
                    }
                    if (changes.stream().anyMatch(Chmod::setGroupId)) {
                        problems.add(Rules.problem(step, "a build step sets the set-group-ID bit of a program"));
                    }
                    return problems;
                }));
    }

    private static Rule<ImageSubject> hijackableSearchPath() {
        return rule(
                info("IMG-032", "Search path or LD_PRELOAD is unsafe", Severity.MEDIUM, Profile.STRICT, "", "4.1.2"),
                "A program or library that an attacker puts into a writable or relative directory of the search"
                        + " path, or where LD_PRELOAD or LD_AUDIT point, runs instead of the real one.",
                "List only absolute directories that only root may write in PATH and LD_LIBRARY_PATH, and set"
                        + " neither LD_PRELOAD nor LD_AUDIT.",
                image -> Outcome.allOf(
                        addedLibraries(image), searchPaths(image, FileRules::isUnsafe), openedByBuild(image)));
    }

    private static Outcome addedLibraries(ImageSubject image) {
        return Rules.overVariables(
                image,
                variable -> LOADER_VARIABLES.contains(variable.name())
                        && !variable.value().isEmpty(),
                "a variable makes the loader add a library");
    }

    /** Without the layers, the permissions that the build set are the best information there is. */
    private static Outcome openedByBuild(ImageSubject image) {
        return Outcome.allOf(
                Fact.decideBoth(image.steps(), image.env(), (steps, env) -> {
                    OpenFolders open = openFolders(steps, env);
                    int longest = open.folders().keySet().stream()
                            .mapToInt(String::length)
                            .max()
                            .orElse(0);
                    Outcome found = searchPaths(image, folder -> isOpened(folder, open.folders(), longest));
                    return open.unresolved().isEmpty() || found instanceof Outcome.Fail
                            ? found
                            : Outcome.unknown(MissingValue.Reason.UNRESOLVED_VARIABLE, open.unresolved());
                }),
                Rules.overSteps(image, step -> List.of()));
    }

    private static Outcome searchPaths(ImageSubject image, Predicate<String> isBad) {
        return image.env().decideAt((env, at) -> {
            List<Problem> problems = new ArrayList<>();
            for (int i = 0; i < env.size(); i++) {
                Evidence[] folders = badFolders(env.get(i), isBad);
                if (folders.length > 0) {
                    problems.add(Problem.at(
                            at.child(Integer.toString(i)),
                            "a search path has a directory that others control",
                            folders));
                }
            }
            return Outcome.ofProblems(problems);
        });
    }

    private static Evidence[] badFolders(String variable, Predicate<String> isBad) {
        String name = Assignments.parse(variable).name();
        String value = Assignments.parse(variable).value();
        // The loader ignores an empty LD_LIBRARY_PATH; an empty PATH is the current directory.
        boolean searchPath = name.equals("PATH") || (name.equals("LD_LIBRARY_PATH") && !value.isEmpty());
        if (!searchPath || isWindows(value)) {
            return new Evidence[0];
        }
        return Arrays.stream(value.split(":", -1))
                .filter(isBad)
                .distinct()
                .limit(Rules.MAX_SHOWN)
                .map(folder -> Evidence.of(name, folder))
                .toArray(Evidence[]::new);
    }

    private static boolean isUnsafe(String folder) {
        return !folder.startsWith("/") || ImagePath.isIn(ImagePath.clean(folder), WORLD_WRITABLE);
    }

    /**
     * {@return whether others may write to a directory}
     *
     * @param longest the length of the longest open directory: a hostile PATH has millions of directories, and only
     *     prefixes up to this length can be open
     */
    private static boolean isOpened(String folder, Map<String, Boolean> openFolders, int longest) {
        String clean = ImagePath.clean(folder);
        if (clean.length() > MAX_PATH || !folder.startsWith("/")) {
            return false;
        }
        if (openFolders.containsKey(clean)) {
            return true;
        }
        for (int end = clean.lastIndexOf('/', longest); end > 0; end = clean.lastIndexOf('/', end - 1)) {
            if (openFolders.getOrDefault(clean.substring(0, end), false)) {
                return true;
            }
        }
        return openFolders.getOrDefault("/", false);
    }

    private static boolean isWindows(String value) {
        return value.length() > 2 && Character.isLetter(value.charAt(0)) && value.startsWith(":\\", 1);
    }

    /**
     * The world-writable directories after the build.
     *
     * @param folders the directories, and whether everything below them is world-writable too
     * @param unresolved a step that made an unknown directory world-writable, or empty
     */
    private record OpenFolders(Map<String, Boolean> folders, String unresolved) {}

    /** The sticky bit does not help: it does not stop anyone from adding a program. */
    private static OpenFolders openFolders(List<BuildStep> steps, List<String> env) {
        Map<String, Boolean> open = new HashMap<>();
        String unresolved = "";
        Map<String, String> variables = new HashMap<>();
        env.stream().map(Assignments::parse).forEach(variable -> variables.put(variable.name(), variable.value()));
        for (BuildStep step : steps) {
            Map<String, String> arguments = new HashMap<>();
            if (step.instruction().equals("RUN")) {
                step.assignments().forEach(argument -> arguments.put(argument.name(), argument.value()));
            }
            for (Chmod change : changes(step)) {
                for (String given : change.paths()) {
                    String path = resolved(given, variables, arguments);
                    boolean known = path.indexOf('$') < 0;
                    if (!known || !path.startsWith("/")) {
                        if (!known && change.othersWrite() && unresolved.isEmpty()) {
                            unresolved = new Location.History(step.index())
                                    + " makes a directory world-writable whose path has an unknown variable";
                        }
                        continue;
                    }
                    if (change.othersWrite()) {
                        open.put(ImagePath.clean(path), change.recursive());
                    } else {
                        open.remove(ImagePath.clean(path));
                    }
                }
            }
        }
        return new OpenFolders(open, unresolved);
    }

    /**
     * {@return a path with its known variables substituted}
     *
     * @param arguments the build arguments recorded for the step, which override the final variables of the image
     */
    private static String resolved(String path, Map<String, String> variables, Map<String, String> arguments) {
        Matcher variable = VARIABLE.matcher(path);
        StringBuilder out = new StringBuilder();
        while (variable.find() && out.length() <= MAX_PATH) {
            String name = variable.group(1) == null ? variable.group(2) : variable.group(1);
            String value = arguments.containsKey(name) ? arguments.get(name) : variables.getOrDefault(name, "");
            boolean known = !value.isEmpty() && value.length() <= MAX_VALUE;
            variable.appendReplacement(out, Matcher.quoteReplacement(known ? value : variable.group()));
        }
        return variable.appendTail(out).toString();
    }

    private static List<Chmod> changes(BuildStep step) {
        boolean copies = step.instruction().equals("COPY") || step.instruction().equals("ADD");
        return copies
                ? Chmod.ofCopy(step.words()).stream().toList()
                : step.commands().stream()
                        .flatMap(command -> Chmod.of(command).stream())
                        .toList();
    }

    private static Rule<ImageSubject> systemWorkingDir() {
        return rule(
                info("IMG-033", "Working directory is a system directory", Severity.LOW, Profile.STRICT, "", "4.1.2"),
                "Relative paths of the application then resolve among system files, and its output is written"
                        + " there.",
                "Set WORKDIR to a directory of the application, for example /app.",
                image -> image.workingDir().decideAt((path, at) -> {
                    String clean = ImagePath.clean(path);
                    // BuildKit writes the root if there is no WORKDIR instruction.
                    if (clean.equals("/")) {
                        return Outcome.notApplicable("no working directory is set");
                    }
                    return Rules.failIf(
                            SystemFolders.isNoWorkingDirectory(clean),
                            at,
                            "the working directory is a system directory",
                            Evidence.of("WorkingDir", path));
                }));
    }
}
