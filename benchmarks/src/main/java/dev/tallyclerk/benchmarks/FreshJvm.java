package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Measurements that {@link VerifierComparison} runs in processes of their own, because earlier hashing changes how a
 * process compiles the digest. The first argument names the measurement, which prints one figure.
 */
public final class FreshJvm {
    private static final int MIB = 1 << 20;

    private FreshJvm() {}

    /** Runs one measurement. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "bare" -> bare(Integer.parseInt(args[1]), Long.parseLong(args[2]));
            case "array", "direct", "mapped" -> updates(args[0], Integer.parseInt(args[1]), Long.parseLong(args[2]));
            case "first-bare" -> firstBare();
            case "first-verified" -> firstVerified();
            case "stream" -> stream(Long.parseLong(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Measures the runtime's digest of whole arrays; the first sixteenth of the bytes is the warm-up. */
    private static void bare(int piece, long total) throws Exception {
        byte[] content = new byte[piece];
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        long done = 0;
        for (; done < total / 16; done += piece) {
            hash.update(content);
        }
        long start = cpu();
        for (; done < total; done += piece) {
            hash.update(content);
        }
        hash.digest();
        System.out.println(cpu() - start);
    }

    private static void updates(String kind, int piece, long total) throws Exception {
        if (kind.equals("array")) {
            arrays(piece, total);
            return;
        }
        Path file = Files.createTempFile("tallyclerk", ".bin");
        Files.write(file, new byte[piece]);
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = kind.equals("direct")
                    ? ByteBuffer.allocateDirect(piece)
                    : channel.map(MapMode.READ_ONLY, 0, piece).load();
            ContentVerifier verifier = endless();
            long done = 0;
            for (; done < total / 16; done += piece) {
                verifier.update(buffer.rewind());
            }
            long start = cpu();
            for (; done < total; done += piece) {
                verifier.update(buffer.rewind());
            }
            System.out.println(cpu() - start);
        } finally {
            Files.delete(file);
        }
    }

    private static void arrays(int piece, long total) throws Exception {
        byte[] content = new byte[piece];
        ContentVerifier verifier = endless();
        long done = 0;
        for (; done < total / 16; done += piece) {
            verifier.update(content, 0, piece);
        }
        long start = cpu();
        for (; done < total; done += piece) {
            verifier.update(content, 0, piece);
        }
        System.out.println(cpu() - start);
    }

    private static ContentVerifier endless() throws Exception {
        return ContentVerifier.ofAtMost(Digest.sha256Of(new byte[0]), Long.MAX_VALUE);
    }

    private static void firstBare() throws Exception {
        byte[] content = new byte[MIB];
        long start = cpu();
        MessageDigest.getInstance("SHA-256").digest(content);
        System.out.println(cpu() - start);
    }

    private static void firstVerified() throws Exception {
        byte[] content = new byte[MIB];
        Digest digest = Digest.parse("sha256:30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58");
        long start = cpu();
        ContentVerifier verifier = ContentVerifier.of(digest, MIB);
        verifier.update(content, 0, MIB);
        verifier.finish();
        System.out.println(cpu() - start);
    }

    /** Prints the bytes allocated while a stream is verified; the parent process limits the heap. */
    private static void stream(long total) throws Exception {
        Digest digest = zeros(total);
        byte[] buffer = new byte[64 * 1024];
        try (VerifyingInputStream in = VerifyingInputStream.of(new Zeros(total), digest, total)) {
            long before = allocated();
            int n = 0;
            while (n >= 0) {
                n = in.read(buffer);
            }
            System.out.println(allocated() - before);
        }
    }

    private static Digest zeros(long total) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        byte[] zeros = new byte[16 * 1024];
        for (long done = 0; done < total; done += zeros.length) {
            hash.update(zeros, 0, (int) Math.min(zeros.length, total - done));
        }
        return Digest.ofHash(DigestAlgorithm.SHA256, hash.digest());
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** A stream of zeros. */
    static final class Zeros extends InputStream {
        private long left;

        Zeros(long count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            // The buffer is zero already, and filling it would be measured.
            int n = (int) Math.min(left, length);
            left -= n;
            return n;
        }
    }
}
