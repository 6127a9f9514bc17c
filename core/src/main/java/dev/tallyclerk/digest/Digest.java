package dev.tallyclerk.digest;

import dev.tallyclerk.digest.MalformedDigestException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A content digest such as {@code sha256:e3b0c442…}: an algorithm and an encoded value.
 *
 * <p>An instance is always well formed: it matches the grammar of the specification, and the value of a
 * {@linkplain DigestAlgorithm#hexLength known} algorithm is lower-case hexadecimal of that algorithm's length.
 * {@code parse(d.toString()).equals(d)}. In JSON a digest is a string: configure a mapper that would write the record's
 * components to use {@link #toString} and {@link #parse}.
 *
 * @param algorithm the hash algorithm
 * @param encoded the value after the colon
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">OCI image-spec v1.1.1,
 *     Digests</a>
 */
public record Digest(DigestAlgorithm algorithm, String encoded) implements Comparable<Digest> {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    /**
     * Makes a digest from its parts.
     *
     * @throws MalformedDigestException if {@code encoded} is not a value of the algorithm, or does not match the
     *     grammar
     */
    public Digest {
        Objects.requireNonNull(algorithm, "algorithm");
        if (algorithm.hexLength() > 0) {
            if (encoded.length() != algorithm.hexLength()) {
                throw new MalformedDigestException(Reason.WRONG_LENGTH, encoded);
            }
            if (!isLowerHex(encoded)) {
                throw new MalformedDigestException(Reason.NOT_LOWER_HEX, encoded);
            }
        } else if (!isEncoded(encoded)) {
            throw new MalformedDigestException(Reason.BAD_ENCODED, encoded);
        }
    }

    /**
     * Parses the text form.
     *
     * @param text the digest as a manifest or a header carries it; upper case is refused, not folded, except in the
     *     value of an unknown algorithm
     * @return the digest
     * @throws MalformedDigestException if {@code text} does not match the grammar, or the value is not one of its
     *     algorithm
     */
    public static Digest parse(String text) {
        DigestAlgorithm known = DigestAlgorithm.knownIn(text);
        if (known != null) {
            return new Digest(known, text.substring(known.name().length() + 1));
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new MalformedDigestException(Reason.NO_SEPARATOR, text);
        }
        return new Digest(DigestAlgorithm.of(text.substring(0, colon)), text.substring(colon + 1));
    }

    /**
     * {@return the SHA-256 digest of {@code content}}
     *
     * @param content the bytes, not changed and not kept
     */
    public static Digest sha256Of(byte[] content) {
        return of(DigestAlgorithm.SHA256, content);
    }

    /**
     * {@return the digest of {@code content}}
     *
     * @param algorithm a {@linkplain DigestAlgorithm#isSupported() supported} algorithm
     * @param content the bytes, not changed and not kept
     * @throws IllegalArgumentException if {@code algorithm} is not supported
     */
    public static Digest of(DigestAlgorithm algorithm, byte[] content) {
        Optional<MessageDigest> hash = algorithm.newMessageDigest();
        if (hash.isEmpty()) {
            throw new IllegalArgumentException("cannot compute " + algorithm);
        }
        return ofHash(algorithm, hash.get().digest(content));
    }

    /**
     * {@return the digest whose value is {@code hash}}
     *
     * @param algorithm the algorithm that computed it
     * @param hash the raw output of the hash, not kept
     * @throws MalformedDigestException if {@code hash} does not have the length of the algorithm's output, or is empty
     */
    public static Digest ofHash(DigestAlgorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    // Written out: the runtime would generate a record's own methods on first use, which costs startup time.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest that && encoded.equals(that.encoded) && algorithm.equals(that.algorithm);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    /** {@return the text form, {@code algorithm:encoded}} */
    @Override
    public String toString() {
        return algorithm.name() + ':' + encoded;
    }

    /** Orders by the text form. */
    @Override
    public int compareTo(Digest other) {
        return algorithm.equals(other.algorithm)
                ? encoded.compareTo(other.encoded)
                : toString().compareTo(other.toString());
    }

    /** Compares eight characters at a time without branches, because the characters of a digest are unpredictable. */
    private static boolean isLowerHex(String text) {
        // Characters outside Latin-1 become question marks. A surrogate pair becomes one, which shortens the array.
        byte[] characters = text.getBytes(StandardCharsets.ISO_8859_1);
        if (characters.length % Long.BYTES != 0) {
            return false;
        }
        long all = HIGHEST_BITS;
        for (int i = 0; i < characters.length; i += Long.BYTES) {
            long eight = (long) LONGS.get(characters, i);
            long digits = atLeast('0', eight) & ~atLeast('9' + 1, eight);
            long letters = atLeast('a', eight) & ~atLeast('f' + 1, eight);
            all &= (digits | letters) & ~eight;
        }
        return all == HIGHEST_BITS;
    }

    /** {@return a word with the highest bit of each byte set whose ASCII character is {@code c} or above} */
    private static long atLeast(int c, long eight) {
        return eight + (0x80 - c) * ONES;
    }

    /** encoded ::= [a-zA-Z0-9=_-]+. */
    private static boolean isEncoded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '=' && c != '_' && c != '-') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
