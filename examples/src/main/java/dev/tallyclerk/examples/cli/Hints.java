package dev.tallyclerk.examples.cli;

import dev.tallyclerk.registry.client.RegistryException;
import java.security.cert.CertPathBuilderException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Which option a person may have wanted, where a registry did not do what was asked. */
final class Hints {
    private Hints() {}

    /** {@return what to try, if there is something} */
    static Optional<String> of(Exception failure) {
        return failure instanceof RegistryException registry ? of(registry) : Optional.empty();
    }

    private static Optional<String> of(RegistryException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.reason()) {
            case UNAUTHORIZED -> Optional.of("docker login, or --username with --password-stdin");
            case TIMED_OUT -> Optional.of("--max-time, to give it more time");
            case UNSAFE_LOCATION ->
                message.contains("OriginPolicy")
                        ? Optional.of("--trust-origin, if that origin may have the registry's credentials")
                        : Optional.empty();
            case PROTOCOL ->
                message.contains("HTTP request to an HTTPS server")
                        ? Optional.of("--no-plain-http, for this registry speaks https")
                        : Optional.empty();
            case UNREACHABLE -> ofTls(failure);
            default -> Optional.empty();
        };
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
                ? Optional.of("--plain-http, if the registry speaks http")
                : Optional.empty();
    }
}
