package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;
import org.junit.jupiter.api.Test;

/** A read allocates nothing but Okio's own segments, which it takes from their pool. */
class VerifyingSourceAllocationTest {
    private static final int PIECE = 8192;
    private static final int READS = 2_000;

    /** What the runtime may need for all of them together, which is less than a byte for each. */
    private static final long SLACK = 1024;

    /** What is loaded and compiled meanwhile is allocated once, and so not in each of them. */
    private static final int ROUNDS = 5;

    @Test
    void readingAllocatesNothing() throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this runtime does not count what is allocated");
        byte[] content = new byte[PIECE];
        Source endless = new ForwardingSource(new Buffer()) {
            @Override
            public long read(Buffer sink, long byteCount) {
                int given = (int) Math.min(byteCount, PIECE);
                sink.write(content, 0, given);
                return given;
            }
        };
        var verifier = ContentVerifier.ofAtMost(Digest.sha256Of(new byte[0]), Long.MAX_VALUE);
        VerifyingSource source = VerifyingSource.of(endless, verifier, 0);
        Buffer sink = new Buffer();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > SLACK; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < READS; i++) {
                assertEquals(PIECE, source.read(sink, PIECE));
                sink.clear();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least <= SLACK, least + " bytes in " + READS + " reads");
    }
}
