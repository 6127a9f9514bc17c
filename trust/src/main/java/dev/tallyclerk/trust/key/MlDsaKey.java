package dev.tallyclerk.trust.key;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A public key of ML-DSA (FIPS 204) as TUF's TAP 21 has it, version 1. Immutable.
 *
 * <p>Its signatures are of pure ML-DSA with an empty context over {@link #signedBytes}, never over the metadata itself.
 *
 * @see <a href="https://github.com/theupdateframework/taps/blob/master/tap21.md">TAP 21, ML-DSA signing scheme for TUF
 *     metadata</a>
 */
public final class MlDsaKey {
    private static final String KEY_TYPE = "ml-dsa";
    private static final HexFormat HEX = HexFormat.of();

    /** The letters tuf and the version of the protocol. */
    private static final byte[] PREFIX = {'t', 'u', 'f', 1};

    /**
     * RFC 9881: all of a SubjectPublicKeyInfo before the key, of which there is one encoding. The algorithm has no
     * parameters.
     */
    private static final Map<String, String> HEADERS = Map.of(
            "ML-DSA-44", "30820532300b06096086480165030403110382052100",
            "ML-DSA-65", "308207b2300b0609608648016503040312038207a100",
            "ML-DSA-87", "30820a32300b060960864801650304031303820a2100");

    private static final Map<String, Integer> KEY_BYTES =
            Map.of("ML-DSA-44", 1_312, "ML-DSA-65", 1_952, "ML-DSA-87", 2_592);

    private final String parameterSet;
    private final byte[] encoded;
    private final int start;

    private MlDsaKey(String parameterSet, byte[] encoded, int start) {
        this.parameterSet = parameterSet;
        this.encoded = encoded;
        this.start = start;
    }

    /** {@return the key; empty if it is not an ML-DSA key of TAP 21, version 1, in its one encoding} */
    public static Optional<MlDsaKey> of(OtherKey key) {
        String parameterSet = switch (key.scheme()) {
            case "ml-dsa-44/1" -> "ML-DSA-44";
            case "ml-dsa-65/1" -> "ML-DSA-65";
            case "ml-dsa-87/1" -> "ML-DSA-87";
            default -> "";
        };
        if (parameterSet.isEmpty()
                || !key.keyType().equals(KEY_TYPE)
                || key.publicText().length() > VerificationKey.MAX_TEXT) {
            return Optional.empty();
        }
        byte[] encoded;
        try {
            encoded = PemBlock.publicKey(key.publicText());
        } catch (MalformedKeyException e) {
            return Optional.empty();
        }
        byte[] header = HEX.parseHex(HEADERS.getOrDefault(parameterSet, ""));
        boolean fits = encoded.length == header.length + KEY_BYTES.getOrDefault(parameterSet, 0)
                && Arrays.equals(encoded, 0, header.length, header, 0, header.length);
        return fits ? Optional.of(new MlDsaKey(parameterSet, encoded, header.length)) : Optional.empty();
    }

    /** {@return the parameter set by its name in FIPS 204, for example {@code ML-DSA-65}} */
    public String parameterSet() {
        return parameterSet;
    }

    /** {@return a copy of the key as a DER SubjectPublicKeyInfo (RFC 9881)} */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** {@return a copy of the key alone (FIPS 204, 7.2)} */
    public byte[] publicBytes() {
        return Arrays.copyOfRange(encoded, start, encoded.length);
    }

    /** {@return the identity of the key material} */
    public String fingerprint() {
        return KEY_TYPE + " " + Digest.sha256Of(encoded).encoded();
    }

    /**
     * {@return the bytes that a signature of {@code metadata} is over: a prefix and its SHA-512}
     *
     * @param metadata the signed part in canonical form
     */
    public static byte[] signedBytes(byte[] metadata) {
        byte[] hash = HEX.parseHex(Digest.of(DigestAlgorithm.SHA512, metadata).encoded());
        byte[] signed = Arrays.copyOf(PREFIX, PREFIX.length + hash.length);
        System.arraycopy(hash, 0, signed, PREFIX.length, hash.length);
        return signed;
    }
}
