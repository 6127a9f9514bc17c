package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.read.KeyIdCheck;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;

/**
 * The settings for verifying files.
 *
 * @param engine verifies the signatures
 * @param limits how long files may be
 * @param keyIds what key ids have to be
 */
public record Verification(SignatureEngine engine, TufLimits limits, KeyIds keyIds) {
    /** {@return these settings, with an engine that caches its verifiers} */
    Verification cachingVerifiers() {
        return new Verification(new CachedVerifiers(engine), limits, keyIds);
    }

    void requireKeyIds(MetadataRole role, byte[] file) throws TufException {
        KeyIdCheck.require(keyIds, role, file, role.maxBytes(limits));
    }
}
