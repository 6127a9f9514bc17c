package dev.tallyclerk.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that somebody ends, by Ctrl-C for example, take away what it has left unfinished: its thread is
 * interrupted, and has some seconds to come to its end.
 */
final class Interruption implements Runnable {
    private static final long PATIENCE_SECONDS = 5;

    private final Thread worker;
    private final CountDownLatch ended = new CountDownLatch(1);

    Interruption(Thread worker) {
        this.worker = worker;
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
        worker.interrupt();
        try {
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
