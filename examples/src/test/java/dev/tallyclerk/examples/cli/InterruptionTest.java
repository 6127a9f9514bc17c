package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class InterruptionTest {
    @Test
    void waitsUntilACommandThatIsEndedHasCleanedUp() throws InterruptedException {
        AtomicBoolean cleaned = new AtomicBoolean();
        CountDownLatch never = new CountDownLatch(1);
        Interruption[] interruption = new Interruption[1];
        Thread worker = new Thread(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                cleaned.set(true);
            } finally {
                interruption[0].ended();
            }
        });
        interruption[0] = new Interruption(worker);
        worker.start();
        interruption[0].run();
        assertTrue(cleaned.get());
        worker.join();
    }

    @Test
    void leavesACommandAloneThatHasEnded() {
        Interruption interruption = new Interruption(Thread.currentThread());
        interruption.ended();
        interruption.run();
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
