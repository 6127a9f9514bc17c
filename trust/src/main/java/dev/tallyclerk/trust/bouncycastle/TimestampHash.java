package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.RuntimeHash;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;

/** The hashes that a timestamp may use. */
enum TimestampHash {
    SHA256(NISTObjectIdentifiers.id_sha256, Hash.SHA256),
    SHA384(NISTObjectIdentifiers.id_sha384, Hash.SHA384),
    SHA512(NISTObjectIdentifiers.id_sha512, Hash.SHA512);

    @SuppressWarnings("ImmutableEnumChecker") // immutable, and not marked as such
    private final ASN1ObjectIdentifier identifier;

    private final Hash hash;

    TimestampHash(ASN1ObjectIdentifier identifier, Hash hash) {
        this.identifier = identifier;
        this.hash = hash;
    }

    /**
     * {@return the hash that an AlgorithmIdentifier names}
     *
     * @throws EvidenceException if it is another one, such as SHA-1
     */
    static TimestampHash of(ASN1Sequence algorithm) throws EvidenceException {
        Elements elements = Elements.of(algorithm, "AlgorithmIdentifier");
        ASN1ObjectIdentifier name = elements.next(ASN1ObjectIdentifier.class);
        elements.optional(ASN1Null.class);
        elements.end();
        return named(name)
                .orElseThrow(() -> new EvidenceException(
                        Reason.UNSUPPORTED,
                        "a timestamp by the hash " + name + "; wanted SHA-256, SHA-384 or SHA-512"));
    }

    static Optional<TimestampHash> named(ASN1ObjectIdentifier name) {
        for (TimestampHash hash : values()) {
            if (hash.identifier.equals(name)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** {@return the hash of the bytes} */
    byte[] of(byte[] bytes) {
        return RuntimeHash.named(hash.algorithm()).orElseThrow().digest(bytes);
    }

    /** {@return the same hash as signatures name it} */
    Hash forSignatures() {
        return hash;
    }
}
