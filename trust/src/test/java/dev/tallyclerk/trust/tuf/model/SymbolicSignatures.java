package dev.tallyclerk.trust.tuf.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.key.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signatures that cost next to nothing: the hash of key and message stands for one. That nobody makes one without the
 * key is up to the attacker of these tests; real schemes have tests of their own.
 */
final class SymbolicSignatures implements SignatureEngine {
    /** Real public keys, because the client reads them; made once, because that is slow. */
    private static final List<SigningKey> POOL = new ArrayList<>();

    private static final Map<String, VerificationKey> READ = new HashMap<>();

    private int taken;

    /** {@return a key that this object has not given to anybody yet} */
    SigningKey newKey() {
        if (taken == POOL.size()) {
            SigningKey key = SigningKey.ed25519();
            POOL.add(key);
            READ.put(key.publicText(), key.verificationKey());
        }
        return POOL.get(taken++);
    }

    /** {@return the signature, in hexadecimal, by the key of the pool that has this public text} */
    static String sign(String publicText, byte[] message) {
        VerificationKey key = READ.get(publicText);
        if (key == null) {
            throw new IllegalArgumentException("not a key of the pool");
        }
        return HexFormat.of().formatHex(signature(key, message));
    }

    private static byte[] signature(VerificationKey key, byte[] message) {
        byte[] signer = key.fingerprint().getBytes(StandardCharsets.US_ASCII);
        byte[] both = Arrays.copyOf(signer, signer.length + message.length);
        System.arraycopy(message, 0, both, signer.length, message.length);
        return HexFormat.of().parseHex(Digest.sha256Of(both).encoded());
    }

    @Override
    public Optional<SignatureVerifier> verifierFor(VerificationKey key) {
        return Optional.of((message, signature) -> Arrays.equals(signature(key, message), signature));
    }
}
