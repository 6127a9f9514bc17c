package dev.tallyclerk.trust.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotationTrustStoreTest {
    private static final X509Certificate ROOT = TestEnvelope.ROOT.certificate();

    @TempDir
    Path folder;

    private Path acme;

    @BeforeEach
    void makeFolders() throws IOException {
        acme = Files.createDirectories(folder.resolve("truststore/x509/ca/acme"));
    }

    private static byte[] pem(X509Certificate... certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append("-----BEGIN CERTIFICATE-----\n")
                    .append(TestEnvelope.base64(certificate))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private Reason refusal() {
        return assertThrows(EvidenceException.class, () -> NotationTrustStore.open(folder))
                .reason();
    }

    @Test
    void readsPemAndDerOfEveryType() throws Exception {
        Files.write(acme.resolve("a.pem"), pem(ROOT, TestEnvelope.ISSUER.certificate()));
        Files.write(acme.resolve("b.crt"), ROOT.getEncoded());
        for (String other : List.of("signingAuthority/sa", "tsa/stamps")) {
            Path store =
                    Files.createDirectories(folder.resolve("truststore/x509").resolve(other));
            Files.write(store.resolve("c.cer"), ROOT.getEncoded());
        }
        NotationTrustStore store = NotationTrustStore.open(folder);
        assertEquals(List.of(ROOT, TestEnvelope.ISSUER.certificate(), ROOT), store.certificates("ca:acme"));
        assertEquals(List.of(ROOT), store.certificates("signingAuthority:sa"));
        assertEquals(List.of(ROOT), store.certificates("tsa:stamps"));
        assertEquals(List.of(), store.certificates("ca:sa"));
    }

    @Test
    void ignoresOtherFilesAndFurtherFolders() throws Exception {
        Files.write(acme.resolve("README.txt"), new byte[] {1});
        Path further = Files.createDirectories(acme.resolve("more.pem"));
        Files.write(further.resolve("a.pem"), pem(ROOT));
        Files.write(folder.resolve("truststore/x509/ca/a.pem"), pem(ROOT));
        assertEquals(List.of(), NotationTrustStore.open(folder).certificates("ca:acme"));
    }

    @Test
    void aFolderWithoutStoresIsEmptyAndAMissingOneIsNot() throws Exception {
        assertEquals(List.of(), NotationTrustStore.open(acme).certificates("ca:acme"));
        assertThrows(IOException.class, () -> NotationTrustStore.open(folder.resolve("missing")));
    }

    @Test
    void refusesSymbolicLinks() throws Exception {
        Path elsewhere = Files.write(folder.resolve("elsewhere.pem"), pem(ROOT));
        Path link = Files.createSymbolicLink(acme.resolve("a.pem"), elsewhere);
        assertEquals(Reason.MALFORMED, refusal());
        Files.delete(link);
        Files.createSymbolicLink(folder.resolve("truststore/x509/ca/linked"), acme);
        assertEquals(Reason.MALFORMED, refusal());
        Files.delete(folder.resolve("truststore/x509/ca/linked"));
        Files.createSymbolicLink(folder.resolve("truststore/x509/tsa"), folder.resolve("truststore/x509/ca"));
        assertEquals(Reason.MALFORMED, refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void refusesAFileWithoutACertificate(String content) throws IOException {
        Files.writeString(acme.resolve("a.pem"), content);
        assertEquals(Reason.MALFORMED, refusal());
    }

    @Test
    void refusesAFileAboveItsLimit() throws IOException {
        Files.write(acme.resolve("a.pem"), new byte[1_048_577]);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal());
    }

    @Test
    void refusesACertificateThatDoesNotFitItsStore() throws Exception {
        X509Certificate leaf = TestEnvelope.LEAF.certificate();
        for (String store : List.of("ca:acme", "signingAuthority:acme", "tsa:acme")) {
            assertEquals(
                    Reason.CERTIFICATE_INVALID,
                    assertThrows(
                                    EvidenceException.class,
                                    () -> NotationTrustStore.of(Map.of(store, List.of(ROOT, leaf))))
                            .reason());
        }
        assertEquals(
                Reason.CERTIFICATE_INVALID,
                assertThrows(
                                EvidenceException.class,
                                () -> NotationTrustStore.of(
                                        Map.of("tsa:acme", List.of(TestEnvelope.ISSUER.certificate()))))
                        .reason());
        Files.write(acme.resolve("a.pem"), pem(leaf));
        assertEquals(Reason.CERTIFICATE_INVALID, refusal());
    }

    @Test
    void aSelfSignedLeafMayBeTrusted() throws EvidenceException {
        X509Certificate alone = TestCertificate.selfSigned(TestCertificate.P256, TestCertificate.leaf())
                .certificate();
        assertEquals(
                List.of(alone),
                NotationTrustStore.of(Map.of("ca:acme", List.of(alone))).certificates("ca:acme"));
    }
}
