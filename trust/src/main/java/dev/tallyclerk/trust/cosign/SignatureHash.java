package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.trust.internal.signature.PlainSignatures;

/** The hash of a signature, which Ed25519 ignores. */
public enum SignatureHash {
    /** SHA-256, which cosign uses for any key unless told otherwise. */
    SHA256(PlainSignatures.Hash.SHA256),
    /** SHA-384. */
    SHA384(PlainSignatures.Hash.SHA384),
    /** SHA-512. */
    SHA512(PlainSignatures.Hash.SHA512);

    private final PlainSignatures.Hash plain;

    SignatureHash(PlainSignatures.Hash plain) {
        this.plain = plain;
    }

    PlainSignatures.Hash plain() {
        return plain;
    }
}
