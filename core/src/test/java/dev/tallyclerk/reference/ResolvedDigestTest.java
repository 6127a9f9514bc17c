package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvedDigestTest {
    private static final byte[] MANIFEST = {'{', '}'};
    private static final Digest SHA256 = Digest.sha256Of(MANIFEST);
    private static final Digest SHA512 = Digest.of(DigestAlgorithm.SHA512, MANIFEST);

    @Test
    void allDigestsAreKeptOnceEachAndTheFirstIsTheOneToAskFor() {
        ResolvedDigest resolved = ResolvedDigest.of(SHA256, 2, "x").withMoreDigests(List.of(SHA512, SHA256));
        assertEquals(List.of(SHA256, SHA512), resolved.digests());
        assertEquals(SHA256, resolved.digest());
        assertEquals(2, resolved.size().orElseThrow());
        ResolvedDigest other = resolved.withDigest(SHA512);
        assertEquals(List.of(SHA512, SHA256), other.digests());
        assertEquals(2, other.size().orElseThrow());
        assertEquals("x", other.voucher());
    }

    @Test
    void nobodyIsAskedForADigestThatIsNotVouchedFor() {
        ResolvedDigest resolved = ResolvedDigest.of(SHA256, "x");
        assertThrows(IllegalArgumentException.class, () -> resolved.withDigest(SHA512));
    }

    @Test
    void isAValue() {
        ResolvedDigest one = ResolvedDigest.of(SHA256, 2, "x");
        assertEquals(ResolvedDigest.of(SHA256, 2, "x"), one);
        assertEquals(ResolvedDigest.of(SHA256, 2, "x").hashCode(), one.hashCode());
        assertNotEquals(one, one.withMoreDigests(List.of(SHA512)));
        assertNotEquals(one, ResolvedDigest.of(SHA256, "x"));
        assertNotEquals(one, ResolvedDigest.of(SHA256, 2, "y"));
        assertThrows(IllegalArgumentException.class, () -> ResolvedDigest.of(SHA256, -1, "x"));
    }
}
