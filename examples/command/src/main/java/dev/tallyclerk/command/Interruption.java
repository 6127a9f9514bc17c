package dev.tallyclerk.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that somebody ends, by Ctrl-C for example, take away what it has left unfinished: what it waits for is
 * ended, its thread is interrupted, and it has some seconds to come to its end.
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
     * Has a wait ended that an interrupt does not end, such as for an answer from the network; at once if the command
     * is being ended already.
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

    /** Says that the command has come to its end. */
    void ended() {
        ended.countDown();
    }

    /** Runs when the program ends, for whatever reason. */
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
