package dev.tallyclerk.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

/** Verifies one bundle by sigstore-java in a process of its own, for {@link SignatureComparison}. */
public final class FreshBundle {
    private FreshBundle() {}

    /** Arguments: the trusted root, the bundle, and the artifact. */
    public static void main(String[] args) throws Exception {
        SigstoreBundles.verify(
                SigstoreBundles.theirs(Path.of(args[0])),
                SigstoreBundles.options(SigstoreBundles.IDENTITY, SigstoreBundles.ISSUER),
                Files.readAllBytes(Path.of(args[1])),
                Files.readAllBytes(Path.of(args[2])));
    }
}
