package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;

/** Exceptions that the readers of attestations share. */
final class Documents {
    private Documents() {}

    /** {@return the exception for a list that is too long} */
    static EvidenceException tooMany(String what, int allowed) {
        return new EvidenceException(Reason.LIMIT_EXCEEDED, "more than " + allowed + " " + what);
    }
}
