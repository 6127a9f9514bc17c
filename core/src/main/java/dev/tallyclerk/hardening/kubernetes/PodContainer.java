package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.model.ContainerSettings;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A container of a pod; values that it leaves out come from the pod, or have the API's default. */
final class PodContainer implements ContainerSettings {
    static final String CONTEXT = "securityContext";

    /** The beginning of an annotation that names a profile of the node. */
    private static final String LOCALHOST = "localhost/";

    private static final Set<String> LINUX_ONLY =
            Set.of("RUN-013", "RUN-014", "RUN-015", "RUN-017", "RUN-019", "RUN-020", "RUN-021", "RUN-043");
    private static final Set<String> NOT_EPHEMERAL = Set.of("RUN-029", "RUN-031");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_.-][A-Za-z0-9_.-]*)\\)");

    private final PodSettings pod;
    private final DocumentValue value;
    private final Role role;
    private final boolean isFirst;
    private final NodeProfiles profiles;

    /**
     * Makes a container.
     *
     * @param isFirst whether it is the pod's first, which answers for what the pod has once, such as its volumes
     * @param profiles the profiles of the node
     */
    PodContainer(PodSettings pod, DocumentValue value, Role role, boolean isFirst, NodeProfiles profiles) {
        this.pod = pod;
        this.value = value;
        this.role = role;
        this.isFirst = isFirst;
        this.profiles = profiles;
    }

    /** The lists of containers in a pod. */
    enum Role {
        INIT("initContainers"),
        APPLICATION("containers"),
        EPHEMERAL("ephemeralContainers");

        private final String member;

        Role(String member) {
            this.member = member;
        }

        String member() {
            return member;
        }
    }

    DocumentValue value() {
        return value;
    }

    Role role() {
        return role;
    }

    @Override
    public String name() {
        String name = Values.text(value, "name");
        return name.isEmpty() ? "unnamed" : name;
    }

    @Override
    public Location at() {
        return value.location();
    }

    @Override
    public Optional<String> exemption(String rule) {
        if (pod.isWindows() && LINUX_ONLY.contains(rule)) {
            return Optional.of("the pod is one of Windows, which has nothing of the kind");
        }
        if (role == Role.EPHEMERAL && NOT_EPHEMERAL.contains(rule)) {
            return Optional.of("ephemeral containers cannot have limits");
        }
        if (rule.equals("RUN-045") && (pod.isJob() || role != Role.APPLICATION)) {
            return Optional.of("it ends by itself, so that probes are not for it");
        }
        return Optional.empty();
    }

    Fact<Boolean> flag(boolean otherwise, String name) {
        return Values.orDefault(value.bool(CONTEXT, name), otherwise);
    }

    @Override
    public Fact<Boolean> privileged() {
        return flag(false, "privileged");
    }

    @Override
    public Fact<Boolean> sharesHost(Namespace namespace) {
        return pod.flag(
                false,
                switch (namespace) {
                    case NETWORK -> "hostNetwork";
                    case PID -> "hostPID";
                    case IPC -> "hostIPC";
                });
    }

    @Override
    public Fact<List<String>> capabilitiesAdded() {
        return Values.orDefault(value.texts(CONTEXT, "capabilities", "add"), List.of());
    }

    @Override
    public Fact<List<String>> capabilitiesDropped() {
        return Values.orDefault(value.texts(CONTEXT, "capabilities", "drop"), List.of());
    }

    @Override
    public Fact<List<Mount>> hostFolders() {
        return Values.orDefault(pod.spec().elements("volumes"), List.<DocumentValue>of())
                .map(volumes -> (isFirst ? pod.hostPathVolumes() : List.<DocumentValue>of())
                        .stream()
                                .map(volume -> new Mount(
                                        Mount.Kind.BIND,
                                        volume.text("hostPath", "path"),
                                        "",
                                        Fact.known(true, volume.location()),
                                        Fact.known("", volume.location()),
                                        Values.place(volume, "hostPath")))
                                .toList());
    }

    @Override
    public Fact<List<Mount>> mounts() {
        return Values.orDefault(value.elements("volumeMounts"), List.<DocumentValue>of())
                .map(mounts -> mounts.stream().map(this::mount).toList());
    }

    private Mount mount(DocumentValue mount) {
        Optional<DocumentValue> folder = pod.hostPathVolume(Values.text(mount, "name"));
        return new Mount(
                folder.isPresent() ? Mount.Kind.BIND : Mount.Kind.VOLUME,
                folder.map(volume -> volume.text("hostPath", "path")).orElseGet(() -> mount.text("name")),
                Values.text(mount, "mountPath"),
                Values.orDefault(mount.bool("readOnly"), false).map(isReadOnly -> !isReadOnly),
                Values.orDefault(mount.text("mountPropagation"), "None")
                        .map(mode -> mode.equals("Bidirectional") ? "rshared" : ""),
                mount.location());
    }

    @Override
    public boolean isEngineSocket(String path) {
        return NodeFolders.isEngineSocket(path);
    }

    @Override
    public boolean holdsEngineSocket(String path) {
        return NodeFolders.holdsEngineSocket(path);
    }

    @Override
    public boolean isSensitive(String path) {
        return NodeFolders.isSensitive(path);
    }

    Fact<String> seccompType() {
        return value.text(CONTEXT, "seccompProfile", "type");
    }

    @Override
    public Fact<Confinement> seccomp() {
        Fact<String> ofPod = pod.spec().text(CONTEXT, "seccompProfile", "type");
        Fact<String> own = seccompType();
        if (ofPod instanceof Fact.Known<String> known && known.value().equals("Unconfined")) {
            return Fact.known(Confinement.UNCONFINED, known.at());
        }
        Fact<String> effective = Values.isAbsent(own) ? ofPod : own;
        return effective.fold(
                (type, at) -> Fact.known(type.equals("Unconfined") ? Confinement.UNCONFINED : Confinement.CONFINED, at),
                assumed -> Fact.known(Confinement.CONFINED, assumed.at()),
                missing -> Values.isAbsent(effective)
                        ? absent(
                                "no seccomp profile is set, so that the kubelet's seccompDefault decides",
                                CONTEXT,
                                "seccompProfile")
                        : Fact.missing(missing.reason(), missing.what(), place(missing)));
    }

    @Override
    public Fact<SeccompSubject> seccompProfile() {
        return localhost("seccompProfile").flatMapAt(profiles::seccomp);
    }

    @Override
    public Fact<AppArmorSubject> appArmorProfile() {
        Fact<String> name = localhost("appArmorProfile");
        DocumentValue annotation = pod.annotations().get(PodSettings.APP_ARMOR_ANNOTATION + name());
        String annotated = annotation == null ? "" : Values.text(annotation);
        return Values.isAbsent(name) && annotation != null && annotated.startsWith(LOCALHOST)
                ? profiles.appArmor(annotated.substring(LOCALHOST.length()), annotation.location())
                : name.flatMapAt(profiles::appArmor);
    }

    /** {@return the profile of the node that the container names, or else the pod} */
    private Fact<String> localhost(String member) {
        Fact<String> own = value.text(CONTEXT, member, "type");
        DocumentValue from = Values.isAbsent(own) ? pod.spec() : value;
        return from.text(CONTEXT, member, "type")
                .flatMapAt((type, at) -> type.equals("Localhost")
                        ? from.text(CONTEXT, member, "localhostProfile")
                        : Fact.missing(MissingValue.Reason.KEY_MISSING, "the container names no profile", at));
    }

    private Location place(Fact.Missing<?> missing) {
        return missing.at().orElseGet(this::at);
    }

    private <T> Fact<T> absent(String what, String... path) {
        return Fact.missing(MissingValue.Reason.KEY_MISSING, what, Values.place(value, path));
    }

    @Override
    public Fact<Confinement> appArmor() {
        if (pod.badAppArmor().isPresent()) {
            return Fact.known(Confinement.UNCONFINED, pod.badAppArmor().get());
        }
        Fact<String> ofPod = pod.spec().text(CONTEXT, "appArmorProfile", "type");
        Fact<String> own = value.text(CONTEXT, "appArmorProfile", "type");
        if (ofPod instanceof Fact.Known<String> known && !isProfile(known.value())) {
            return Fact.known(Confinement.UNCONFINED, known.at());
        }
        Fact<String> effective = Values.isAbsent(own) ? ofPod : own;
        if (effective instanceof Fact.Known<String> known) {
            return Fact.known(isProfile(known.value()) ? Confinement.CONFINED : Confinement.UNCONFINED, known.at());
        }
        if (effective instanceof Fact.Missing<String> missing && Values.isUnreadable(effective)) {
            return Fact.missing(missing.reason(), missing.what(), place(missing));
        }
        DocumentValue annotation = pod.annotations().get(PodSettings.APP_ARMOR_ANNOTATION + name());
        return annotation != null && !Values.text(annotation).isEmpty()
                ? Fact.known(Confinement.CONFINED, annotation.location())
                : absent("no AppArmor profile is set, so that the node decides", CONTEXT, "appArmorProfile");
    }

    static boolean isProfile(String type) {
        return type.equals("RuntimeDefault") || type.equals("Localhost");
    }

    @Override
    public Fact<Boolean> mayGainPrivileges() {
        return flag(true, "allowPrivilegeEscalation");
    }

    Fact<String> procMount() {
        return Values.orDefault(value.text(CONTEXT, "procMount"), "Default");
    }

    @Override
    public Fact<Boolean> unmasksProc() {
        return procMount().map(mount -> !mount.equals("Default"));
    }

    @Override
    public Fact<Boolean> readOnlyRoot() {
        return flag(false, "readOnlyRootFilesystem");
    }

    @Override
    public Fact<Boolean> runsAsRoot() {
        Fact<Long> ofPod = pod.spec().integer(CONTEXT, "runAsUser");
        if (ofPod instanceof Fact.Known<Long> known && known.value() == 0) {
            return Fact.known(true, known.at());
        }
        Fact<Long> own = value.integer(CONTEXT, "runAsUser");
        Fact<Long> user = Values.isAbsent(own) ? ofPod : own;
        if (!Values.isAbsent(user)) {
            return user.map(id -> id == 0);
        }
        Fact<Boolean> ownFlag = value.bool(CONTEXT, "runAsNonRoot");
        Fact<Boolean> nonRoot = Values.isAbsent(ownFlag) ? pod.spec().bool(CONTEXT, "runAsNonRoot") : ownFlag;
        return nonRoot instanceof Fact.Known<Boolean> known && known.value()
                ? Fact.known(false, known.at())
                : absent("the user is not set, so that the image decides", CONTEXT, "runAsUser");
    }

    @Override
    public Fact<Boolean> remapsUsers() {
        return pod.hostUsers().map(isHosts -> !isHosts);
    }

    @Override
    public Fact<Boolean> limitsMemory() {
        return limited(List.<String[]>of(new String[] {"resources", "limits", "memory"}));
    }

    @Override
    public Fact<Boolean> limitsCpu() {
        return limited(
                List.of(new String[] {"resources", "limits", "cpu"}, new String[] {"resources", "requests", "cpu"}));
    }

    /** Since 1.34 the pod may set resources for all of its containers together. */
    private Fact<Boolean> limited(List<String[]> paths) {
        for (String[] path : paths) {
            Fact<DocumentValue> own = value.value(path);
            Fact<DocumentValue> ofPod = pod.spec().value(path);
            if (own instanceof Fact.Known<DocumentValue> known) {
                return Fact.known(true, known.at());
            }
            if (pod.version().isSince(34) && ofPod instanceof Fact.Known<DocumentValue> known) {
                return Fact.known(true, known.at());
            }
        }
        return Fact.defaulted(false, "the Kubernetes API sets no limit by itself", Values.place(value, paths.get(0)));
    }

    @Override
    public Fact<List<PublishedPort>> hostPorts() {
        return Values.orDefault(value.elements("ports"), List.<DocumentValue>of())
                .flatMapAt((ports, at) -> {
                    List<PublishedPort> published = new ArrayList<>();
                    for (DocumentValue port : ports) {
                        Fact<Long> number = hostPort(port);
                        if (number instanceof Fact.Missing<Long> missing) {
                            return Fact.missing(missing.reason(), missing.what(), place(missing));
                        }
                        if (number instanceof Fact.Known<Long> known && known.value() != 0) {
                            if (known.value() < 0 || known.value() > 65535) {
                                return Fact.missing(
                                        MissingValue.Reason.UNREADABLE, known.value() + " is not a port", known.at());
                            }
                            int host = (int) (long) known.value();
                            published.add(new PublishedPort(
                                    containerPort(port), Values.text(port, "hostIP"), host, host, known.at()));
                        }
                    }
                    return Fact.known(List.copyOf(published), at);
                });
    }

    /** In the host's network the API server makes each port of the container one of the host. */
    private Fact<Long> hostPort(DocumentValue port) {
        Fact<Long> stated = Values.orDefault(port.integer("hostPort"), 0L);
        boolean isLeftOut = stated.fold((number, at) -> number == 0, assumed -> assumed.value() == 0, missing -> false);
        return pod.isInHostNetwork() && isLeftOut ? Values.orDefault(port.integer("containerPort"), 0L) : stated;
    }

    private static String containerPort(DocumentValue port) {
        return port.integer("containerPort")
                .fold((number, at) -> Long.toString(number), assumed -> Long.toString(assumed.value()), missing -> "");
    }

    @Override
    public Fact<List<String>> containerPorts() {
        return Values.orDefault(value.elements("ports"), List.<DocumentValue>of())
                .map(ports -> ports.stream().map(PodContainer::containerPort).toList());
    }

    @Override
    public Fact<List<String>> command() {
        Fact<List<String>> command = value.texts("command");
        return Values.isAbsent(command)
                ? absent("the command is not set, so that the image decides", "command")
                : command;
    }

    @Override
    public Fact<List<String>> arguments() {
        return Values.orDefault(value.texts("args"), List.of());
    }

    @Override
    public Fact<List<Variable>> environment() {
        return Values.orDefault(value.elements("env"), List.<DocumentValue>of()).map(variables -> {
            List<Variable> written = new ArrayList<>();
            for (DocumentValue variable : variables) {
                if (variable.scalar("value") instanceof Fact.Known<String> text) {
                    // A reference to another variable is no secret; SecretAssignment knows the form of shells.
                    String read = REFERENCE.matcher(text.value()).replaceAll("\\${$1}");
                    boolean isReference = REFERENCE.matcher(text.value()).matches();
                    written.add(new Variable(Values.text(variable, "name"), isReference ? "" : read, text.at()));
                }
            }
            return written;
        });
    }

    @Override
    public Fact<String> image() {
        return value.text("image");
    }

    @Override
    public Fact<Boolean> hasHealthCheck() {
        boolean has = Values.has(value, "livenessProbe") || Values.has(value, "readinessProbe");
        return Fact.defaulted(has, "the Kubernetes API sets no probe by itself", Values.place(value, "livenessProbe"));
    }

    @Override
    public Fact<List<Variable>> deviceRequests() {
        List<Variable> devices = new ArrayList<>();
        for (DocumentValue claim : isFirst ? Values.elements(pod.spec(), "resourceClaims") : List.<DocumentValue>of()) {
            devices.add(new Variable("resourceClaims", Values.text(claim, "name"), claim.location()));
        }
        for (DocumentValue claim : Values.elements(value, "resources", "claims")) {
            devices.add(new Variable("claims", Values.text(claim, "name"), claim.location()));
        }
        for (String kind : List.of("limits", "requests")) {
            value.members("resources", kind)
                    .fold((all, at) -> all, Fact.Defaulted::value, missing -> Map.<String, DocumentValue>of())
                    .forEach((name, amount) -> {
                        if (name.contains("/")) {
                            String text = amount.scalar().fold((known, at) -> known, Fact.Defaulted::value, m -> "");
                            devices.add(new Variable(name, text, amount.location()));
                        }
                    });
        }
        return Fact.known(List.copyOf(devices), Values.place(value, "resources"));
    }
}
