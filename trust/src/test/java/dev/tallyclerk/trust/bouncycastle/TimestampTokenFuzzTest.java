package dev.tallyclerk.trust.bouncycastle;

import static dev.tallyclerk.trust.bouncycastle.RefusedBytes.refuses;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** No bytes are a token of a time-stamp authority. */
class TimestampTokenFuzzTest {
    @FuzzTest
    void verify(byte[] data) {
        refuses(() -> BouncyCastleTimestamps.create().verifyToken(data, TestAuthority.STAMPED, RefusedBytes.TRUST));
    }
}
