package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.security.PublicKey;
import java.util.List;

/**
 * A transparency log that is trusted: one of signatures (Rekor) or of certificates.
 *
 * @param id the log's id, in hexadecimal
 * @param checkpointHint the id of the key in checkpoints, 8 hexadecimal digits
 * @param name the host name of the log, empty if it is not known
 * @param counted the operator, else the URL, else the id: logs that agree in it count once
 * @param key the public key
 * @param hash the hash of its signatures
 * @param validity when it is trusted
 * @param signatures verifies its signatures
 */
public record TrustedLog(
        String id,
        String checkpointHint,
        String name,
        String counted,
        PublicKey key,
        Hash hash,
        Validity validity,
        Signatures signatures) {
    /** Makes a log whose signatures the runtime verifies. */
    public TrustedLog(
            String id,
            String checkpointHint,
            String name,
            String counted,
            PublicKey key,
            Hash hash,
            Validity validity) {
        this(id, checkpointHint, name, counted, key, hash, validity, Signatures.RUNTIME);
    }

    TrustedLog with(Signatures verifying) {
        return new TrustedLog(id, checkpointHint, name, counted, key, hash, validity, verifying);
    }

    /** {@return whether a signature is one of this log} */
    boolean signed(byte[] message, byte[] signature) {
        return signatures.verify(key, hash, List.of(message), signature);
    }
}
