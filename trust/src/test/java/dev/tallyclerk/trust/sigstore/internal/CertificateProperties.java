package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.encoding.DerWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CertificateProperties {
    private static final byte[] WORKFLOW = leaf("ok-v03");
    private static final byte[] USER_NAME = leaf("ok-othername");

    private static byte[] leaf(String name) {
        String file = "/testdata/sigstore/bundles/" + name + "/bundle.sigstore.json";
        try (InputStream in = CertificateProperties.class.getResourceAsStream(file)) {
            byte[] bundle = Objects.requireNonNull(in).readAllBytes();
            return Objects.requireNonNull(
                    BundleReader.read(bundle, AttestationLimits.defaults()).leaf());
        } catch (IOException | EvidenceException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(byte[] der) {
        try {
            LeafCertificate leaf = LeafCertificate.parse(der);
            assertFalse(leaf.identity().isEmpty());
            assertFalse(leaf.issuer().isEmpty());
            leaf.extensions();
            leaf.sctList();
            leaf.withoutScts();
        } catch (EvidenceException e) {
            assertFalse(String.valueOf(e.getMessage()).isEmpty());
        }
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] der) {
        read(der);
    }

    @Property(tries = 3_000)
    void aChangedCertificateIsReadOrRefused(
            @ForAll @IntRange(max = 10_000) int at, @ForAll byte value, @ForAll boolean isWorkflow) {
        byte[] der = (isWorkflow ? WORKFLOW : USER_NAME).clone();
        der[at % der.length] = value;
        read(der);
    }

    @Property(tries = 500)
    void aPartOfACertificateIsRefused(@ForAll @IntRange(min = 1, max = 10_000) int less) {
        byte[] der = Arrays.copyOf(WORKFLOW, WORKFLOW.length - less % WORKFLOW.length);
        if (der.length < WORKFLOW.length) {
            assertThrows(EvidenceException.class, () -> LeafCertificate.parse(der));
        }
    }

    @Example
    void readsTheIdentityOfAWorkflow() throws EvidenceException {
        LeafCertificate leaf = LeafCertificate.parse(WORKFLOW);
        assertEquals("https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0", leaf.identity());
        assertEquals("https://token.actions.githubusercontent.com", leaf.issuer());
        Map<String, String> extensions = leaf.extensions();
        assertEquals("https://github.com/acme/shop", extensions.get("sourceRepositoryURI"));
        assertEquals("refs/tags/v1.4.0", extensions.get("sourceRepositoryRef"));
        assertEquals("github-hosted", extensions.get("runnerEnvironment"));
        assertEquals("acme/shop", extensions.get("githubWorkflowRepository"));
        assertTrue(LeafCertificate.extensionNames().containsAll(extensions.keySet()));
    }

    @Example
    void readsTheIdentityOfAUserName() throws EvidenceException {
        assertEquals(
                "builder!acme-sigstore.test", LeafCertificate.parse(USER_NAME).identity());
    }

    @Example
    void bytesAfterACertificateAreRefused() {
        assertThrows(
                EvidenceException.class, () -> LeafCertificate.parse(Arrays.copyOf(WORKFLOW, WORKFLOW.length + 1)));
    }

    @Property
    void elementsAreReadAsTheyWereWritten(@ForAll byte[] content, @ForAll @IntRange(max = 70_000) int padding)
            throws EvidenceException {
        byte[] all = Arrays.copyOf(content, content.length + padding);
        byte[] written = DerWriter.element(DerReader.OCTET_STRING, all);
        assertTrue(Arrays.equals(
                all, DerReader.only(DerReader.OCTET_STRING, written).rest()));
    }
}
