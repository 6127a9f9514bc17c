package dev.tallyclerk.engine;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the engine that Docker's client would use.
 *
 * <p>In this order: {@code DOCKER_HOST}; the context in {@code DOCKER_CONTEXT} or in {@code config.json}; Podman's
 * {@code CONTAINER_HOST}; then the first socket that this user may use of Docker, rootless Docker, Podman and rootless
 * Podman. The configuration is in {@code DOCKER_CONFIG}, or else in {@code .docker} of {@code HOME}.
 *
 * <p>An engine over TCP is reached with TLS if {@code DOCKER_TLS_VERIFY} or {@code DOCKER_CERT_PATH} is set, or the
 * context has certificates. Its certificate is always verified: a context that says to skip that is refused.
 *
 * <p>Immutable.
 */
public final class EngineLocator {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final String DEFAULT = "default";

    private final Map<String, String> environment;
    private final Path root;

    private EngineLocator(Map<String, String> environment, Path root) {
        this.environment = Map.copyOf(environment);
        this.root = root;
    }

    /**
     * {@return a locator}
     *
     * @param environment the variables, mostly {@link System#getenv()}
     */
    public static EngineLocator of(Map<String, String> environment) {
        return new EngineLocator(environment, Path.of("/"));
    }

    /** {@return this locator, which looks for the usual sockets below another folder than the root} */
    EngineLocator withRoot(Path root) {
        return new EngineLocator(environment, root);
    }

    /**
     * {@return the engine}
     *
     * @throws IOException if there is none, or a context that is named cannot be read
     * @throws IllegalArgumentException if an address is malformed or not supported
     */
    public LocatedEngine locate() throws IOException {
        String host = variable("DOCKER_HOST");
        if (!host.isEmpty()) {
            return named(EngineAddress.parse(host), "DOCKER_HOST");
        }
        Optional<String> context = context();
        if (context.isPresent()) {
            return ofContext(context.get());
        }
        String podman = variable("CONTAINER_HOST");
        if (!podman.isEmpty()) {
            return named(EngineAddress.parse(podman), "CONTAINER_HOST");
        }
        List<Path> sockets = sockets();
        List<Path> present = sockets.stream().filter(Files::exists).toList();
        Optional<Path> usable = present.stream().filter(Files::isWritable).findFirst();
        if (present.isEmpty()) {
            throw new IOException("no engine found: there is no socket at " + sockets
                    + "; set DOCKER_HOST, or give the address, such as unix:///run/docker.sock");
        }
        return new LocatedEngine(EngineAddress.unix(usable.orElse(present.get(0))), null, "its usual place");
    }

    /**
     * {@return the engine at an address, with the certificates that the environment names}
     *
     * @param address where it listens
     */
    public LocatedEngine at(EngineAddress address) {
        return named(address, "given");
    }

    private LocatedEngine named(EngineAddress address, String origin) {
        if (address.socket().isPresent()) {
            return new LocatedEngine(address, null, origin);
        }
        String path = variable("DOCKER_CERT_PATH");
        boolean verifies = !variable("DOCKER_TLS_VERIFY").isEmpty();
        if (path.isEmpty() && !verifies) {
            return new LocatedEngine(address, null, origin);
        }
        return new LocatedEngine(
                address.withTls(), path.isEmpty() ? configuration().orElse(null) : Path.of(path), origin);
    }

    private Optional<String> context() throws IOException {
        String named = variable("DOCKER_CONTEXT");
        if (named.isEmpty()) {
            Optional<Path> folder = configuration();
            Optional<byte[]> file = folder.isPresent() ? read(folder.get().resolve("config.json")) : Optional.empty();
            named = file.isPresent() ? text(file.get(), "config.json", "currentContext") : "";
        }
        return named.isEmpty() || named.equals(DEFAULT) ? Optional.empty() : Optional.of(named);
    }

    private LocatedEngine ofContext(String name) throws IOException {
        String called = "the context " + Quoted.quote(name);
        Path folder = configuration()
                .orElseThrow(() -> new IOException(called + " cannot be found without HOME or DOCKER_CONFIG"))
                .resolve("contexts");
        String id = Digest.sha256Of(name.getBytes(StandardCharsets.UTF_8)).encoded();
        Path file = folder.resolve("meta").resolve(id).resolve("meta.json");
        byte[] meta = read(file).orElseThrow(() -> new IOException(called + " does not exist: there is no " + file));
        String host = text(meta, file.toString(), "Endpoints", "docker", "Host");
        if (host.isEmpty()) {
            throw new IOException(called + " names no engine");
        }
        if (isTrue(meta, file.toString(), "Endpoints", "docker", "SkipTLSVerify")) {
            throw new IOException(
                    called + " skips the verification of the engine's certificate, which is not supported:"
                            + " create it anew with the engine's ca.pem");
        }
        EngineAddress address = EngineAddress.parse(host);
        Path certificates = folder.resolve("tls").resolve(id).resolve("docker");
        boolean hasCertificates = address.socket().isEmpty() && Files.isDirectory(certificates);
        return new LocatedEngine(
                hasCertificates ? address.withTls() : address,
                hasCertificates ? certificates : null,
                "context " + Quoted.printable(name));
    }

    private Optional<Path> configuration() {
        String folder = variable("DOCKER_CONFIG");
        String home = variable("HOME");
        if (!folder.isEmpty()) {
            return Optional.of(Path.of(folder));
        }
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".docker"));
    }

    private List<Path> sockets() {
        List<Path> sockets = new ArrayList<>();
        String runtime = variable("XDG_RUNTIME_DIR");
        sockets.add(root.resolve("run/docker.sock"));
        sockets.add(root.resolve("var/run/docker.sock"));
        if (!runtime.isEmpty()) {
            sockets.add(Path.of(runtime, "docker.sock"));
        }
        sockets.add(root.resolve("run/podman/podman.sock"));
        if (!runtime.isEmpty()) {
            sockets.add(Path.of(runtime, "podman", "podman.sock"));
        }
        return sockets;
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            return Optional.of(content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String text(byte[] document, String name, String... path) throws IOException {
        try {
            JsonCursor value = at(document, path);
            return value == null ? "" : value.string();
        } catch (JsonException e) {
            throw new IOException(name + ": " + e.problem(), e);
        }
    }

    private static boolean isTrue(byte[] document, String name, String... path) throws IOException {
        try {
            JsonCursor value = at(document, path);
            return value != null && value.bool();
        } catch (JsonException e) {
            throw new IOException(name + ": " + e.problem(), e);
        }
    }

    private static @Nullable JsonCursor at(byte[] document, String... path) throws JsonException {
        JsonCursor cursor = JsonCursor.parse(document, JsonLimits.ofBytes(MAX_BYTES));
        for (String step : path) {
            Optional<JsonCursor> member = cursor.optional(step);
            if (member.isEmpty()) {
                return null;
            }
            cursor = member.get();
        }
        return cursor;
    }
}
