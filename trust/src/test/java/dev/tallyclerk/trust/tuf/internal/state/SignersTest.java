package dev.tallyclerk.trust.tuf.internal.state;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.KeyOutcome;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport.Outcome;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignersTest {
    /** What a better engine cannot mend has to be signed again. */
    @Test
    void theEngineIsBlamedOnlyWhereAnotherOneMayFindEnoughSignatures() {
        assertTrue(mayBeTheEngine(0, 1, Outcome.SCHEME_NOT_IN_ENGINE));
        assertTrue(mayBeTheEngine(1, 2, Outcome.SIGNED, Outcome.SCHEME_NOT_IN_ENGINE));
        assertFalse(mayBeTheEngine(0, 2, Outcome.SCHEME_NOT_IN_ENGINE, Outcome.NO_SIGNATURE));
        assertFalse(mayBeTheEngine(0, 1, Outcome.WRONG_SIGNATURE, Outcome.UNUSABLE_KEY));
        assertFalse(mayBeTheEngine(0, 1));
    }

    private static boolean mayBeTheEngine(long have, long need, Outcome... outcomes) {
        List<KeyOutcome> keys = Arrays.stream(outcomes)
                .map(outcome -> new KeyOutcome("key", outcome, ""))
                .toList();
        return Signers.mayBeTheEngine(new ThresholdReport(have, need, keys));
    }
}
