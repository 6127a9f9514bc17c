package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of body names the content, the signature and who signed; an entry that differs in one is refused. */
class EntryBodyTest {
    private static final byte[] ARTIFACT = "artifact".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SIGNATURE = {1, 2, 3, 4};
    private static final byte[] VERIFIER = {5, 6, 7};

    private static final String TYPE = "application/vnd.in-toto+json";
    private static final DsseEnvelope ENVELOPE = DsseEnvelope.of(
            TYPE, PAYLOAD, List.of(new DsseEnvelope.Signature("", SIGNATURE)), AttestationLimits.defaults());

    /** A kind of body with what it is about, of which HASH, SIGNATURE and VERIFIER stand for the values. */
    private enum Kind {
        HASHED_REKORD(
                "hashedrekord",
                "0.0.1",
                "{'data':{'hash':{'algorithm':'sha256','value':'HEX'}},"
                        + "'signature':{'content':'SIGNATURE','publicKey':{'content':'PEM'}}}"),
        HASHED_REKORD_2(
                "hashedrekord",
                "0.0.2",
                "{'hashedRekordV002':{'data':{'algorithm':'SHA2_256','digest':'BASE64'},'signature':"
                        + "{'content':'SIGNATURE','verifier':{'MEMBER':{'rawBytes':'VERIFIER'}}}}}"),
        DSSE(
                "dsse",
                "0.0.1",
                "{'payloadHash':{'algorithm':'sha256','value':'HEX'},"
                        + "'signatures':[{'signature':'SIGNATURE','verifier':'PEM'}]}"),
        DSSE_2(
                "dsse",
                "0.0.2",
                "{'dsseV002':{'payloadHash':{'algorithm':'SHA2_256','digest':'BASE64'},'signatures':"
                        + "[{'content':'SIGNATURE','verifier':{'MEMBER':{'rawBytes':'VERIFIER'}}}]}}"),
        IN_TOTO(
                "intoto",
                "0.0.2",
                "{'content':{'payloadHash':{'algorithm':'sha256','value':'HEX'},'envelope':{'payloadType':'" + TYPE
                        + "','signatures':[{'sig':'TWICE','publicKey':'PEM'}]}}}");

        private final String kind;
        private final String version;
        private final String spec;

        Kind(String kind, String version, String spec) {
            this.kind = kind;
            this.version = version;
            this.spec = spec.replace('\'', '"');
        }

        boolean isOfEnvelope() {
            return this == DSSE || this == DSSE_2 || this == IN_TOTO;
        }

        SignedContent content() {
            return isOfEnvelope() ? SignedContent.of(ENVELOPE) : SignedContent.of(ARTIFACT);
        }

        byte[] hashed() {
            return isOfEnvelope() ? PAYLOAD : ARTIFACT;
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String spec(Kind kind, byte[] hashed, byte[] signature, byte[] verifier, boolean isCertificate) {
        String label = isCertificate ? "CERTIFICATE" : "PUBLIC KEY";
        byte[] pem = ("-----BEGIN " + label + "-----\n" + base64(verifier) + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.UTF_8);
        String twice = base64(base64(signature).getBytes(StandardCharsets.UTF_8));
        return kind.spec
                .replace("HEX", Digest.sha256Of(hashed).encoded())
                .replace(
                        "BASE64",
                        base64(HexFormat.of().parseHex(Digest.sha256Of(hashed).encoded())))
                .replace("SIGNATURE", base64(signature))
                .replace("TWICE", twice)
                .replace("PEM", base64(pem))
                .replace("VERIFIER", base64(verifier))
                .replace("MEMBER", isCertificate ? "x509Certificate" : "publicKey");
    }

    private static String body(Kind kind, String spec) {
        return "{\"apiVersion\":\"" + kind.version + "\",\"kind\":\"" + kind.kind + "\",\"spec\":" + spec + "}";
    }

    private static void verify(Kind kind, String body, SignedContent content, boolean isCertificate)
            throws EvidenceException {
        LogEntry entry =
                new LogEntry("00", 1, kind.kind, kind.version, 0, null, null, body.getBytes(StandardCharsets.UTF_8));
        LogEntries.verifyBody(entry, content, SIGNATURE, VERIFIER, isCertificate);
    }

    private static void refuses(Reason reason, Kind kind, String body) {
        refuses(reason, kind, body, kind.content());
    }

    private static void refuses(Reason reason, Kind kind, String body, SignedContent content) {
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> verify(kind, body, content, true), () -> body);
        assertEquals(reason, e.reason(), e.getMessage());
    }

    private static String good(Kind kind) {
        return body(kind, spec(kind, kind.hashed(), SIGNATURE, VERIFIER, true));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEntryIsAboutTheContentTheSignatureAndTheVerifier(Kind kind) throws EvidenceException {
        verify(kind, good(kind), kind.content(), true);
        verify(kind, body(kind, spec(kind, kind.hashed(), SIGNATURE, VERIFIER, false)), kind.content(), false);
        byte[] other = {9};
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, body(kind, spec(kind, other, SIGNATURE, VERIFIER, true)));
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, body(kind, spec(kind, kind.hashed(), other, VERIFIER, true)));
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, body(kind, spec(kind, kind.hashed(), SIGNATURE, other, true)));
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, body(kind, spec(kind, kind.hashed(), SIGNATURE, VERIFIER, false)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theBodyHasTheDeclaredKindAndVersion(Kind kind) {
        String good = good(kind);
        for (String wrong : List.of(
                good.replace("\"kind\":\"" + kind.kind, "\"kind\":\"other"),
                good.replace("\"apiVersion\":\"0.0", "\"apiVersion\":\"0.1"))) {
            refuses(Reason.LOG_ENTRY_MISMATCH, kind, wrong);
        }
        refuses(Reason.MALFORMED, kind, good.replace("\"kind\"", "\"Kind\""));
        refuses(Reason.MALFORMED, kind, good.replace("\"spec\"", "\"more\":1,\"spec\""));
        refuses(Reason.MALFORMED, kind, good + "}");
    }

    @Test
    void refusesAKindThatNobodyKnows() {
        LogEntry entry = new LogEntry(
                "00",
                1,
                "rfc3161",
                "0.0.1",
                0,
                null,
                null,
                "{\"apiVersion\":\"0.0.1\",\"kind\":\"rfc3161\",\"spec\":{}}".getBytes(StandardCharsets.UTF_8));
        EvidenceException e = assertThrows(
                EvidenceException.class,
                () -> LogEntries.verifyBody(entry, SignedContent.of(ARTIFACT), SIGNATURE, VERIFIER, true));
        assertEquals(Reason.UNSUPPORTED, e.reason());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void refusesAHashThatNobodyKnows(Kind kind) {
        String good = good(kind);
        for (String algorithm : List.of("sha256", "SHA2_256")) {
            String wrong = good.replace('"' + algorithm + '"', "\"md5\"");
            if (!wrong.equals(good)) {
                refuses(Reason.UNSUPPORTED, kind, wrong);
            }
        }
    }

    @Test
    void theHashMayBeOneOfSha2() throws EvidenceException {
        for (Map.Entry<String, DigestAlgorithm> each : Map.of(
                        "sha384", DigestAlgorithm.SHA384, "sha512", DigestAlgorithm.SHA512)
                .entrySet()) {
            String body = good(Kind.HASHED_REKORD)
                    .replace("sha256", each.getKey())
                    .replace(
                            Digest.sha256Of(ARTIFACT).encoded(),
                            Digest.of(each.getValue(), ARTIFACT).encoded());
            verify(Kind.HASHED_REKORD, body, SignedContent.of(ARTIFACT), true);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DSSE", "DSSE_2", "IN_TOTO"})
    void anEntryAboutAnEnvelopeIsNotAboutABareSignature(Kind kind) {
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, good(kind), SignedContent.of(PAYLOAD));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DSSE", "DSSE_2", "IN_TOTO"})
    void anEntryAboutAnEnvelopeHasOneSignature(Kind kind) {
        String good = good(kind);
        int from = good.indexOf("\"signatures\":[") + "\"signatures\":[".length();
        String one = good.substring(from, good.indexOf(']', from));
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, good.replace(one, one + "," + one));
        refuses(Reason.LOG_ENTRY_MISMATCH, kind, good.replace(one, ""));
    }

    @Test
    void anInTotoEntryIsAboutThePayloadType() {
        refuses(Reason.LOG_ENTRY_MISMATCH, Kind.IN_TOTO, good(Kind.IN_TOTO).replace(TYPE, "text/plain"));
    }

    @ParameterizedTest
    @CsvSource({"HASHED_REKORD_2", "DSSE_2"})
    void theVerifierIsEitherACertificateOrAKey(Kind kind) {
        String good = good(kind);
        String certificate = "\"x509Certificate\":{\"rawBytes\":\"" + base64(VERIFIER) + "\"}";
        refuses(Reason.MALFORMED, kind, good.replace(certificate, ""));
        refuses(
                Reason.MALFORMED,
                kind,
                good.replace(certificate, certificate + "," + certificate.replace("x509Certificate", "publicKey")));
    }

    @ParameterizedTest
    @CsvSource({"HASHED_REKORD", "DSSE", "IN_TOTO"})
    void theHashIsHexadecimal(Kind kind) {
        String hex = Digest.sha256Of(kind.hashed()).encoded();
        refuses(Reason.MALFORMED, kind, good(kind).replace(hex, "x" + hex.substring(1)));
        refuses(Reason.MALFORMED, kind, good(kind).replace(hex, hex.substring(1)));
    }

    /** Only the digest of the artifact is known, and the log has one of another algorithm. */
    @Test
    void theEntryNeedsTheKnownDigest() throws EvidenceException {
        Digest known = Digest.sha256Of(ARTIFACT);
        verify(Kind.HASHED_REKORD, good(Kind.HASHED_REKORD), SignedContent.of(known), true);
        String other = good(Kind.HASHED_REKORD)
                .replace("sha256", "sha512")
                .replace(
                        known.encoded(),
                        Digest.of(DigestAlgorithm.SHA512, ARTIFACT).encoded());
        refuses(Reason.UNSUPPORTED, Kind.HASHED_REKORD, other, SignedContent.of(known));
    }
}
