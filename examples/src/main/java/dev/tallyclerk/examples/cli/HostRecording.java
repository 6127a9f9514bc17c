package dev.tallyclerk.examples.cli;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.container.ContainerRecordReader;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.LocalImage;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
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

/** A folder with what was recorded of a host and its engine; whatever is not in it is not known. */
final class HostRecording {
    private static final int MAX_BYTES = 1 << 24;

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

    /** {@return the files with a container each, by name} */
    List<Path> containers() throws IOException {
        requireFolder();
        return documents("containers");
    }

    private void requireFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw Files.exists(folder)
                    ? new FileSystemException(folder.toString(), null, "is no folder")
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

    /** {@return the engine, or nothing if no document of it is there} */
    Optional<EngineSubject> engine(String name, List<SeccompSubject> profiles)
            throws IOException, MalformedSubjectException {
        requireFolder();
        EngineSubject.Builder engine = EngineSubject.builder(name).seccompProfiles(profiles);
        Optional<byte[]> file = read("daemon.json");
        Optional<byte[]> commandLine = read("dockerd-cmdline.txt");
        Optional<byte[]> info = read("info.json");
        Optional<byte[]> version = read("version.json");
        if (file.isPresent()) {
            engine.daemonJson(file.get());
        }
        if (commandLine.isPresent()) {
            engine.commandLine(new String(commandLine.get(), StandardCharsets.UTF_8));
        }
        if (info.isPresent()) {
            engine.info(info.get());
        }
        if (version.isPresent()) {
            engine.version(version.get());
        }
        text("environment.txt", HostText::environment).ifPresent(engine::environment);
        text("getenforce.txt", HostText::selinux).ifPresent(engine::selinuxHost);
        Optional<byte[]> images = read("api/images.json");
        Optional<byte[]> containers = read("api/containers.json");
        if (images.isPresent() && containers.isPresent()) {
            engine.imageUse(images.get(), containers.get());
        }
        boolean isKnown = file.isPresent() || commandLine.isPresent() || info.isPresent() || version.isPresent();
        return isKnown ? Optional.of(engine.build()) : Optional.empty();
    }

    /** {@return the containers with all that the folder says of them} */
    List<ContainerSubject> describe(
            List<ContainerSubject> containers, Optional<EngineSubject> engine, List<LocalImage> moreImages)
            throws IOException, MalformedSubjectException {
        Map<String, byte[]> processes = processes();
        List<LocalImage> images = new ArrayList<>(images());
        images.addAll(moreImages);
        List<ContainerSubject> described = new ArrayList<>();
        for (ContainerSubject container : containers) {
            String name = container.ref().name();
            ContainerSubject known = engine.map(container::withEngine).orElse(container);
            known = images.isEmpty() ? known : known.withImages(images);
            byte[] table = processes.get(name);
            known = table == null ? known : known.withProcesses(records.processes(table));
            Optional<byte[]> diff = read("diff/" + name + ".txt");
            known = diff.isPresent() ? known.withChanges(records.changes(diff.get())) : known;
            Optional<byte[]> execs = read("exec/" + name + ".json");
            described.add(execs.isPresent() ? known.withExecs(records.execs(execs.get())) : known);
        }
        return described;
    }

    /** What the list has, each with what its own document says; without a list, those that have a document. */
    private List<LocalImage> images() throws IOException, MalformedSubjectException {
        List<LocalImage> inspected = new ArrayList<>();
        for (Path file : documents("images")) {
            if (!file.toString().endsWith(".history.json")) {
                inspected.addAll(images(file.toString(), Files.readAllBytes(file)));
            }
        }
        Optional<byte[]> list = read("api/images.json");
        if (list.isEmpty()) {
            return inspected;
        }
        Map<String, LocalImage> byId = new HashMap<>();
        inspected.forEach(image -> byId.put(image.id(), image));
        List<LocalImage> images = new ArrayList<>();
        for (LocalImage image : records.images(list.get())) {
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

    /** The output of ps by container; one in which it failed is not known. */
    private Map<String, byte[]> processes() throws IOException {
        Optional<byte[]> document = read("api/exec-ps.json");
        Map<String, byte[]> tables = new HashMap<>();
        if (document.isPresent()) {
            try {
                JsonCursor root = JsonCursor.parse(document.get(), JsonLimits.ofBytes(MAX_BYTES));
                for (Map.Entry<String, JsonCursor> entry : root.members().entrySet()) {
                    JsonCursor run = entry.getValue();
                    if (run.required("exit").integer(Integer.MIN_VALUE, Integer.MAX_VALUE) == 0) {
                        tables.put(
                                entry.getKey(), run.required("stdout").string().getBytes(StandardCharsets.UTF_8));
                    }
                }
            } catch (JsonException e) {
                throw new IOException(folder.resolve("api/exec-ps.json") + ": " + e.getMessage(), e);
            }
        }
        return tables;
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
        // A container's name is not ours to trust as a path.
        if (!file.startsWith(folder) || Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "is no file");
        }
        return Optional.of(Files.readAllBytes(file));
    }
}
