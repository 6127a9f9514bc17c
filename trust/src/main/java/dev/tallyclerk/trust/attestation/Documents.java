package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonException;

/** From the exception of the JSON reader to that of evidence. */
final class Documents {
    private Documents() {}

    /** {@return the exception for a document that could not be read} */
    static EvidenceException malformed(String document, JsonException e) {
        Reason reason = e.reason() == JsonException.Reason.LIMIT ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED;
        return new EvidenceException(reason, document + ": " + e.getMessage(), e);
    }

    /** {@return the exception for a list that is too long} */
    static EvidenceException tooMany(String what, int allowed) {
        return new EvidenceException(Reason.LIMIT_EXCEEDED, "more than " + allowed + " " + what);
    }
}
