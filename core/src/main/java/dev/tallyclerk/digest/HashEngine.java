package dev.tallyclerk.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Objects;
import java.util.Optional;

/**
 * A source of hash functions.
 *
 * <p>The {@linkplain #runtime runtime's own} are the default, and the fastest for a single stream of SHA-256. Another
 * engine adds an algorithm that the runtime lacks, such as BLAKE3, or uses a provider that a policy requires:
 *
 * <pre>{@code
 * HashEngine engine = HashEngine.runtime().or(HashEngine.of(new BouncyCastleProvider()));
 * }</pre>
 *
 * <p>Engines must be safe for use by several threads; the hashes that they make need not be.
 */
@FunctionalInterface
public interface HashEngine {
    /**
     * {@return a new hash of an algorithm, or nothing if this engine does not have it}
     *
     * <p>Its output must have the length of the algorithm's: verification with a hash of another length ends in a
     * {@link MalformedDigestException}. It should be cloneable: without that, checkpoints throw an
     * {@link UnsupportedOperationException}.
     */
    Optional<MessageDigest> newHash(DigestAlgorithm algorithm);

    /**
     * {@return the engine of the Java runtime: SHA-256, SHA-384 and SHA-512}
     *
     * <p>It uses the runtime's own provider, even if another one is registered before it.
     */
    static HashEngine runtime() {
        return RuntimeHashEngine.INSTANCE;
    }

    /**
     * {@return an engine with the hashes of one provider, which need not be registered}
     *
     * @param provider looked up by the standard names: {@code SHA-256}, {@code SHA-384}, {@code SHA-512},
     *     {@code SHA3-256}, {@code SHA3-512}, {@code BLAKE2B-256}, {@code BLAKE2B-512} and {@code BLAKE3-256}; if it
     *     announces a hash and cannot make it, {@link #newHash} throws an {@link IllegalStateException}
     */
    static HashEngine of(Provider provider) {
        Objects.requireNonNull(provider, "provider");
        return algorithm -> {
            Optional<String> name = algorithm.standardName();
            if (name.isEmpty() || provider.getService("MessageDigest", name.get()) == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(MessageDigest.getInstance(name.get(), provider));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(provider.getName() + " announces " + name.get(), e);
            }
        };
    }

    /** {@return an engine that falls back to {@code next} for algorithms that this one does not have} */
    default HashEngine or(HashEngine next) {
        Objects.requireNonNull(next, "next");
        return algorithm -> newHash(algorithm).or(() -> next.newHash(algorithm));
    }
}
