package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import java.util.List;
import java.util.Optional;

/**
 * A container as its engine describes it, or as an engine is asked to make it, for rules to judge.
 *
 * <p>{@link ContainerReader} makes one. What only an engine can know, such as the state, is missing of a request.
 * Locations are RFC 6901 pointers into the container's own object, whatever array it stood in, so that they stay the
 * same when other containers come and go.
 *
 * <p>Immutable; {@code with} methods return a changed copy.
 */
public final class ContainerSubject implements Subject {
    /** The kind of the subject's reference. */
    public static final String KIND = "container";

    private final SubjectRef ref;
    private final ContainerDocument document;
    private final Companions companions;
    private final Listing<Mount> mounts;
    private final Listing<PublishedPort> openPorts;
    private final Listing<PublishedPort> askedPorts;

    ContainerSubject(String name, ContainerDocument document) {
        this.document = document;
        this.companions = Companions.none();
        this.mounts = MountReader.read(document);
        this.openPorts = PortReader.open(document);
        this.askedPorts = PortReader.asked(document);
        this.ref = ref(name, document);
    }

    private ContainerSubject(ContainerSubject other, SubjectRef ref, Companions companions) {
        this.ref = ref;
        this.document = other.document;
        this.companions = companions;
        this.mounts = other.mounts;
        this.openPorts = other.openPorts;
        this.askedPorts = other.askedPorts;
    }

    private static SubjectRef ref(String name, ContainerDocument document) {
        SubjectRef ref = SubjectRef.of(KIND, name);
        return ContainerConfig.image(document)
                .<SubjectRef>fold(
                        (image, at) -> image.isBlank() ? ref : ref.withLabel("image", image),
                        assumed -> ref,
                        missing -> ref);
    }

    /** {@return the container's name, with its image as label {@code image}} */
    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return this container with another name}
     *
     * <p>The Engine API takes the name of a container to make beside the document; until it is given here, a request
     * goes by the {@code name} that some clients leave in its body, or else by its image. An engine does not look at
     * that, so whoever judges requests of others gives the name that the engine gets.
     *
     * @param name what findings, waivers and baselines are to call it
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public ContainerSubject withName(String name) {
        return new ContainerSubject(this, ref(name, document), companions);
    }

    /**
     * {@return this container with a name that says on which host it is: {@code host/name}}
     *
     * @param host the name of the host
     */
    public ContainerSubject onHost(String host) {
        return new ContainerSubject(this, ref(host + '/' + ref.name(), document), companions);
    }

    /**
     * {@return this container with the engine that runs it}
     *
     * @param engine the engine
     */
    public ContainerSubject withEngine(EngineSubject engine) {
        return with(companions.withEngine(
                Fact.known(engine, new Location.Whole(engine.ref().toString()))));
    }

    /**
     * {@return this container with what {@code docker diff} says of it}
     *
     * @param changes all files that differ from the image; {@link ContainerRecordReader#changes} reads them
     */
    public ContainerSubject withChanges(List<FileChange> changes) {
        return with(companions.withChanges(Fact.known(List.copyOf(changes), new Location.Whole("diff"))));
    }

    /**
     * {@return this container with the commands that were executed in it}
     *
     * @param execs all records that there are; {@link ContainerRecordReader#execs} reads them
     */
    public ContainerSubject withExecs(List<ExecRecord> execs) {
        return with(companions.withExecs(Fact.known(List.copyOf(execs), new Location.Whole("exec"))));
    }

    /**
     * {@return this container with the images that its host has}
     *
     * <p>If one of them is the image of a request and has {@link LocalImage#defaults}, they count as if they had been
     * given to {@link #withImageDefaults}.
     *
     * @param images all of them; {@link ContainerRecordReader#images} reads them
     */
    public ContainerSubject withImages(List<LocalImage> images) {
        return with(companions.withImages(Fact.known(List.copyOf(images), new Location.Whole("images"))));
    }

    /**
     * {@return this container with what its image sets}
     *
     * <p>It counts for requests to make a container, which leave to the image what they do not say. What an engine says
     * of a container that there is has it already.
     *
     * @param defaults of the image that the request names; {@link ContainerRecordReader#imageDefaults} reads them
     */
    public ContainerSubject withImageDefaults(ImageDefaults defaults) {
        return with(companions.withImageDefaults(Fact.known(defaults, new Location.Whole("image"))));
    }

    /**
     * {@return this container with the processes that run in it}
     *
     * @param commands the command line of each; {@link ContainerRecordReader#processes} reads them
     */
    public ContainerSubject withProcesses(List<String> commands) {
        return with(companions.withProcesses(Fact.known(List.copyOf(commands), new Location.Whole("processes"))));
    }

    /**
     * {@return this container with profiles that its options may name}
     *
     * @param profiles profiles, whose names are the paths under which options name them
     */
    public ContainerSubject withSeccompProfiles(List<SeccompSubject> profiles) {
        return with(companions.withSeccompProfiles(List.copyOf(profiles)));
    }

    private ContainerSubject with(Companions newCompanions) {
        return new ContainerSubject(this, ref, newCompanions);
    }

    /**
     * {@return whether the document is a request to make a container, and no description of one that there is}
     *
     * <p>A document tells by its members. Whoever judges requests of others before an engine gets them refuses what is
     * not one, because the engine would read it as one all the same.
     */
    public boolean isRequest() {
        return !document.isInspect();
    }

    /** {@return how the container is tied to its host} */
    public HostConfig hostConfig() {
        return new HostConfig(document);
    }

    /** {@return what the container runs and how} */
    public ContainerConfig config() {
        return new ContainerConfig(document, imageDefaults());
    }

    /** {@return what the image sets that the container was or is to be made from} */
    public Fact<ImageDefaults> imageDefaults() {
        if (companions.images() instanceof Fact.Known<List<LocalImage>> images
                && companions.imageDefaults() instanceof Fact.Missing<ImageDefaults>
                && ContainerConfig.image(document) instanceof Fact.Known<String> name) {
            return ImageNames.defaults(name.value(), images.value());
        }
        return companions.imageDefaults();
    }

    /** {@return the id of the image that the container was made from, in older engines without {@code sha256:}} */
    public Fact<String> imageId() {
        return document.top("", JsonCursor::string, "Image");
    }

    /** {@return the program that was started} */
    public Fact<String> path() {
        return document.top("", JsonCursor::string, "Path");
    }

    /** {@return the program's arguments} */
    public Fact<List<String>> args() {
        return document.top(List.of(), JsonCursor::strings, "Args");
    }

    /** {@return when the container was made, ISO 8601; as the engine writes it, not checked} */
    public Fact<String> created() {
        return document.top("", JsonCursor::string, "Created");
    }

    /** {@return when the container last stopped, ISO 8601, not checked; in the year 1 if it never did} */
    public Fact<String> finishedAt() {
        return document.top("", JsonCursor::string, "State", "FinishedAt");
    }

    /**
     * {@return {@code created}, {@code running}, {@code paused}, {@code restarting}, {@code removing}, {@code exited}
     * or {@code dead}, in Podman also {@code configured}, {@code initialized}, {@code stopping} and {@code stopped}, as
     * it is written; of engines before API 1.21, {@code running} or {@code exited}}
     */
    public Fact<String> status() {
        Fact<String> status = document.top("", JsonCursor::string, "State", "Status");
        if (status instanceof Fact.Missing<String> missing && missing.reason() == Fact.Reason.KEY_MISSING) {
            return document.top(false, JsonCursor::bool, "State", "Running")
                    .map(running -> running ? "running" : "exited");
        }
        return status;
    }

    /** {@return the AppArmor profile of the processes; empty for none, or {@code unconfined}} */
    public Fact<String> appArmorProfile() {
        return document.top("", JsonCursor::string, "AppArmorProfile");
    }

    /** {@return the SELinux label of the processes; empty for none} */
    public Fact<String> processLabel() {
        return document.top("", JsonCursor::string, "ProcessLabel");
    }

    /** {@return the capabilities that processes can have at most, as Podman reports them} */
    public Fact<List<String>> boundingCaps() {
        return document.top(List.of(), JsonCursor::strings, "BoundingCaps");
    }

    /** {@return all that is mounted; missing if a part of it is} */
    public Fact<List<Mount>> mounts() {
        return mounts.whole();
    }

    /** {@return the ports that are open now; missing if a part of them is. Empty for a request} */
    public Fact<List<PublishedPort>> openPorts() {
        return openPorts.whole();
    }

    /** {@return the ports that were asked for, by number or all that are exposed; missing if a part of them is} */
    public Fact<List<PublishedPort>> askedPorts() {
        return askedPortListing().whole();
    }

    /** {@return the names of the networks that the container is in} */
    public Fact<List<String>> networks() {
        return document.top(List.of(), Readings::names, "NetworkSettings", "Networks");
    }

    /** {@return the networks that a request names beside that of its HostConfig; of a description, none is known} */
    Fact<List<String>> askedNetworks() {
        return document.endpoints();
    }

    /** {@return the engine that runs the container} */
    public Fact<EngineSubject> engine() {
        return companions.engine();
    }

    /** {@return the files that differ from the image} */
    public Fact<List<FileChange>> changes() {
        return companions.changes();
    }

    /** {@return the commands that were executed in the container} */
    public Fact<List<ExecRecord>> execs() {
        return companions.execs();
    }

    /** {@return the images that the host has} */
    public Fact<List<LocalImage>> images() {
        return companions.images();
    }

    /** {@return the command lines of the processes that run in the container} */
    public Fact<List<String>> processes() {
        return companions.processes();
    }

    EngineFacts engineFacts() {
        return new EngineFacts(companions.engine());
    }

    Optional<SeccompSubject> seccompProfile(String path) {
        return companions.seccompProfiles().stream()
                .filter(profile -> profile.ref().name().equals(path))
                .findFirst();
    }

    Listing<Mount> mountListing() {
        return mounts;
    }

    Listing<PublishedPort> openPortListing() {
        return openPorts;
    }

    Listing<PublishedPort> askedPortListing() {
        return ExposedPorts.addPublished(this, askedPorts);
    }

    ContainerDocument document() {
        return document;
    }

    /** {@return kind and name} */
    @Override
    public String toString() {
        return ref.toString();
    }
}
