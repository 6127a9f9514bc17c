package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The smallest and greatest limits that a caller may set. */
class LimitsTest {

    @Test
    void oneIsTheLeastOfEveryLimitButThoseOfDelegations() {
        TufLimits least = new TufLimits(1, 1, 1, 1, 1, 0, 1, 0);
        assertEquals(0, least.delegations());
        assertEquals(0, least.delegatedBytes());
        List<UnaryOperator<TufLimits>> tooLittle = List.of(
                limits -> limits.withRootBytes(0),
                limits -> limits.withTimestampBytes(0),
                limits -> limits.withSnapshotBytes(0),
                limits -> limits.withTargetsBytes(0),
                limits -> limits.withRootRotations(0),
                limits -> limits.withDelegations(-1),
                limits -> limits.withStoreAttempts(0),
                limits -> limits.withDelegatedBytes(-1));
        for (UnaryOperator<TufLimits> change : tooLittle) {
            assertThrows(IllegalArgumentException.class, () -> change.apply(least));
        }
    }

    @Test
    void aFileOfExactlyTheLimitIsRead() throws TufException {
        byte[] file = new TestRepository().rootFile(1);
        TufLimits exact = TufLimits.defaults().withRootBytes(file.length);
        TufLimits less = exact.withRootBytes(file.length - 1);
        SignatureEngine engine = SignatureEngine.runtime();
        assertEquals(1, TrustedMetadata.start(file, engine, exact).root().version());
        refuses(Reason.LIMIT_EXCEEDED, "root", "5.2", () -> TrustedMetadata.start(file, engine, less));
    }
}
