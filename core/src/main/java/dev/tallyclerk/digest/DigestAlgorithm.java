package dev.tallyclerk.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The algorithm of a content digest, by the name before the colon.
 *
 * <p>Every name that the grammar allows is an algorithm, because documents are copied without being understood. Content
 * can be verified only with an algorithm that the Java runtime {@linkplain #isSupported() supports} or that the
 * caller's {@link HashEngine} has. Immutable; two algorithms are equal when their names are.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms">OCI
 *     image-spec v1.1.1, Registered Algorithms</a>
 */
public final class DigestAlgorithm {
    /** SHA-256, 64 hexadecimal characters; every registry supports it. */
    public static final DigestAlgorithm SHA256 = new DigestAlgorithm("sha256", "SHA-256", true, 64);

    /** SHA-384, 96 hexadecimal characters; in use, though the specification does not register it. */
    public static final DigestAlgorithm SHA384 = new DigestAlgorithm("sha384", "SHA-384", true, 96);

    /** SHA-512, 128 hexadecimal characters; optional for registries. */
    public static final DigestAlgorithm SHA512 = new DigestAlgorithm("sha512", "SHA-512", true, 128);

    /**
     * BLAKE3 with 256 bits of output, 64 hexadecimal characters. The Java runtime does not have it: to verify content
     * with it, pass a {@link HashEngine} that does.
     */
    public static final DigestAlgorithm BLAKE3 = new DigestAlgorithm("blake3", "BLAKE3-256", false, 64);

    /** SHA3-256, 64 hexadecimal characters. Pass a {@link HashEngine} that has it, as the provider {@code SUN} does. */
    public static final DigestAlgorithm SHA3_256 = new DigestAlgorithm("sha3-256", "SHA3-256", false, 64);

    /**
     * SHA3-512, 128 hexadecimal characters. Pass a {@link HashEngine} that has it, as the provider {@code SUN} does.
     */
    public static final DigestAlgorithm SHA3_512 = new DigestAlgorithm("sha3-512", "SHA3-512", false, 128);

    /**
     * BLAKE2b with 256 bits of output, 64 hexadecimal characters: the only hash that RSTUF writes. The Java runtime
     * does not have it: pass a {@link HashEngine} that does.
     */
    public static final DigestAlgorithm BLAKE2B_256 = new DigestAlgorithm("blake2b-256", "BLAKE2B-256", false, 64);

    /** BLAKE2b with 512 bits of output, 128 hexadecimal characters. Pass a {@link HashEngine} that has it. */
    public static final DigestAlgorithm BLAKE2B_512 = new DigestAlgorithm("blake2b-512", "BLAKE2B-512", false, 128);

    /** The provider of the hashes of OpenJDK and of the runtimes built from it. */
    private static final String OWN_PROVIDER = "SUN";

    private static final List<DigestAlgorithm> KNOWN =
            List.of(SHA256, SHA384, SHA512, BLAKE3, SHA3_256, SHA3_512, BLAKE2B_256, BLAKE2B_512);

    private final String name;
    private final @Nullable String standardName;
    private final boolean inRuntime;
    private final int hexLength;

    private DigestAlgorithm(String name, @Nullable String standardName, boolean inRuntime, int hexLength) {
        this.name = name;
        this.standardName = standardName;
        this.inRuntime = inRuntime;
        this.hexLength = hexLength;
    }

    /**
     * {@return the algorithm with a name}
     *
     * @param name for example {@code sha256} or {@code multihash+base58}
     * @throws MalformedDigestException if {@code name} does not match the grammar of an algorithm
     */
    public static DigestAlgorithm of(String name) {
        for (DigestAlgorithm algorithm : KNOWN) {
            if (algorithm.name.equals(name)) {
                return algorithm;
            }
        }
        if (!isAlgorithm(name)) {
            throw new MalformedDigestException(MalformedDigestException.Reason.BAD_ALGORITHM, name);
        }
        return new DigestAlgorithm(name, null, false, 0);
    }

    /** {@return the known algorithm whose name and a colon start {@code text}, or null} */
    static @Nullable DigestAlgorithm knownIn(String text) {
        for (DigestAlgorithm algorithm : KNOWN) {
            int length = algorithm.name.length();
            if (text.startsWith(algorithm.name) && text.length() > length && text.charAt(length) == ':') {
                return algorithm;
            }
        }
        return null;
    }

    /** {@return the name before the colon, for example {@code sha256}} */
    public String name() {
        return name;
    }

    /** {@return whether the Java runtime alone can verify content with this algorithm} */
    public boolean isSupported() {
        return inRuntime;
    }

    /** {@return the name of this algorithm in a {@link java.security.Provider}, or nothing if none is known} */
    Optional<String> standardName() {
        return Optional.ofNullable(standardName);
    }

    /** {@return the length of the value in hexadecimal characters, or 0 for an unknown algorithm} */
    public int hexLength() {
        return hexLength;
    }

    /**
     * {@return a new hash of this algorithm from the Java runtime, or nothing if it is not supported}
     *
     * <p>Uses the runtime's own provider, {@code SUN}, even if other providers are registered before it: it is the
     * fastest for a single stream. To use another one, pass a {@link HashEngine}. In a runtime without {@code SUN}, the
     * first provider that has the algorithm is used.
     */
    public Optional<MessageDigest> newMessageDigest() {
        if (!inRuntime || standardName == null) {
            return Optional.empty();
        }
        Provider own = Security.getProvider(OWN_PROVIDER);
        try {
            return Optional.of(
                    own == null || own.getService("MessageDigest", standardName) == null
                            ? MessageDigest.getInstance(standardName)
                            : MessageDigest.getInstance(standardName, own));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + standardName, e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DigestAlgorithm that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }

    /** algorithm ::= component (separator component)*, component ::= [a-z0-9]+, separator ::= [+._-]. */
    private static boolean isAlgorithm(String name) {
        Objects.requireNonNull(name, "name");
        boolean afterComponent = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                afterComponent = true;
            } else if (afterComponent && (c == '+' || c == '.' || c == '_' || c == '-')) {
                afterComponent = false;
            } else {
                return false;
            }
        }
        return afterComponent;
    }
}
