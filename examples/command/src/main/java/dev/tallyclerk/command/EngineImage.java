package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.engine.EngineAddress;
import dev.tallyclerk.engine.EngineLocator;
import dev.tallyclerk.engine.LocatedEngine;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.layout.LayoutLimits;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An image in the storage of an engine on this machine, which the engine writes as a docker archive:
 * {@code docker-daemon:NAME} or {@code containers-storage:NAME}.
 *
 * @param scheme what the text begins with
 * @param name the name or ID that the engine is asked for
 * @param reference the name, if it is no ID
 * @param id the ID, if it is no name
 */
record EngineImage(
        String scheme,
        String name,
        @Nullable Reference reference,
        @Nullable Digest id,
        Terminal terminal) {
    private static final String DOCKER = "docker-daemon";
    private static final String PODMAN = "containers-storage";

    /** An engine may prepare a large image for long before it answers. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration MAX_TIME = Duration.ofHours(1);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int NOT_FOUND = 404;
    private static final int OK = 200;

    static boolean isMeant(String text) {
        return text.startsWith(DOCKER + ":") || text.startsWith(PODMAN + ":");
    }

    /**
     * Parses a location.
     *
     * @throws IllegalArgumentException if the name is malformed, with a message for the user
     */
    static EngineImage parse(String text, Terminal terminal) {
        int colon = text.indexOf(':');
        String scheme = text.substring(0, colon);
        String name = text.substring(colon + 1);
        if (name.matches("(sha256:)?[0-9a-f]{64}")) {
            Digest id = Digest.parse(name.startsWith("sha256:") ? name : "sha256:" + name);
            return new EngineImage(scheme, name, null, id, terminal);
        }
        if (name.startsWith("[")) {
            throw new IllegalArgumentException(
                    "a storage in brackets is not supported: write " + scheme + ":NAME for the storage of the engine");
        }
        Reference reference = Reference.parseNormalized(name);
        if (reference.digest().isPresent()) {
            throw new IllegalArgumentException(
                    "an engine's archive has no manifest whose digest could be asked for; write " + scheme
                            + ":NAME:TAG, or " + scheme + ":ID");
        }
        return new EngineImage(scheme, name, reference.withDefaultTag(), null, terminal);
    }

    ImageLocation location() {
        return ImageLocation.ofExport(scheme + ":" + name, reference, this::export);
    }

    private Path export() throws IOException {
        LocatedEngine engine = engine();
        EngineArgument.warn(engine, terminal);
        Path file = Files.createTempFile(terminal.temporaryFolder(), "tallyclerk-", ".tar");
        try {
            download(engine, file);
            if (id != null && !EngineImageId.isOf(file, id)) {
                throw new IOException("the engine at " + engine.address() + " has sent another image than " + id);
            }
            return file;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private LocatedEngine engine() throws IOException {
        Map<String, String> environment = terminal.environment();
        EngineLocator locator = EngineLocator.of(environment);
        try {
            if (scheme.equals(DOCKER)) {
                return locator.locate();
            }
            String host = environment.getOrDefault("CONTAINER_HOST", "");
            if (!host.isEmpty()) {
                return locator.at(EngineAddress.parse(host));
            }
        } catch (IOException e) {
            throw new IOException(Messages.of(e) + "; " + instead(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(Messages.of(e), e);
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        Optional<Path> socket = Stream.of("/run", runtime)
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, "podman", "podman.sock"))
                .filter(Files::isWritable)
                .findFirst();
        return locator.at(EngineAddress.unix(socket.orElseThrow(() ->
                new IOException("Podman's service does not listen: there is no socket at podman/podman.sock in /run or"
                        + " XDG_RUNTIME_DIR, and CONTAINER_HOST is not set; " + instead()))));
    }

    /** {@return how to get the image without asking an engine} */
    private String instead() {
        String program = scheme.equals(DOCKER) ? "docker" : "podman";
        return "or run " + program + " save -o image.tar " + name + " and give docker-archive:image.tar";
    }

    private void download(LocatedEngine engine, Path file) throws IOException {
        Cancellation ended = Cancellation.create();
        terminal.interruption().ends(ended::cancel);
        // The grammar of names leaves only characters that a path may have.
        Request request = Request.of("GET", URI.create(address(engine.address()) + "/images/" + name + "/get"))
                .withTimeout(MAX_TIME)
                .withCancellation(ended);
        try (Response response = EngineArgument.transport(engine, PATIENCE).send(request)) {
            if (response.status() == NOT_FOUND) {
                throw new IOException("the engine at " + engine.address() + " has no image " + Quoted.quote(name));
            }
            if (response.status() != OK) {
                throw new IOException("the engine at " + engine.address() + " answers with status " + response.status()
                        + " when it is asked for the image " + Quoted.quote(name) + "; " + instead());
            }
            try (OutputStream out = Files.newOutputStream(file)) {
                copy(response.body(), out);
            }
        }
    }

    private static String address(EngineAddress address) {
        return address.socket().isPresent()
                ? "http://localhost"
                : address.toString().replaceFirst("^tcp:", "http:");
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        long left = LayoutLimits.defaults().maxTemporaryBytes();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            left -= read;
            if (left < 0) {
                throw new IOException("the image is larger than the limit of "
                        + LayoutLimits.defaults().maxTemporaryBytes() + " bytes for temporary files; " + instead());
            }
            out.write(buffer, 0, read);
        }
    }
}
