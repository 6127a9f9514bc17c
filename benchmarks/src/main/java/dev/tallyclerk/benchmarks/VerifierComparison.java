package dev.tallyclerk.benchmarks;

import com.google.cloud.tools.jib.hash.Digests;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.http.okhttp.VerifyingSource;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerifiedFiles;
import dev.tallyclerk.verify.VerifyingInputStream;
import dev.tallyclerk.verify.VerifyingOutputStream;
import dev.tallyclerk.verify.VerifyingReadableByteChannel;
import dev.tallyclerk.verify.VerifyingSubscriber;
import dev.tallyclerk.verify.VerifyingWritableByteChannel;
import dev.tallyclerk.verify.http.VerifyingBodySubscriber;
import dev.tallyclerk.verify.store.BlobWriter;
import dev.tallyclerk.verify.store.ContentStore;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import land.oras.utils.SupportedAlgorithm;
import okio.HashingSource;
import okio.Okio;
import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * The verifier in all its shapes against the Java runtime's digest, OpenSSL, sha256sum and other libraries.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class VerifierComparison {
    private static final int MIB = 1 << 20;
    private static final int SLICE = 16 * 1024;
    private static final int BUFFER = 64 * 1024;
    private static final int RUNS_BY_THE_CLOCK = 8;

    private final Comparison comparison;

    private VerifierComparison(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        var run = new VerifierComparison(comparison);
        run.updates();
        run.freshProcesses();
        run.files();
        run.twoProcessors();
        run.otherAlgorithms();
        run.beginnings();
        run.memory();
    }

    private void updates() throws Exception {
        comparison.section("Updates, warm");
        for (int size : new int[] {BUFFER, MIB, 16 * MIB}) {
            byte[] content = content(size);
            comparison.add(
                    name(size) + " array : digest in 16 KiB slices",
                    0.99,
                    verify(content, size),
                    digest(content, SLICE));
        }
        if (Processes.has("openssl")) {
            byte[] content = content(MIB);
            Work verify = verify(content, SLICE);
            comparison.time(verify, comparison.effort().rounds() * 20L);
            comparison.measure(
                    "1 MiB in 16 KiB pieces : openssl speed -evp sha256",
                    0.97,
                    () -> comparison.time(verify, 500),
                    Processes::opensslNanosPerMiB);
        } else {
            comparison.fact("openssl", "skipped, not there");
        }
        byte[] content = content(MIB);
        comparison.add("pieces of 1 byte : digest, the same", 3, verify(content, 1), digest(content, 1));
        for (int piece : new int[] {2, 8, 16, 31, 32, 33, 48, 64, 96, 100, 256, 1024, 4096}) {
            comparison.add(
                    "pieces of " + piece + " bytes : digest, the same",
                    1,
                    verify(content, piece),
                    digest(content, piece));
        }
    }

    private void freshProcesses() throws Exception {
        comparison.section("Large updates, in a fresh process");
        String total = String.valueOf(Math.max(MIB, comparison.effort().fileBytes() / 4 * 3));
        for (int piece : new int[] {256 * 1024, MIB, 64 * MIB}) {
            String bytes = String.valueOf(Math.min(piece, comparison.effort().fileBytes()));
            for (String kind : List.of("array", "direct", "mapped")) {
                comparison.measure(
                        kind + ", " + name(piece) + " an update : digest, the same array",
                        1.10,
                        () -> Processes.inFreshJvm(kind, bytes, total),
                        () -> Processes.inFreshJvm("bare", bytes, total));
            }
        }
    }

    private void files() throws Exception {
        Path folder = Files.createTempDirectory("tallyclerk");
        try {
            long size = comparison.effort().fileBytes();
            Path file = folder.resolve("blob");
            Digest digest = write(file, size);
            ContentStore store = ContentStore.of(folder.resolve("store"), Clock.systemUTC());
            try (InputStream in = Files.newInputStream(file)) {
                store.store(digest, size, in);
            }
            againstPrograms(file, digest, size, store, folder.resolve("store"));
            againstLibraries(file, digest, size);
            shapes(file, digest, size, store);
            resumption(folder.resolve("broken"), file, digest, size);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void againstPrograms(Path file, Digest digest, long size, ContentStore store, Path storeFolder)
            throws Exception {
        comparison.section("A file of " + name(size) + " in the page cache");
        if (!Processes.has("sha256sum") || !Processes.has("bash")) {
            comparison.fact("sha256sum", "skipped, not there");
            return;
        }
        String path = file.toString();
        String bytes = String.valueOf(size);
        Comparison.Measure sha256sum = () -> Processes.cpuNanos("sha256sum", path);
        comparison.measure("file, read : sha256sum", 1, once(() -> readFile(file, digest, size)), sha256sum);
        comparison.measure("InputStream, read : sha256sum", 1, once(() -> inputStream(file, digest, size)), sha256sum);
        comparison.measure("ReadableByteChannel : sha256sum", 1, once(() -> channel(file, digest, size)), sha256sum);
        comparison.measure(
                "blob of a store, mapped : sha256sum", 1.12, once(() -> map(store, digest, size)), sha256sum);
        // Oras-java maps the file too.
        comparison.measure(
                "blob of a store, mapped : oras-java, a path",
                1,
                once(() -> map(store, digest, size)),
                once(() -> orasPath(file)));
        wholeProcess(
                "file read",
                new ClassArchive(file.resolveSibling("file.jsa")),
                sha256sum,
                "file",
                path,
                digest.toString(),
                bytes);
        wholeProcess(
                "blob of a store",
                new ClassArchive(file.resolveSibling("store.jsa")),
                sha256sum,
                "store",
                storeFolder.toString(),
                digest.toString(),
                bytes);
    }

    /**
     * Adds a row for a process started without options, and one for a process started as {@code examples/tallyclerk}
     * starts it: with that script's options and a class archive.
     */
    private void wholeProcess(String what, ClassArchive archive, Comparison.Measure yardstick, String... arguments)
            throws Exception {
        comparison.measure(
                "whole process, " + what + " : sha256sum",
                1 / 1.2,
                () -> Processes.cpuNanos(command(List.of(), arguments)),
                yardstick);
        if (!OwnClasses.areInJars()) {
            comparison.fact(what + ", as the command starts", "skipped, an archive has classes of jars only");
            return;
        }
        Processes.cpuNanos(command(Processes.asTheScriptStarts(archive.recording()), arguments));
        archive.make(OwnClasses.path());
        List<String> options = Processes.asTheScriptStarts(archive.using());
        comparison.measure(
                "whole process as the command starts, " + what + " : sha256sum",
                1 / 1.2,
                () -> Processes.cpuNanos(command(options, arguments)),
                yardstick);
    }

    private void againstLibraries(Path file, Digest digest, long size) throws Exception {
        comparison.section("The same file, against libraries");
        Comparison.Measure subject = once(() -> readFile(file, digest, size));
        comparison.measure("file, read : DigestInputStream, 8 KiB", 1, subject, once(() -> digestStream(file)));
        comparison.measure("file, read : Okio HashingSource", 1, subject, once(() -> hashingSource(file)));
        comparison.measure("file, read : Guava ByteSource.hash", 1, subject, once(() -> guava(file)));
        comparison.measure("file, read : commons-codec DigestUtils", 1, subject, once(() -> commonsCodec(file)));
        comparison.measure("file, read : jib-core Digests", 1, subject, once(() -> jib(file)));
        comparison.measure("file, read : oras-java, a stream", 1, subject, once(() -> orasStream(file)));
    }

    private void shapes(Path file, Digest digest, long size, ContentStore store) throws Exception {
        comparison.section("Every shape against the reading one, the same file");
        Comparison.Measure reading = once(() -> inputStream(file, digest, size));
        double goal = 0.97;
        comparison.measure("file : InputStream, read", goal, once(() -> readFile(file, digest, size)), reading);
        comparison.measure("InputStream, transferTo : read", goal, once(() -> transferTo(file, digest, size)), reading);
        comparison.measure("ReadableByteChannel : read", goal, once(() -> channel(file, digest, size)), reading);
        comparison.measure("OutputStream : read", goal, once(() -> outputStream(file, digest, size)), reading);
        comparison.measure("WritableByteChannel : read", goal, once(() -> sinkChannel(file, digest, size)), reading);
        comparison.measure("Flow.Subscriber : read", goal, once(() -> flow(file, digest, size)), reading);
        comparison.measure("HTTP BodySubscriber : read", goal, once(() -> httpBody(file, digest, size)), reading);
        comparison.measure("FileChannel, file : read", goal, once(() -> fileChannel(file, digest, size)), reading);
        comparison.measure("store, open : read", goal, once(() -> storeOpen(store, digest, size)), reading);
        comparison.measure(
                "Okio Source : Okio HashingSource",
                goal,
                once(() -> okioSource(file, digest, size)),
                once(() -> hashingSource(file)));
        // No goal: Okio reads files in pieces of 8 KiB, whatever hashes them.
        comparison.measure("Okio Source : read", once(() -> okioSource(file, digest, size)), reading);
    }

    /** Resumes a partial blob that lacks one byte: all the others are hashed again. */
    private void resumption(Path folder, Path file, Digest digest, long size) throws Exception {
        ContentStore store = ContentStore.of(folder, Clock.systemUTC());
        try (InputStream in = Files.newInputStream(file);
                BlobWriter writer = store.write(digest, size).orElseThrow()) {
            byte[] buffer = new byte[BUFFER];
            for (long left = size - 1; left > 0; ) {
                int n = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                writer.write(buffer, 0, n);
                left -= n;
            }
        }
        comparison.measure(
                "store, resume : read",
                0.97,
                once(() -> resume(store, digest, size)),
                once(() -> inputStream(file, digest, size)));
    }

    private static long resume(ContentStore store, Digest digest, long size) throws IOException {
        try (BlobWriter writer = store.resume(digest, size).orElseThrow()) {
            return writer.offset();
        }
    }

    private void twoProcessors() throws Exception {
        comparison.section("Two at a time, by the clock");
        byte[] content = content((int) Math.min(64L * MIB, comparison.effort().fileBytes()));
        Work verify = verify(content, MIB);
        Work bare = digest(content, SLICE);
        // Turns the scaling into a time for each blob, which the table shows.
        double one = wall(bare, 1);
        comparison.measure(
                "scaling from one to two blobs : the same of bare digests",
                0.98,
                () -> one / scaling(verify),
                () -> one / scaling(bare));
    }

    private void otherAlgorithms() throws Exception {
        comparison.section("Other algorithms");
        byte[] content = content(MIB);
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, content);
        comparison.add(
                "sha512, 1 MiB : digest in 16 KiB slices",
                0.99,
                verify(List.of(sha512), content, HashEngine.runtime()),
                digest(DigestAlgorithm.SHA512, HashEngine.runtime(), content));
        comparison.add(
                "sha256 and sha512 in one pass : both, one after the other",
                1,
                verify(List.of(Digest.sha256Of(content), sha512), content, HashEngine.runtime()),
                () -> {
                    long a = digest(content, SLICE).run();
                    return a
                            + digest(DigestAlgorithm.SHA512, HashEngine.runtime(), content)
                                    .run();
                });
        HashEngine bouncyCastle = HashEngine.of(new BouncyCastleProvider());
        Digest blake3 = Digest.ofHash(
                DigestAlgorithm.BLAKE3,
                bouncyCastle.newHash(DigestAlgorithm.BLAKE3).orElseThrow().digest(content));
        comparison.add(
                "blake3 of BouncyCastle, 1 MiB : its digest in 16 KiB slices",
                0.99,
                verify(List.of(blake3), content, bouncyCastle),
                digest(DigestAlgorithm.BLAKE3, bouncyCastle, content));
        comparison.add(
                "blake3 of BouncyCastle : sha256",
                verify(List.of(blake3), content, bouncyCastle),
                verify(content, content.length));
        comparison.add(
                "sha256, all hashed again : BouncyCastle's, whose state can be saved", digest(content, SLICE), () -> {
                    SHA256Digest hash = new SHA256Digest();
                    hash.update(content, 0, content.length);
                    return hash.getEncodedState()[0];
                });
    }

    private void beginnings() throws Exception {
        comparison.section("Beginnings");
        comparison.measure(
                "first MiB of a process : digest, the whole array",
                () -> Processes.inFreshJvm("first-verified"),
                () -> Processes.inFreshJvm("first-bare"));
        MessageDigest hash = sha256();
        comparison.add("clone of a digest : getInstance", () -> hash.clone().hashCode(), () -> sha256().hashCode());
        byte[] small = content(64);
        Digest digest = Digest.sha256Of(small);
        ContentVerifier.Checkpoint checkpoint =
                ContentVerifier.of(digest, small.length).checkpoint();
        comparison.add(
                "64 bytes, from a checkpoint : from a new verifier",
                () -> {
                    ContentVerifier verifier = checkpoint.resume();
                    verifier.update(small, 0, small.length);
                    verifier.finish();
                    return verifier.count();
                },
                verify(small, small.length));
        ContentVerifier under = ContentVerifier.of(Digest.sha256Of(content(MIB)), MIB);
        under.update(content(MIB), 0, MIB / 2);
        comparison.add("a checkpoint : hashing 1 KiB", () -> under.checkpoint().count(), digest(content(1024), 1024));
    }

    private void memory() throws Exception {
        comparison.section("Memory");
        byte[] content = content(16 * MIB);
        for (int piece : new int[] {1, 100, SLICE}) {
            comparison.fact("allocated an update, pieces of " + piece, perUpdate(content, piece) + " bytes");
        }
        Digest digest = Digest.sha256Of(content);
        long before = FreshJvm.allocated();
        ContentVerifier.of(digest, content.length).update(content, 0, content.length);
        long verifier = FreshJvm.allocated() - before;
        comparison.fact("allocated for a verifier and 16 MiB in one update", verifier + " bytes");
        long total = comparison.effort().streamBytes();
        String allocated = Processes.output(
                        Processes.freshJvm(List.of("-Xmx16m", "-Xms16m"), "stream", String.valueOf(total)))
                .strip();
        comparison.fact(
                "allocated while an InputStream of " + name(total) + " is verified in a heap of 16 MiB",
                String.format(
                        Locale.ROOT,
                        "%s bytes, %.1f a MiB",
                        allocated,
                        Double.parseDouble(allocated) / Math.max(1, total / MIB)));
    }

    private static long perUpdate(byte[] content, int piece) throws IOException {
        ContentVerifier verifier = ContentVerifier.ofAtMost(Digest.sha256Of(content), Long.MAX_VALUE);
        verifier.update(content, 0, 1); // the first small update allocates
        int updates = Math.min(100_000, content.length / piece);
        long before = FreshJvm.allocated();
        for (int i = 0; i < updates; i++) {
            if (piece == 1) {
                verifier.update(content[i]);
            } else {
                verifier.update(content, i * piece, piece);
            }
        }
        return (FreshJvm.allocated() - before) / updates;
    }

    private Comparison.Measure once(Work work) {
        return () -> comparison.time(work, 1);
    }

    private static String[] command(List<String> options, String... arguments) {
        return Processes.java(FreshVerification.class, options, arguments).toArray(String[]::new);
    }

    /** {@return the throughput of two threads divided by that of one} */
    private static double scaling(Work work) throws Exception {
        double one = wall(work, 1);
        return 2 * one / wall(work, 2);
    }

    private static double wall(Work work, int threads) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new Thread(() -> {
                try {
                    ready.countDown();
                    go.await();
                    for (int j = 0; j < RUNS_BY_THE_CLOCK; j++) {
                        work.run();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            all[i].start();
        }
        ready.await();
        long start = System.nanoTime();
        go.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        return (double) (System.nanoTime() - start) / RUNS_BY_THE_CLOCK;
    }

    private static long readFile(Path file, Digest digest, long size) throws IOException {
        VerifiedFiles.verify(file, digest, size);
        return size;
    }

    private static long map(ContentStore store, Digest digest, long size) throws IOException {
        store.verify(digest, size);
        return size;
    }

    private static long digestStream(Path file) throws IOException {
        MessageDigest hash = sha256();
        byte[] buffer = new byte[8192];
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
            while (in.read(buffer) >= 0) {
                // Only the digest is needed.
            }
        }
        return hash.digest()[0];
    }

    private static long hashingSource(Path file) throws IOException {
        try (HashingSource source = HashingSource.sha256(Okio.source(file));
                var buffered = Okio.buffer(source)) {
            buffered.readAll(Okio.blackhole());
            return source.hash().getByte(0);
        }
    }

    private static long guava(Path file) throws IOException {
        return MoreFiles.asByteSource(file).hash(Hashing.sha256()).asBytes()[0];
    }

    private static long commonsCodec(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return DigestUtils.sha256(in)[0];
        }
    }

    private static long jib(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Digests.computeDigest(in).getSize();
        }
    }

    private static long orasPath(Path file) {
        return SupportedAlgorithm.SHA256.digest(file).length();
    }

    private static long orasStream(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return SupportedAlgorithm.SHA256.digest(in).length();
        }
    }

    private static long inputStream(Path file, Digest digest, long size) throws IOException {
        try (var in = VerifyingInputStream.of(new FileInputStream(file.toFile()), digest, size)) {
            return drain(in);
        }
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            total += n;
        }
        return total;
    }

    private static long transferTo(Path file, Digest digest, long size) throws IOException {
        try (var in = VerifyingInputStream.of(new FileInputStream(file.toFile()), digest, size)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static long channel(Path file, Digest digest, long size) throws IOException {
        try (var channel = VerifyingReadableByteChannel.of(FileChannel.open(file), digest, size)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            long total = 0;
            for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer.clear())) {
                total += n;
            }
            return total;
        }
    }

    private static long outputStream(Path file, Digest digest, long size) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = new FileInputStream(file.toFile());
                var out = VerifyingOutputStream.of(OutputStream.nullOutputStream(), digest, size)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            out.finish();
            return size;
        }
    }

    private static long sinkChannel(Path file, Digest digest, long size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try (FileChannel in = FileChannel.open(file);
                var out = VerifyingWritableByteChannel.of(new NullChannel(), digest, size)) {
            while (in.read(buffer.clear()) >= 0) {
                out.write(buffer.flip());
            }
            out.finish();
            return size;
        }
    }

    private static long flow(Path file, Digest digest, long size) throws IOException {
        Ignoring ignoring = new Ignoring();
        VerifyingSubscriber<ByteBuffer> subscriber = VerifyingSubscriber.of(ignoring, digest, size);
        subscriber.onSubscribe(new Unlimited());
        try (FileChannel in = FileChannel.open(file)) {
            // The subscriber keeps no buffer, so one serves for all items.
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            while (in.read(buffer.clear()) >= 0) {
                subscriber.onNext(buffer.flip());
            }
        }
        subscriber.onComplete();
        return ignoring.bytes;
    }

    private static long httpBody(Path file, Digest digest, long size) throws IOException {
        VerifyingBodySubscriber<Void> body = VerifyingBodySubscriber.of(BodySubscribers.discarding(), digest, size);
        body.onSubscribe(new Unlimited());
        try (FileChannel in = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            while (in.read(buffer.clear()) >= 0) {
                body.onNext(List.of(buffer.flip()));
            }
        }
        body.onComplete();
        body.getBody().toCompletableFuture().join();
        return size;
    }

    private static long fileChannel(Path file, Digest digest, long size) throws IOException {
        try (FileChannel in = FileChannel.open(file)) {
            VerifiedFiles.verify(in, ContentVerifier.of(digest, size));
            return size;
        }
    }

    /** A subscription that ignores demand. */
    private static final class Unlimited implements Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    private static long okioSource(Path file, Digest digest, long size) throws IOException {
        try (var source = Okio.buffer(VerifyingSource.of(Okio.source(file), digest, size))) {
            return source.readAll(Okio.blackhole());
        }
    }

    private static long storeOpen(ContentStore store, Digest digest, long size) throws IOException {
        try (InputStream in = store.open(digest, size)) {
            return drain(in);
        }
    }

    private static Work verify(byte[] content, int piece) {
        Digest digest = Digest.sha256Of(content);
        return () -> {
            ContentVerifier verifier = ContentVerifier.of(digest, content.length);
            if (piece == 1) {
                for (byte b : content) {
                    verifier.update(b);
                }
            } else {
                for (int at = 0; at < content.length; at += piece) {
                    verifier.update(content, at, Math.min(piece, content.length - at));
                }
            }
            verifier.finish();
            return verifier.count();
        };
    }

    private static Work verify(List<Digest> digests, byte[] content, HashEngine engine) {
        return () -> {
            ContentVerifier verifier = ContentVerifier.of(digests, content.length, engine);
            verifier.update(content, 0, content.length);
            verifier.finish();
            return verifier.count();
        };
    }

    private static Work digest(byte[] content, int piece) {
        return () -> {
            MessageDigest hash = sha256();
            if (piece == 1) {
                for (byte b : content) {
                    hash.update(b);
                }
            } else {
                update(hash, content, piece);
            }
            return hash.digest()[0];
        };
    }

    private static Work digest(DigestAlgorithm algorithm, HashEngine engine, byte[] content) {
        return () -> {
            MessageDigest hash = engine.newHash(algorithm).orElseThrow();
            update(hash, content, SLICE);
            return hash.digest()[0];
        };
    }

    private static void update(MessageDigest hash, byte[] content, int piece) {
        for (int at = 0; at < content.length; at += piece) {
            hash.update(content, at, Math.min(piece, content.length - at));
        }
    }

    private static MessageDigest sha256() {
        return DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
    }

    private static Digest write(Path file, long size) throws IOException {
        MessageDigest hash = sha256();
        Random random = new Random(1); // fixed seed: every run hashes the same bytes
        byte[] piece = new byte[SLICE];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long done = 0; done < size; done += piece.length) {
                random.nextBytes(piece);
                out.write(piece);
                hash.update(piece);
            }
        }
        return Digest.ofHash(DigestAlgorithm.SHA256, hash.digest());
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        return content;
    }

    private static String name(long bytes) {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + " GiB";
        }
        return bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes / 1024 + " KiB";
    }

    /** Discards everything. */
    private static final class NullChannel implements WritableByteChannel {
        @Override
        public int write(ByteBuffer content) {
            int n = content.remaining();
            content.position(content.limit());
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }

    /** Counts and discards everything. */
    private static final class Ignoring implements Subscriber<ByteBuffer> {
        private long bytes;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer item) {
            bytes += item.remaining();
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException(failure);
        }

        @Override
        public void onComplete() {
            // The caller reads the count.
        }
    }
}
