package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.internal.reader.Companions;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.model.ContainerConfig;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.hardening.document.DocumentSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.document.MadeDocument;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A container as a subject: either an engine's description of an existing container, or a request to create one.
 *
 * <p>{@link ContainerReader} makes one. What only an engine can know, such as the state, is missing for a request.
 * Locations are RFC 6901 pointers into the container's own object, even if it was read from an array, so that they stay
 * the same when other containers come and go.
 *
 * <p>Immutable; {@code with} methods return a changed copy.
 */
public final class ContainerSubject implements DocumentSubject {
    /** The kind of the subject's reference. */
    public static final String KIND = "container";

    private static final String SOURCE = "container";

    private final SubjectRef ref;
    private final Container container;

    private ContainerSubject(SubjectRef ref, Container container) {
        this.ref = ref;
        this.container = container;
    }

    static ContainerSubject of(Container container) {
        return new ContainerSubject(ref(container.name(), container), container);
    }

    private static SubjectRef ref(String name, Container container) {
        SubjectRef ref = SubjectRef.of(KIND, name);
        return container.image() instanceof Fact.Known<String> image
                        && !image.value().isBlank()
                ? ref.withLabel("image", image.value())
                : ref;
    }

    /** {@return the container's name, with the image as label {@code image}} */
    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return this container under another name}
     *
     * <p>In the Engine API the name of a new container is not part of the document. Until it is set here, a request is
     * called by the {@code name} that some clients leave in the body, or by its image. Engines ignore that member, so a
     * caller that judges untrusted requests sets the name that the engine gets.
     *
     * @param name the name for findings, waivers and baselines
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public ContainerSubject withName(String name) {
        return new ContainerSubject(ref(name, container), container);
    }

    /**
     * {@return this container under the name {@code host/name}}
     *
     * @param host the name of the host
     */
    public ContainerSubject onHost(String host) {
        return withName(host + '/' + ref.name());
    }

    /**
     * {@return this container with the engine that runs it}
     *
     * @param engine the engine
     */
    public ContainerSubject withEngine(EngineSubject engine) {
        return with(companions -> companions.withEngine(
                Fact.known(engine, new Location.Whole(engine.ref().toString()))));
    }

    /**
     * {@return this container with its changed files, as {@code docker diff} lists them}
     *
     * @param changes every file that differs from the image; {@link ContainerRecordReader#changes} reads them
     */
    public ContainerSubject withChanges(List<ContainerFileChange> changes) {
        return with(companions -> companions.withChanges(known(changes, "diff")));
    }

    /**
     * {@return this container with the commands that were executed in it}
     *
     * @param execs all exec records; {@link ContainerRecordReader#execs} reads them
     */
    public ContainerSubject withExecs(List<ExecRecord> execs) {
        return with(companions -> companions.withExecs(known(execs, "exec")));
    }

    /**
     * {@return this container with the images on its host}
     *
     * <p>If the image of a request is among them and has {@link LocalImage#defaults}, these count unless
     * {@link #withImageDefaults} sets others.
     *
     * @param images all images; {@link ContainerRecordReader#images} reads them
     */
    public ContainerSubject withImages(List<LocalImage> images) {
        return with(companions -> companions.withImages(known(images, "images")));
    }

    /**
     * {@return this container with the defaults of its image}
     *
     * <p>They complete a request, which inherits from the image what it leaves out. An engine's description already
     * includes them.
     *
     * @param imageDefaults the defaults of the image that the request names;
     *     {@link ContainerRecordReader#imageDefaults} reads them
     */
    public ContainerSubject withImageDefaults(ImageDefaults imageDefaults) {
        return with(companions -> companions.withImageDefaults(Fact.known(imageDefaults, new Location.Whole("image"))));
    }

    /**
     * {@return this container with the processes that run in it}
     *
     * @param processes the command line of each; {@link ContainerRecordReader#processes} reads them
     */
    public ContainerSubject withProcesses(List<String> processes) {
        return with(companions -> companions.withProcesses(known(processes, "processes")));
    }

    /**
     * {@return this container with the seccomp profiles that its options may name}
     *
     * @param seccompProfiles profiles named by the path under which options refer to them
     */
    public ContainerSubject withSeccompProfiles(List<SeccompSubject> seccompProfiles) {
        List<SeccompSubject> copy = List.copyOf(seccompProfiles);
        return with(companions -> companions.withSeccompProfiles(copy));
    }

    /**
     * {@return this container with the AppArmor profiles that its options may name}
     *
     * @param appArmorProfiles profiles, which options name by {@link AppArmorSubject#name}
     */
    public ContainerSubject withAppArmorProfiles(List<AppArmorSubject> appArmorProfiles) {
        List<AppArmorSubject> copy = List.copyOf(appArmorProfiles);
        return with(companions -> companions.withAppArmorProfiles(copy));
    }

    /**
     * {@return this container with the volumes on its host, some of which may be folders of the host}
     *
     * @param volumes all volumes; {@link ContainerRecordReader#volumes} reads them
     */
    public ContainerSubject withVolumes(List<LocalVolume> volumes) {
        return with(companions -> companions.withVolumes(known(volumes, "volumes")));
    }

    /**
     * {@return this container, of whose host the volumes could not be read}
     *
     * @param why a clause for people
     */
    public ContainerSubject withUnreadVolumes(String why) {
        return with(companions -> companions.withVolumes(Fact.missing(Reason.UNREADABLE, why)));
    }

    /**
     * {@return this container, of which its changed files could not be read}
     *
     * @param why a clause for people
     */
    public ContainerSubject withUnreadChanges(String why) {
        return with(companions -> companions.withChanges(Fact.missing(Reason.UNREADABLE, why)));
    }

    /**
     * {@return this container, of which the commands that were executed in it could not be read}
     *
     * @param why a clause for people
     */
    public ContainerSubject withUnreadExecs(String why) {
        return with(companions -> companions.withExecs(Fact.missing(Reason.UNREADABLE, why)));
    }

    /**
     * {@return this container, of which the processes that run in it could not be read}
     *
     * @param why a clause for people
     */
    public ContainerSubject withUnreadProcesses(String why) {
        return with(companions -> companions.withProcesses(Fact.missing(Reason.UNREADABLE, why)));
    }

    private ContainerSubject with(UnaryOperator<Companions> change) {
        return new ContainerSubject(ref, container.with(change));
    }

    private static <T> Fact<List<T>> known(List<T> list, String source) {
        return Fact.known(List.copyOf(list), new Location.Whole(source));
    }

    /**
     * {@return whether the document is a request to create a container, and not the description of an existing one}
     *
     * <p>A document shows by its members which it is. A caller that judges untrusted requests rejects everything else,
     * because an engine would read it as a request all the same.
     */
    public boolean isRequest() {
        return !container.document().isInspect();
    }

    /** {@return the container's own object, as the engine describes it or is asked for it} */
    @Override
    public DocumentValue document() {
        return MadeDocument.of(SOURCE, container.document().root().value());
    }

    @Override
    public Location locate(Location at) {
        return MadeDocument.pointer(SOURCE, at)
                .<Location>map(pointer -> new Location.Pointer(SOURCE, pointer))
                .orElse(at);
    }

    @Override
    public MissingValue explain(MissingValue missing) {
        MissingValue plain = MadeDocument.withoutLine(missing);
        return plain.at().map(at -> plain.withLocation(locate(at))).orElse(plain);
    }

    /** {@return the host-side settings} */
    public HostConfig hostConfig() {
        return container.hostConfig();
    }

    /** {@return the image-side settings} */
    public ContainerConfig config() {
        return container.config();
    }

    /** {@return the defaults of the container's image} */
    public Fact<ImageDefaults> imageDefaults() {
        return container.imageDefaults();
    }

    /** {@return the id of the container's image; older engines omit {@code sha256:}} */
    public Fact<String> imageId() {
        return container.imageId();
    }

    /** {@return the program that was started} */
    public Fact<String> path() {
        return container.path();
    }

    /** {@return the program's arguments} */
    public Fact<List<String>> args() {
        return container.args();
    }

    /** {@return the creation time, ISO 8601, as the engine writes it; not checked} */
    public Fact<String> created() {
        return container.created();
    }

    /** {@return the time of the last stop, ISO 8601, not checked; in the year 1 if the container never stopped} */
    public Fact<String> finishedAt() {
        return container.finishedAt();
    }

    /**
     * {@return {@code created}, {@code running}, {@code paused}, {@code restarting}, {@code removing}, {@code exited}
     * or {@code dead}, in Podman also {@code configured}, {@code initialized}, {@code stopping} and {@code stopped}, as
     * written; for engines before API 1.21, {@code running} or {@code exited}}
     */
    public Fact<String> status() {
        return container.status();
    }

    /** {@return the AppArmor profile of the processes; empty for none, or {@code unconfined}} */
    public Fact<String> appArmorProfile() {
        return container.appArmorProfile();
    }

    /** {@return the SELinux label of the processes; empty for none} */
    public Fact<String> processLabel() {
        return container.processLabel();
    }

    /** {@return the bounding set of capabilities, which only Podman reports} */
    public Fact<List<String>> boundingCaps() {
        return container.boundingCaps();
    }

    /** {@return all mounts; missing if any of them is} */
    public Fact<List<Mount>> mounts() {
        return container.mounts().whole();
    }

    /** {@return the ports that are open now; missing if any of them is. Empty for a request} */
    public Fact<List<PublishedPort>> openPorts() {
        return container.openPorts().whole();
    }

    /** {@return the ports to publish, named by number or as all exposed ones; missing if any of them is} */
    public Fact<List<PublishedPort>> askedPorts() {
        return container.askedPorts().whole();
    }

    /** {@return the names of the container's networks} */
    public Fact<List<String>> networks() {
        return container.networks();
    }

    /** {@return the engine that runs the container} */
    public Fact<EngineSubject> engine() {
        return container.engine();
    }

    /** {@return the files that differ from the image} */
    public Fact<List<ContainerFileChange>> changes() {
        return container.changes();
    }

    /**
     * {@return the commands that were executed in the container}
     *
     * <p>If no records were given, Podman's list of sessions counts as none if it is empty.
     */
    public Fact<List<ExecRecord>> execs() {
        return container.execs();
    }

    /** {@return the images on the host} */
    public Fact<List<LocalImage>> images() {
        return container.images();
    }

    /** {@return the command lines of the processes in the container} */
    public Fact<List<String>> processes() {
        return container.processes();
    }

    Container container() {
        return container;
    }

    /** {@return kind and name} */
    @Override
    public String toString() {
        return ref.toString();
    }
}
