package dev.tallyclerk.examples.cli;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.Credentials;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.okhttp.OkHttpTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options about registries, of every command that reads from one. */
final class RegistryAccess {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--username", paramLabel = "NAME", description = "The user at the registry.")
    private @Nullable String username;

    @Option(
            names = "--password-stdin",
            description = "Read the user's password from standard input; without it, from TALLYCLERK_PASSWORD.")
    private boolean passwordStdin;

    @Option(
            names = "--plain-http",
            negatable = true,
            description = "Speak http to the registry; default for localhost and loopback addresses only.")
    private @Nullable Boolean plainHttp;

    /** Reads the password, if there is a user. */
    Credentials credentials(Terminal terminal) throws IOException {
        String user = username;
        if (user == null) {
            if (passwordStdin) {
                throw usage("--password-stdin goes with --username");
            }
            return Credentials.anonymous();
        }
        String password = terminal.environment().get("TALLYCLERK_PASSWORD");
        if (passwordStdin) {
            password = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        }
        if (password == null) {
            throw usage(
                    "--username wants a password: on standard input with --password-stdin, or in TALLYCLERK_PASSWORD");
        }
        try {
            return Credentials.of(user, password);
        } catch (IllegalArgumentException e) {
            throw usage(Messages.of(e));
        }
    }

    RegistryClient client(Reference reference, Credentials credentials) {
        OkHttpClient http = new OkHttpClient.Builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(READ_TIMEOUT)
                .build();
        boolean plain = plainHttp == null ? isLoopback(reference.domain()) : plainHttp;
        return RegistryClient.of(new OkHttpTransport(http))
                .withCredentials(credentials)
                .withPlainHttp(plain);
    }

    /** Registries on this machine seldom have a certificate, and Docker takes them without one too. */
    private static boolean isLoopback(String domain) {
        String host = domain.startsWith("[") ? domain.substring(0, domain.indexOf(']') + 1) : domain.split(":", 2)[0];
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
