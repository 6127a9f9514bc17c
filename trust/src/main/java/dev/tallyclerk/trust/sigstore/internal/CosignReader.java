package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Reads the annotations by which cosign 2 describes a signature. */
public final class CosignReader {
    private static final int MAX_BYTES = 2 << 20;
    private static final Pattern LOG_ID = Pattern.compile("[0-9a-f]{64}");

    private CosignReader() {}

    /** {@return the entry of the annotation {@code dev.sigstore.cosign/bundle}} */
    public static LogEntry entry(String json) throws EvidenceException {
        try {
            ProtoMessage bundle = ProtoMessage.parse(json.getBytes(StandardCharsets.UTF_8), MAX_BYTES)
                    .only("SignedEntryTimestamp", "Payload");
            ProtoMessage payload = bundle.message("Payload").only("body", "integratedTime", "logIndex", "logID");
            String logId = payload.requiredText("logID");
            if (!LOG_ID.matcher(logId).matches()) {
                throw new EvidenceException(Reason.MALFORMED, "a log id that is not 64 hexadecimal digits");
            }
            byte[] body = payload.requiredBytes("body");
            EntryBody.KindVersion kind = EntryBody.kindVersion(body);
            return new LogEntry(
                    logId,
                    payload.cursor().required("logIndex").integer(0, Long.MAX_VALUE),
                    kind.kind(),
                    kind.version(),
                    payload.cursor().required("integratedTime").integer(1, Long.MAX_VALUE),
                    bundle.requiredBytes("SignedEntryTimestamp"),
                    null,
                    body);
        } catch (JsonException e) {
            throw UnreadableDocument.of("no log entry of cosign", e);
        }
    }

    /** {@return the answer of an authority in the annotation {@code dev.sigstore.cosign/rfc3161timestamp}} */
    public static byte[] timestamp(String json) throws EvidenceException {
        try {
            return ProtoMessage.parse(json.getBytes(StandardCharsets.UTF_8), MAX_BYTES)
                    .only("SignedRFC3161Timestamp")
                    .requiredBytes("SignedRFC3161Timestamp");
        } catch (JsonException e) {
            throw UnreadableDocument.of("no timestamp of cosign", e);
        }
    }

    /** {@return the certificate of the annotation {@code dev.sigstore.cosign/certificate}, in DER} */
    public static byte[] certificate(String pem) throws EvidenceException {
        Encodings.Block block = Encodings.onlyPem(pem);
        if (!block.label().equals("CERTIFICATE")) {
            throw new EvidenceException(Reason.MALFORMED, "a PEM block that is no certificate");
        }
        return block.content();
    }
}
