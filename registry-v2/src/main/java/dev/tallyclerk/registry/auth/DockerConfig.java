package dev.tallyclerk.registry.auth;

import dev.tallyclerk.registry.auth.CredentialException.Reason;
import dev.tallyclerk.registry.client.CredentialProvider;
import dev.tallyclerk.registry.client.Credentials;
import dev.tallyclerk.registry.transport.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The credentials in Docker's {@code config.json}, and in the helpers that it names.
 *
 * <p>Where they come from is decided as Docker does it: by a helper of {@code credHelpers} for the registry, else by
 * that of {@code credsStore}, else by the entry of {@code auths}. A helper without a name stands for the entry,
 * whatever {@code credsStore} says. Where there is a helper, entries are not looked at. A key of {@code auths} means a
 * registry if it is its host and port, whatever scheme and path stand around them; Docker Hub is meant by
 * {@code docker.io}, {@code index.docker.io} and {@code registry-1.docker.io}, and helpers know it as
 * {@code https://index.docker.io/v1/}. In an entry, {@code registrytoken} comes before {@code identitytoken}, that
 * before {@code auth}, and that before {@code username} and {@code password}.
 *
 * <p>Immutable, and safe for use by several threads. The file is read once. A helper is run anew for each question;
 * {@link CachedCredentials} keeps its answers.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">docker login, credential
 *     stores</a>
 */
public final class DockerConfig implements CredentialProvider {
    /** The largest file that is read if nothing else is said: 1 MiB. */
    public static final int DEFAULT_MAX_BYTES = 1 << 20;

    /** Longer than anybody lets a helper take. */
    private static final Duration LONG = ChronoUnit.FOREVER.getDuration();

    private final DockerConfigReader.Content content;
    private final Function<String, Optional<CredentialHelper>> helpers;

    private DockerConfig(DockerConfigReader.Content content, Function<String, Optional<CredentialHelper>> helpers) {
        this.content = content;
        this.helpers = Objects.requireNonNull(helpers, "helpers");
    }

    /** {@return what is in a file of at most {@value #DEFAULT_MAX_BYTES} bytes; it knows no helper yet} */
    public static DockerConfig read(Path file) throws CredentialException {
        return read(file, DEFAULT_MAX_BYTES);
    }

    /**
     * {@return what is in a file; it knows no helper yet}
     *
     * @param maxBytes how large the file may be
     * @throws CredentialException if it cannot be read, is larger, or is malformed
     */
    public static DockerConfig read(Path file, int maxBytes) throws CredentialException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + " is below 1");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new CredentialException(
                        Reason.LIMIT_EXCEEDED, file + " has more than the " + maxBytes + " bytes that are allowed");
            }
        } catch (CredentialException e) {
            throw e;
        } catch (IOException e) {
            throw new CredentialException(Reason.UNREADABLE_FILE, "cannot read " + file, e);
        }
        return parse(bytes, file.toString());
    }

    /**
     * {@return what is in such a document; it knows no helper yet}
     *
     * @throws CredentialException if it is malformed
     */
    public static DockerConfig parse(byte[] document) throws CredentialException {
        return parse(document, "the configuration");
    }

    private static DockerConfig parse(byte[] document, String name) throws CredentialException {
        return new DockerConfig(DockerConfigReader.read(document, name), DockerConfig::noHelper);
    }

    /**
     * {@return what the {@code docker} command would find in that environment, helpers on its {@code PATH} included}
     *
     * <p>The file is {@code config.json} in the folder that {@code DOCKER_CONFIG} names, else in {@code .docker} in
     * {@code HOME} or {@code USERPROFILE}. Where there is no file, there are no credentials.
     *
     * @param environment the variables, for example {@code System.getenv()}
     * @throws CredentialException if there is a file and it cannot be read, is too large, or is malformed
     */
    public static DockerConfig ofEnvironment(Map<String, String> environment) throws CredentialException {
        return readIfPresent(environment).withHelpers(name -> CredentialHelper.find(name, environment));
    }

    private static DockerConfig readIfPresent(Map<String, String> environment) throws CredentialException {
        DockerConfig nothing = new DockerConfig(DockerConfigReader.NOTHING, DockerConfig::noHelper);
        try {
            Optional<Path> file = fileOf(environment);
            return file.isPresent() ? read(file.get()) : nothing;
        } catch (InvalidPathException e) {
            throw new CredentialException(Reason.UNREADABLE_FILE, "the environment names a file that cannot be", e);
        } catch (CredentialException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return nothing;
            }
            throw e;
        }
    }

    private static Optional<CredentialHelper> noHelper(String name) {
        return Optional.empty();
    }

    private static Optional<Path> fileOf(Map<String, String> environment) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        if (!folder.isEmpty()) {
            return Optional.of(Path.of(folder, "config.json"));
        }
        String home = environment.getOrDefault("HOME", environment.getOrDefault("USERPROFILE", ""));
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".docker", "config.json"));
    }

    /**
     * {@return this configuration with helpers, which it runs only for registries that have one}
     *
     * @param lookup gives the helper of a name, {@code pass} for {@code docker-credential-pass}, or nothing where it
     *     may not be run; safe for use by several threads
     */
    public DockerConfig withHelpers(Function<String, Optional<CredentialHelper>> lookup) {
        return new DockerConfig(content, lookup);
    }

    /**
     * {@inheritDoc}
     *
     * @throws CredentialException if the registry has a helper that does not answer, or an entry that is malformed;
     *     never because there are no credentials, or because of what stands there for another registry
     */
    @Override
    public Credentials credentialsFor(String registry) throws CredentialException {
        return credentialsFor(registry, LONG, Cancellation.never());
    }

    /**
     * {@inheritDoc}
     *
     * <p>A helper is ended when the time is over, its own or this one, or when it is cancelled.
     *
     * @throws CredentialException as {@link #credentialsFor(String)} does, {@link Reason#HELPER_TIMED_OUT} or
     *     {@link Reason#CANCELLED} if the helper was ended
     */
    @Override
    public Credentials credentialsFor(String registry, Duration time, Cancellation cancellation)
            throws CredentialException {
        ServerAddress server = ServerAddress.of(registry);
        Optional<DockerConfigReader.Entry<String>> own = server.find(content.helpers());
        String helper = own.isPresent() ? own.get().get() : content.store().orElse("");
        if (helper.isEmpty()) {
            Optional<DockerConfigReader.Entry<Credentials>> entry = server.find(content.entries());
            return entry.isPresent() ? entry.get().get() : Credentials.anonymous();
        }
        return helpers.apply(helper)
                .orElseThrow(() -> new CredentialException(
                        Reason.HELPER_NOT_FOUND,
                        "the credentials for " + server + " are with docker-credential-" + helper
                                + ", which is not found or may not be run"))
                .get(server.key(), time, cancellation);
    }

    /** {@return how many entries and helpers there are, and none of them} */
    @Override
    public String toString() {
        return "DockerConfig[entries=" + content.entries().size() + ", helpers="
                + content.helpers().size() + ", store=" + content.store().isPresent() + "]";
    }
}
