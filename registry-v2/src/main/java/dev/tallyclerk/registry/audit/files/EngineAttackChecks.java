package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.subject.UserIds;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.audit.files.AccountFile.Account;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.model.ExecutionParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files with which an image attacks the engine that loads or starts it. */
final class EngineAttackChecks {
    /** containerd reads these databases as the host's root, and older versions without any limit. */
    private static final List<String> DATABASES = List.of("etc/passwd", "etc/group");

    private static final String KRUN_CONFIGURATION = ".krun_config.json";

    /** Runtimes and their hooks write these, or files below them. */
    private static final List<String> WRITTEN =
            List.of(KRUN_CONFIGURATION, "etc", "etc/ld.so.cache", "etc/ld.so.conf.d");

    /** Engines read these on the host. */
    private static final List<String> READ =
            List.of("etc/passwd", "etc/group", "usr/share/crypto-policies/back-ends/FIPS");

    /** Absolute links of distributions, to directories where any program may make others. */
    private static final Map<String, String> USUAL_LINKS = Map.of("var/run", "/run", "var/lock", "/run/lock");

    private static final String CUDA_LIBRARIES = "usr/local/cuda/compat";
    private static final Pattern LIBRARY = Pattern.compile("lib[^/]*\\.so(\\.[^/]*)?");

    private static final List<String> SHELLS = List.of("bin/sh", "bin/bash");
    private static final int MAX_LINE = 64 * 1024;
    private static final List<String> KERNEL_FOLDERS = List.of("dev", "proc", "sys");

    /**
     * Runtimes open these before the root is changed. Device nodes and empty files are usual there, and links are not.
     */
    private static final List<String> RUNTIME_NODES = List.of("dev/null", "dev/console");

    private static final Pattern KERNEL = Pattern.compile("/(proc|sys|dev)(/.*)?");

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private final ExecutionParameters execution;
    private final ImageFileSystem files;
    private final ContentFiles contents;
    private final List<AnalyzedLayer<LayerFacts>> layers;
    private final Findings findings;

    private EngineAttackChecks(
            ExecutionParameters execution,
            ImageFileSystem files,
            ContentFiles contents,
            List<AnalyzedLayer<LayerFacts>> layers,
            Findings findings) {
        this.execution = execution;
        this.files = files;
        this.contents = contents;
        this.layers = layers;
        this.findings = findings;
    }

    static void look(
            ExecutionParameters execution,
            ImageFileSystem files,
            ContentFiles contents,
            List<AnalyzedLayer<LayerFacts>> layers,
            Findings findings) {
        EngineAttackChecks checks = new EngineAttackChecks(execution, files, contents, layers, findings);
        checks.userThatIsRoot();
        checks.endlessDatabases();
        checks.kernelFolders();
        checks.path("ATK-007", "WorkingDir", execution.workingDir());
        for (String volume : execution.volumes()) {
            checks.path("ATK-007", "Volumes", volume);
        }
        checks.program();
        SHELLS.forEach(checks::shell);
        checks.writtenFiles();
        checks.readFiles();
        checks.cudaLibraries();
    }

    /** A name, or a number that older engines take for a name, with the user ID of root. */
    private void userThatIsRoot() {
        int colon = execution.user().indexOf(':');
        String user = colon < 0 ? execution.user() : execution.user().substring(0, colon);
        if (user.isEmpty() || UserIds.isRoot(user)) {
            findings.notApplicable("ATK-004", "the image runs as root, and says so");
            return;
        }
        ContentFile passwd = contents.at("etc/passwd");
        if (passwd == null) {
            return;
        }
        if (!passwd.isRead()) {
            findings.unknown("ATK-004", passwd.describeProblem());
            return;
        }
        for (Account account : AccountFile.asEnginesRead(passwd)) {
            if (account.name().equals(user) && account.isRootForEngines()) {
                findings.report(
                        "ATK-004",
                        UserIds.isNumber(user) ? Severity.CRITICAL : Severity.HIGH,
                        passwd.layer(),
                        passwd.path(),
                        UserIds.isNumber(user)
                                ? "gives the rights of root to a name that is the number of the image's user"
                                : "gives the rights of root to the image's user",
                        Evidence.of("User", execution.user()));
                return;
            }
        }
    }

    private void endlessDatabases() {
        for (String path : DATABASES) {
            ContentFile file = contents.at(path);
            if (file == null) {
                continue;
            }
            String problem = endlessness(file);
            if (!problem.isEmpty()) {
                findings.report("ATK-005", file.layer(), path, problem);
            } else if (!file.isRead()) {
                findings.unknown("ATK-005", file.describeProblem());
            }
        }
    }

    /** {@return why a database may stop an engine, as a predicate; empty if it does not} */
    private static String endlessness(ContentFile file) {
        LayerEntry entry = file.entry();
        if (entry != null && entry.size() > FileCheck.MAX_CONTENT_BYTES) {
            return "has " + entry.size() + " bytes";
        }
        List<String> lines = file.lines();
        if (lines.size() > AccountFile.MAX_LINES) {
            return "has more than " + AccountFile.MAX_LINES + " lines";
        }
        return lines.stream().anyMatch(line -> line.length() > MAX_LINE)
                ? "has a line of more than " + MAX_LINE + " characters"
                : "";
    }

    private void kernelFolders() {
        for (String path : KERNEL_FOLDERS) {
            files.file(path)
                    .filter(file -> file.type() != LayerEntry.Type.DIRECTORY)
                    .ifPresent(file -> findings.report(
                            "ATK-006",
                            file.origin().index(),
                            path,
                            file.type() == LayerEntry.Type.SYMBOLIC_LINK
                                    ? "is a link where engines mount a file system"
                                    : "is not a directory, and engines mount a file system there",
                            Evidence.of("target", file.linkTarget())));
        }
        for (String path : RUNTIME_NODES) {
            files.file(path)
                    .filter(file -> file.type() == LayerEntry.Type.SYMBOLIC_LINK)
                    .ifPresent(file -> findings.report(
                            "ATK-006",
                            file.origin().index(),
                            path,
                            "is a link where runtimes open a device",
                            Evidence.of("target", file.linkTarget())));
        }
    }

    /**
     * A link on the way of a path that an engine opens or creates.
     *
     * @param link the link
     * @param why what is wrong with where it leads
     */
    private record Way(ImageFile link, String why, Severity severity) {}

    private void path(String rule, String member, String path) {
        if (path.isEmpty() || path.length() > 4096) {
            return;
        }
        Way way = badWay(path);
        if (way != null) {
            findings.report(
                    rule,
                    way.severity(),
                    way.link().origin().index(),
                    way.link().path(),
                    way.why(),
                    Evidence.of(member, path),
                    Evidence.of("target", way.link().linkTarget()));
        }
    }

    /** {@return the first link on a path that leads out, whether {@code ..} is cleared first or after the links} */
    private @Nullable Way badWay(String path) {
        Way cleared = badWay(steps(ImagePath.clean(path)), path);
        return cleared != null || !path.contains("..") ? cleared : badWay(steps(path), path);
    }

    private static List<String> steps(String path) {
        return List.of(path.split("/", -1));
    }

    /**
     * Follows the links of a path as a careless engine on the host would, and finds the first one that leads out of the
     * image, to the kernel's files, or to what only the host has.
     */
    private @Nullable Way badWay(List<String> steps, String path) {
        String at = "";
        List<String> left = new ArrayList<>(steps);
        int links = 0;
        ImageFile last = null;
        ImageFile absolute = null;
        while (!left.isEmpty()) {
            String name = left.remove(0);
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
                continue;
            }
            String next = at.isEmpty() ? name : at + "/" + name;
            if (last != null && KERNEL.matcher("/" + next).matches()) {
                return new Way(last, "is a link to files of the kernel", Severity.CRITICAL);
            }
            ImageFile file = files.file(next).orElse(null);
            if (file == null || file.type() != LayerEntry.Type.SYMBOLIC_LINK) {
                at = next;
                continue;
            }
            links++;
            last = file;
            String target = file.linkTarget();
            String clean = ImagePath.clean(target.startsWith("/") ? target : at + "/" + target);
            if (EntryChecks.leavesRoot(target.startsWith("/") ? "" : at, target)) {
                return new Way(file, "is a link out of the image", Severity.CRITICAL);
            }
            if (links > MAX_LINKS) {
                return new Way(file, "is a link that leads back to itself", Severity.HIGH);
            }
            if (!KERNEL.matcher(clean).matches() && files.resolve(clean).isEmpty()) {
                return new Way(file, "is a link to what the image lacks and the host may have", Severity.HIGH);
            }
            boolean isUsual = clean.equals(USUAL_LINKS.get(file.path()));
            absolute = target.startsWith("/") && !isUsual ? file : absolute;
            left.addAll(0, steps(target));
            at = target.startsWith("/") ? "" : at;
        }
        return absolute == null || files.resolve(path).isPresent()
                ? null
                : new Way(absolute, "is an absolute link, below which an engine creates a directory", Severity.HIGH);
    }

    private void readFiles() {
        for (String path : READ) {
            path("ATK-012", "path", path);
        }
        for (String path : DATABASES) {
            files.resolve(path)
                    .filter(file -> isEndless(file.type()))
                    .ifPresent(file -> findings.report(
                            "ATK-012",
                            file.origin().index(),
                            file.path(),
                            "is a pipe or device, which an engine reads without end"));
        }
    }

    private static boolean isEndless(LayerEntry.Type type) {
        return switch (type) {
            case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> true;
            case FILE, HARD_LINK, DIRECTORY, SYMBOLIC_LINK -> false;
        };
    }

    private void writtenFiles() {
        for (String path : WRITTEN) {
            ImageFile file = files.file(path).orElse(null);
            if (file == null || file.type() != LayerEntry.Type.SYMBOLIC_LINK) {
                continue;
            }
            int slash = path.lastIndexOf('/');
            String folder = slash < 0 ? "" : path.substring(0, slash);
            boolean leadsOut = file.linkTarget().startsWith("/") || EntryChecks.leavesRoot(folder, file.linkTarget());
            // The file of krun has no business in an image; a link within the image is one more trick.
            if (leadsOut || path.equals(KRUN_CONFIGURATION)) {
                findings.report(
                        "ATK-011",
                        file.origin().index(),
                        path,
                        "is a link at a path that a runtime writes on the host",
                        Evidence.of("target", file.linkTarget()));
            }
        }
    }

    private void cudaLibraries() {
        String folder = files.resolve(CUDA_LIBRARIES).map(ImageFile::path).orElse("");
        if (folder.isEmpty()) {
            return;
        }
        for (ImageFile file : files.list(folder)) {
            String name = file.path().substring(folder.length() + 1);
            if (!LIBRARY.matcher(name).matches()) {
                continue;
            }
            boolean isDirectory = files.resolve(file.path())
                    .filter(target -> target.type() == LayerEntry.Type.DIRECTORY)
                    .isPresent();
            Way way = badWay(file.path());
            if (isDirectory || (way != null && way.severity() == Severity.CRITICAL)) {
                findings.report(
                        "ATK-015",
                        file.origin().index(),
                        file.path(),
                        isDirectory
                                ? "is a directory in place of a library"
                                : "is a library that leads out of the image",
                        Evidence.of("target", file.linkTarget()));
            }
        }
    }

    /** CVE-2019-5736: the runtime runs itself inside the container, where the image can replace it. */
    private void program() {
        List<String> line = execution.entrypoint().isEmpty() ? execution.command() : execution.entrypoint();
        if (line.isEmpty() || line.get(0).isEmpty()) {
            return;
        }
        String program = line.get(0);
        List<String> places = new ArrayList<>();
        if (program.contains("/")) {
            String folder = execution.workingDir().isEmpty() ? "/" : execution.workingDir();
            places.add(program.startsWith("/") ? program : folder + "/" + program);
        } else {
            StartChecks.searchFolders(execution).forEach(folder -> places.add(folder + "/" + program));
        }
        for (String place : places) {
            String clean = ImagePath.clean(place).substring(1);
            Optional<ImageFile> file = files.file(clean);
            if (program.startsWith("/")
                    || file.filter(one -> one.type() == LayerEntry.Type.SYMBOLIC_LINK)
                            .isPresent()) {
                path("ATK-008", "Entrypoint", place);
            }
            ImageFile found = files.resolve(place).orElse(null);
            if (found != null) {
                script(found);
                return;
            }
        }
    }

    /** Users and health checks start a shell in containers, whatever the image starts itself. */
    private void shell(String path) {
        Way way = badWay(path);
        if (way != null && way.severity() == Severity.CRITICAL && isNew(way.link())) {
            path("ATK-008", "shell", path);
        }
        files.resolve(path).ifPresent(this::script);
    }

    private boolean isNew(ImageFile file) {
        return findings.found("ATK-008").sightings().stream()
                .noneMatch(sighting -> sighting.path().equals(file.path()));
    }

    private void script(ImageFile file) {
        int layer = file.contentOrigin().index();
        boolean isRuntime = file.content()
                .flatMap(entry -> layers.get(layer)
                        .value()
                        .map(facts -> facts.runtimeScripts().contains(entry.position())))
                .orElse(false);
        if (isRuntime && isNew(file)) {
            findings.report(
                    "ATK-008",
                    Severity.CRITICAL,
                    layer,
                    file.path(),
                    "is a script whose interpreter is one of the kernel's files");
        }
    }
}
