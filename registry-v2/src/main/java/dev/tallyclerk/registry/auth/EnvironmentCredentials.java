package dev.tallyclerk.registry.auth;

import dev.tallyclerk.http.Cancellation;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The logins of Docker in an environment, and those of Podman for registries without one.
 *
 * <p>Their files are read at the first request for credentials, because a broken file must not stop the verification of
 * a local image. Safe for use by several threads.
 */
public final class EnvironmentCredentials implements CredentialProvider {
    private static final Duration LONG = ChronoUnit.FOREVER.getDuration();
    private static final Duration LEAST = Duration.ofMillis(1);

    private final Late docker;
    private final Late podman;

    private EnvironmentCredentials(Map<String, String> environment) {
        this.docker = new Late(() -> DockerConfig.ofEnvironment(environment));
        this.podman = new Late(() -> DockerConfig.ofContainersEnvironment(environment));
    }

    /**
     * {@return the logins in an environment, credential helpers on its {@code PATH} included}
     *
     * @param environment the variables, for example {@code System.getenv()}
     * @see DockerConfig#ofEnvironment
     * @see DockerConfig#ofContainersEnvironment
     */
    public static EnvironmentCredentials of(Map<String, String> environment) {
        return new EnvironmentCredentials(Map.copyOf(environment));
    }

    @Override
    public Credentials credentialsFor(String registry) throws IOException {
        return credentialsFor(registry, LONG, Cancellation.never());
    }

    @Override
    public Credentials credentialsFor(String registry, Duration time, Cancellation cancellation) throws IOException {
        long start = System.nanoTime();
        Credentials found = docker.read().credentialsFor(registry, time, cancellation);
        if (!found.equals(Credentials.anonymous())) {
            return found;
        }
        Duration left = time.minusNanos(System.nanoTime() - start);
        return podman.read().credentialsFor(registry, left.compareTo(LEAST) < 0 ? LEAST : left, cancellation);
    }

    @Override
    public String keyFor(String registry, String repository) throws IOException {
        String key = docker.read().keyFor(registry, repository);
        if (!key.equals(registry)) {
            return key;
        }
        try {
            return podman.read().keyFor(registry, repository);
        } catch (CredentialException e) {
            return registry; // reported when credentials are requested
        }
    }

    /** Reads a configuration. */
    @FunctionalInterface
    private interface Reader {
        DockerConfig read() throws CredentialException;
    }

    private static final class Late {
        private final Reader reader;
        private @Nullable DockerConfig config;

        Late(Reader reader) {
            this.reader = reader;
        }

        synchronized DockerConfig read() throws CredentialException {
            DockerConfig known = config;
            if (known == null) {
                known = reader.read();
                config = known;
            }
            return known;
        }
    }
}
