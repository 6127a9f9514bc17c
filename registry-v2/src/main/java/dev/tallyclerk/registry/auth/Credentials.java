package dev.tallyclerk.registry.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Credentials for a registry: none, a user with a password, or a token. Immutable; {@link #toString} shows no secret.
 *
 * <p>They are equal if user and secret are equal.
 */
public final class Credentials {
    private static final Credentials ANONYMOUS = new Credentials(Kind.ANONYMOUS, "", "");

    /** The kind of credentials. */
    public enum Kind {
        /** None. */
        ANONYMOUS,
        /** A user name and a password. */
        PASSWORD,
        /** A token for a token service (an OAuth 2.0 refresh token). */
        IDENTITY_TOKEN,
        /** A token for the registry itself. */
        REGISTRY_TOKEN
    }

    private final Kind kind;
    private final String username;
    private final String secret;

    private Credentials(Kind kind, String username, String secret) {
        this.kind = kind;
        this.username = username;
        this.secret = Objects.requireNonNull(secret, "secret");
    }

    /** {@return no credentials} */
    public static Credentials anonymous() {
        return ANONYMOUS;
    }

    /**
     * {@return a user's credentials}
     *
     * @throws IllegalArgumentException if {@code username} is empty, or has a colon, which Basic authentication (RFC
     *     7617) cannot carry
     */
    public static Credentials of(String username, String password) {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name is not empty and has no colon");
        }
        return new Credentials(Kind.PASSWORD, username, Objects.requireNonNull(password, "password"));
    }

    /**
     * {@return the holder of an identity token, which a token service takes as an OAuth 2.0 refresh token}
     *
     * @throws IllegalArgumentException if {@code token} is not visible ASCII
     */
    public static Credentials identityToken(String token) {
        return new Credentials(Kind.IDENTITY_TOKEN, "", requireToken(token));
    }

    /**
     * {@return the holder of a token that the registry itself takes as it is}
     *
     * <p>It is sent as a bearer token (RFC 6750, section 2.1).
     *
     * @throws IllegalArgumentException if {@code token} is not visible ASCII
     */
    public static Credentials registryToken(String token) {
        return new Credentials(Kind.REGISTRY_TOKEN, "", requireToken(token));
    }

    private static String requireToken(String token) {
        if (!isToken(token)) {
            throw new IllegalArgumentException("a token is not empty, and visible ASCII");
        }
        return token;
    }

    /** {@return whether a header can carry {@code text} as a token: visible ASCII, at least one character} */
    public static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** {@return the kind of credentials} */
    public Kind kind() {
        return kind;
    }

    /** {@return the user name; empty without one} */
    public String username() {
        return username;
    }

    /** {@return the password or token, in clear text; empty without one} */
    public String secret() {
        return secret;
    }

    /** {@return the Authorization header of RFC 7617, with the password; nothing if there is none} */
    public Optional<String> basic() {
        if (kind != Kind.PASSWORD) {
            return Optional.empty();
        }
        byte[] pair = (username + ':' + secret).getBytes(StandardCharsets.UTF_8);
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Credentials that
                && kind == that.kind
                && username.equals(that.username)
                && secret.equals(that.secret);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, username, secret);
    }

    /** {@return whose credentials these are, without the secret} */
    @Override
    public String toString() {
        return switch (kind) {
            case ANONYMOUS -> "anonymous";
            case PASSWORD -> "user " + username;
            case IDENTITY_TOKEN -> "an identity token";
            case REGISTRY_TOKEN -> "a registry token";
        };
    }
}
