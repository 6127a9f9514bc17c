package dev.tallyclerk.command;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.ContainerRecordReader;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A folder with recorded facts about a host and its engine; facts that are not in it are unknown. */
final class HostRecording {
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();

    /** The folder with one document per container. */
    static final String CONTAINERS = "containers";

    private static final String PROCESSES = "api/exec-ps.json";

    private final Path folder;
    private final ContainerRecordReader records = ContainerRecordReader.create();

    HostRecording(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** {@return the name of the folder} */
    String name() {
        Path last = folder.getFileName();
        return last == null ? "engine" : last.toString();
    }

    /** {@return the files of the containers, sorted by name} */
    List<Path> containers() throws IOException {
        requireFolder();
        return documents(CONTAINERS);
    }

    private void requireFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw Files.exists(folder)
                    ? new FileSystemException(folder.toString(), null, "not a folder")
                    : new NoSuchFileException(folder.toString());
        }
    }

    private List<Path> documents(String kind) throws IOException {
        Path documents = folder.resolve(kind);
        if (!Files.isDirectory(documents)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(documents)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** {@return the engine; empty if the folder has no document about it} */
    Optional<EngineSubject> engine(String name, List<SeccompSubject> profiles) throws IOException {
        requireFolder();
        EngineSubject.Builder engine = EngineSubject.builder(name).seccompProfiles(profiles);
        boolean isKnown = take("daemon.json", engine::daemonJson);
        isKnown |= take("dockerd-cmdline.txt", line -> engine.commandLine(new String(line, StandardCharsets.UTF_8)));
        isKnown |= take("info.json", engine::info);
        isKnown |= take("version.json", engine::version);
        text("environment.txt", HostText::environment).ifPresent(engine::environment);
        text("getenforce.txt", HostText::selinux).ifPresent(engine::selinuxHost);
        Optional<byte[]> images = read("api/images.json");
        Optional<byte[]> containers = read("api/containers.json");
        if (images.isPresent() && containers.isPresent()) {
            parsed("api/images.json or containers.json", () -> engine.imageUse(images.get(), containers.get()));
        }
        return isKnown ? Optional.of(engine.build()) : Optional.empty();
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

    /** {@return the parsed document; a refusal names the file} */
    private <T> T parsed(String name, Reading<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (MalformedSubjectException e) {
            throw new IOException(folder + "/" + name + ": " + e.reason() + ": " + Messages.of(e), e);
        }
    }

    /** {@return whether the document exists and was taken} */
    private boolean take(String name, Taker taker) throws IOException {
        Optional<byte[]> document = read(name);
        if (document.isPresent()) {
            parsed(name, () -> taker.take(document.get()));
        }
        return document.isPresent();
    }

    /** {@return the containers with all facts in the folder} */
    List<ContainerSubject> describe(
            List<ContainerSubject> containers, Optional<EngineSubject> engine, List<LocalImage> moreImages)
            throws IOException {
        Map<String, byte[]> processes = processes();
        List<LocalImage> images = new ArrayList<>(images());
        images.addAll(moreImages);
        List<ContainerSubject> described = new ArrayList<>();
        for (ContainerSubject container : containers) {
            String name = container.ref().name();
            ContainerSubject known = engine.map(container::withEngine).orElse(container);
            known = images.isEmpty() ? known : known.withImages(images);
            byte[] table = processes.get(name);
            if (table != null) {
                String ofContainer = PROCESSES + ": container " + Quoted.quote(name);
                known = known.withProcesses(parsed(ofContainer, () -> records.processes(table)));
            }
            String diffName = "diff/" + name + ".txt";
            Optional<byte[]> diff = read(diffName);
            if (diff.isPresent()) {
                known = known.withChanges(parsed(diffName, () -> records.changes(diff.get())));
            }
            String execName = "exec/" + name + ".json";
            Optional<byte[]> execs = read(execName);
            if (execs.isPresent()) {
                known = known.withExecs(parsed(execName, () -> records.execs(execs.get())));
            }
            described.add(known);
        }
        return described;
    }

    /**
     * {@return the images in the list, with the facts of their own documents; without a list, those with a document}
     */
    private List<LocalImage> images() throws IOException {
        List<LocalImage> inspected = new ArrayList<>();
        for (Path file : documents("images")) {
            if (!file.toString().endsWith(".history.json")) {
                inspected.addAll(images(file.toString(), InputFile.read(file, MAX_BYTES)));
            }
        }
        Optional<byte[]> list = read("api/images.json");
        if (list.isEmpty()) {
            return inspected;
        }
        Map<String, LocalImage> byId = new HashMap<>();
        inspected.forEach(image -> byId.put(image.id(), image));
        List<LocalImage> images = new ArrayList<>();
        for (LocalImage image : parsed("api/images.json", () -> records.images(list.get()))) {
            LocalImage known = byId.getOrDefault(image.id(), image);
            images.add(new LocalImage(image.id(), image.repoTags(), image.repoDigests(), known.defaults()));
        }
        return images;
    }

    /** {@return the images of a file} */
    static List<LocalImage> images(String file, byte[] document) throws IOException {
        try {
            return ContainerRecordReader.create().images(document);
        } catch (MalformedSubjectException e) {
            throw new IOException(file + ": " + e.reason() + ": " + Messages.of(e), e);
        }
    }

    private Map<String, byte[]> processes() throws IOException {
        Optional<byte[]> document = read(PROCESSES);
        if (document.isEmpty()) {
            return Map.of();
        }
        try {
            return ProcessTables.parse(document.get());
        } catch (IOException e) {
            throw new IOException(folder.resolve(PROCESSES) + ": " + e.getMessage(), e);
        }
    }

    private <T> Optional<T> text(String name, Function<String, Optional<T>> reading) throws IOException {
        Optional<byte[]> document = read(name);
        try {
            return document.flatMap(bytes -> reading.apply(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new IOException(folder.resolve(name) + ": " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> read(String name) throws IOException {
        Path file = folder.resolve(name).normalize();
        // The name of a container is untrusted, and may be a path out of the folder.
        if (!file.startsWith(folder) || Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "not a regular file");
        }
        return Optional.of(InputFile.read(file, MAX_BYTES));
    }
}
