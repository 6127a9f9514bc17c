package dev.tallyclerk.trust.key;

import dev.tallyclerk.digest.Digest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** A key pair of the tests, as metadata declares it. */
public final class SigningKey {
    private final SignatureScheme scheme;
    private final PrivateKey privateKey;
    private final String publicText;

    private SigningKey(SignatureScheme scheme, KeyPair pair) {
        this.scheme = scheme;
        this.privateKey = pair.getPrivate();
        byte[] encoded = pair.getPublic().getEncoded();
        this.publicText = scheme == SignatureScheme.ED25519
                ? HexFormat.of().formatHex(encoded, encoded.length - 32, encoded.length)
                : pem(encoded);
    }

    static String pem(byte[] encoded) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
    }

    public static SigningKey ed25519() {
        return of(SignatureScheme.ED25519);
    }

    public static SigningKey of(SignatureScheme scheme) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(scheme.keyAlgorithm());
            if (scheme.isRsa()) {
                generator.initialize(2_048);
            } else if (!scheme.curve().isEmpty()) {
                generator.initialize(new ECGenParameterSpec(scheme.curve()));
            }
            return new SigningKey(scheme, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String keyType() {
        return scheme == SignatureScheme.ED25519 ? "ed25519" : scheme.isRsa() ? "rsa" : "ecdsa";
    }

    public String scheme() {
        return scheme.schemeName();
    }

    public String publicText() {
        return publicText;
    }

    /** {@return the id that TUF 4.2 computes: the hash of the declaration in canonical form} */
    public String keyId() {
        String canonical = "{\"keytype\":\"" + keyType() + "\",\"keyval\":{\"public\":\"" + publicText
                + "\"},\"scheme\":\"" + scheme() + "\"}";
        return Digest.sha256Of(canonical.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    public VerificationKey verificationKey() {
        return VerificationKey.parse(keyType(), scheme(), publicText);
    }

    public byte[] sign(byte[] message) {
        return sign(message, scheme.hashName().equals("SHA-512") ? 64 : 32);
    }

    /** The private operation alone, for encodings that no signer makes. */
    public byte[] signRaw(byte[] encoded) {
        RSAPrivateKey key = (RSAPrivateKey) privateKey;
        byte[] value = new BigInteger(1, encoded)
                .modPow(key.getPrivateExponent(), key.getModulus())
                .toByteArray();
        byte[] signature = new byte[encoded.length];
        int taken = Math.min(value.length, signature.length);
        System.arraycopy(value, value.length - taken, signature, signature.length - taken, taken);
        return signature;
    }

    public byte[] sign(byte[] message, int saltLength) {
        try {
            Signature signature = Signature.getInstance(scheme.jcaName());
            if (scheme.isRsa() && !scheme.needsOptIn()) {
                String hash = scheme.hashName();
                signature.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), saltLength, 1));
            }
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
