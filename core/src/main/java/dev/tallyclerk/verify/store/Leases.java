package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which blobs of a folder this process has in use, and which it has verified since they were last changed. Safe for use
 * by several threads.
 */
final class Leases {
    private static final int EVICTED = -1;
    private static final Duration PRECISION = Duration.ofMinutes(10);

    /** How many users a blob has, or {@link #EVICTED}. */
    private final Map<Digest, Integer> users = new ConcurrentHashMap<>();

    private final Map<Digest, Stamp> verified = new ConcurrentHashMap<>();

    /** One of them is held while a blob is hashed, so that a hundred readers hash it once. */
    private final Lock[] hashing = new Lock[64];

    Leases() {
        for (int i = 0; i < hashing.length; i++) {
            hashing[i] = new ReentrantLock();
        }
    }

    /** {@return whether the blob is in use from now on; it is not if it is being evicted} */
    boolean take(Digest digest) {
        return users.merge(digest, 1, (now, one) -> now == EVICTED ? EVICTED : now + one) != EVICTED;
    }

    void release(Digest digest) {
        users.computeIfPresent(digest, (same, now) -> now == 1 ? null : now - 1);
    }

    /** {@return whether the caller may delete the blob, because no one uses it} */
    boolean beginEviction(Digest digest) {
        return users.putIfAbsent(digest, EVICTED) == null;
    }

    void endEviction(Digest digest) {
        verified.remove(digest);
        users.remove(digest, EVICTED);
    }

    /** Notes the last use of a blob, and hashes it unless this process has verified it as it is. */
    void use(Digest digest, Path blob, Instant now, Claim.IoAction hash) throws IOException {
        Lock lock = hashing[Math.floorMod(digest.hashCode(), hashing.length)];
        lock.lock();
        try {
            Stamp found = Stamp.of(blob);
            if (!found.equals(verified.get(digest))) {
                verified.remove(digest);
                hash.run();
            }
            verified.put(digest, touched(blob, found, now));
        } finally {
            lock.unlock();
        }
    }

    private static Stamp touched(Path blob, Stamp found, Instant now) throws IOException {
        Duration unused = Duration.between(found.changed().toInstant(), now).abs();
        if (unused.compareTo(PRECISION) < 0) {
            return found;
        }
        try {
            Files.getFileAttributeView(blob, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(FileTime.from(now), null, null);
        } catch (IOException e) {
            return found; // a store that this user may only read
        }
        return Stamp.of(blob);
    }

    /** What changes when a file does. */
    private record Stamp(@Nullable Object key, long size, FileTime changed) {
        static Stamp of(Path blob) throws IOException {
            BasicFileAttributes found =
                    Files.readAttributes(blob, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Stamp(found.fileKey(), found.size(), found.lastModifiedTime());
        }
    }
}
