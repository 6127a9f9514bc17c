package dev.tallyclerk.trust.key;

import java.util.Objects;

/**
 * A declared key of a scheme that is not a {@link SignatureScheme}, unchecked: TUF 1.0.34, 4.2, leaves schemes open.
 *
 * <p>A {@link SignatureEngine} that knows the scheme reads the key and verifies with it. To all others the key is
 * unusable, and the document that declares it stays valid.
 *
 * @param keyType the declared type, for example {@code ml-dsa}
 * @param scheme the declared scheme, for example {@code ml-dsa-65/1}
 * @param publicText the declared public value; empty if there is none
 */
public record OtherKey(String keyType, String scheme, String publicText) {
    public OtherKey {
        Objects.requireNonNull(keyType, "keyType");
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(publicText, "publicText");
    }
}
