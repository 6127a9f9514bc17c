package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.engine.EngineOption;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the rules need of a host. */
final class HostReader {
    private static final String DAEMON_JSON = "/etc/docker/daemon.json";
    private static final List<String> PROGRAM_FOLDERS =
            Words.list("/usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /bin /sbin /usr/libexec/docker /opt/bin");

    /** The first are those of the benchmark; a listing that lacks the others is complete enough. */
    private static final List<String> STORAGE_FILES =
            Words.list("/etc/containers/storage.conf /usr/share/containers/storage.conf");

    private static final Pattern GRAPH_ROOT = Pattern.compile("(?m)^\\s*graphroot\\s*=\\s*[\"']([^\"'\\n]+)[\"']");
    private static final Pattern ROOT = Pattern.compile("(?m)^\\s*root\\s*=\\s*[\"']([^\"'\\n]+)[\"']");
    private static final List<String> KERNEL_PARAMETERS = Words.list("""
            kernel.osrelease kernel.dmesg_restrict kernel.kptr_restrict kernel.randomize_va_space
            kernel.unprivileged_bpf_disabled kernel.yama.ptrace_scope fs.protected_hardlinks fs.protected_symlinks
            user.max_user_namespaces
            """);
    private static final int MAX_CERTIFICATES = 1000;
    private static final int MAX_DEPTH = 4;

    private final HostTree tree;
    private final String name;
    private final SubjectLimits limits;
    private final SystemdUnits units;

    HostReader(HostTree tree, String name, SubjectLimits limits) {
        this.tree = tree;
        this.name = name;
        this.limits = limits;
        this.units = new SystemdUnits(tree);
    }

    /** Everything that was read. */
    record Reading(
            Map<Place, Placed> places,
            Engine engine,
            List<AuditRules> auditRules,
            List<MissingValue> missingAuditRules,
            Accounts accounts,
            Fact<MountTable> mounts,
            Map<String, Fact<String>> kernelParameters,
            Fact<Integer> cgroupVersion) {}

    /**
     * What the host's files tell of Docker.
     *
     * @param isEngine whether the host has it
     * @param subject the engine, unless its configuration is unreadable
     * @param failure why the configuration is unreadable, if it is
     */
    record Engine(boolean isEngine, Optional<EngineSubject> subject, Optional<MissingValue> failure) {
        <T> Fact<T> configured(EngineOption<T> option) {
            if (subject.isPresent()) {
                return subject.get().configured(option);
            }
            return failure.map(why -> Fact.<T>missing(why.reason(), why.what()))
                    .orElseGet(() -> Fact.missing(MissingValue.Reason.KEY_MISSING, "the engine is not configured"));
        }

        Fact<String> group() {
            return configured(EngineOption.GROUP);
        }
    }

    Reading read(@Nullable String loadedAuditRules, @Nullable String commandLine) {
        Map<Place, Placed> places = new EnumMap<>(Place.class);
        boolean isPodman = isThere(tree.file("/usr/bin/podman")) || isThere(tree.file("/usr/local/bin/podman"));
        SystemdUnits.Unit service = units.unit("docker.service");
        Engine engine = engine(service, commandLine);
        for (Place place : Place.values()) {
            Placed.Collector collector = new Placed.Collector(place);
            collect(place, collector, service, engine);
            if (isPodman) {
                collectPodman(place, collector);
            }
            places.put(place, collector.placed());
        }
        List<MissingValue> missing = new ArrayList<>();
        List<AuditRules> rules = loadedAuditRules == null
                ? configuredAuditRules(missing)
                : List.of(new AuditRules.Reader(file -> Optional.empty())
                        .read(loadedAuditRules)
                        .rules());
        return new Reading(
                Collections.unmodifiableMap(places),
                engine,
                rules.stream().map(set -> set.resolved(this::resolved)).toList(),
                missing,
                Accounts.of(tree.text("/etc/passwd"), tree.text("/etc/group")),
                mounts(),
                kernelParameters(),
                cgroupVersion());
    }

    private static boolean isThere(Fact<Optional<HostFile>> file) {
        return file instanceof Fact.Known<Optional<HostFile>> known
                && known.value().isPresent();
    }

    private void collect(Place place, Placed.Collector to, SystemdUnits.Unit service, Engine engine) {
        switch (place) {
            case SERVICE -> addUnit(to, service);
            case SOCKET_UNIT -> addUnit(to, units.unit("docker.socket"));
            case CONFIGURATION_FOLDER -> to.add(tree.file("/etc/docker"));
            case REGISTRY_CERTIFICATES -> addCertificates(to, "/etc/docker/certs.d", 0);
            case TLS_AUTHORITY -> addTlsFile(to, engine, EngineOption.TLSCACERT, "ca.pem");
            case TLS_CERTIFICATE -> addTlsFile(to, engine, EngineOption.TLSCERT, "cert.pem");
            case TLS_KEY -> addTlsFile(to, engine, EngineOption.TLSKEY, "key.pem");
            case ENGINE_SOCKET -> addFirst(to, List.of("/var/run/docker.sock", "/run/docker.sock"));
            case CONFIGURATION -> to.add(tree.file(DAEMON_JSON));
            case DEFAULT_FILE -> to.add(tree.file("/etc/default/docker"));
            case SYSCONFIG_FILE -> to.add(tree.file("/etc/sysconfig/docker"));
            case CONTAINERD_SOCKET -> to.add(tree.file("/run/containerd/containerd.sock"));
            case ENGINE -> addProgram(to, "dockerd");
            case CONTAINERD_FOLDER -> to.add(tree.file("/run/containerd"));
            case DATA -> addData(to, engine);
            case CONTAINERD_CONFIGURATION -> to.add(tree.file("/etc/containerd/config.toml"));
            case CONTAINERD -> addProgram(to, "containerd");
            case SHIM -> addProgram(to, "containerd-shim");
            case SHIM_RUNC_V1 -> addProgram(to, "containerd-shim-runc-v1");
            case SHIM_RUNC_V2 -> addProgram(to, "containerd-shim-runc-v2");
            case RUNTIME -> addProgram(to, "runc");
        }
    }

    private void collectPodman(Place place, Placed.Collector to) {
        switch (place) {
            case SERVICE -> addUnit(to, units.unit("podman.service"));
            case SOCKET_UNIT -> addUnit(to, units.unit("podman.socket"));
            case CONFIGURATION_FOLDER -> to.add(tree.file("/etc/containers"));
            case REGISTRY_CERTIFICATES -> addCertificates(to, "/etc/containers/certs.d", 0);
            case ENGINE_SOCKET -> to.add(tree.file("/run/podman/podman.sock"));
            case CONFIGURATION ->
                Words.list("containers.conf storage.conf registries.conf policy.json")
                        .forEach(file -> to.add(tree.file("/etc/containers/" + file)));
            case DEFAULT_FILE -> to.add(tree.file("/etc/default/podman"));
            case SYSCONFIG_FILE -> to.add(tree.file("/etc/sysconfig/podman"));
            case ENGINE -> addProgram(to, "podman");
            case DATA -> to.add(tree.file(podmanData()));
            case RUNTIME -> Words.list("crun conmon").forEach(program -> addProgram(to, program));
            default -> {}
        }
    }

    private static void addUnit(Placed.Collector to, SystemdUnits.Unit unit) {
        unit.files().forEach(to::add);
        unit.missing().forEach(to::add);
    }

    /** The paths are names of one file, or of one program in several versions. */
    private void addFirst(Placed.Collector to, List<String> paths) {
        paths.forEach(path -> to.add(tree.file(path)));
    }

    private void addProgram(Placed.Collector to, String program) {
        addFirst(
                to,
                PROGRAM_FOLDERS.stream().map(folder -> folder + "/" + program).toList());
    }

    private void addCertificates(Placed.Collector to, String folder, int depth) {
        Fact<List<String>> names = tree.names(folder);
        if (names instanceof Fact.Missing<List<String>> missing) {
            to.add(missing.why());
        }
        if (!(names instanceof Fact.Known<List<String>> known)) {
            return;
        }
        if (known.value().size() > MAX_CERTIFICATES) {
            to.add(new MissingValue(
                    MissingValue.Reason.UNREADABLE, folder + " has more than " + MAX_CERTIFICATES + " entries"));
            return;
        }
        for (String entry : known.value()) {
            String path = folder + "/" + entry;
            if (entry.endsWith(".crt")) {
                to.add(tree.file(path));
            } else if (depth < MAX_DEPTH && isFolder(tree.link(path))) {
                addCertificates(to, path, depth + 1);
            }
        }
    }

    private static boolean isFolder(Fact<Optional<HostFile>> file) {
        return file instanceof Fact.Known<Optional<HostFile>> known
                && known.value()
                        .filter(found -> found.entry().type() == HostEntry.Type.FOLDER)
                        .isPresent();
    }

    private void addTlsFile(Placed.Collector to, Engine engine, EngineOption<String> option, String defaultName) {
        if (engine.failure().isPresent()) {
            to.add(engine.failure().get());
        }
        if (engine.subject().isEmpty()) {
            return;
        }
        Fact<String> path = engine.configured(option);
        if (path instanceof Fact.Missing<String> missing) {
            to.add(missing.why());
        } else if (path instanceof Fact.Known<String> known && !known.value().isEmpty()) {
            to.add(
                    known.value().startsWith("/")
                            ? tree.file(known.value())
                            : Fact.missing(
                                    MissingValue.Reason.UNREADABLE,
                                    option + " is the relative path " + known.value()
                                            + ", and the folder is not known"));
        } else if (isTls(engine)) {
            to.add(tree.file("/root/.docker/" + defaultName));
        }
    }

    private static boolean isTls(Engine engine) {
        return engine.subject().map(EngineSubject::usesTls).orElseThrow() instanceof Fact.Known<Boolean> known
                && known.value();
    }

    private void addData(Placed.Collector to, Engine engine) {
        if (engine.isEngine() || engine.subject().isEmpty()) {
            engine.configured(EngineOption.DATA_ROOT)
                    .fold(
                            (path, at) -> to.add(tree.file(path)),
                            assumed -> to.add(tree.file(assumed.value())),
                            missing -> to.add(missing.why()));
            return;
        }
        to.add(tree.file("/var/lib/docker"));
        to.add(tree.file(containerdData()));
    }

    private String containerdData() {
        return match(ROOT, "/etc/containerd/config.toml").orElse("/var/lib/containerd");
    }

    private String podmanData() {
        return STORAGE_FILES.stream()
                .map(file -> match(GRAPH_ROOT, file))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("/var/lib/containers/storage");
    }

    private Optional<String> match(Pattern pattern, String file) {
        if (!(tree.text(file) instanceof Fact.Known<Optional<String>> text)) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(text.value().orElse(""));
        return matcher.find() ? Optional.of(matcher.group(1)).filter(path -> path.startsWith("/")) : Optional.empty();
    }

    private Engine engine(SystemdUnits.Unit service, @Nullable String commandLine) {
        EngineSubject.Builder builder = EngineSubject.builder(name, limits);
        Fact<Optional<byte[]>> file = tree.bytes(DAEMON_JSON);
        boolean isEngine = commandLine != null
                || !service.files().isEmpty()
                || (file instanceof Fact.Known<Optional<byte[]>> known
                        && known.value().isPresent());
        try {
            boolean isRunning = addCommandLine(builder, service, commandLine);
            if (file instanceof Fact.Missing<Optional<byte[]>> missing) {
                return new Engine(isEngine || isRunning, Optional.empty(), Optional.of(missing.why()));
            }
            if (file instanceof Fact.Known<Optional<byte[]>> known
                    && known.value().isPresent()) {
                builder.daemonJson(known.value().get());
            } else {
                builder.daemonJson(new byte[0]);
            }
            return new Engine(isEngine || isRunning, Optional.of(builder.build()), Optional.empty());
        } catch (MalformedSubjectException e) {
            MissingValue why = new MissingValue(
                    MissingValue.Reason.UNREADABLE, DAEMON_JSON + " cannot be read: " + e.getMessage());
            return new Engine(isEngine, Optional.empty(), Optional.of(why));
        }
    }

    /** {@return whether an engine runs} */
    private boolean addCommandLine(
            EngineSubject.Builder builder, SystemdUnits.Unit service, @Nullable String commandLine)
            throws MalformedSubjectException {
        if (commandLine != null) {
            builder.commandLine(commandLine);
            return true;
        }
        Optional<String> running = running();
        if (running.isPresent()) {
            builder.commandLine(running.get());
            return true;
        }
        List<String> words = service.settings().command(this::environmentFile);
        if (!words.isEmpty()) {
            builder.arguments(words);
        }
        return false;
    }

    /** {@return the command line of dockerd, with a zero byte after each word} */
    private Optional<String> running() {
        if (!(tree.names("/proc") instanceof Fact.Known<List<String>> processes)) {
            return Optional.empty();
        }
        for (String process : processes.value()) {
            String folder = "/proc/" + process;
            if (process.matches("[0-9]{1,9}")
                    && tree.text(folder + "/comm") instanceof Fact.Known<Optional<String>> comm
                    && comm.value()
                            .filter(program -> program.strip().equals("dockerd"))
                            .isPresent()
                    && tree.text(folder + "/cmdline") instanceof Fact.Known<Optional<String>> line
                    && line.value().filter(words -> !words.isEmpty()).isPresent()) {
                return line.value();
            }
        }
        return Optional.empty();
    }

    /** {@return the text of a file of variables; empty text if it does not exist} */
    private Optional<String> environmentFile(String path) {
        return tree.text(path) instanceof Fact.Known<Optional<String>> known
                ? Optional.of(known.value().orElse(""))
                : Optional.empty();
    }

    private List<AuditRules> configuredAuditRules(List<MissingValue> missing) {
        List<AuditRules> sets = new ArrayList<>();
        Optional<String> main = text("/etc/audit/audit.rules", missing);
        main.ifPresent(text ->
                sets.add(new AuditRules.Reader(this::included).read(text).rules()));
        Fact<List<String>> names = tree.names("/etc/audit/rules.d");
        if (names instanceof Fact.Missing<List<String>> unknown) {
            missing.add(unknown.why());
        } else if (names instanceof Fact.Known<List<String>> known) {
            AuditRules.Reader reader = new AuditRules.Reader(this::included);
            for (String file : known.value()) {
                if (file.endsWith(".rules")) {
                    // augenrules moves -D to the start, whatever file it is in.
                    text("/etc/audit/rules.d/" + file, missing)
                            .ifPresent(text -> reader.read(text.replaceAll("(?m)^\\s*-D\\s*$", "")));
                }
            }
            sets.add(reader.rules());
        }
        for (AuditRules set : sets) {
            for (String what : set.unread()) {
                missing.add(new MissingValue(MissingValue.Reason.UNREADABLE, what + " cannot be read"));
            }
        }
        return sets;
    }

    private Optional<String> included(String path) {
        return tree.text(path) instanceof Fact.Known<Optional<String>> known ? known.value() : Optional.empty();
    }

    private Optional<String> text(String path, List<MissingValue> missing) {
        Fact<Optional<String>> text = tree.text(path);
        if (text instanceof Fact.Missing<Optional<String>> unknown) {
            missing.add(unknown.why());
        }
        return text instanceof Fact.Known<Optional<String>> known ? known.value() : Optional.empty();
    }

    /** The kernel follows links in the folders of a watched path, and not the last. */
    private String resolved(String path) {
        int slash = path.lastIndexOf('/');
        if (slash <= 0) {
            return path;
        }
        String folder = path.substring(0, slash);
        if (tree.file(folder) instanceof Fact.Known<Optional<HostFile>> known
                && known.value().isPresent()) {
            String target = known.value().get().target();
            return (target.equals("/") ? "" : target) + path.substring(slash);
        }
        return path;
    }

    private Fact<MountTable> mounts() {
        Fact<Optional<String>> info = tree.text("/proc/self/mountinfo");
        if (info instanceof Fact.Known<Optional<String>> known && known.value().isPresent()) {
            return table(MountTable.ofMountinfo(known.value().get()), known.at());
        }
        Fact<Optional<String>> mounts = tree.text("/proc/mounts");
        if (mounts instanceof Fact.Known<Optional<String>> known
                && known.value().isPresent()) {
            return table(MountTable.ofMounts(known.value().get()), known.at());
        }
        return Fact.missing(
                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                "the mount table /proc/self/mountinfo is not there or may not be read");
    }

    private static Fact<MountTable> table(MountTable table, Location at) {
        return table.isEmpty()
                ? Fact.missing(MissingValue.Reason.UNREADABLE, "the mount table has no mounts", at)
                : Fact.known(table, at);
    }

    private Map<String, Fact<String>> kernelParameters() {
        Map<String, Fact<String>> parameters = new LinkedHashMap<>();
        for (String parameter : KERNEL_PARAMETERS) {
            String path = "/proc/sys/" + parameter.replace('.', '/');
            parameters.put(
                    parameter,
                    tree.text(path)
                            .flatMapAt((text, at) -> text.isPresent()
                                    ? Fact.known(text.get().strip(), at)
                                    : Fact.missing(
                                            MissingValue.Reason.KEY_MISSING,
                                            "the kernel does not have " + parameter,
                                            at)));
        }
        return Collections.unmodifiableMap(parameters);
    }

    private Fact<Integer> cgroupVersion() {
        return tree.file("/sys/fs/cgroup/cgroup.controllers").flatMapAt((unified, at) -> {
            if (unified.isPresent()) {
                return Fact.known(2, at);
            }
            return tree.file("/sys/fs/cgroup/memory")
                    .flatMapAt((memory, place) -> memory.isPresent()
                            ? Fact.known(1, place)
                            : Fact.missing(MissingValue.Reason.KEY_MISSING, "no cgroups are mounted", at));
        });
    }
}
