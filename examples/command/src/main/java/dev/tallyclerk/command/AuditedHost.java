package dev.tallyclerk.command;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.host.HostListing;
import dev.tallyclerk.hardening.host.HostSubject;
import dev.tallyclerk.host.FolderHostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The host of {@code --host-files}, and the engine that its files configure. */
final class AuditedHost {
    private static final int MAX_BYTES = SubjectLimits.defaults().maxDocumentBytes();
    private static final String LISTING = "hostfiles.json";

    private final Path path;
    private final String name;

    AuditedHost(Path path, @Nullable String name) {
        this.path = path;
        this.name = name == null ? defaultName(path) : name;
    }

    private static String defaultName(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        return whole.getNameCount() == 0 ? "this machine" : path.toString().replace('\\', '/');
    }

    /** {@return the host, and its engine if {@code withEngine} says so and one is configured} */
    List<Subject> subjects(boolean withEngine) throws IOException {
        HostSubject host = read();
        List<Subject> subjects = new ArrayList<>(List.of(host));
        Optional<EngineSubject> engine = withEngine ? host.engine() : Optional.empty();
        engine.ifPresent(subjects::add);
        return subjects;
    }

    private HostSubject read() throws IOException {
        if (!Files.isDirectory(path)) {
            return listed(path);
        }
        Path listing = path.resolve(LISTING);
        return Files.isRegularFile(listing)
                ? listed(listing)
                : HostSubject.builder(name, FolderHostFiles.of(path)).read();
    }

    /** Documents beside the listing belong to it, as in the folder of {@code --engine}. */
    private HostSubject listed(Path file) throws IOException {
        HostListing listing;
        try {
            listing = HostListing.parse(InputFile.read(file, MAX_BYTES), SubjectLimits.defaults());
        } catch (MalformedSubjectException e) {
            throw new IOException(
                    file + ": " + e.reason() + ": " + Messages.of(e)
                            + "; take a listing on the host with docs/host-listing.sh",
                    e);
        }
        Optional<byte[]> configuration = beside(file, "daemon.json");
        if (configuration.isPresent()) {
            listing = listing.withContent("/etc/docker/daemon.json", configuration.get());
        }
        HostSubject.Builder builder = listing.host(name);
        Optional<byte[]> commandLine = beside(file, "dockerd-cmdline.txt");
        if (commandLine.isPresent()) {
            builder.commandLine(new String(commandLine.get(), StandardCharsets.UTF_8));
        }
        return builder.read();
    }

    private static Optional<byte[]> beside(Path file, String name) throws IOException {
        Path other = file.resolveSibling(name);
        return Files.isRegularFile(other) ? Optional.of(InputFile.read(other, MAX_BYTES)) : Optional.empty();
    }
}
