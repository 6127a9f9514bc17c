package dev.tallyclerk.trust.internal.encoding;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;

/** From the exception of the JSON reader to that of evidence, with one reason for each cause in all formats. */
public final class UnreadableDocument {
    private UnreadableDocument() {}

    /**
     * {@return the exception for a document that could not be read}
     *
     * @param what what it should have been, as in "no DSSE envelope"
     */
    public static EvidenceException of(String what, JsonException e) {
        Reason reason = e.reason() == JsonException.Reason.LIMIT ? Reason.LIMIT_EXCEEDED : Reason.MALFORMED;
        String where = e.pointer().isEmpty() ? "" : " at " + Quoted.quote(e.pointer());
        return new EvidenceException(reason, what + ": " + e.detail() + where, e);
    }
}
