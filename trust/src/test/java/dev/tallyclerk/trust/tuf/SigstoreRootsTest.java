package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The roots of Sigstore's production repository, which lie beside the repository. */
class SigstoreRootsTest {
    private static final int FIRST = 5;
    private static final int LAST = 15;

    private static byte[] root(int version) throws IOException {
        return SharedData.read("tuf/sigstore-production/" + version + ".root.json");
    }

    @Test
    void eachRootIsSignedByTheOneBeforeIt() throws IOException, TufException {
        for (SignatureEngine engine : List.of(SignatureEngine.runtime(), BouncyCastleEngine.of())) {
            TrustedMetadata trusted = TrustedMetadata.start(root(FIRST), engine, TufLimits.defaults());
            for (int version = FIRST + 1; version <= LAST; version++) {
                trusted = trusted.updateRoot(root(version));
                assertEquals(version, trusted.root().version());
            }
            trusted.requireValidRoot(Instant.parse("2026-11-01T00:00:00Z"));
        }
    }

    @Test
    void aClientFollowsTheChainToTheRootThatHasExpired() throws IOException {
        Path folder = SharedData.require("tuf/sigstore-production");
        TufClient client = TufClient.of(
                        (name, maxBytes) -> {
                            Path file = folder.resolve(name);
                            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
                        },
                        MetadataStore.inMemory(),
                        root(FIRST))
                .withClock(Clock.fixed(Instant.parse("2026-11-30T00:00:00Z"), ZoneOffset.UTC));
        TufException e = refuses(Reason.EXPIRED, "root", "5.3.10", client::refresh);
        assertTrue(String.valueOf(e.getMessage()).contains("version " + LAST), e.getMessage());
    }
}
