package dev.tallyclerk.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRecordReader;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.swarm.SwarmService;
import dev.tallyclerk.hardening.swarm.SwarmServiceReader;
import dev.tallyclerk.hardening.swarm.SwarmSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes subjects to audit of the documents about an engine: the engine, its containers, its swarm and the services.
 *
 * <p>What a document would say that is absent or unread is a missing fact, with the reason. A malformed document is an
 * {@link IOException} that names it. Not thread-safe.
 */
public final class EngineReader {
    private final EngineDocuments documents;
    private final SubjectLimits limits;
    private final ContainerRecordReader records;
    private final List<Subject> unreadContainers = new ArrayList<>();
    private @Nullable List<LocalImage> images;
    private @Nullable Map<String, byte[]> processTables;
    private @Nullable Fact<List<LocalVolume>> volumes;
    private byte @Nullable [] networkList;

    private EngineReader(EngineDocuments documents, SubjectLimits limits) {
        this.documents = documents;
        this.limits = limits;
        this.records = ContainerRecordReader.create().withLimits(limits);
    }

    /** {@return a reader of a running or recorded engine} */
    public static EngineReader of(EngineDocuments documents) {
        return new EngineReader(documents, SubjectLimits.defaults());
    }

    /**
     * {@return a reader with other limits}
     *
     * @param limits the limits on each document
     */
    public EngineReader withLimits(SubjectLimits limits) {
        return new EngineReader(documents, Objects.requireNonNull(limits, "limits"));
    }

    /** Parses a document, or refuses it. */
    @FunctionalInterface
    private interface Reading<T> {
        T get() throws MalformedSubjectException;
    }

    /** Takes a document, or refuses it. */
    @FunctionalInterface
    private interface Taker {
        Object take(byte[] document) throws MalformedSubjectException;
    }

    /**
     * {@return all subjects: the engine, the containers, the swarm and its services}
     *
     * @param name the engine's name for people, for example that of its host
     */
    public List<Subject> subjects(String name) throws IOException {
        Optional<EngineSubject> engine = engine(name, List.of());
        List<Subject> subjects = new ArrayList<>();
        engine.ifPresent(subjects::add);
        Set<String> names = new HashSet<>();
        for (String document : documents.containers()) {
            List<ContainerSubject> containers = containers(document);
            for (ContainerSubject container : containers) {
                ContainerSubject known =
                        described(container, containers.size() == 1 ? document : "", engine, List.of());
                // An engine has no two of one name, but a recording may come from several.
                boolean isNew = names.add(known.ref().name());
                subjects.add(isNew ? known : known.withName(known.ref().name() + " in " + document));
            }
        }
        subjects.addAll(unreadContainers);
        swarm(name).ifPresent(subjects::add);
        subjects.addAll(services(engine));
        return subjects;
    }

    /**
     * {@return the engine; empty if there is no document about it}
     *
     * @param name its name for people
     * @param seccompProfiles profiles by the paths that its configuration may name
     */
    public Optional<EngineSubject> engine(String name, List<SeccompSubject> seccompProfiles) throws IOException {
        EngineSubject.Builder engine = EngineSubject.builder(name, limits).seccompProfiles(seccompProfiles);
        boolean isKnown = take(RecordingNames.DAEMON_FILE, engine::daemonJson, why -> {});
        isKnown |= take(
                RecordingNames.COMMAND_LINE,
                line -> engine.commandLine(new String(line, StandardCharsets.UTF_8)),
                why -> {});
        isKnown |= take(RecordingNames.INFO, engine::info, engine::infoUnread);
        isKnown |= take(RecordingNames.VERSION, engine::version, engine::versionUnread);
        text(RecordingNames.ENVIRONMENT, HostText::environment).ifPresent(engine::environment);
        text(RecordingNames.SELINUX, HostText::selinux).ifPresent(engine::selinuxHost);
        Optional<byte[]> imageList = content(RecordingNames.IMAGE_LIST);
        Optional<byte[]> containerList = content(RecordingNames.CONTAINER_LIST);
        if (imageList.isPresent() && containerList.isPresent()) {
            parsed("api/images.json or containers.json", () -> engine.imageUse(imageList.get(), containerList.get()));
        }
        return isKnown ? Optional.of(engine.build()) : Optional.empty();
    }

    /** {@return the names of the documents with containers, sorted} */
    public List<String> containerDocuments() throws IOException {
        return documents.containers();
    }

    /**
     * {@return the containers of a document without further facts; none if it is gone, or could not be read}
     *
     * @param document one of {@link #containerDocuments}
     */
    public List<ContainerSubject> containers(String document) throws IOException {
        EngineDocument read = read(document);
        read.whyUnread().ifPresent(why -> unreadContainers.add(UnreadContainer.of(RecordingNames.base(document), why)));
        Optional<byte[]> content = read.content();
        return content.isEmpty()
                ? List.of()
                : parsed(
                        document,
                        () -> ContainerReader.create().withLimits(limits).read(content.get()));
    }

    /**
     * {@return a subject for each container that {@link #containers} could not read so far; the rules over them are
     * unknown}
     */
    public List<Subject> unreadContainers() {
        return List.copyOf(unreadContainers);
    }

    /**
     * {@return a container with all facts that documents have about it}
     *
     * @param container the container
     * @param document the document that describes this container only; empty if there is none, and then the other
     *     documents are found by the container's name
     * @param engine the engine that runs it
     * @param moreImages images besides those that documents describe
     */
    public ContainerSubject described(
            ContainerSubject container, String document, Optional<EngineSubject> engine, List<LocalImage> moreImages)
            throws IOException {
        String name = container.ref().name();
        String base = document.isEmpty() ? name : RecordingNames.base(document);
        ContainerSubject known = engine.map(container::withEngine).orElse(container);
        List<LocalImage> all = new ArrayList<>(images());
        all.addAll(moreImages);
        known = all.isEmpty() ? known : known.withImages(all);
        known = withVolumes(withProcesses(known, name, base));
        EngineDocument changes = read(RecordingNames.changes(base), RecordingNames.changes(name));
        if (changes.content().isPresent()) {
            known = known.withChanges(parsed(
                    RecordingNames.changes(base),
                    () -> records.changes(changes.content().get())));
        } else if (changes.whyUnread().isPresent()) {
            known = known.withUnreadChanges(changes.whyUnread().get());
        }
        EngineDocument execs = read(RecordingNames.execs(base), RecordingNames.execs(name));
        if (execs.content().isPresent()) {
            known = known.withExecs(parsed(
                    RecordingNames.execs(base),
                    () -> records.execs(execs.content().get())));
        } else if (execs.whyUnread().isPresent()) {
            known = known.withUnreadExecs(execs.whyUnread().get());
        }
        return known;
    }

    private ContainerSubject withVolumes(ContainerSubject container) throws IOException {
        Fact<List<LocalVolume>> all = volumes();
        return all.fold(
                (known, at) -> container.withVolumes(known),
                assumed -> container,
                missing -> missing.reason() == MissingValue.Reason.UNREADABLE
                        ? container.withUnreadVolumes(missing.what())
                        : container);
    }

    /** {@return the volumes on the host; the list is read once for all containers} */
    private Fact<List<LocalVolume>> volumes() throws IOException {
        Fact<List<LocalVolume>> known = volumes;
        if (known == null) {
            EngineDocument document = read(RecordingNames.VOLUMES);
            if (document.content().isPresent()) {
                byte[] content = document.content().get();
                known = Fact.known(
                        parsed(RecordingNames.VOLUMES, () -> records.volumes(content)), new Location.Whole("volumes"));
            } else {
                known = Fact.missing(
                        document.whyUnread().isPresent()
                                ? MissingValue.Reason.UNREADABLE
                                : MissingValue.Reason.SOURCE_NOT_PROVIDED,
                        document.whyUnread().orElse("no list of volumes was given"));
            }
            volumes = known;
        }
        return known;
    }

    private ContainerSubject withProcesses(ContainerSubject container, String name, String base) throws IOException {
        byte[] table = processTables().get(name);
        if (table != null) {
            String ofContainer = RecordingNames.PROCESS_TABLES + ": container " + Quoted.quote(name);
            return container.withProcesses(parsed(ofContainer, () -> records.processes(table)));
        }
        EngineDocument top = read(RecordingNames.processes(base), RecordingNames.processes(name));
        if (top.content().isPresent()) {
            return container.withProcesses(parsed(
                    RecordingNames.processes(base),
                    () -> records.processes(top.content().get())));
        }
        return top.whyUnread().isPresent()
                ? container.withUnreadProcesses(top.whyUnread().get())
                : container;
    }

    /**
     * {@return the swarm; empty if neither the engine's report nor a document about a swarm was read or refused}
     *
     * @param name its name for people
     */
    public Optional<SwarmSubject> swarm(String name) throws IOException {
        SwarmSubject.Builder swarm = SwarmSubject.builder(name, limits);
        boolean isKnown = take(RecordingNames.INFO, swarm::info, swarm::infoUnread);
        Optional<JsonCursor> document = swarmDocument();
        if (document.isPresent()) {
            isKnown = true;
            takePart(document.get(), "swarm", swarm::swarm, swarm::swarmUnread);
            takePart(document.get(), "nodes", swarm::nodes, swarm::nodesUnread);
            takePart(
                    document.get(),
                    "services",
                    part -> swarm.services(serviceReader().read(part))
                            .otherServices(serviceReader().readOthers(part)),
                    swarm::servicesUnread);
        }
        take(RecordingNames.NETWORKS, swarm::networks, swarm::networksUnread);
        text(RecordingNames.LISTENERS, HostText::listeners).ifPresent(swarm::listeners);
        return isKnown ? Optional.of(swarm.build()) : Optional.empty();
    }

    /**
     * {@return the services of the swarm, with the engine and images that complete them; none unless they were read}
     *
     * @param engine the engine that was asked
     */
    public List<SwarmService> services(Optional<EngineSubject> engine) throws IOException {
        Optional<JsonCursor> document = swarmDocument();
        List<SwarmService> services = new ArrayList<>();
        if (document.isPresent()) {
            takePart(
                    document.get(),
                    "services",
                    part -> services.addAll(serviceReader().read(part)),
                    why -> {});
        }
        List<LocalImage> all = services.isEmpty() ? List.of() : images();
        services.replaceAll(service -> {
            SwarmService known = engine.map(service::withEngine).orElse(service);
            return all.isEmpty() ? known : known.withImages(all);
        });
        return services;
    }

    private SwarmServiceReader serviceReader() throws MalformedSubjectException {
        SwarmServiceReader reader = SwarmServiceReader.create().withLimits(limits);
        byte[] networks = networkList;
        return networks == null ? reader : reader.withNetworks(networks);
    }

    private Optional<JsonCursor> swarmDocument() throws IOException {
        networkList = content(RecordingNames.NETWORKS).orElse(null);
        Optional<byte[]> content = content(RecordingNames.SWARM);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonCursor root = JsonCursor.parse(content.get(), JsonLimits.ofBytes(limits.maxDocumentBytes()));
            root.object();
            return Optional.of(root);
        } catch (JsonException e) {
            throw malformed(RecordingNames.SWARM, e);
        }
    }

    private void takePart(JsonCursor document, String part, Taker taker, Consumer<String> unread) throws IOException {
        try {
            Optional<JsonCursor> value = document.optional(part);
            if (value.isPresent()) {
                byte[] content = JsonText.write(value.get().value());
                parsed(RecordingNames.SWARM, () -> taker.take(content));
                return;
            }
            Optional<JsonCursor> reasons = document.optional(SwarmDocument.UNREAD);
            if (reasons.isPresent()) {
                String why = JsonText.at(reasons.get(), part);
                if (!why.isEmpty()) {
                    unread.accept(why);
                }
            }
        } catch (JsonException e) {
            throw malformed(RecordingNames.SWARM, e);
        }
    }

    private IOException malformed(String name, JsonException e) {
        return new IOException(called(name) + ": " + e.problem(), e);
    }

    /**
     * {@return the images in the list, with the facts of their own documents; without a list, those with a document}
     */
    private List<LocalImage> images() throws IOException {
        List<LocalImage> known = images;
        if (known == null) {
            known = List.copyOf(readImages());
            images = known;
        }
        return known;
    }

    private List<LocalImage> readImages() throws IOException {
        List<LocalImage> inspected = new ArrayList<>();
        for (String document : documents.images()) {
            Optional<byte[]> content = content(document);
            if (content.isPresent()) {
                inspected.addAll(parsed(document, () -> records.images(content.get())));
            }
        }
        Optional<byte[]> list = content(RecordingNames.IMAGE_LIST);
        if (list.isEmpty()) {
            return inspected;
        }
        Map<String, LocalImage> byId = new HashMap<>();
        inspected.forEach(image -> byId.put(image.id(), image));
        List<LocalImage> listed = new ArrayList<>();
        for (LocalImage image : parsed(RecordingNames.IMAGE_LIST, () -> records.images(list.get()))) {
            LocalImage known = byId.getOrDefault(image.id(), image);
            listed.add(new LocalImage(image.id(), image.repoTags(), image.repoDigests(), known.defaults()));
        }
        return listed;
    }

    private Map<String, byte[]> processTables() throws IOException {
        Map<String, byte[]> known = processTables;
        if (known == null) {
            Optional<byte[]> document = content(RecordingNames.PROCESS_TABLES);
            try {
                known = document.isEmpty() ? Map.of() : ProcessTables.parse(document.get());
            } catch (IOException e) {
                throw new IOException(called(RecordingNames.PROCESS_TABLES) + ": " + e.getMessage(), e);
            }
            processTables = known;
        }
        return known;
    }

    /** {@return the parsed document; a refusal names it} */
    private <T> T parsed(String name, Reading<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (MalformedSubjectException e) {
            throw new IOException(called(name) + ": " + e.reason() + ": " + e.getMessage(), e);
        }
    }

    /** {@return whether the document was taken, or refused by the engine} */
    private boolean take(String name, Taker taker, Consumer<String> unread) throws IOException {
        EngineDocument document = read(name);
        if (document.content().isPresent()) {
            parsed(name, () -> taker.take(document.content().get()));
            return true;
        }
        document.whyUnread().ifPresent(unread);
        return document.whyUnread().isPresent();
    }

    private <T> Optional<T> text(String name, Function<String, Optional<T>> reading) throws IOException {
        Optional<byte[]> document = content(name);
        try {
            return document.flatMap(bytes -> reading.apply(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new IOException(called(name) + ": " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> content(String name) throws IOException {
        return read(name).content();
    }

    private EngineDocument read(String name) throws IOException {
        return documents.read(name);
    }

    /** {@return the document under the first name, or else under the second} */
    private EngineDocument read(String name, String otherwise) throws IOException {
        EngineDocument first = read(name);
        boolean isThere = first.content().isPresent() || first.whyUnread().isPresent();
        return isThere || name.equals(otherwise) ? first : read(otherwise);
    }

    private String called(String name) {
        return documents instanceof RecordedEngine recorded
                ? recorded.folder() + "/" + name
                : Quoted.printable(documents + ": " + name);
    }
}
