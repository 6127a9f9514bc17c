package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.evidence.EvidenceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the worst documents within the default limits, in a process of its own with little memory. */
public final class HostileDocuments {
    private static final int MAX_BYTES = AttestationLimits.defaults().maxDocumentBytes();
    private static final String PAYLOAD_START =
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"";

    private HostileDocuments() {}

    /** Prints "done" if memory sufficed. */
    public static void main(String[] arguments) throws EvidenceException {
        statement("t", "[" + "0,".repeat(249_000) + "0]");
        statement("t", "[" + "0,".repeat(4_000_000) + "0]");
        statement("t", "[" + "{},".repeat(120_000) + "{}]");
        statement("t", "[" + "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",".repeat(240_000) + "1]");
        statement(
                "https://cyclonedx.org/bom",
                "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1\",\"components\":["
                        + "{\"name\":\"a\"},".repeat(99_000) + "{\"name\":\"a\"}]}");
        statement("t", "[".repeat(1 << 20));
        envelope('A');
        envelope('!');
        byte[] signatures = ("{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":["
                        + "{\"sig\":\"AQID\"},".repeat(600_000) + "{}]}")
                .getBytes(StandardCharsets.ISO_8859_1);
        read(signatures);
        System.out.println("done");
    }

    private static void statement(String type, String predicate) {
        byte[] document =
                (PAYLOAD_START + type + "\",\"predicate\":" + predicate + "}").getBytes(StandardCharsets.ISO_8859_1);
        try {
            Statement.parse(document).predicate();
        } catch (EvidenceException e) {
            // Refused; what it took is the question.
        }
    }

    /** As large as allowed. */
    private static void envelope(char letter) {
        byte[] document = new byte[MAX_BYTES];
        Arrays.fill(document, (byte) letter);
        byte[] start =
                "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"".getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\",\"signatures\":[{\"sig\":\"AQID\"}]}".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, document, 0, start.length);
        int filled = (MAX_BYTES - start.length - end.length) / 4 * 4;
        Arrays.fill(document, start.length + filled + end.length, MAX_BYTES, (byte) ' ');
        System.arraycopy(end, 0, document, start.length + filled, end.length);
        read(document);
    }

    private static void read(byte[] document) {
        try {
            DsseEnvelope.parse(document).statement();
        } catch (EvidenceException e) {
            // Refused; what it took is the question.
        }
    }
}
