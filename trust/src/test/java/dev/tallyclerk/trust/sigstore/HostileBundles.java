package dev.tallyclerk.trust.sigstore;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the worst bundles within the default limits, in a process of its own with little memory. */
public final class HostileBundles {
    private static final int MAX_BYTES = AttestationLimits.defaults().maxDocumentBytes();
    private static final String START = "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
            + "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"\"},\"tlogEntries\":[";

    private HostileBundles() {}

    /** Prints "done" if memory sufficed. */
    public static void main(String[] arguments) throws EvidenceException {
        read(filled(START + "]},\"messageSignature\":{\"signature\":\"", 'A', "\"}}"));
        read(filled(
                START + "]},\"dsseEnvelope\":{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"",
                'A',
                "\",\"signatures\":[{\"sig\":\"AQID\"}]}}"));
        read(filled(START + "{},", '[', ""));
        read(repeated("{},", 5_000_000, "{}]}}"));
        read(repeated("0,", 8_000_000, "0]}}"));
        String entry = "{\"logIndex\":\"1\",\"logId\":{\"keyId\":\"AAAAAA==\"},"
                + "\"kindVersion\":{\"kind\":\"k\",\"version\":\"v\"},\"canonicalizedBody\":\""
                + "AAAA".repeat(120_000) + "\"}";
        read(repeated(entry + ",", 31, entry + "]},\"messageSignature\":{\"signature\":\"AAAA\"}}"));
        System.out.println("done");
    }

    private static byte[] repeated(String part, int times, String end) {
        ByteBuffer document = ByteBuffer.allocate(START.length() + part.length() * times + end.length());
        document.put(START.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = part.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < times; i++) {
            document.put(bytes);
        }
        return document.put(end.getBytes(StandardCharsets.US_ASCII)).array();
    }

    /** As large as allowed. */
    private static byte[] filled(String start, char letter, String end) {
        byte[] document = new byte[MAX_BYTES];
        Arrays.fill(document, (byte) ' ');
        byte[] first = start.getBytes(StandardCharsets.US_ASCII);
        byte[] last = end.getBytes(StandardCharsets.US_ASCII);
        int filled = (MAX_BYTES - first.length - last.length) / 4 * 4;
        System.arraycopy(first, 0, document, 0, first.length);
        Arrays.fill(document, first.length, first.length + filled, (byte) letter);
        System.arraycopy(last, 0, document, first.length + filled, last.length);
        return document;
    }

    private static void read(byte[] document) {
        try {
            SigstoreBundle bundle = SigstoreBundle.parse(document);
            SigstoreVerifier.of(TrustedRoot.empty())
                    .withThresholds(new SigstoreThresholds(0, 0, 0))
                    .withKeys(BundleCase.own("ok-key").key().stream().toList())
                    .verify(bundle, new byte[1]);
        } catch (EvidenceException e) {
            // Refused; what it took is the question.
        }
    }
}
