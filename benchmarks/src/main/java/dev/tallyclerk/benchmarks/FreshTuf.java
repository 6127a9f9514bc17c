package dev.tallyclerk.benchmarks;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tink.TinkEngine;
import dev.tallyclerk.trust.tuf.TufClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** One TUF refresh or one signature check in a process of its own, for {@link TufComparison}. */
public final class FreshTuf {
    private FreshTuf() {}

    /**
     * Arguments: {@code nothing}; or {@code jdk}, {@code bouncycastle} or {@code tink}, a scheme, a public key and its
     * signature of "message"; or {@code refresh} or {@code sigstore}, and a folder with the repository.
     */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "nothing" -> {}
            case "refresh" -> refresh(Path.of(args[1]));
            case "sigstore" -> sigstore(Path.of(args[1]));
            case "jdk" -> verify(SignatureEngine.runtime(), args[1], args[2], args[3]);
            case "bouncycastle" -> verify(BouncyCastleEngine.of(), args[1], args[2], args[3]);
            case "tink" -> verify(TinkEngine.of(), args[1], args[2], args[3]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void verify(SignatureEngine engine, String scheme, String publicKey, String signature) {
        boolean valid = engine.verifierFor(VerificationKey.parse(scheme, scheme, publicKey))
                .orElseThrow()
                .verify(
                        "message".getBytes(StandardCharsets.UTF_8),
                        HexFormat.of().parseHex(signature));
        if (!valid) {
            throw new IllegalStateException("wrong signature");
        }
    }

    private static void sigstore(Path folder) throws Exception {
        SigstoreTuf.refresh(Files.readAllBytes(folder.resolve("1.root.json")), MetadataFetcher.ofFolder(folder));
    }

    private static void refresh(Path folder) throws Exception {
        TufClient.of(
                        MetadataFetcher.ofFolder(folder),
                        MetadataStore.inDirectory(folder.resolve("store-" + System.nanoTime())),
                        Files.readAllBytes(folder.resolve("1.root.json")))
                // The engine that the command uses for these keys.
                .withEngine(BouncyCastleEngine.of())
                .refresh();
    }
}
