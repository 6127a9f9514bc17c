package dev.tallyclerk.benchmarks;

import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.verify.ContentVerifier;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;

/** The verifier against the runtime's own digest, which is the fastest engine there is for one stream. */
public final class VerifierComparison {
    private static final int SLICE = 16 * 1024;

    private VerifierComparison() {}

    /** Runs all comparisons and prints a table. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison();
        for (int size : new int[] {64 << 10, 1 << 20, 16 << 20}) {
            byte[] content = content(size);
            comparison.add(
                    "verifier, array of " + size + " : digest fed in 16 KiB slices", verify(content, size), () -> {
                        MessageDigest hash = sha256();
                        for (int at = 0; at < content.length; at += SLICE) {
                            hash.update(content, at, Math.min(SLICE, content.length - at));
                        }
                        return hash.digest()[0];
                    });
        }
        byte[] large = content(16 << 20);
        ByteBuffer direct = ByteBuffer.allocateDirect(large.length).put(large).flip();
        comparison.add(
                "verifier, array of 16 MiB : digest fed with the whole array", verify(large, large.length), () -> {
                    MessageDigest hash = sha256();
                    hash.update(large);
                    return hash.digest()[0];
                });
        Digest digest = Digest.sha256Of(large);
        comparison.add(
                "verifier, direct buffer of 16 MiB : digest, whole array",
                () -> {
                    ContentVerifier verifier = ContentVerifier.of(digest, large.length);
                    verifier.update(direct.duplicate());
                    verifier.finish();
                    return verifier.count();
                },
                () -> {
                    MessageDigest hash = sha256();
                    hash.update(large);
                    return hash.digest()[0];
                });
        byte[] content = content(1 << 20);
        for (int piece : new int[] {1, 8, 15, 16, 32, 64, 256, 1024, 4096}) {
            comparison.add(
                    "verifier, pieces of " + piece + " : digest, pieces of " + piece, verify(content, piece), () -> {
                        MessageDigest hash = sha256();
                        if (piece == 1) {
                            for (byte b : content) {
                                hash.update(b);
                            }
                        } else {
                            for (int at = 0; at < content.length; at += piece) {
                                hash.update(content, at, Math.min(piece, content.length - at));
                            }
                        }
                        return hash.digest()[0];
                    });
        }
        comparison.print();
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

    private static MessageDigest sha256() {
        return DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content); // fixed seed: every run hashes the same bytes
        return content;
    }
}
