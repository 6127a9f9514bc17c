package dev.tallyclerk.trust.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A store in memory. */
final class MemoryStore implements MetadataStore {
    /** The default time to wait for a claim. */
    static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(30);

    private final Map<StoredName, byte[]> files = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(1);
    private final Duration claimTimeout;

    /** The thread with the claim, which would otherwise wait for itself. */
    private volatile @Nullable Thread user;

    MemoryStore(Duration claimTimeout) {
        this.claimTimeout = claimTimeout;
    }

    @Override
    public Optional<byte[]> load(StoredName name, int maxBytes) {
        byte[] found = files.get(name);
        return found == null || found.length > maxBytes ? Optional.empty() : Optional.of(found.clone());
    }

    @Override
    public void store(StoredName name, byte[] metadata) {
        files.put(name, metadata.clone());
    }

    @Override
    public void remove(StoredName name) {
        files.remove(name);
    }

    @Override
    public Claim claim() throws IOException {
        Thread self = Thread.currentThread();
        if (user == self) {
            throw new IOException("this thread has already claimed the metadata store");
        }
        try {
            if (!free.tryAcquire(claimTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("another client has claimed this metadata store for " + claimTimeout);
            }
        } catch (InterruptedException e) {
            self.interrupt();
            throw new InterruptedIOException("interrupted while another client had claimed the metadata store");
        }
        user = self;
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                user = null;
                free.release();
            }
        };
    }
}
