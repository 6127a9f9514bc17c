package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.sigstore.internal.LeafCertificate;
import java.nio.charset.StandardCharsets;

/** Any bundle is refused with a reason, or holds for the artifact of the test and for no other one. */
class SigstoreBundleFuzzTest {
    private static final BundleCase CASE = BundleCase.own("ok-v03");
    private static final SigstoreVerifier VERIFIER = verifier();

    private static SigstoreVerifier verifier() {
        try {
            return SigstoreVerifier.of(CASE.root())
                    .withTimestampEngine(BouncyCastleTimestamps.create())
                    .withKeys(BundleCase.own("ok-key").key().stream().toList());
        } catch (EvidenceException e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest
    void parse(byte[] data) {
        boolean isVerified = false;
        try {
            SigstoreBundle bundle = SigstoreBundle.parse(data);
            byte[] leaf = bundle.parts().leaf();
            if (leaf != null) {
                LeafCertificate.parse(leaf).extensions();
            }
            VERIFIER.verify(bundle, CASE.artifact());
            isVerified = true;
            VERIFIER.verify(bundle, "another artifact".getBytes(StandardCharsets.UTF_8));
        } catch (EvidenceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 1_000);
            return;
        }
        assertFalse(isVerified, "one signature of two artifacts");
    }
}
