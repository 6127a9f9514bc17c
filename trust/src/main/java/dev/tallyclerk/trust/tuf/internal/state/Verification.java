package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.read.KeyIdCheck;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.List;

/**
 * The settings for verifying files.
 *
 * @param engine verifies the signatures
 * @param limits how long files may be
 * @param keyIds what key ids have to be
 * @param hashes computes the hashes of files
 */
public record Verification(SignatureEngine engine, TufLimits limits, KeyIds keyIds, HashEngine hashes) {
    /** Settings with the hashes of the Java runtime. */
    public Verification(SignatureEngine engine, TufLimits limits, KeyIds keyIds) {
        this(engine, limits, keyIds, HashEngine.runtime());
    }

    public Verification withEngine(SignatureEngine engine) {
        return new Verification(engine, limits, keyIds, hashes);
    }

    public Verification withLimits(TufLimits limits) {
        return new Verification(engine, limits, keyIds, hashes);
    }

    public Verification withKeyIds(KeyIds keyIds) {
        return new Verification(engine, limits, keyIds, hashes);
    }

    public Verification withHashes(HashEngine hashes) {
        return new Verification(engine, limits, keyIds, hashes);
    }

    /** {@return these settings, with an engine that caches its verifiers} */
    Verification cachingVerifiers() {
        return withEngine(new CachedVerifiers(engine));
    }

    /** {@return the digests that can be computed here} */
    List<Digest> computable(List<Digest> digests) {
        return digests.stream()
                .filter(digest -> hashes.newHash(digest.algorithm()).isPresent())
                .toList();
    }

    void requireKeyIds(MetadataRole role, byte[] file) throws TufException {
        KeyIdCheck.require(keyIds, role, file, role.maxBytes(limits));
    }
}
