package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.curve.NamedCurve;
import dev.tallyclerk.registry.model.Schema1Verification.Reason;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The public key in a signature, checked for strength and form. Nothing tells whose key it is. */
final class JwsKey {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int KEY_ID_BYTES = 30;
    private static final int COORDINATE_BYTES = 32;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    private static final int MAX_EXPONENT_BITS = 32;

    private final PublicKey key;
    private final boolean certified;

    private JwsKey(PublicKey key, boolean certified) {
        this.key = key;
        this.certified = certified;
    }

    /** {@return the key of a signature, from its certificate if it has one} */
    static JwsKey of(JwsSignature signature) throws InvalidSignatureException {
        boolean certified = !signature.certificates().isEmpty();
        if (!certified && signature.jwk().isEmpty()) {
            throw new InvalidSignatureException(Reason.NO_KEY, "has no key");
        }
        if (!certified) {
            return new JwsKey(ofMembers(signature.jwk()), false);
        }
        PublicKey key = checked(ofCertificate(signature.certificates().get(0)));
        if (!signature.jwk().isEmpty() && !isSame(key, ofMembers(signature.jwk()))) {
            throw new InvalidSignatureException(Reason.NO_KEY, "has a key and a certificate of another key");
        }
        return new JwsKey(key, true);
    }

    PublicKey key() {
        return key;
    }

    boolean certified() {
        return certified;
    }

    /** {@return the fingerprint: 240 bits of the SHA-256 of the X.509 encoding, in base32} */
    String id() {
        return id(key);
    }

    /** {@return the order of P-256's group, the exclusive limit of both numbers of a signature} */
    static BigInteger groupOrder() {
        return p256().parameters().getOrder();
    }

    /** {@return whether both are the same key, in any encoding} */
    static boolean isSame(PublicKey a, PublicKey b) {
        if (a instanceof RSAPublicKey one && b instanceof RSAPublicKey other) {
            return one.getModulus().equals(other.getModulus())
                    && one.getPublicExponent().equals(other.getPublicExponent());
        }
        return a instanceof ECPublicKey one
                && b instanceof ECPublicKey other
                && one.getW().equals(other.getW())
                && p256().hasParameters(one.getParams())
                && p256().hasParameters(other.getParams());
    }

    private static PublicKey ofMembers(Map<String, String> members) throws InvalidSignatureException {
        String type = members.getOrDefault("kty", "");
        PublicKey key = checked(
                switch (type) {
                    case "EC" -> elliptic(members);
                    case "RSA" -> rsa(members);
                    default -> throw bad("is of type " + Quoted.quote(type) + ", must be EC or RSA");
                });
        String given = members.get("kid");
        if (given != null && !given.equals(id(key))) {
            throw new InvalidSignatureException(
                    Reason.WRONG_KEY_ID, "has the key " + id(key) + " under the wrong ID " + Quoted.quote(given));
        }
        return key;
    }

    private static PublicKey elliptic(Map<String, String> members) throws InvalidSignatureException {
        requireMembers(members, List.of("kty", "crv", "x", "y"));
        String curve = Objects.requireNonNull(members.get("crv"));
        if (!curve.equals("P-256")) {
            throw bad("is on the curve " + Quoted.quote(curve) + ", must be on P-256");
        }
        ECPoint point = new ECPoint(coordinate(members, "x"), coordinate(members, "y"));
        try {
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256().parameters()));
        } catch (GeneralSecurityException e) {
            throw bad("is no point on the curve");
        }
    }

    private static BigInteger coordinate(Map<String, String> members, String name) throws InvalidSignatureException {
        byte[] bytes = decoded(members, name);
        if (bytes.length != COORDINATE_BYTES) {
            throw bad("has " + bytes.length + " bytes of " + name + ", must have " + COORDINATE_BYTES);
        }
        return new BigInteger(1, bytes);
    }

    private static PublicKey rsa(Map<String, String> members) throws InvalidSignatureException {
        requireMembers(members, List.of("kty", "n", "e"));
        byte[] modulus = decoded(members, "n");
        byte[] exponent = decoded(members, "e");
        if (modulus.length == 0 || modulus[0] == 0 || exponent.length == 0 || exponent[0] == 0) {
            throw bad("has a number with leading zeros, or none");
        }
        if (modulus.length > MAX_RSA_BITS / 8) {
            throw bad("has more than " + MAX_RSA_BITS + " bits");
        }
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent)));
        } catch (GeneralSecurityException e) {
            throw modulus.length < MIN_RSA_BITS / 8 ? weak(modulus.length * 8) : bad("is no RSA key");
        }
    }

    private static void requireMembers(Map<String, String> members, List<String> names)
            throws InvalidSignatureException {
        for (String name : names) {
            if (!members.containsKey(name)) {
                throw bad("has no member " + name);
            }
        }
        if (members.size() != names.size() + (members.containsKey("kid") ? 1 : 0)) {
            throw bad("has members of several key types");
        }
    }

    private static byte[] decoded(Map<String, String> members, String name) throws InvalidSignatureException {
        return Base64Url.decode(members.getOrDefault(name, ""))
                .orElseThrow(() -> bad("has a member " + name + " that is not base64url without padding"));
    }

    private static PublicKey ofCertificate(String base64) throws InvalidSignatureException {
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            var certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            // The factory also accepts text forms, and ignores bytes after the certificate.
            if (!Arrays.equals(certificate.getEncoded(), der)) {
                throw bad("is in data that is not exactly one certificate");
            }
            return certificate.getPublicKey();
        } catch (CertificateException | RuntimeException e) {
            // Some providers throw unchecked exceptions for malformed bytes.
            throw bad("is in a malformed certificate");
        }
    }

    /** {@return the key, if it is strong and well-formed} */
    private static PublicKey checked(PublicKey key) throws InvalidSignatureException {
        if (key instanceof ECPublicKey elliptic) {
            NamedCurve curve = p256();
            if (!curve.hasParameters(elliptic.getParams()) || !curve.hasPoint(elliptic.getW())) {
                throw bad("is no point on the curve P-256");
            }
        } else if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            BigInteger exponent = rsa.getPublicExponent();
            if (bits < MIN_RSA_BITS) {
                throw weak(bits);
            }
            if (bits > MAX_RSA_BITS
                    || exponent.bitLength() > MAX_EXPONENT_BITS
                    || exponent.compareTo(BigInteger.TWO) <= 0
                    || !exponent.testBit(0)) {
                throw bad("has " + bits + " bits and an exponent of " + exponent.bitLength());
            }
        } else {
            throw bad("is neither an elliptic curve key nor an RSA key");
        }
        return key;
    }

    private static NamedCurve p256() {
        try {
            return NamedCurve.of("secp256r1");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has P-256", e);
        }
    }

    private static String id(PublicKey key) {
        byte[] hash = HexFormat.of().parseHex(Digest.sha256Of(key.getEncoded()).encoded());
        BigInteger bits = new BigInteger(1, Arrays.copyOf(hash, KEY_ID_BYTES));
        StringBuilder out = new StringBuilder();
        for (int shift = KEY_ID_BYTES * 8 - 5; shift >= 0; shift -= 5) {
            if (out.length() % 5 == 4) {
                out.append(':');
            }
            out.append(BASE32.charAt(bits.shiftRight(shift).intValue() & 31));
        }
        return out.toString();
    }

    private static InvalidSignatureException weak(int bits) {
        return new InvalidSignatureException(
                Reason.WEAK_KEY, "has a key of " + bits + " bits, must have at least " + MIN_RSA_BITS);
    }

    private static InvalidSignatureException bad(String detail) {
        return new InvalidSignatureException(Reason.BAD_KEY, "has a key that " + detail);
    }
}
