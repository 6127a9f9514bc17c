package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.sigstore.internal.TrustedLog;
import dev.tallyclerk.trust.sigstore.internal.Validity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedRootTest {
    private static String json() throws IOException {
        return Files.readString(BundleCase.ownFolder().resolve("bundles/trusted_root.json"));
    }

    private static TrustedRoot parse(String json) throws EvidenceException {
        return TrustedRoot.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trustedroot+json;version=0.1 | trustedroot.v9.0+json | UNSUPPORTED",
                "\"start\": \"2024-01-01T00:00:00Z\" | \"start\": \"\" | MALFORMED",
                "\"start\": \"2024-01-01T00:00:00Z\", | | MALFORMED",
                "\"start\" | \"begin\" | MALFORMED",
                "\"start\" | \"Start\" | MALFORMED",
                "\"validFor\" | \"validfor\" | MALFORMED",
                "2024-01-01T00:00:00Z | 2024-01-01 | MALFORMED",
                "\"rawBytes\": \"MF | \"rawBytes\": \"*F | MALFORMED",
                "\"rawBytes\": \"MFkw | \"rawBytes\": \"MFow | MALFORMED",
                "\"rawBytes\": \"MIIC | \"rawBytes\": \"MIID | MALFORMED",
                "\"tlogs\" | \"tLogs\" | MALFORMED",
                "\"keyId\": \" | \"keyId\": \"AA==\", \"x\": \" | MALFORMED"
            })
    void refusesARootThatIsWrong(String part, String replacement, Reason reason) throws IOException {
        String json = json();
        String changed = json.replaceFirst("\\Q" + part + "\\E", replacement == null ? "" : replacement);
        assertFalse(changed.equals(json) && replacement != null, part);
        String wrong = replacement == null ? json.replaceFirst("\"start\": \"2024-01-01T00:00:00Z\"", "") : changed;
        EvidenceException e = assertThrows(EvidenceException.class, () -> parse(wrong));
        assertEquals(reason, e.reason(), e.getMessage());
    }

    @Test
    void aLogWithAnUnsupportedKeyIsLeftOut() throws IOException, EvidenceException {
        int all = parse(json()).parts().logs().size();
        assertEquals(
                all - 1,
                parse(json().replaceFirst("PKIX_ED25519", "ML_DSA_65"))
                        .parts()
                        .logs()
                        .size());
        assertEquals(
                all - 1,
                parse(json().replaceFirst("SHA2_256\"", "SHA3_256\""))
                        .parts()
                        .logs()
                        .size());
    }

    @Test
    void aKeyInPkcs1IsThatOfTheLog() throws IOException, EvidenceException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        PublicKey key = generator.generateKeyPair().getPublic();
        byte[] info = key.getEncoded();
        // After the headers of SubjectPublicKeyInfo, of the algorithm and of the BIT STRING.
        byte[] pkcs1 = Arrays.copyOfRange(info, 24, info.length);
        String json =
                "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot.v0.2+json\",\"ctlogs\":[{\"hashAlgorithm\":"
                        + "\"SHA2_256\",\"publicKey\":{\"rawBytes\":\""
                        + Base64.getEncoder().encodeToString(pkcs1)
                        + "\",\"keyDetails\":\"PKIX_RSA\",\"validFor\":{\"start\":\"2024-01-01T00:00:00Z\"}}}]}";
        TrustedLog log = parse(json.replace("PKIX_RSA", "PKCS1_RSA_PKCS1V5"))
                .parts()
                .certificateLogs()
                .get(0);
        assertEquals(key, log.key());
        assertEquals(Digest.sha256Of(info).encoded(), log.id());
    }

    @Test
    void theIdOfTheCheckpointKeyMayDifferFromTheLogs() throws IOException, EvidenceException {
        TrustedLog plain = parse(json()).parts().logs().get(0);
        assertEquals(plain.id().substring(0, 8), plain.checkpointHint());
        TrustedLog log = parse(
                        json().replaceFirst(
                                        "\"hashAlgorithm\"",
                                        "\"operator\": \"acme\", \"checkpointKeyId\": {\"keyId\": \"AQIDBA==\"}, \"hashAlgorithm\""))
                .parts()
                .logs()
                .get(0);
        assertEquals("01020304", log.checkpointHint());
        assertEquals(plain.id(), log.id());
        assertEquals("acme", log.counted());
        assertEquals("rekor.acme.test", log.name());
    }

    @Test
    void bothEndsOfAValidityCount() {
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        Instant end = Instant.parse("2025-01-01T00:00:00Z");
        Validity validity = new Validity(start, end);
        assertTrue(validity.contains(start));
        assertTrue(validity.contains(end));
        assertFalse(validity.contains(start.minusNanos(1)));
        assertFalse(validity.contains(end.plusNanos(1)));
        assertTrue(new Validity(start, null).contains(Instant.MAX));
        assertTrue(Validity.ALWAYS.contains(Instant.MIN));
        assertEquals("2024-01-01T00:00:00Z to 2025-01-01T00:00:00Z", validity.toString());
        assertEquals("always to now", Validity.ALWAYS.toString());
    }

    @Test
    void refusesKeysAndCertificatesThatAreNone() {
        TrustedRoot root = TrustedRoot.empty();
        assertThrows(EvidenceException.class, () -> root.withLog(""));
        assertThrows(
                EvidenceException.class,
                () -> root.withCertificateLog("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"));
        assertThrows(EvidenceException.class, () -> root.withCertificateAuthority("x"));
        assertThrows(
                EvidenceException.class,
                () -> root.withTimestampAuthority("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
        assertThrows(
                EvidenceException.class,
                () -> root.withLog("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
    }
}
