package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.HostConfig;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A container as its rules see it: the document, and what else was given about it.
 *
 * <p>Callers see it as a {@link dev.tallyclerk.hardening.container.Container}, which documents its properties.
 * Immutable.
 */
public final class Container {
    private static final int MAX_NAME = 200;

    /** Members of what docker inspect writes for other objects that have the requested name. */
    private static final List<String> OF_OTHERS = List.of("RepoTags", "RootFS", "Scope", "Spec", "Endpoints");

    /** A member that only an element of a list of containers has. */
    private static final String OF_LISTS = "Names";

    private final ContainerDocument document;
    private final Companions companions;
    private final Listing<Mount> mounts;
    private final Listing<PublishedPort> openPorts;
    private final Listing<PublishedPort> askedPorts;

    private Container(ContainerDocument document) {
        this.document = document;
        this.companions = Companions.none();
        this.mounts = MountReader.read(document);
        this.openPorts = PortReader.open(document);
        this.askedPorts = PortReader.asked(document);
    }

    private Container(Container other, Companions companions) {
        this.document = other.document;
        this.companions = companions;
        this.mounts = companions.volumes().equals(other.companions.volumes())
                ? other.mounts
                : NamedVolumes.in(other.mounts, companions.volumes());
        this.openPorts = other.openPorts;
        this.askedPorts = other.askedPorts;
    }

    /** {@return the container that an object describes or asks for} */
    public static Container read(JsonCursor at) throws JsonException {
        JsonObject members = at.object();
        if (members.members().keySet().stream().noneMatch(MemberSpelling.NAMES::contains)) {
            throw at.failure(Reason.MISSING, "has no member of a container");
        }
        boolean isOther = !members.members().containsKey("HostConfig")
                && !members.members().containsKey("State")
                && OF_OTHERS.stream().anyMatch(members.members()::containsKey);
        if (isOther) {
            throw at.badValue("is an image, network, volume, service, node or context, not a container");
        }
        if (members.members().containsKey(OF_LISTS)) {
            throw at.badValue(
                    "is from a list of containers, which has too little data; use the output of docker inspect");
        }
        // A new root, so that pointers start at the container.
        ContainerDocument document = ContainerDocument.of(JsonCursor.at(members), members);
        if (document.isInspect()) {
            MemberSpelling.checkDescription(at);
            MemberSpelling.refuseRequest(at);
        } else {
            MemberSpelling.checkRequest(at);
        }
        if (document.form() == ContainerDocument.Form.CREATE) {
            MemberSpelling.refuseOutside(at);
        }
        return new Container(document);
    }

    /** {@return this container with more given about it} */
    public Container with(UnaryOperator<Companions> change) {
        return new Container(this, change.apply(companions));
    }

    /** {@return what the document calls the container, cut after 200 characters, or {@code unnamed}} */
    public String name() {
        return Stream.of("Name", "name", "Id", "ID", "Image")
                .flatMap(member -> document.root().value() instanceof JsonObject members
                                && members.members().get(member) instanceof JsonString text
                        ? Stream.of(text.value())
                        : Stream.of())
                .map(name -> name.startsWith("/") ? name.substring(1) : name)
                .filter(name -> !name.isBlank())
                .map(Container::shortened)
                .findFirst()
                .orElse("unnamed");
    }

    /** An id is known by its first twelve digits. */
    private static String shortened(String name) {
        boolean isId = name.length() == 64 && name.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return name.substring(0, Math.min(name.length(), isId ? 12 : MAX_NAME));
    }

    public ContainerDocument document() {
        return document;
    }

    public Companions companions() {
        return companions;
    }

    public HostConfig hostConfig() {
        return new HostConfigDocument(document);
    }

    public ContainerConfigDocument config() {
        return new ContainerConfigDocument(document, imageDefaults());
    }

    public Fact<ImageDefaults> imageDefaults() {
        if (companions.images() instanceof Fact.Known<List<LocalImage>> images
                && companions.imageDefaults() instanceof Fact.Missing<ImageDefaults>
                && image() instanceof Fact.Known<String> name) {
            return ImageNames.defaults(name.value(), images.value());
        }
        return companions.imageDefaults();
    }

    /** {@return the name of the image, whatever is known of that} */
    public Fact<String> image() {
        return ContainerConfigDocument.image(document);
    }

    public Fact<String> imageId() {
        return text("Image");
    }

    public Fact<String> path() {
        return text("Path");
    }

    public Fact<List<String>> args() {
        return document.top(List.of(), JsonCursor::strings, "Args");
    }

    public Fact<String> created() {
        return text("Created");
    }

    public Fact<String> finishedAt() {
        return text("State", "FinishedAt");
    }

    public Fact<String> status() {
        Fact<String> status = text("State", "Status");
        return Facts.isAbsent(status)
                ? document.top(false, JsonCursor::bool, "State", "Running")
                        .map(running -> running ? "running" : "exited")
                : status;
    }

    public Fact<String> appArmorProfile() {
        return text("AppArmorProfile");
    }

    public Fact<String> processLabel() {
        return text("ProcessLabel");
    }

    public Fact<List<String>> boundingCaps() {
        return document.top(List.of(), JsonCursor::strings, "BoundingCaps");
    }

    public Fact<List<String>> networks() {
        return document.top(List.of(), Readings::names, "NetworkSettings", "Networks");
    }

    /** {@return the networks that a request names outside of HostConfig; missing for a description} */
    public Fact<List<String>> askedNetworks() {
        return document.endpoints();
    }

    public Listing<Mount> mounts() {
        return mounts;
    }

    public Listing<PublishedPort> openPorts() {
        return openPorts;
    }

    public Listing<PublishedPort> askedPorts() {
        return ExposedPorts.addPublished(askedPorts, status(), hostConfig(), config());
    }

    private Fact<String> text(String... path) {
        return document.top("", JsonCursor::string, path);
    }

    public Fact<EngineSubject> engine() {
        return companions.engine();
    }

    public Fact<List<ContainerFileChange>> changes() {
        return companions.changes();
    }

    /**
     * {@return the commands that were executed}
     *
     * <p>Podman lists every session whose record it keeps, so if the list is empty, there is no record to give. Docker
     * removes a session from the list when its command ends, but keeps the record for some minutes.
     */
    public Fact<List<ExecRecord>> execs() {
        boolean isGiven = companions.execs() instanceof Fact.Known<?>;
        if (isGiven || !document.isPodman()) {
            return companions.execs();
        }
        return document.top(List.<String>of(), JsonCursor::strings, "ExecIDs")
                .flatMapAt((ids, at) -> ids.isEmpty()
                        ? Fact.known(List.of(), at)
                        : Fact.missing(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                "ExecIDs is not empty, and no exec records were given"));
    }

    public Fact<List<LocalImage>> images() {
        return companions.images();
    }

    public Fact<List<String>> processes() {
        return companions.processes();
    }

    public Optional<AppArmorSubject> givenAppArmorProfile(String name) {
        return companions.appArmorProfiles().stream()
                .filter(profile -> profile.name().equals(name))
                .findFirst();
    }

    public Optional<SeccompSubject> seccompProfile(String path) {
        return companions.seccompProfiles().stream()
                .filter(profile -> profile.ref().name().equals(path))
                .findFirst();
    }
}
