package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The overhead of verification over hashing: the verifier, and a bare digest of the whole array. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ContentVerifierBenchmark {
    @Param({"4096", "65536", "16777216"})
    int size;

    byte[] content = new byte[0];
    Digest digest = Digest.sha256Of(content);

    @Setup
    public void setUp() {
        content = new byte[size];
        new Random(1).nextBytes(content); // fixed seed: every run hashes the same bytes
        digest = Digest.sha256Of(content);
    }

    @Benchmark
    public long verify() throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(digest, size);
        verifier.update(content, 0, size);
        verifier.finish();
        return verifier.count();
    }

    @Benchmark
    public byte[] bareDigest() {
        MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
        hash.update(content);
        return hash.digest();
    }
}
