package dev.tallyclerk.trust.internal.engine;

import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies signatures: those of P-256 keys with an engine if there is one, all others with the runtime. */
public final class Signatures {
    /** Verifies everything with the runtime. */
    public static final Signatures RUNTIME = new Signatures(null);

    private static final String P256 = "ecdsa-sha2-nistp256";

    private final @Nullable SignatureEngine engine;

    private Signatures(@Nullable SignatureEngine engine) {
        this.engine = engine;
    }

    /** {@return signatures that an engine verifies, as far as it can} */
    public static Signatures of(SignatureEngine engine) {
        return new Signatures(Objects.requireNonNull(engine, "signatureEngine"));
    }

    /**
     * {@return whether a signature is one of the key over the parts of a message, one after the other: ECDSA in DER,
     * RSASSA-PKCS1-v1_5, or Ed25519}
     */
    public boolean verify(PublicKey key, Hash hash, List<byte[]> message, byte[] signature) {
        Optional<SignatureVerifier> verifier = verifier(key, hash);
        return verifier.isPresent()
                ? verifier.get().verify(joined(message), signature)
                : PlainSignatures.verify(key, hash, message, signature);
    }

    /** {@return whether a signature is an ECDSA one of the key, as the two numbers in a row (RFC 7518, 3.4)} */
    public boolean verifyConcatenated(ECPublicKey key, Hash hash, byte[] message, byte[] signature) {
        Optional<SignatureVerifier> verifier = verifier(key, hash);
        if (verifier.isEmpty()) {
            return PlainSignatures.verifyConcatenated(key, hash, List.of(message), signature);
        }
        Optional<byte[]> der = PlainSignatures.derOfConcatenated(key, signature);
        return der.isPresent() && verifier.get().verify(message, der.get());
    }

    private Optional<SignatureVerifier> verifier(PublicKey key, Hash hash) {
        SignatureEngine fast = engine;
        if (fast == null
                || hash != Hash.SHA256
                || !(key instanceof ECPublicKey ec)
                || !PlainSignatures.curve(ec).equals(Optional.of("secp256r1"))) {
            return Optional.empty();
        }
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        return fast.verifierFor(VerificationKey.parse("ecdsa", P256, pem));
    }

    private static byte[] joined(List<byte[]> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
