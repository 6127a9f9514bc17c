package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    void saysWhichRoleVouchesUntilWhenAndWhatWasNotChecked() {
        ResolvedDigest plain = ResolvedDigest.of(SHA256, "x");
        assertEquals(Optional.empty(), plain.role());
        assertEquals(Optional.empty(), plain.validUntil());
        assertEquals(List.of(), plain.notChecked());
        ResolvedDigest resolved = plain.withRole("targets")
                .withValidUntil(Instant.EPOCH)
                .withNotChecked(List.of("that it is current"))
                .withMoreDigests(List.of(SHA512))
                .withDigest(SHA512);
        assertEquals(Optional.of("targets"), resolved.role());
        assertEquals(Optional.of(Instant.EPOCH), resolved.validUntil());
        assertEquals(List.of("that it is current"), resolved.notChecked());
        assertNotEquals(plain, plain.withRole("targets"));
        assertNotEquals(plain, plain.withValidUntil(Instant.EPOCH));
        assertNotEquals(plain, plain.withNotChecked(List.of("a")));
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
