package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleReaderTest {
    private static final String PROOF =
            "{'logIndex':'1','rootHash':'AQID','treeSize':'2','hashes':['AQID']," + "'checkpoint':{'envelope':'note'}}";
    private static final String ENTRY = "{'logIndex':'7','logId':{'keyId':'" + id(32)
            + "'},'kindVersion':{'kind':'hashedrekord','version':'0.0.1'},'integratedTime':'100',"
            + "'inclusionPromise':{'signedEntryTimestamp':'BAUG'},'inclusionProof':" + PROOF
            + ",'canonicalizedBody':'e30='}";
    private static final String STAMP = "{'signedTimestamp':'BwgJ'}";
    private static final String CERTIFICATE = "{'rawBytes':'CgsM'}";
    private static final String BUNDLE = "{'mediaType':'application/vnd.dev.sigstore.bundle.v0.3+json',"
            + "'verificationMaterial':{'publicKey':{'hint':'h'},'tlogEntries':[" + ENTRY
            + "],'timestampVerificationData':{'rfc3161Timestamps':[" + STAMP + "]}},"
            + "'messageSignature':{'messageDigest':{'algorithm':'SHA2_256','digest':'AQID'},'signature':'DQ4P'}}";
    private static final String OLD = BUNDLE.replace(".bundle.v0.3+json", ".bundle+json;version=0.1");

    private static String id(int bytes) {
        return Base64.getEncoder().encodeToString(new byte[bytes]);
    }

    private static BundleParts read(String json) throws EvidenceException {
        return BundleReader.read(
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), AttestationLimits.defaults());
    }

    private static void refuses(Reason reason, String json) {
        EvidenceException e = assertThrows(EvidenceException.class, () -> read(json), json);
        assertEquals(reason, e.reason(), e.getMessage());
    }

    private static String changed(String json, String part, String other) {
        String changed = json.replace(part, other);
        assertNotEquals(json, changed);
        return changed;
    }

    @Test
    void readsEveryMember() throws EvidenceException {
        BundleParts bundle = read(BUNDLE);
        assertEquals(BundleParts.Version.V0_3, bundle.version());
        assertEquals("h", bundle.keyHint());
        assertEquals("SHA2_256", bundle.digestAlgorithm());
        assertEquals(3, bundle.digest().length);
        assertEquals(1, bundle.timestamps().size());
        LogEntry entry = bundle.entries().get(0);
        assertEquals("00".repeat(32), entry.logId());
        assertEquals(7, entry.logIndex());
        assertEquals(100, entry.integratedTime());
        LogEntry.Proof proof = entry.proof();
        assertEquals(1, proof == null ? -1 : proof.index());
        assertEquals(2, proof == null ? -1 : proof.treeSize());
        assertEquals("note", proof == null ? "" : proof.checkpoint());
    }

    @Test
    void aReasonNamesWhereTheDocumentIsWrong() {
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> read(changed(BUNDLE, "'logIndex':'7'", "'logIndex':'-7'")));
        assertTrue(
                String.valueOf(e.getMessage()).endsWith(" at \"/verificationMaterial/tlogEntries/0/logIndex\""),
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.dev.sigstore.bundle+json;version=0.4",
        "application/vnd.dev.sigstore.bundle.v0.2+json",
        "application/json"
    })
    void refusesAnotherVersion(String mediaType) {
        refuses(Reason.UNSUPPORTED, changed(BUNDLE, "application/vnd.dev.sigstore.bundle.v0.3+json", mediaType));
    }

    @Test
    void exactlyOneOfCertificateChainAndKeySigned() throws EvidenceException {
        String key = "'publicKey':{'hint':'h'}";
        String single = "'certificate':" + CERTIFICATE;
        String chain = "'x509CertificateChain':{'certificates':[" + CERTIFICATE + "]}";
        read(changed(BUNDLE, key, single));
        read(changed(OLD, key, chain));
        refuses(Reason.MALFORMED, changed(BUNDLE, key + ",", ""));
        for (String two : List.of(key + "," + single, key + "," + chain, single + "," + chain)) {
            refuses(Reason.MALFORMED, changed(BUNDLE, key, two));
            refuses(Reason.MALFORMED, changed(OLD, key, two));
        }
        refuses(Reason.MALFORMED, changed(BUNDLE, key, chain));
        refuses(Reason.MALFORMED, changed(OLD, key, single));
    }

    @Test
    void aChainHasFrom1To16CertificatesOfWhichTheFirstCounts() throws EvidenceException {
        String key = "'publicKey':{'hint':'h'}";
        String others = String.join(",", Collections.nCopies(15, "{'rawBytes':'AQ=='}"));
        String longest = "'x509CertificateChain':{'certificates':[" + CERTIFICATE + "," + others + "]}";
        byte[] leaf = read(changed(OLD, key, longest)).leaf();
        assertEquals(3, leaf == null ? 0 : leaf.length);
        refuses(Reason.LIMIT_EXCEEDED, changed(OLD, key, longest.replace("]", ",{'rawBytes':'AQ=='}]")));
        refuses(Reason.MALFORMED, changed(OLD, key, "'x509CertificateChain':{'certificates':[]}"));
    }

    @Test
    void thereAreUpTo32EntriesAndTimestampsAnd64Hashes() throws EvidenceException {
        for (String part : List.of(ENTRY, STAMP)) {
            String most = String.join(",", Collections.nCopies(32, part));
            read(changed(BUNDLE, part, most));
            refuses(Reason.LIMIT_EXCEEDED, changed(BUNDLE, part, most + "," + part));
        }
        String most = String.join(",", Collections.nCopies(64, "'AQID'"));
        read(changed(BUNDLE, "['AQID']", "[" + most + "]"));
        refuses(Reason.LIMIT_EXCEEDED, changed(BUNDLE, "['AQID']", "[" + most + ",'AQID']"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 32})
    void aLogIdIsTheHashOfAKeyOrTheIdOfOneInCheckpoints(int bytes) throws EvidenceException {
        String json = BUNDLE.replace(id(32), id(bytes));
        assertEquals("00".repeat(bytes), read(json).entries().get(0).logId());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 20, 31, 33})
    void refusesALogIdOfAnotherLength(int bytes) {
        refuses(Reason.MALFORMED, changed(BUNDLE, id(32), id(bytes)));
    }

    @Test
    void thereIsEitherASignatureOrAnEnvelopeWithOneSignature() throws EvidenceException {
        String bare = BUNDLE.substring(BUNDLE.indexOf("'messageSignature'"), BUNDLE.length() - 1);
        String envelope = "'dsseEnvelope':{'payload':'AQID','payloadType':'t','signatures':[{'sig':'AQID'}]}";
        read(changed(BUNDLE, bare, envelope));
        refuses(Reason.MALFORMED, changed(BUNDLE, bare, bare + "," + envelope));
        refuses(Reason.MALFORMED, changed(BUNDLE, "," + bare, ""));
        refuses(Reason.MALFORMED, changed(BUNDLE, bare, envelope.replace("{'sig':'AQID'}", "")));
        refuses(
                Reason.MALFORMED,
                changed(BUNDLE, bare, envelope.replace("{'sig':'AQID'}", "{'sig':'AQID'},{'sig':'AQID'}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'mediaType'",
                "'verificationMaterial'",
                "'hint'",
                "'logIndex':'7'",
                "'keyId'",
                "'kind'",
                "'version'",
                "'signedEntryTimestamp'",
                "'rootHash'",
                "'envelope'",
                "'canonicalizedBody'",
                "'rfc3161Timestamps'",
                "'signedTimestamp'",
                "'algorithm'",
                "'signature'",
            })
    void refusesAMemberBesideTheKnownOnes(String member) {
        refuses(Reason.MALFORMED, changed(BUNDLE, member, "'more':1," + member));
    }
}
