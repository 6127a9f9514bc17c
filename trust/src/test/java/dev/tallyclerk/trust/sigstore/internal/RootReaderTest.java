package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootReaderTest {
    private static final KeyPair KEYS = keys();
    private static final String ID =
            Digest.sha256Of(KEYS.getPublic().getEncoded()).encoded();
    private static final X509Certificate ROOT =
            new TestLeaf(KEYS).named("root", "root").authority(2).certificate();
    private static final X509Certificate MIDDLE =
            new TestLeaf(KEYS).named("middle", "root").authority(1).certificate();
    private static final X509Certificate LAST =
            new TestLeaf(KEYS).named("last", "middle").certificate();
    private static final String VALID = "'validFor':{'start':'2024-01-01T00:00:00Z'}";

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(X509Certificate... certificates) {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            pem.append("-----BEGIN CERTIFICATE-----\n")
                    .append(base64(certificate))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return pem.toString();
    }

    private static List<List<X509Certificate>> chains(boolean isEachIssuing, X509Certificate... certificates)
            throws EvidenceException {
        return RootReader.chains(pem(certificates), isEachIssuing).stream()
                .map(TrustedChain::certificates)
                .toList();
    }

    private static RootParts read(String member, String element) throws EvidenceException {
        String json =
                "{'mediaType':'application/vnd.dev.sigstore.trustedroot.v0.2+json','" + member + "':[" + element + "]}";
        return RootReader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static TrustedLog log(String more) throws EvidenceException {
        String key = Base64.getEncoder().encodeToString(KEYS.getPublic().getEncoded());
        return read(
                        "tlogs",
                        "{'hashAlgorithm':'SHA2_256'" + more + ",'publicKey':{'rawBytes':'" + key
                                + "','keyDetails':'PKIX_ECDSA_P256_SHA_256'," + VALID + "}}")
                .logs()
                .get(0);
    }

    private static TrustedChain authority(String more, List<X509Certificate> chain) throws EvidenceException {
        List<String> certificates = new ArrayList<>();
        chain.forEach(certificate -> certificates.add("{'rawBytes':'" + base64(certificate) + "'}"));
        return read(
                        "certificateAuthorities",
                        "{'certChain':{'certificates':[" + String.join(",", certificates) + "]}," + VALID + more + "}")
                .authorities()
                .get(0);
    }

    @Test
    void chainsAreOrderedByWhoIssuedWhom() throws EvidenceException {
        List<X509Certificate> whole = List.of(LAST, MIDDLE, ROOT);
        for (X509Certificate[] order : new X509Certificate[][] {
            {LAST, MIDDLE, ROOT}, {ROOT, MIDDLE, LAST}, {MIDDLE, LAST, ROOT},
        }) {
            assertEquals(List.of(whole), chains(false, order));
            assertEquals(3, chains(true, order).size());
            assertEquals(true, chains(true, order).contains(List.of(MIDDLE, ROOT)));
            assertEquals(true, chains(true, order).contains(List.of(ROOT)));
        }
        assertEquals(List.of(List.of(ROOT)), chains(false, ROOT));
        assertEquals(List.of(List.of(MIDDLE)), chains(false, MIDDLE));
        assertEquals(
                "CN=root",
                RootReader.chains(pem(LAST, ROOT, MIDDLE), false).get(0).counted());
    }

    @Test
    void certificatesThatIssueEachOtherMakeABoundedChain() throws EvidenceException {
        X509Certificate a = new TestLeaf(KEYS).named("a", "b").authority(1).certificate();
        X509Certificate b = new TestLeaf(KEYS).named("b", "a").authority(1).certificate();
        for (List<X509Certificate> chain : chains(true, a, b)) {
            assertEquals(16, chain.size());
        }
        assertEquals(List.of(), chains(false, a, b));
    }

    @Test
    void aChainHasFrom1To16Certificates() throws EvidenceException {
        assertEquals(
                16, authority("", Collections.nCopies(16, ROOT)).certificates().size());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, () -> authority("", Collections.nCopies(17, ROOT)))
                        .reason());
        assertEquals(
                Reason.MALFORMED,
                assertThrows(EvidenceException.class, () -> authority("", List.of()))
                        .reason());
    }

    @Test
    void authoritiesAreCountedByOperatorElseUrlElseRoot() throws EvidenceException {
        List<X509Certificate> chain = List.of(MIDDLE, ROOT);
        assertEquals(
                "acme",
                authority(",'operator':'acme','uri':'https://ca.test'", chain).counted());
        assertEquals(
                "https://ca.test", authority(",'uri':'https://ca.test'", chain).counted());
        assertEquals("CN=root", authority("", chain).counted());
    }

    @Test
    void logsAreCountedByOperatorElseUrlElseId() throws EvidenceException {
        assertEquals(
                "acme", log(",'operator':'acme','baseUrl':'https://log.test'").counted());
        assertEquals("https://log.test", log(",'baseUrl':'https://log.test'").counted());
        assertEquals(ID, log("").counted());
    }

    @ParameterizedTest
    @CsvSource({
        "https://log.test, log.test",
        "https://log.test/, log.test",
        "https://log.test/2026//, log.test/2026",
        "log.test, log.test",
    })
    void aLogHasTheNameInItsUrl(String url, String name) throws EvidenceException {
        assertEquals(name, log(",'baseUrl':'" + url + "'").name());
    }

    @Test
    void aLogHasTheDeclaredIdElseThatOfCheckpointsElseThatOfItsKey() throws EvidenceException {
        assertEquals(ID, log("").id());
        assertEquals(ID.substring(0, 8), log("").checkpointHint());
        TrustedLog hinted = log(",'checkpointKeyId':{'keyId':'AQIDBA=='}");
        assertEquals("01020304", hinted.id());
        assertEquals("01020304", hinted.checkpointHint());
        TrustedLog both = log(",'logId':{'keyId':'BQYHCAk='},'checkpointKeyId':{'keyId':'AQIDBA=='}");
        assertEquals("0506070809", both.id());
        assertEquals("01020304", both.checkpointHint());
        assertEquals("05060708", log(",'logId':{'keyId':'BQYHCAk='}").checkpointHint());
        assertEquals(
                Reason.MALFORMED,
                assertThrows(EvidenceException.class, () -> log(",'logId':{'keyId':'AQID'}"))
                        .reason());
    }
}
