package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The credentials in Docker's {@code config.json}, and in the helpers that it names.
 *
 * <p>The order is that of Docker: the helper in {@code credHelpers} for the registry, else the helper in
 * {@code credsStore}, else the entry in {@code auths}. An empty helper name selects the entry, even if there is a
 * {@code credsStore}. If there is a helper, entries are ignored. A key of {@code auths} matches a registry by host and
 * port; scheme and path are ignored, as in Docker. A key whose path is a prefix of the repository, such as
 * {@code quay.io/team}, takes precedence for that repository, as in Podman and Kubernetes. The names of Docker Hub are
 * {@code docker.io}, {@code index.docker.io}, {@code registry-1.docker.io} and {@code registry.hub.docker.com}, and
 * helpers are asked for {@code https://index.docker.io/v1/}. In an entry, {@code registrytoken} takes precedence over
 * {@code identitytoken}, then {@code auth}, then {@code username} and {@code password}.
 *
 * <p>Immutable, and safe for use by several threads. Files are read once. A helper runs for each lookup, unless
 * {@link CachedCredentials} caches its answers.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">docker login, credential
 *     stores</a>
 */
public final class DockerConfig implements CredentialProvider {
    /** The size of the largest file that is read by default: 1 MiB. */
    public static final int DEFAULT_MAX_BYTES = 1 << 20;

    /** Longer than anybody lets a helper take. */
    private static final Duration LONG = ChronoUnit.FOREVER.getDuration();

    /** Where Docker looks before it looks into its file. */
    private static final String VARIABLE = "DOCKER_AUTH_CONFIG";

    /** In the order in which they are looked at. */
    private final List<DockerConfigReader.Content> contents;

    private final Function<String, Optional<CredentialHelper>> helpers;

    private DockerConfig(
            List<DockerConfigReader.Content> contents, Function<String, Optional<CredentialHelper>> helpers) {
        this.contents = List.copyOf(contents);
        this.helpers = Objects.requireNonNull(helpers, "helpers");
    }

    /**
     * {@return what is in a file of at most {@value #DEFAULT_MAX_BYTES} bytes; it knows no helper yet}
     *
     * @throws CredentialException if it cannot be read, is larger, or is malformed
     */
    public static DockerConfig read(Path file) throws CredentialException {
        return read(file, DEFAULT_MAX_BYTES);
    }

    /**
     * {@return what is in a file; it knows no helper yet}
     *
     * @param maxBytes how large the file may be, in bytes
     * @throws CredentialException if it cannot be read, is larger, or is malformed
     * @throws IllegalArgumentException if {@code maxBytes} is below 1
     */
    public static DockerConfig read(Path file, int maxBytes) throws CredentialException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is below 1: " + maxBytes);
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

    static DockerConfig parse(byte[] document, String name) throws CredentialException {
        return new DockerConfig(List.of(DockerConfigReader.read(document, name)), DockerConfig::noHelper);
    }

    /**
     * {@return the credentials in Docker's variable and file in that environment, helpers on its {@code PATH} included}
     *
     * <p>The variable is {@code DOCKER_AUTH_CONFIG}, whose value is a document as the file's is. Of it the entries of
     * {@code auths} count, before everything that is in the file. The file is {@code config.json} in the folder that
     * {@code DOCKER_CONFIG} names, else in {@code .docker} in the home folder: that is {@code HOME}, on Windows
     * {@code USERPROFILE}, and the other one where that is absent or empty. Where there is neither variable nor file,
     * there are no credentials.
     *
     * <p>If the variable is malformed, Docker falls back to the file; here that is an error, because the request would
     * use another login.
     *
     * @param environment the variables, for example {@code System.getenv()}
     * @throws CredentialException if there is a variable or a file, and it cannot be read, has more than
     *     {@value #DEFAULT_MAX_BYTES} bytes, or is malformed
     */
    public static DockerConfig ofEnvironment(Map<String, String> environment) throws CredentialException {
        String variable = environment.getOrDefault(VARIABLE, "");
        return of(
                environment,
                variable.isEmpty() ? List.of() : List.of(ofVariable(variable)),
                () -> fileOf(environment).stream().toList());
    }

    private static DockerConfig of(
            Map<String, String> environment, List<DockerConfigReader.Content> first, Supplier<List<Path>> files)
            throws CredentialException {
        List<DockerConfigReader.Content> contents = new ArrayList<>(first);
        try {
            for (Path file : files.get()) {
                contents.addAll(readIfPresent(file));
            }
        } catch (InvalidPathException e) {
            throw new CredentialException(Reason.UNREADABLE_FILE, "the environment names a file that cannot be", e);
        }
        return new DockerConfig(contents, name -> CredentialHelper.find(name, environment));
    }

    /**
     * {@return the credentials in the files of Podman, Buildah and Skopeo in that environment, helpers on its
     * {@code PATH} included}
     *
     * <p>The file is the one that {@code REGISTRY_AUTH_FILE} names. Without the variable it is
     * {@code containers/auth.json} in {@code XDG_RUNTIME_DIR}, and what that has nothing for is looked for in
     * {@code containers/auth.json} in {@code XDG_CONFIG_HOME} or in {@code .config} in the home folder. Docker's file
     * is not read. Where there is no file, or a folder is another user's, there are no credentials. What Podman keeps
     * below {@code /run} where {@code XDG_RUNTIME_DIR} is not set, as often for root, has to be named by
     * {@code REGISTRY_AUTH_FILE}.
     *
     * @param environment the variables, for example {@code System.getenv()}
     * @throws CredentialException if there is a file and it cannot be read, has more than {@value #DEFAULT_MAX_BYTES}
     *     bytes, or is malformed
     * @see <a href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json,
     *     5</a>
     */
    public static DockerConfig ofContainersEnvironment(Map<String, String> environment) throws CredentialException {
        return of(environment, List.of(), () -> filesOfContainers(environment));
    }

    private static List<Path> filesOfContainers(Map<String, String> environment) {
        String named = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
        if (!named.isEmpty()) {
            return List.of(Path.of(named));
        }
        Optional<Path> config = folder(environment, "XDG_CONFIG_HOME")
                .or(() -> home(environment).map(home -> Path.of(home, ".config")));
        return Stream.concat(folder(environment, "XDG_RUNTIME_DIR").stream(), config.stream())
                .map(folder -> folder.resolve("containers").resolve("auth.json"))
                .filter(Files::exists) // which it does not where somebody became another user, and kept the variable
                .toList();
    }

    private static Optional<Path> folder(Map<String, String> environment, String variable) {
        String folder = environment.getOrDefault(variable, "");
        return folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder));
    }

    private static DockerConfigReader.Content ofVariable(String value) throws CredentialException {
        byte[] document = value.getBytes(StandardCharsets.UTF_8);
        if (document.length > DEFAULT_MAX_BYTES) {
            throw new CredentialException(
                    Reason.LIMIT_EXCEEDED,
                    VARIABLE + " has more than the " + DEFAULT_MAX_BYTES + " bytes that are allowed");
        }
        return DockerConfigReader.read(document, VARIABLE).ofEntries();
    }

    private static List<DockerConfigReader.Content> readIfPresent(Path file) throws CredentialException {
        try {
            return read(file).contents;
        } catch (CredentialException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return List.of();
            }
            throw e;
        }
    }

    private static Optional<CredentialHelper> noHelper(String name) {
        return Optional.empty();
    }

    static Optional<Path> fileOf(Map<String, String> environment) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        if (!folder.isEmpty()) {
            return Optional.of(Path.of(folder, "config.json"));
        }
        return home(environment).map(home -> Path.of(home, ".docker", "config.json"));
    }

    private static Optional<String> home(Map<String, String> environment) {
        return home(environment, File.separatorChar == '\\');
    }

    /** WSL may hand Windows' variable on to Linux, and shells may bring Windows a HOME of their own. */
    static Optional<String> home(Map<String, String> environment, boolean windows) {
        return Stream.of(windows ? "USERPROFILE" : "HOME", windows ? "HOME" : "USERPROFILE")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(home -> !home.isEmpty())
                .findFirst();
    }

    /**
     * {@return this configuration with helpers, which it runs only for registries that have one}
     *
     * @param helpers gives the helper of a name, {@code pass} for {@code docker-credential-pass}, or nothing where it
     *     may not be run; safe for use by several threads
     */
    public DockerConfig withHelpers(Function<String, Optional<CredentialHelper>> helpers) {
        return new DockerConfig(contents, helpers);
    }

    /**
     * {@return the registry's name, with the longest path of a key of {@code auths} that the repository's begins with}
     * It is the registry's name alone where a helper has its credentials: helpers do not know repositories.
     *
     * @throws CredentialException if what stands there for the registry's helper is malformed
     */
    @Override
    public String keyFor(String registry, String repository) throws CredentialException {
        ServerAddress server = ServerAddress.of(registry).registry();
        String longest = "";
        for (DockerConfigReader.Content content : contents) {
            if (!helper(content, server).isEmpty()) {
                continue;
            }
            for (String key : content.entries().keySet()) {
                ServerAddress part = ServerAddress.of(key);
                if (part.registry().equals(server)
                        && part.isPartWith(repository)
                        && part.path().length() > longest.length()) {
                    longest = part.path();
                }
            }
        }
        return longest.isEmpty() ? registry : registry + "/" + longest;
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
     * <p>A helper is ended when the time is over, its own or this one, or when it is cancelled. Where both files name a
     * helper for the registry, each has half of the time.
     *
     * @throws CredentialException as {@link #credentialsFor(String)} does, {@link Reason#HELPER_TIMED_OUT} or
     *     {@link Reason#CANCELLED} if the helper was ended
     */
    @Override
    public Credentials credentialsFor(String registry, Duration time, Cancellation cancellation)
            throws CredentialException {
        ServerAddress server = ServerAddress.of(registry);
        Credentials found = Credentials.anonymous();
        // Two files may each have a helper, and both of them have to answer in that time.
        int helpers = 0;
        for (DockerConfigReader.Content content : contents) {
            helpers += helper(content, server).isEmpty() ? 0 : 1;
        }
        Duration each = time.dividedBy(Math.max(1, helpers));
        for (DockerConfigReader.Content content : contents) {
            if (found.equals(Credentials.anonymous())) {
                found = credentials(content, server, each, cancellation);
            }
        }
        return found;
    }

    private Credentials credentials(
            DockerConfigReader.Content content, ServerAddress server, Duration time, Cancellation cancellation)
            throws CredentialException {
        String helper = helper(content, server);
        if (helper.isEmpty()) {
            Optional<DockerConfigReader.Entry<Credentials>> entry = server.find(content.entries());
            return entry.isPresent() ? entry.get().get() : Credentials.anonymous();
        }
        return helpers.apply(helper)
                .orElseThrow(() -> helperNotFound(helper, server))
                .get(server.key(), time, cancellation);
    }

    static CredentialException helperNotFound(String helper, ServerAddress server) {
        return new CredentialException(
                Reason.HELPER_NOT_FOUND,
                "the credentials for " + server + " are with docker-credential-" + helper
                        + ", which is not found or may not be run");
    }

    /** {@return the name of the helper of the only file for a registry, or an empty text} */
    String helperFor(String registry) throws CredentialException {
        return helper(contents.get(0), ServerAddress.of(registry));
    }

    /** {@return the name of the helper that has the registry's credentials, or an empty text} */
    private static String helper(DockerConfigReader.Content content, ServerAddress server) throws CredentialException {
        Optional<DockerConfigReader.Entry<String>> own = server.registry().find(content.helpers());
        return own.isPresent() ? own.get().get() : content.store().orElse("");
    }

    /** {@return how many entries and helpers there are, and none of them} */
    @Override
    public String toString() {
        return "DockerConfig[entries="
                + contents.stream()
                        .mapToInt(content -> content.entries().size())
                        .sum()
                + ", helpers="
                + contents.stream()
                        .mapToInt(content -> content.helpers().size())
                        .sum()
                + ", store="
                + contents.stream().anyMatch(content -> content.store().isPresent()) + "]";
    }
}
