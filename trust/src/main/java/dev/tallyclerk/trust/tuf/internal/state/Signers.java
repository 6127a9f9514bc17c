package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.read.SignedMessage;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.KeyOutcome;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whose signatures a file needs, as a root or a delegator says. Two are the same only if they are one object, so that
 * what one delegator's keys have signed never passes for what another's have.
 */
public final class Signers {
    private static final String SIGN_AGAIN = "the repository has to sign it again, or start from a newer trusted root";
    private static final String OTHER_ENGINE = "take a SignatureEngine that has the schemes; the runtime's has those of"
            + " elliptic curves where the module jdk.crypto.ec is";

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
            throw signed.failure(Reason.THRESHOLD_NOT_MET, step)
                    .threshold(report)
                    .build("has " + report + " (keys of " + declaredBy + "); "
                            + (mayBeTheEngine(report) ? OTHER_ENGINE : SIGN_AGAIN));
        }
    }

    /** {@return whether there may be enough signatures for another engine} */
    static boolean mayBeTheEngine(ThresholdReport report) {
        return mayBeEnoughWith(report, key -> key.outcome() == Outcome.SCHEME_NOT_IN_ENGINE);
    }

    /** {@return whether there may be enough signatures for another engine, or for one that knows more schemes} */
    public static boolean mayBeTheClient(ThresholdReport report) {
        return mayBeEnoughWith(
                report,
                key -> key.outcome() == Outcome.SCHEME_NOT_IN_ENGINE
                        || (key.outcome() == Outcome.UNUSABLE_KEY
                                && key.detail().equals(MalformedKeyException.Reason.UNKNOWN_SCHEME.name())));
    }

    private static boolean mayBeEnoughWith(ThresholdReport report, Predicate<KeyOutcome> unseen) {
        long more = report.keys().stream().filter(unseen).count();
        return more > 0 && report.have() + more >= report.need();
    }
}
