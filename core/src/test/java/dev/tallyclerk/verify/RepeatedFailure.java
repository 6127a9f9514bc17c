package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

/** What a failure is like that was thrown before. */
final class RepeatedFailure {
    private RepeatedFailure() {}

    /** The same in other words would be another failure; the same object cannot be suppressed in itself. */
    static void assertRepeats(VerificationException first, VerificationException later) {
        assertNotSame(first, later);
        assertSame(first, later.getCause());
        assertEquals(first.getMessage(), later.getMessage());
        assertEquals(first.reason(), later.reason());
        assertEquals(first.expected(), later.expected());
        assertEquals(first.actual(), later.actual());
        assertEquals(first.expectedSize(), later.expectedSize());
        assertEquals(first.actualSize(), later.actualSize());
    }
}
