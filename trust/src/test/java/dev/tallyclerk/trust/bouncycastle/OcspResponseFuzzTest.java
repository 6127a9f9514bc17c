package dev.tallyclerk.trust.bouncycastle;

import static dev.tallyclerk.trust.bouncycastle.RefusedBytes.refuses;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.cert.X509Certificate;
import java.time.Duration;

/** No bytes are a response about the revocation of a certificate. */
class OcspResponseFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        X509Certificate leaf = RefusedBytes.AUTHORITY.leaf;
        X509Certificate issuer = RefusedBytes.AUTHORITY.root;
        refuses(() -> BouncyCastleOcsp.create().read(data, leaf, issuer, TestAuthority.NOW, Duration.ZERO));
    }
}
