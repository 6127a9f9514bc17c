package dev.tallyclerk.registry.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/** Who asks: nobody in particular, or a user with a password. Immutable; never shows the password. */
public final class Credentials {
    private static final Credentials ANONYMOUS = new Credentials("", "");

    private final String username;
    private final String password;

    private Credentials(String username, String password) {
        this.username = username;
        this.password = password;
    }

    /** {@return no credentials} */
    public static Credentials anonymous() {
        return ANONYMOUS;
    }

    /**
     * {@return a user's credentials}
     *
     * @throws IllegalArgumentException if {@code username} is empty, or has a colon, which Basic authentication cannot
     *     carry
     */
    public static Credentials of(String username, String password) {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name is not empty and has no colon");
        }
        return new Credentials(username, Objects.requireNonNull(password, "password"));
    }

    /** {@return the Authorization header of RFC 7617, or nothing for nobody in particular} */
    Optional<String> basic() {
        if (username.isEmpty()) {
            return Optional.empty();
        }
        byte[] pair = (username + ':' + password).getBytes(StandardCharsets.UTF_8);
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /** {@return whose credentials these are, without the password} */
    @Override
    public String toString() {
        return username.isEmpty() ? "anonymous" : "user " + username;
    }
}
