package dev.tallyclerk.examples.cli;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final List<Runnable> waits = new CopyOnWriteArrayList<>();

    Interruption(Thread worker) {
        this.worker = worker;
    }

    /** Has a wait ended that an interrupt does not end, such as for an answer from the network. */
    void ends(Runnable wait) {
        waits.add(wait);
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
        waits.forEach(Runnable::run);
        worker.interrupt();
        try {
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
