package dev.tallyclerk.trust.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Changed tokens are refused, whatever they look like. */
class BouncyCastleProperties {
    private static final TestAuthority AUTHORITY;
    private static final byte[] TOKEN;

    static {
        try {
            AUTHORITY = new TestAuthority();
            AUTHORITY.inToken.clear();
            TOKEN = AUTHORITY.token();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static final TimestampTrust TRUST = AUTHORITY.trust(AUTHORITY.leaf);

    @Property(tries = 2000)
    void changesInSeveralPlacesAreRefused(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 10_000) Integer> places,
            @ForAll @Size(4) List<@IntRange(min = 1, max = 255) Integer> changes) {
        byte[] changed = TOKEN.clone();
        for (int i = 0; i < places.size(); i++) {
            changed[places.get(i) % TOKEN.length] ^= (byte) (int) changes.get(i);
        }
        if (!Arrays.equals(changed, TOKEN)) {
            refuses(changed);
        }
    }

    @Property(tries = 500)
    void partsAreRefused(@ForAll @IntRange(max = 10_000) int from, @ForAll @IntRange(max = 10_000) int length) {
        int start = from % TOKEN.length;
        byte[] part = Arrays.copyOfRange(TOKEN, start, Math.min(TOKEN.length, start + length));
        if (part.length != TOKEN.length) {
            refuses(part);
        }
    }

    private static void refuses(byte[] token) {
        assertThrows(
                EvidenceException.class,
                () -> BouncyCastleTimestamps.create().verifyToken(token, TestAuthority.STAMPED, TRUST));
    }
}
