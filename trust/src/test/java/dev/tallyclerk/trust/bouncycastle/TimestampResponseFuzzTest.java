package dev.tallyclerk.trust.bouncycastle;

import static dev.tallyclerk.trust.bouncycastle.RefusedBytes.refuses;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** No bytes are a response of a time-stamp authority. */
class TimestampResponseFuzzTest {
    @FuzzTest
    void verify(byte[] data) {
        refuses(() -> BouncyCastleTimestamps.create().verifyResponse(data, TestAuthority.STAMPED, RefusedBytes.TRUST));
    }
}
