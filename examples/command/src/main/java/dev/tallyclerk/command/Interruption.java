package dev.tallyclerk.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets an interrupted command, by Ctrl-C for example, delete its unfinished files: cancels its waits, interrupts its
 * thread, and gives it some seconds to end.
 */
final class Interruption implements Runnable {
    private static final long PATIENCE_SECONDS = 5;

    private final Thread worker;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Runnable> waits = new ArrayList<>();
    private boolean begun;

    Interruption(Thread worker) {
        this.worker = worker;
    }

    /**
     * Registers how to cancel a wait that an interrupt does not end, such as for a response from the network. Runs at
     * once if the command is already interrupted.
     */
    void ends(Runnable wait) {
        synchronized (waits) {
            if (!begun) {
                waits.add(wait);
                return;
            }
        }
        wait.run();
    }

    /** Called when the command has ended. */
    void ended() {
        ended.countDown();
    }

    /** The shutdown hook. */
    @Override
    public void run() {
        if (ended.getCount() == 0) {
            return;
        }
        List<Runnable> all;
        synchronized (waits) {
            begun = true;
            all = List.copyOf(waits);
        }
        try {
            all.forEach(Runnable::run);
        } finally {
            worker.interrupt();
        }
        try {
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
