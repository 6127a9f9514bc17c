package dev.tallyclerk.trust.key;

import java.util.Objects;
import java.util.function.Function;

/**
 * A public key as a document declares it under a key id (TUF 1.0.34, 4.2).
 *
 * <p>Metadata may declare keys that this library cannot use, because they have an unknown scheme, are too short or are
 * damaged. Such a key never verifies anything, but does not make the document invalid. Immutable.
 */
public sealed interface DeclaredKey {
    /** {@return the id under which signatures and roles name the key; any text, not checked against the key} */
    String keyId();

    /**
     * Calls the function that applies.
     *
     * @param usable called with a key that can verify
     * @param unusable called with the reason why the key cannot; for {@link Other}, that the scheme is unknown
     * @param <R> the type of the result
     * @return what the function returned
     */
    default <R> R fold(
            Function<? super VerificationKey, ? extends R> usable,
            Function<? super MalformedKeyException.Reason, ? extends R> unusable) {
        if (this instanceof Usable it) {
            return usable.apply(it.key());
        }
        return unusable.apply(this instanceof Unusable it ? it.reason() : MalformedKeyException.Reason.UNKNOWN_SCHEME);
    }

    /**
     * {@return a declared key, which is {@link Other} if its scheme is not a {@link SignatureScheme}, and
     * {@link Unusable} if {@link VerificationKey#parse} refuses it}
     *
     * @param keyId the id under which it is declared
     * @param keyType the declared type
     * @param scheme the declared scheme
     * @param publicText the declared public value; empty if there is none
     */
    static DeclaredKey of(String keyId, String keyType, String scheme, String publicText) {
        if (SignatureScheme.named(scheme).isEmpty()) {
            return new Other(keyId, new OtherKey(keyType, scheme, publicText));
        }
        try {
            return new Usable(keyId, VerificationKey.parse(keyType, scheme, publicText));
        } catch (MalformedKeyException e) {
            return new Unusable(keyId, e.reason());
        }
    }

    /**
     * A key that can verify.
     *
     * @param keyId the id under which it is declared
     * @param key the key
     */
    record Usable(String keyId, VerificationKey key) implements DeclaredKey {
        public Usable {
            Objects.requireNonNull(keyId, "keyId");
            Objects.requireNonNull(key, "key");
        }
    }

    /**
     * A key of a scheme that only some engines know.
     *
     * @param keyId the id under which it is declared
     * @param key the key, unchecked
     */
    record Other(String keyId, OtherKey key) implements DeclaredKey {
        public Other {
            Objects.requireNonNull(keyId, "keyId");
            Objects.requireNonNull(key, "key");
        }
    }

    /**
     * A key that never verifies anything.
     *
     * @param keyId the id under which it is declared
     * @param reason why it is unusable
     */
    record Unusable(String keyId, MalformedKeyException.Reason reason) implements DeclaredKey {
        public Unusable {
            Objects.requireNonNull(keyId, "keyId");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
