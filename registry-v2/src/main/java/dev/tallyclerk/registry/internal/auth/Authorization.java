package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.registry.auth.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * What a call shows to the registry.
 *
 * @param header the Authorization header
 * @param credentials what it was made of
 * @param token the token in it, if it is one that a token service gave
 * @param fresh whether there is nothing better: it was not kept from an earlier call
 */
public record Authorization(
        String header, Credentials credentials, @Nullable Token token, boolean fresh) {
    /** {@return what the header has after its scheme, and the credentials that it was made of} */
    public Secrets secrets() {
        return secrets(header, credentials);
    }

    /** {@return the same of a header that may be missing} */
    public static Secrets secrets(@Nullable String header, Credentials credentials) {
        Secrets secrets = Secrets.none();
        if (header != null) {
            secrets = secrets.and(header.substring(header.indexOf(' ') + 1));
        }
        return credentials.secret().isEmpty() ? secrets : secrets.and(credentials.secret());
    }

    /** {@return whether a challenge for {@code scope} can be answered by nothing better} */
    boolean isAllFor(Challenge challenge, Scope scope) {
        boolean sameScheme = header.regionMatches(
                true, 0, challenge.scheme() + " ", 0, challenge.scheme().length() + 1);
        return sameScheme && fresh && (token == null || token.scope().covers(scope));
    }

    @Override
    public String toString() {
        return credentials + (token == null ? "" : ", with " + token);
    }
}
