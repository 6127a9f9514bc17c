package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import java.io.File;
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
 * Reads credentials from a program {@code docker-credential-NAME}.
 *
 * <p>It runs {@code docker-credential-NAME get} with the registry on standard input. After a time limit, it kills the
 * program and the processes that the program has started. It reads a limited length of output, and never shows standard
 * error, which may contain a secret.
 *
 * <p>Immutable, and safe for use by several threads. It starts no thread of its own.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers">docker-credential-helpers</a>
 */
public final class CredentialHelper {
    private static final String PREFIX = "docker-credential-";
    private static final int MAX_NAME = 64;
    private static final int MAX_ADDRESS = 1024;
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
        if (serverAddress.isEmpty()
                || serverAddress.length() > MAX_ADDRESS
                || serverAddress.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a registry's address");
        }
        HelperProcess process = HelperProcess.start(List.of(program.toString(), "get"), environment, name());
        Duration shorter = time.compareTo(timeout) < 0 ? time : timeout;
        int exitValue = process.ask(serverAddress, shorter, cancellation, maxBytes);
        if (exitValue == 0) {
            return credentials(process.output());
        }
        if (new String(process.output(), StandardCharsets.UTF_8).strip().equals(NOT_FOUND)) {
            return Credentials.anonymous();
        }
        throw new CredentialException(
                Reason.HELPER_FAILED,
                name() + " ended with " + exitValue + "; run \"" + name()
                        + " get\" with the registry on its input to see why");
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
