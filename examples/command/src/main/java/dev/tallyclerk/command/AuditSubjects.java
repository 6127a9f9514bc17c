package dev.tallyclerk.command;

import dev.tallyclerk.engine.EngineReader;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.compose.ComposeService;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRecordReader;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.kubernetes.KubernetesWorkload;
import dev.tallyclerk.hardening.report.SourceFile;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.swarm.SwarmService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the subjects of {@code tallyclerk audit}. */
final class AuditSubjects {
    /** The largest document of any kind, as for the library's readers. */
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();

    static final String STANDARD_INPUT = "-";

    private final InputStream in;
    private final @Nullable String host;
    private final @Nullable EngineArgument engine;
    private final @Nullable EngineReader reader;

    /** The files of the containers, in the order of both. */
    private final List<Optional<SourceFile>> containerFiles = new ArrayList<>();

    /** Documents that were read already, by their names. */
    private final Map<String, SourceDocument> known = new HashMap<>();

    private final Map<SubjectRef, Map<String, SourceFile>> sources = new LinkedHashMap<>();
    private final List<AppArmorSubject> appArmorProfiles = new ArrayList<>();
    private final List<SeccompSubject> seccompProfiles = new ArrayList<>();

    AuditSubjects(InputStream in, @Nullable String host, @Nullable EngineArgument engine) {
        this.in = in;
        this.host = host;
        this.engine = engine;
        this.reader = engine == null ? null : EngineReader.of(engine.documents());
    }

    /** {@return the files that the subjects were read from, as they were given} */
    SourceFiles files() {
        return SourceFiles.of(sources);
    }

    private void locate(SubjectRef subject, String document, SourceFile file) {
        sources.computeIfAbsent(subject, key -> new LinkedHashMap<>()).put(document, file);
    }

    private void locateEngine(SubjectRef engine) throws IOException {
        Path in = this.engine == null ? null : this.engine.folder();
        if (in == null) {
            return;
        }
        for (Map.Entry<String, String> document : Map.of(
                        "daemon.json", "daemon.json", "info", "info.json", "version", "version.json")
                .entrySet()) {
            Path file = in.resolve(document.getValue());
            if (Files.exists(file)) {
                locate(engine, document.getKey(), SourceFile.of(file.toString(), InputFile.read(file, MAX_BYTES)));
            }
        }
    }

    private void locateContainers(String file, byte[] document, int containers) {
        if (file.equals(STANDARD_INPUT)) {
            containerFiles.addAll(Collections.nCopies(containers, Optional.empty()));
            return;
        }
        List<SourceFile> elements = SourceFile.ofElements(file, document);
        SourceFile whole = SourceFile.of(file, document);
        for (int i = 0; i < containers; i++) {
            containerFiles.add(Optional.of(elements.size() == containers ? elements.get(i) : whole));
        }
    }

    /** {@return the names of documents that were read already, under which they count as given} */
    List<String> add(List<SourceDocument> documents) {
        List<String> names = new ArrayList<>();
        for (SourceDocument document : documents) {
            known.put(document.name(), document);
            names.add(document.name());
        }
        return names;
    }

    private byte[] bytes(String file) throws IOException {
        SourceDocument document = known.get(file);
        if (document != null) {
            return document.content();
        }
        return file.equals(STANDARD_INPUT)
                ? InputFile.read("standard input", in, MAX_BYTES)
                : InputFile.read(Path.of(file), MAX_BYTES);
    }

    /** Gives containers the AppArmor profiles among files. */
    void useAppArmorProfiles(List<? extends Subject> subjects) {
        for (Subject subject : subjects) {
            if (subject instanceof AppArmorSubject profile) {
                appArmorProfiles.add(profile);
            }
        }
    }

    /** {@return a subject of a file, with the profiles that it may name; after {@link #subjects}} */
    Subject withProfiles(Subject subject) {
        if (subject instanceof KubernetesWorkload workload) {
            return workload.withSeccompProfiles(seccompProfiles).withAppArmorProfiles(appArmorProfiles);
        }
        return subject instanceof ComposeService service
                ? service.withContainer(service.container().withAppArmorProfiles(appArmorProfiles))
                : subject;
    }

    /** {@return profiles, containers and the engine; images only add facts to containers} */
    List<Subject> subjects(List<String> containerFiles, List<String> profileFiles, List<String> imageFiles)
            throws IOException {
        List<SeccompSubject> profiles = profiles(profileFiles);
        seccompProfiles.addAll(profiles);
        List<LocalImage> images = new ArrayList<>();
        for (String file : imageFiles) {
            images.addAll(images(file, bytes(file)));
        }
        List<Subject> subjects = new ArrayList<>(profiles);
        int number = 0;
        for (ContainerSubject container : containers(containerFiles, profiles, images)) {
            subjects.add(container.withSeccompProfiles(profiles).withAppArmorProfiles(appArmorProfiles));
            this.containerFiles.get(number++).ifPresent(file -> locate(container.ref(), "", file));
        }
        if (reader != null) {
            subjects.addAll(ofEngine(reader, profiles));
        }
        return subjects;
    }

    /** {@return what the engine's documents describe besides containers, and the containers that cannot be read} */
    private List<Subject> ofEngine(EngineReader documents, List<SeccompSubject> profiles) throws IOException {
        List<Subject> subjects = new ArrayList<>(documents.unreadContainers());
        Optional<EngineSubject> described = documents.engine(hostName(), profiles);
        if (described.isPresent()) {
            subjects.add(described.get());
            locateEngine(described.get().ref());
        }
        documents.swarm(hostName()).ifPresent(subjects::add);
        for (SwarmService service : documents.services(described)) {
            SwarmService known = service.withSeccompProfiles(profiles);
            subjects.add(host == null ? known : known.onHost(host));
        }
        return subjects;
    }

    /** {@return the images of a file} */
    private static List<LocalImage> images(String file, byte[] document) throws IOException {
        try {
            return ContainerRecordReader.create().images(document);
        } catch (MalformedSubjectException e) {
            throw new IOException(file + ": " + e.reason() + ": " + Messages.of(e), e);
        }
    }

    private List<SeccompSubject> profiles(List<String> files) throws IOException {
        List<SeccompSubject> profiles = new ArrayList<>();
        for (String file : files) {
            try {
                byte[] document = bytes(file);
                SeccompSubject profile = SeccompSubject.parse(file, document);
                profiles.add(profile);
                if (!file.equals(STANDARD_INPUT)) {
                    locate(profile.ref(), "", SourceFile.of(file, document));
                }
            } catch (MalformedSubjectException e) {
                throw new IOException(file + ": " + e.reason() + ": " + Messages.of(e), e);
            }
        }
        return profiles;
    }

    /** {@return the containers in the files ({@code -} is standard input); without files, those of the recording} */
    private List<ContainerSubject> containers(
            List<String> files, List<SeccompSubject> profiles, List<LocalImage> images) throws IOException {
        Map<String, List<ContainerSubject>> byFile = files.isEmpty() ? recorded() : given(files);
        List<ContainerSubject> containers = apart(byFile);
        if (reader != null) {
            Optional<EngineSubject> described = reader.engine(hostName(), profiles);
            List<ContainerSubject> known = new ArrayList<>();
            int number = 0;
            for (Map.Entry<String, List<ContainerSubject>> file : byFile.entrySet()) {
                boolean isOnly = files.isEmpty() && file.getValue().size() == 1;
                for (int i = 0; i < file.getValue().size(); i++) {
                    known.add(
                            reader.described(containers.get(number++), isOnly ? file.getKey() : "", described, images));
                }
            }
            return named(known);
        }
        return named(
                images.isEmpty()
                        ? containers
                        : containers.stream()
                                .map(container -> container.withImages(images))
                                .toList());
    }

    private Map<String, List<ContainerSubject>> given(List<String> files) throws IOException {
        Map<String, List<ContainerSubject>> byFile = new LinkedHashMap<>();
        for (String file : files) {
            if (!byFile.containsKey(file)) {
                byte[] document = bytes(file);
                List<ContainerSubject> containers = read(file, document);
                byFile.put(file, containers);
                locateContainers(file, document, containers.size());
            }
        }
        return byFile;
    }

    /** {@return the containers of the engine, by file names that do not depend on where the folder is} */
    private Map<String, List<ContainerSubject>> recorded() throws IOException {
        Map<String, List<ContainerSubject>> byFile = new LinkedHashMap<>();
        Path folder = engine == null ? null : engine.folder();
        EngineReader known = reader;
        if (known == null) {
            return byFile;
        }
        for (String document : known.containerDocuments()) {
            List<ContainerSubject> containers = known.containers(document);
            byFile.put(document, containers);
            if (folder == null || containers.isEmpty()) {
                containerFiles.addAll(Collections.nCopies(containers.size(), Optional.empty()));
            } else {
                Path file = folder.resolve(document);
                locateContainers(file.toString(), InputFile.read(file, MAX_BYTES), containers.size());
            }
        }
        return byFile;
    }

    /**
     * {@return the containers, with file and position added to names that are not unique}
     *
     * <p>Requests have no name and go by their image, and hosts may have containers of the same name. None of them
     * keeps the bare name: a waiver for it would match whichever comes first, and a recording under it could belong to
     * either.
     */
    private static List<ContainerSubject> apart(Map<String, List<ContainerSubject>> byFile) {
        Map<String, Integer> everywhere = new HashMap<>();
        byFile.values().forEach(containers -> count(containers, everywhere));
        List<ContainerSubject> out = new ArrayList<>();
        byFile.forEach((file, containers) -> {
            Map<String, Integer> here = count(containers, new HashMap<>());
            Map<String, Integer> place = new HashMap<>();
            for (ContainerSubject container : containers) {
                String name = container.ref().name();
                int number = place.merge(name, 1, Integer::sum);
                String where = " in " + file + (here.getOrDefault(name, 0) == 1 ? "" : " (" + number + ")");
                out.add(everywhere.getOrDefault(name, 0) == 1 ? container : container.withName(name + where));
            }
        });
        return out;
    }

    private static Map<String, Integer> count(List<ContainerSubject> containers, Map<String, Integer> counts) {
        containers.forEach(container -> counts.merge(container.ref().name(), 1, Integer::sum));
        return counts;
    }

    private static List<ContainerSubject> read(String file, byte[] document) throws IOException {
        try {
            return ContainerReader.create().read(document);
        } catch (MalformedSubjectException e) {
            throw new IOException(
                    file + ": " + e.reason() + ": " + Messages.of(e) + InputGuess.ofMalformedContainer(document), e);
        }
    }

    private String hostName() {
        return host == null && engine != null ? engine.name() : String.valueOf(host);
    }

    private List<ContainerSubject> named(List<ContainerSubject> containers) {
        String name = host;
        return name == null
                ? containers
                : containers.stream().map(container -> container.onHost(name)).toList();
    }
}
