package dev.tallyclerk.internal.secret;

import java.util.Locale;
import java.util.Optional;

/** What a secret gives access to. */
public enum SecretKind {
    /** Whatever a private key signs or decrypts. */
    PRIVATE_KEY,
    /** The account of a cloud. */
    CLOUD,
    /** A registry of images. */
    REGISTRY,
    /** A registry of packages, or source control. */
    PACKAGE,
    /** A cluster. */
    KUBERNETES,
    /** Another service. */
    TOKEN;

    static Optional<SecretKind> named(String name) {
        for (SecretKind kind : values()) {
            if (kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
