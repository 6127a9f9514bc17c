package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.SignatureEngine;
import java.util.Map;

/**
 * Whose signatures a file needs, as a root or a delegator says. Two are the same only if they are one object, so that
 * what one delegator's keys have signed never passes for what another's have.
 */
final class Signers {
    private final RoleKeys role;
    private final Map<String, DeclaredKey> declared;
    private final String declaredBy;

    /** Of keys that {@code declaredBy}, fit for a message, declares. */
    Signers(RoleKeys role, Map<String, DeclaredKey> declared, String declaredBy) {
        this.role = role;
        this.declared = declared;
        this.declaredBy = declaredBy;
    }

    static Signers of(Root root, TopLevelRole role) {
        return new Signers(root.keysOf(role), root.keys(), "root version " + root.version());
    }

    void requireThreshold(MetadataRole signed, String step, SignedMessage message, SignatureEngine engine)
            throws TufException {
        ThresholdReport report = SignatureCount.of(message, role, declared, engine);
        if (report.have() < report.need()) {
            throw TufException.threshold(signed, declaredBy, step, report);
        }
    }
}
