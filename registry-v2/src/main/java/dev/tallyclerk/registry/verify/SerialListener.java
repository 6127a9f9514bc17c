package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.model.Descriptor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Tells another listener of what happens on several threads, one thing at a time. */
final class SerialListener implements VerificationListener {
    private final VerificationListener listener;
    private final Lock lock = new ReentrantLock();

    SerialListener(VerificationListener listener) {
        this.listener = listener;
    }

    private void tell(Runnable event) {
        lock.lock();
        try {
            event.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void started(int contents, long bytes) {
        tell(() -> listener.started(contents, bytes));
    }

    @Override
    public void progressed(Descriptor content, long bytes) {
        tell(() -> listener.progressed(content, bytes));
    }

    @Override
    public void checked(ContentCheck check) {
        tell(() -> listener.checked(check));
    }
}
