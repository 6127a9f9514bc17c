package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;

/** Asserts how a step refuses. */
public final class TufAssertions {
    /** A step of the workflow. */
    @FunctionalInterface
    public interface Step {
        Object run() throws TufException;
    }

    private TufAssertions() {}

    public static TufException refuses(Reason reason, String role, String step, Step refused) {
        TufException e = assertThrows(TufException.class, refused::run);
        assertEquals(
                reason + " " + role + " " + step, e.reason() + " " + e.role() + " " + e.specStep(), e.getMessage());
        return e;
    }
}
