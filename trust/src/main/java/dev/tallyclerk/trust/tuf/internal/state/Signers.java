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
 * The keys and the threshold that a root or a delegator requires for a file. Compared by identity, so that the
 * signatures for one delegator never count for another.
 */
public final class Signers {
    private static final String SIGN_AGAIN =
            "the repository has to sign it again, or the client needs a newer trusted root";
    private static final String OTHER_ENGINE =
            "use a SignatureEngine that supports the schemes; the runtime's needs the"
                    + " module jdk.crypto.ec for elliptic curves";

    private final RoleKeys role;
    private final Map<String, DeclaredKey> declared;
    private final String declaredBy;

    /** Takes the declared keys, and what declares them, for a message. */
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

    /** {@return whether another engine may find enough signatures} */
    static boolean mayBeTheEngine(ThresholdReport report) {
        return mayBeEnoughWith(report, key -> key.outcome() == Outcome.SCHEME_NOT_IN_ENGINE);
    }

    /** {@return whether another engine, or a client that knows more schemes, may find enough signatures} */
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
