package dev.tallyclerk.command;

import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.registry.auth.CredentialException;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Suggests an option after a registry request failed, or a spelling for an image. */
final class Hints {
    private static final int BAD_REQUEST = 400;

    private static final HttpSettings LIBRARY_DEFAULTS = HttpSettings.of(request -> {
        throw new IOException("hints send no request");
    });

    private static final String HTTPS = "--no-plain-http, if this registry uses https";

    /** The responses of Go, nginx and Apache to http on an https port. */
    private static final Pattern HTTP_TO_HTTPS =
            Pattern.compile("(?i)HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port"
                    + "|speaking plain HTTP to an SSL-enabled server port");

    private static final String MORE_TIME = "--max-time, to give it more time";

    /** The client's message about a token service that gets no credentials. */
    private static final Pattern OTHER_ORIGIN =
            Pattern.compile("of \"(https?://[^\"\\s]+)\" is \"(https?://[^\"\\s]+)\", another origin, ");

    private Hints() {}

    /**
     * {@return what to try, if anything}
     *
     * @param command the command that failed
     */
    static Optional<String> of(Exception failure, CommandSpec command) {
        return failure instanceof RegistryException registry ? of(registry, command) : Optional.empty();
    }

    /** {@return how to spell the image, if an argument is a folder or file without its kind} */
    static Optional<String> ofSource(ParameterException failure, List<String> arguments) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("an image is at ")
                ? arguments.stream()
                        .filter(argument -> message.contains(", not at " + Quoted.quote(argument)))
                        .findFirst()
                        .flatMap(Hints::ofSource)
                : Optional.empty();
    }

    private static Optional<String> ofSource(String argument) {
        if (argument.startsWith("sbom:")) {
            return Optional.of("packages, vulnerabilities or rebuild-plan, which take a bill of materials");
        }
        try {
            Path path = Path.of(argument);
            String shown = Quoted.printable(argument);
            if (Files.isDirectory(path)) {
                return Optional.of("oci:" + shown + ", if the folder is an OCI layout");
            }
            return Files.isRegularFile(path)
                    ? Optional.of(
                            "docker-archive:" + shown + " or oci-archive:" + shown + ", if the file is an archive")
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> of(RegistryException failure, CommandSpec command) {
        String message = String.valueOf(failure.getMessage());
        // Many https servers answer http like this and explain it in a body, which a response to HEAD lacks. A response
        // with codes of the specification comes from the registry itself.
        if (failure.status() == BAD_REQUEST
                && failure.codes().isEmpty()
                && (HTTP_TO_HTTPS.matcher(message).find() || mayHaveMeantHttps(message, command))) {
            return Optional.of(HTTPS);
        }
        return switch (failure.reason()) {
            case UNAUTHORIZED ->
                command.name().equals("login")
                        ? Optional.empty() // it was just given a login
                        : Optional.of("tallyclerk login, or --username with --password-stdin");
            case CREDENTIALS -> ofLogins(failure);
            case TIMED_OUT -> Optional.of(MORE_TIME);
            case UNSAFE_LOCATION -> {
                Matcher origin = OTHER_ORIGIN.matcher(message);
                yield origin.find()
                        ? Optional.of("--trust-origin " + origin.group(2)
                                + ", if you trust that origin with the registry's credentials; to trust it from now on,"
                                + " add the line \"" + origin.group(1) + " " + origin.group(2)
                                + "\" to ~/.config/tallyclerk/trusted-origins or the file of --trusted-origins")
                        : Optional.empty();
            }
            case UNREACHABLE -> {
                if (isAlert(failure)) {
                    yield Optional.of(HTTPS);
                }
                yield isSilence(failure) ? Optional.of(MORE_TIME) : ofTls(failure);
            }
            default -> Optional.empty();
        };
    }

    /** {@return whether the host at the start of the message uses http only because it is on this machine} */
    private static boolean mayHaveMeantHttps(String message, CommandSpec command) {
        OptionSpec plainHttp = command.findOption("--plain-http");
        return plainHttp != null
                && plainHttp.getValue() == null
                && LIBRARY_DEFAULTS.isPlainHttp(message.split(" ", 2)[0]);
    }

    /** {@return whether a server responded to http with a TLS alert, which starts with byte 21} */
    private static boolean isAlert(RegistryException failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> String.valueOf(cause.getMessage()))
                .anyMatch(text -> text.contains("status line") && text.indexOf('\u0015') >= 0);
    }

    /** {@return whether a server sent nothing for too long; the time to connect cannot be changed} */
    private static boolean isSilence(RegistryException failure) {
        return failure.getCause() instanceof SocketTimeoutException timeout
                && !String.valueOf(timeout.getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("connect");
    }

    private static Optional<String> ofLogins(RegistryException failure) {
        boolean file = failure.getCause() instanceof CredentialException credentials
                && switch (credentials.reason()) {
                    case UNREADABLE_FILE, UNWRITABLE_FILE, MALFORMED_FILE, LIMIT_EXCEEDED -> true;
                    default -> false;
                };
        return file ? Optional.of("--authfile, to use the logins in another file") : Optional.empty();
    }

    private static Optional<String> ofTls(RegistryException failure) {
        if (!(failure.getCause() instanceof SSLException tls)) {
            return Optional.empty();
        }
        boolean unknownAuthority = Stream.<Throwable>iterate(tls, cause -> cause != null, Throwable::getCause)
                .anyMatch(CertPathBuilderException.class::isInstance);
        if (unknownAuthority) {
            return Optional.of("--ca, if the registry has a certificate authority of its own");
        }
        return String.valueOf(tls.getMessage()).contains("Unsupported or unrecognized SSL message")
                ? Optional.of("--plain-http, if the registry uses http")
                : Optional.empty();
    }
}
