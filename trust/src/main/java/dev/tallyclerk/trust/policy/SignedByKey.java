package dev.tallyclerk.trust.policy;

import dev.tallyclerk.trust.cosign.SignatureHash;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A requirement of a cosign signature by one of some keys.
 *
 * @param keys the keys, at least one
 * @param hash the hash that signatures are over
 * @param annotations the signed annotations that a signature must have
 * @param signedIdentity which name a signature must carry; empty if any
 * @param log the trusted root with the transparency log that must have the signature; empty if no log is asked for
 */
public record SignedByKey(
        List<TrustedKey> keys,
        SignatureHash hash,
        Map<String, String> annotations,
        Optional<SignedIdentity> signedIdentity,
        Optional<TrustedRoot> log)
        implements Requirement {
    /**
     * Keeps copies of the collections.
     *
     * @throws IllegalArgumentException if there is no key
     */
    public SignedByKey {
        keys = List.copyOf(keys);
        Objects.requireNonNull(hash, "hash");
        annotations = Map.copyOf(annotations);
        Objects.requireNonNull(signedIdentity, "signedIdentity");
        Objects.requireNonNull(log, "log");
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a requirement without a key can never be met");
        }
    }

    /**
     * {@return a requirement of a signature over SHA-256, without annotations, name or log}
     *
     * @throws IllegalArgumentException if there is no key
     */
    public static SignedByKey of(List<TrustedKey> keys) {
        return new SignedByKey(keys, SignatureHash.SHA256, Map.of(), Optional.empty(), Optional.empty());
    }

    /** {@return this for signatures over another hash} */
    public SignedByKey withHash(SignatureHash hash) {
        return new SignedByKey(keys, hash, annotations, signedIdentity, log);
    }

    /** {@return this, which demands signed annotations} */
    public SignedByKey withAnnotations(Map<String, String> annotations) {
        return new SignedByKey(keys, hash, annotations, signedIdentity, log);
    }

    /** {@return this, which demands a name in the signature} */
    public SignedByKey withSignedIdentity(SignedIdentity signedIdentity) {
        return new SignedByKey(keys, hash, annotations, Optional.of(signedIdentity), log);
    }

    /** {@return this, which demands an entry in a transparency log of a trusted root} */
    public SignedByKey withLog(TrustedRoot log) {
        return new SignedByKey(keys, hash, annotations, signedIdentity, Optional.of(log));
    }

    /** {@return keys and demands, for people} */
    @Override
    public String toString() {
        return "cosign signature by "
                + keys.stream().map(key -> "key sha256:" + key.fingerprint()).collect(Collectors.joining(" or "))
                + (annotations.isEmpty() ? "" : " with the annotations " + annotations)
                + signedIdentity
                        .map(identity -> " with the name by " + identity)
                        .orElse("")
                + (log.isPresent() ? " in a transparency log" : "");
    }
}
