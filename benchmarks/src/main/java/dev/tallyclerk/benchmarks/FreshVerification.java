package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.VerifiedFiles;
import dev.tallyclerk.verify.store.ContentStore;
import java.nio.file.Path;
import java.time.Clock;

/** Verifies one file, or one blob of a store, in a process of its own. */
public final class FreshVerification {
    private FreshVerification() {}

    /** Arguments: {@code file} or {@code store}, its path, the digest, the size in bytes. */
    public static void main(String[] args) throws Exception {
        Path path = Path.of(args[1]);
        Digest digest = Digest.parse(args[2]);
        long size = Long.parseLong(args[3]);
        if (args[0].equals("file")) {
            VerifiedFiles.verify(path, digest, size);
        } else {
            ContentStore.of(path, Clock.systemUTC()).verify(digest, size);
        }
    }
}
