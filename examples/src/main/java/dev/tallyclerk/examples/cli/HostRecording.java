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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        Path containers = folder.resolve("containers");
        if (!Files.isDirectory(containers)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(containers)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** {@return the engine, or nothing if no document of it is there} */
    Optional<EngineSubject> engine(String name, List<SeccompSubject> profiles)
            throws IOException, MalformedSubjectException {
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
        Optional<byte[]> images = read("api/images.json");
        Optional<byte[]> containers = read("api/containers.json");
        if (images.isPresent() && containers.isPresent()) {
            engine.imageUse(images.get(), containers.get());
        }
        boolean isKnown = file.isPresent() || commandLine.isPresent() || info.isPresent() || version.isPresent();
        return isKnown ? Optional.of(engine.build()) : Optional.empty();
    }

    /** {@return the containers with all that the folder says of them} */
    List<ContainerSubject> describe(List<ContainerSubject> containers, Optional<EngineSubject> engine)
            throws IOException, MalformedSubjectException {
        Map<String, byte[]> processes = processes();
        Optional<byte[]> imageList = read("api/images.json");
        List<LocalImage> images = imageList.isPresent() ? records.images(imageList.get()) : List.of();
        List<ContainerSubject> described = new ArrayList<>();
        for (ContainerSubject container : containers) {
            String name = container.ref().name();
            ContainerSubject known = engine.map(container::withEngine).orElse(container);
            known = imageList.isPresent() ? known.withImages(images) : known;
            byte[] table = processes.get(name);
            known = table == null ? known : known.withProcesses(records.processes(table));
            Optional<byte[]> diff = read("diff/" + name + ".txt");
            known = diff.isPresent() ? known.withChanges(records.changes(diff.get())) : known;
            Optional<byte[]> execs = read("exec/" + name + ".json");
            described.add(execs.isPresent() ? known.withExecs(records.execs(execs.get())) : known);
        }
        return described;
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

    private Optional<byte[]> read(String name) throws IOException {
        Path file = folder.resolve(name).normalize();
        // A container's name is not ours to trust as a path.
        return file.startsWith(folder) && Files.isRegularFile(file)
                ? Optional.of(Files.readAllBytes(file))
                : Optional.empty();
    }
}
