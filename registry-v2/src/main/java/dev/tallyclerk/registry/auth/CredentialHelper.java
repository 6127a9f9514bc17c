package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads credentials from a program {@code docker-credential-NAME}, which stores and erases them too.
 *
 * <p>It runs {@code docker-credential-NAME get} with the registry on standard input, or {@code store} or {@code erase}.
 * After a time limit, it kills the program and the processes that the program has started. It reads a limited length of
 * output, and never shows standard error, which may contain a secret.
 *
 * <p>Immutable, and safe for use by several threads. It starts no thread of its own.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>
 */
public final class CredentialHelper {
    private static final String PREFIX = "docker-credential-";
    private static final int MAX_NAME = 64;
    private static final int MAX_ADDRESS = 1024;

    /** So that what is stored fits into a pipe that nobody reads yet. */
    private static final int MAX_SECRET = 8 * 1024;

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final int DEFAULT_MAX_BYTES = 64 * 1024;

    /** As which user a helper names the holder of an identity token. */
    private static final String IDENTITY_TOKEN_USER = "<token>";

    /** What a helper that has no credentials for a registry prints as its error. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    private final Path program;
    private final Map<String, String> environment;
    private final Duration timeout;
    private final int maxBytes;

    private CredentialHelper(Path program, Map<String, String> environment, Duration timeout, int maxBytes) {
        this.program = program;
        this.environment = Map.copyOf(environment);
        this.timeout = timeout;
        this.maxBytes = maxBytes;
    }

    /**
     * {@return the helper that is that program, with 30 seconds and 64 KiB for its answer}
     *
     * @param program an absolute path
     * @param environment all variables that the program sees, for example {@code System.getenv()}
     * @throws IllegalArgumentException if {@code program} is relative
     */
    public static CredentialHelper of(Path program, Map<String, String> environment) {
        if (!program.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path: " + program);
        }
        return new CredentialHelper(program, environment, DEFAULT_TIMEOUT, DEFAULT_MAX_BYTES);
    }

    /**
     * {@return the helper of that name, found on the environment's {@code PATH} and run in that environment, or
     * nothing}
     *
     * <p>Relative folders of the {@code PATH} are passed over: what lies in the current folder may be a stranger's. On
     * Windows the program's name ends in {@code .exe}, {@code .cmd} or {@code .bat}, of which the first that is there
     * is taken.
     *
     * @param name what follows {@code docker-credential-} in the program's name
     * @throws IllegalArgumentException if {@code name} is not 1 to 64 letters, digits, {@code .}, {@code _} and
     *     {@code -}
     */
    public static Optional<CredentialHelper> find(String name, Map<String, String> environment) {
        return find(name, environment, File.pathSeparator);
    }

    /** Does the same where that is what separates the folders, which tells Windows from other systems. */
    static Optional<CredentialHelper> find(String name, Map<String, String> environment, String separator) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a helper's name");
        }
        // Windows writes Path.
        String path = environment.entrySet().stream()
                .filter(variable -> variable.getKey().equalsIgnoreCase("PATH"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
        // Elsewhere WSL has the programs of Windows; it cannot run the scripts.
        List<String> endings = separator.equals(";") ? List.of(".exe", ".cmd", ".bat", "") : List.of("", ".exe");
        for (String folder : path.split(separator, -1)) {
            Optional<Path> found = program(folder, name, endings);
            if (found.isPresent()) {
                return found.map(program -> of(program, environment));
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> program(String folder, String name, List<String> endings) {
        try {
            Path at = Path.of(folder);
            return endings.stream()
                    .map(ending -> at.resolve(PREFIX + name + ending))
                    .filter(file -> file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** {@return whether a program's name may end so, which no separator of folders may} */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "._-".indexOf(c) >= 0);
    }

    /**
     * {@return this helper with another time for its answer}
     *
     * @throws IllegalArgumentException if {@code timeout} is not positive
     */
    public CredentialHelper withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
        return new CredentialHelper(program, environment, timeout, maxBytes);
    }

    /**
     * {@return this helper with another limit on its answer, in bytes}
     *
     * @throws IllegalArgumentException if {@code maxBytes} is below 1
     */
    public CredentialHelper withMaxBytes(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is below 1: " + maxBytes);
        }
        return new CredentialHelper(program, environment, timeout, maxBytes);
    }

    /**
     * Asks for the credentials for a registry. Blocks until the program has ended, or the time is over.
     *
     * @param serverAddress the registry as the program knows it: host and port, or {@code https://index.docker.io/v1/}
     * @return the credentials; {@link Credentials#anonymous} if it has none
     * @throws CredentialException if it does not answer
     * @throws IllegalArgumentException if {@code serverAddress} is empty, has a control character, or more than 1,024
     *     characters
     */
    public Credentials get(String serverAddress) throws CredentialException {
        return get(serverAddress, timeout, Cancellation.never());
    }

    /** Does the same within a time that may be shorter, unless it is cancelled. */
    Credentials get(String serverAddress, Duration time, Cancellation cancellation) throws CredentialException {
        Answer answer = run("get", requireAddress(serverAddress), time, cancellation);
        if (answer.exitValue == 0) {
            return credentials(answer.output);
        }
        if (answer.isNotFound()) {
            return Credentials.anonymous();
        }
        throw failed("get", answer);
    }

    /**
     * Stores the credentials for a registry, in place of those that it has. Blocks until the program has ended, or the
     * time is over.
     *
     * @param serverAddress the registry as the program knows it: host and port, or {@code https://index.docker.io/v1/}
     * @param credentials a user with a password, or an identity token
     * @throws CredentialException if it does not store them
     * @throws IllegalArgumentException if {@code serverAddress} is empty, has a control character, or more than 1,024
     *     characters; or {@code credentials} are of another kind, or have more than {@value #MAX_SECRET} characters
     */
    public void store(String serverAddress, Credentials credentials) throws CredentialException {
        String username = switch (credentials.kind()) {
            case PASSWORD -> credentials.username();
            case IDENTITY_TOKEN -> IDENTITY_TOKEN_USER;
            case ANONYMOUS, REGISTRY_TOKEN ->
                throw new IllegalArgumentException("a helper does not store: " + credentials);
        };
        if (username.length() + credentials.secret().length() > MAX_SECRET) {
            throw new IllegalArgumentException("credentials of more than " + MAX_SECRET + " characters");
        }
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        try {
            JsonWriter json = JsonWriter.compact(document);
            json.beginObject().member("ServerURL", requireAddress(serverAddress));
            json.member("Username", username).member("Secret", credentials.secret());
            json.endObject().finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Answer answer = run("store", document.toString(StandardCharsets.UTF_8), timeout, Cancellation.never());
        if (answer.exitValue != 0) {
            throw failed("store", answer);
        }
    }

    /**
     * Erases the credentials for a registry. Blocks until the program has ended, or the time is over.
     *
     * @param serverAddress the registry as the program knows it: host and port, or {@code https://index.docker.io/v1/}
     * @return whether it had some, as far as it says that
     * @throws CredentialException if it does not erase them
     * @throws IllegalArgumentException if {@code serverAddress} is empty, has a control character, or more than 1,024
     *     characters
     */
    public boolean erase(String serverAddress) throws CredentialException {
        Answer answer = run("erase", requireAddress(serverAddress), timeout, Cancellation.never());
        if (answer.exitValue != 0 && !answer.isNotFound()) {
            throw failed("erase", answer);
        }
        return answer.exitValue == 0;
    }

    private static String requireAddress(String serverAddress) {
        if (serverAddress.isEmpty()
                || serverAddress.length() > MAX_ADDRESS
                || serverAddress.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a registry's address");
        }
        return serverAddress;
    }

    private Answer run(String action, String line, Duration time, Cancellation cancellation)
            throws CredentialException {
        HelperProcess process = HelperProcess.start(List.of(program.toString(), action), environment, name());
        Duration shorter = time.compareTo(timeout) < 0 ? time : timeout;
        int exitValue = process.ask(line, shorter, cancellation, maxBytes);
        return new Answer(exitValue, process.output());
    }

    private CredentialException failed(String action, Answer answer) {
        return new CredentialException(
                Reason.HELPER_FAILED,
                name() + " ended with " + answer.exitValue + "; run \"" + name() + " " + action
                        + "\" with the " + (action.equals("store") ? "login" : "registry")
                        + " on its input to see why");
    }

    /** How the program ended, and its output. */
    private static final class Answer {
        final int exitValue;
        final byte[] output;

        Answer(int exitValue, byte[] output) {
            this.exitValue = exitValue;
            this.output = output;
        }

        boolean isNotFound() {
            return new String(output, StandardCharsets.UTF_8).strip().equals(NOT_FOUND);
        }
    }

    private String name() {
        return Objects.toString(program.getFileName(), program.toString());
    }

    private Credentials credentials(byte[] answer) throws CredentialException {
        try {
            JsonCursor json = JsonCursor.parse(answer, JsonLimits.ofBytes(Math.max(1, answer.length)));
            String username = json.required("Username").string();
            String secret = json.required("Secret").string();
            if (username.isEmpty() && secret.isEmpty()) {
                return Credentials.anonymous();
            }
            return username.equals(IDENTITY_TOKEN_USER)
                    ? Credentials.identityToken(secret)
                    : Credentials.of(username, secret);
        } catch (JsonException e) {
            throw malformed(CredentialException.describe(e));
        } catch (IllegalArgumentException e) {
            throw malformed("has credentials that cannot be sent");
        }
    }

    private CredentialException malformed(String how) {
        return new CredentialException(Reason.HELPER_MALFORMED_ANSWER, "the answer of " + name() + " " + how);
    }

    /** {@return the program's name} */
    @Override
    public String toString() {
        return name();
    }
}
