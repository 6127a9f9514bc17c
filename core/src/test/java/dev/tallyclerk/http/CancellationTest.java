package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private final Cancellation wider = Cancellation.create();
    private final Cancellation part = Cancellation.within(wider);
    private final AtomicInteger told = new AtomicInteger();

    @Test
    void tellsOnceWhoAsksBeforeAndAfter() {
        wider.onCancel(told::incrementAndGet);
        wider.cancel();
        wider.cancel();
        assertEquals(1, told.get());
        wider.onCancel(told::incrementAndGet);
        assertEquals(2, told.get());
    }

    @Test
    void aPartEndsWithTheWholeAndNotTheOtherWayRound() {
        part.onCancel(told::incrementAndGet);
        part.cancel();
        assertTrue(part.isCancelled());
        assertFalse(wider.isCancelled());
        assertEquals(1, told.get());

        Cancellation other = Cancellation.within(wider);
        other.onCancel(told::incrementAndGet);
        wider.cancel();
        assertTrue(other.isCancelled());
        assertEquals(2, told.get());
        other.onCancel(told::incrementAndGet);
        assertEquals(3, told.get());
    }

    @Test
    void aPartTellsOnceThoughBothEnd() {
        part.onCancel(told::incrementAndGet);
        wider.cancel();
        part.cancel();
        assertEquals(1, told.get());
    }

    @Test
    void nothingOfAPartIsLeftInTheWholeOnceItAsksNoLonger() {
        part.onCancel(told::incrementAndGet).close();
        wider.cancel();
        part.cancel();
        assertEquals(0, told.get());
    }

    @Test
    void tellsTheOthersWhereOneThrows() {
        IllegalStateException first = new IllegalStateException("first");
        AssertionError second = new AssertionError("second");
        wider.onCancel(() -> {
            throw first;
        });
        wider.onCancel(told::incrementAndGet);
        wider.onCancel(() -> {
            throw second;
        });
        part.onCancel(told::incrementAndGet);
        assertSame(first, assertThrows(IllegalStateException.class, wider::cancel));
        assertEquals(2, told.get());
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
        wider.cancel();
        assertEquals(2, told.get());
    }

    @Test
    void theOneThatNeverHappensCannot() {
        assertThrows(
                UnsupportedOperationException.class, () -> Cancellation.never().cancel());
        Cancellation within = Cancellation.within(Cancellation.never());
        within.onCancel(told::incrementAndGet);
        within.cancel();
        assertEquals(1, told.get());
    }
}
