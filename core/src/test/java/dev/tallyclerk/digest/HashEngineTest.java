package dev.tallyclerk.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

class HashEngineTest {
    /** The hash of nothing, from the BLAKE3 paper's reference implementation. */
    private static final String EMPTY_BLAKE3 =
            "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    private static final HashEngine BOUNCY_CASTLE = HashEngine.of(new BouncyCastleProvider());

    @Test
    void theRuntimeHasItsThreeAlgorithmsAndNoOther() {
        HashEngine runtime = HashEngine.runtime();
        for (DigestAlgorithm algorithm :
                List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)) {
            assertTrue(algorithm.isSupported());
            assertEquals(
                    algorithm.hexLength() / 2,
                    runtime.newHash(algorithm).orElseThrow().getDigestLength());
        }
        assertFalse(DigestAlgorithm.BLAKE3.isSupported());
        assertEquals(Optional.empty(), runtime.newHash(DigestAlgorithm.BLAKE3));
        assertEquals(Optional.empty(), runtime.newHash(DigestAlgorithm.of("md5")));
    }

    @Test
    void aProviderIsUsedWithoutBeingRegistered() throws VerificationException {
        Digest empty = Digest.parse(EMPTY_BLAKE3);
        ContentVerifier.of(List.of(empty), 0, BOUNCY_CASTLE).finish();
        assertEquals(
                "BC",
                BOUNCY_CASTLE
                        .newHash(DigestAlgorithm.SHA256)
                        .orElseThrow()
                        .getProvider()
                        .getName());
        assertTrue(List.of(Security.getProviders()).stream()
                .noneMatch(p -> p.getName().equals("BC")));
    }

    @Test
    void anAlgorithmThatNoEngineHasCannotVerify() {
        Digest empty = Digest.parse(EMPTY_BLAKE3);
        HashEngine none = HashEngine.runtime().or(HashEngine.of(new NoHashes()));
        var e = assertThrows(VerificationException.class, () -> ContentVerifier.of(List.of(empty), 0, none));
        assertEquals(VerificationException.Reason.UNSUPPORTED_ALGORITHM, e.reason());
        assertThrows(VerificationException.class, () -> ContentVerifier.of(empty, 0));
        // The provider has hashes of some of these names, and no digest of that name is one of them.
        for (String name : List.of("md5", "sha1", "sha3-384", "sha256+b64u")) {
            assertEquals(Optional.empty(), BOUNCY_CASTLE.newHash(DigestAlgorithm.of(name)));
        }
    }

    @Test
    void theFirstEngineThatHasAnAlgorithmIsUsed() {
        HashEngine runtimeFirst = HashEngine.runtime().or(BOUNCY_CASTLE);
        assertFalse(isBouncyCastle(runtimeFirst, DigestAlgorithm.SHA512));
        assertTrue(isBouncyCastle(runtimeFirst, DigestAlgorithm.BLAKE3));
        assertTrue(isBouncyCastle(BOUNCY_CASTLE.or(HashEngine.runtime()), DigestAlgorithm.SHA512));
    }

    @Test
    void differentEnginesWorkInOnePassAndFromACheckpoint() throws VerificationException {
        byte[] content = new byte[100_000];
        Digest blake3 = digest(BOUNCY_CASTLE, DigestAlgorithm.BLAKE3, content);
        List<Digest> both = List.of(blake3, Digest.sha256Of(content));
        HashEngine engine = HashEngine.runtime().or(BOUNCY_CASTLE);
        ContentVerifier verifier = ContentVerifier.of(both, content.length, engine);
        verifier.update(content, 0, 70_000);
        ContentVerifier.Checkpoint checkpoint = verifier.checkpoint();
        for (ContentVerifier rest : List.of(verifier, checkpoint.resume(), checkpoint.resume())) {
            rest.update(content, 70_000, 30_000);
            rest.finish();
        }
        byte[] changed = content.clone();
        changed[99_999] = 1;
        ContentVerifier wrong = checkpoint.resume();
        wrong.update(changed, 70_000, 30_000);
        var e = assertThrows(VerificationException.class, wrong::finish);
        assertEquals(blake3, e.expected());
    }

    @Test
    void aHashThatCannotBeCopiedHasNoCheckpoint() throws VerificationException {
        HashEngine engine = algorithm -> Optional.of(new Uncopied());
        ContentVerifier verifier = ContentVerifier.of(List.of(Digest.sha256Of(new byte[1])), 1, engine);
        assertThrows(UnsupportedOperationException.class, verifier::checkpoint);
    }

    @Test
    void givesTheKnownAnswersOfBlake3() throws IOException, JsonException {
        byte[] file = SharedData.read("registry/vectors/blake3-test_vectors.json");
        JsonCursor document = JsonCursor.parse(file, JsonLimits.ofBytes(1 << 20));
        int tried = 0;
        for (JsonCursor known : document.required("cases").elements()) {
            int length = (int) known.required("input_len").integer(0, 1 << 20);
            byte[] content = new byte[length];
            for (int i = 0; i < length; i++) {
                content[i] = (byte) (i % 251);
            }
            String hash = known.required("hash").string();
            Digest expected = Digest.parse("blake3:" + hash.substring(0, 64));
            ContentVerifier verifier = ContentVerifier.of(List.of(expected), length, BOUNCY_CASTLE);
            verifier.update(content, 0, length);
            verifier.finish();
            tried++;
        }
        assertEquals(35, tried);
    }

    private static boolean isBouncyCastle(HashEngine engine, DigestAlgorithm algorithm) {
        return engine.newHash(algorithm).orElseThrow().getProvider().getName().equals("BC");
    }

    private static Digest digest(HashEngine engine, DigestAlgorithm algorithm, byte[] content) {
        return Digest.ofHash(algorithm, engine.newHash(algorithm).orElseThrow().digest(content));
    }

    private static final class NoHashes extends Provider {
        private static final long serialVersionUID = 1;

        NoHashes() {
            super("none", "1", "");
        }
    }

    /** A hash of a provider whose implementation cannot be cloned. */
    private static final class Uncopied extends MessageDigest {
        Uncopied() {
            super("SHA-256");
        }

        @Override
        protected void engineUpdate(byte input) {}

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {}

        @Override
        protected byte[] engineDigest() {
            return new byte[32];
        }

        @Override
        protected void engineReset() {}
    }

    @Test
    void theRuntimesOwnHashIsUsedWhateverProviderIsRegisteredBeforeIt() {
        Provider other = new BouncyCastleProvider();
        Security.insertProviderAt(other, 1);
        try {
            for (DigestAlgorithm algorithm :
                    List.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)) {
                MessageDigest hash = HashEngine.runtime().newHash(algorithm).orElseThrow();
                // Whose it is depends on who made the runtime.
                assertNotEquals(other.getName(), hash.getProvider().getName());
            }
        } finally {
            Security.removeProvider(other.getName());
        }
    }
}
