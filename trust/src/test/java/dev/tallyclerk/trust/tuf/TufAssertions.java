package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.trust.tuf.TufException.Reason;

/** Asserts how a step refuses. */
final class TufAssertions {
    /** A step of the workflow. */
    @FunctionalInterface
    interface Step {
        Object run() throws TufException;
    }

    private TufAssertions() {}

    static TufException refuses(Reason reason, String role, String step, Step refused) {
        TufException e = assertThrows(TufException.class, refused::run);
        assertEquals(
                reason + " " + role + " " + step, e.reason() + " " + e.role() + " " + e.specStep(), e.getMessage());
        return e;
    }
}
