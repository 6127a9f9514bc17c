package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tink.TinkEngine;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TAP 21, version 1. */
class MlDsaKeyTest {
    private static final byte[] MESSAGE = "{\"_type\":\"root\"}".getBytes(StandardCharsets.UTF_8);

    /** A signer of Bouncy Castle, which writes keys as RFC 9881 has them. */
    private static final class Signer {
        private final AsymmetricCipherKeyPair pair;
        private final OtherKey key;

        Signer(int size) throws IOException {
            MLDSAParameters parameters = switch (size) {
                case 44 -> MLDSAParameters.ml_dsa_44;
                case 65 -> MLDSAParameters.ml_dsa_65;
                default -> MLDSAParameters.ml_dsa_87;
            };
            var generator = new MLDSAKeyPairGenerator();
            generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), parameters));
            pair = generator.generateKeyPair();
            byte[] encoded = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic())
                    .getEncoded();
            key = new OtherKey("ml-dsa", "ml-dsa-" + size + "/1", SigningKey.pem(encoded));
        }

        byte[] sign(byte[] signed) {
            try {
                var signer = new MLDSASigner();
                signer.init(true, pair.getPrivate());
                signer.update(signed, 0, signed.length);
                return signer.generateSignature();
            } catch (CryptoException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static boolean runtimeHasIt() {
        try {
            Signature.getInstance("ML-DSA");
            return true;
        } catch (NoSuchAlgorithmException e) {
            return false;
        }
    }

    private static byte[] tap21(byte[] message) throws NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-512").digest(message);
        byte[] signed = new byte[68];
        System.arraycopy(new byte[] {0x74, 0x75, 0x66, 0x01}, 0, signed, 0, 4);
        System.arraycopy(hash, 0, signed, 4, 64);
        return signed;
    }

    private static void verifiesThePrefixedHashOnly(SignatureEngine engine, int size)
            throws IOException, NoSuchAlgorithmException {
        Signer signer = new Signer(size);
        OtherVerifier verifier = engine.verifierFor(signer.key).orElseThrow();
        byte[] signature = signer.sign(tap21(MESSAGE));
        assertTrue(verifier.verify(MESSAGE, signature));
        assertFalse(verifier.verify(MESSAGE, signer.sign(MESSAGE)), "pure ML-DSA over the metadata itself");
        byte[] otherVersion = tap21(MESSAGE);
        otherVersion[3] = 2;
        assertFalse(verifier.verify(MESSAGE, signer.sign(otherVersion)));
        assertFalse(verifier.verify(new byte[0], signature));
        for (int i : List.of(0, signature.length / 2, signature.length - 1)) {
            byte[] wrong = signature.clone();
            wrong[i] ^= 1;
            assertFalse(verifier.verify(MESSAGE, wrong));
        }
        for (int length : List.of(0, 1, signature.length - 1, signature.length + 1)) {
            assertFalse(verifier.verify(MESSAGE, Arrays.copyOf(signature, length)));
        }
        assertFalse(new Signer(size).key.equals(signer.key));
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 65, 87})
    void bouncyCastleVerifiesThePrefixedHashOnly(int size) throws IOException, NoSuchAlgorithmException {
        verifiesThePrefixedHashOnly(BouncyCastleEngine.of(), size);
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 65, 87})
    void theRuntimeVerifiesThePrefixedHashOnlyFromJava24On(int size) throws IOException, NoSuchAlgorithmException {
        if (!runtimeHasIt()) {
            assertEquals(Optional.empty(), SignatureEngine.runtime().verifierFor(new Signer(size).key));
        }
        assumeTrue(runtimeHasIt(), "this Java runtime has no ML-DSA");
        verifiesThePrefixedHashOnly(SignatureEngine.runtime(), size);
    }

    @Test
    void readsAKeyInItsOneEncoding() throws IOException {
        OtherKey key = new Signer(65).key;
        MlDsaKey read = MlDsaKey.of(key).orElseThrow();
        assertEquals("ML-DSA-65", read.parameterSet());
        assertEquals(1_952, read.publicBytes().length);
        String blank = key.publicText().replace("\n", "\n ");
        MlDsaKey same =
                MlDsaKey.of(new OtherKey("ml-dsa", "ml-dsa-65/1", blank)).orElseThrow();
        assertArrayEquals(read.encoded(), same.encoded());
        assertEquals(read.fingerprint(), same.fingerprint());
        for (OtherKey other : List.of(
                new OtherKey("ml-dsa", "ml-dsa-44/1", key.publicText()),
                new OtherKey("ml-dsa", "ml-dsa-65/2", key.publicText()),
                new OtherKey("ml-dsa", "ml-dsa-65", key.publicText()),
                new OtherKey("ml-dsa", "ml-dsa-65/01", key.publicText()),
                new OtherKey("rsa", "ml-dsa-65/1", key.publicText()),
                new OtherKey("ml-dsa", "ml-dsa-65/1", ""),
                new OtherKey("ml-dsa", "ml-dsa-65/1", "00"),
                new OtherKey("ml-dsa", "ml-dsa-65/1", " ".repeat(8_193)),
                new OtherKey("ml-dsa", "ml-dsa-65/1", SigningKey.pem(Arrays.copyOf(read.encoded(), 1_000))))) {
            assertEquals(Optional.empty(), MlDsaKey.of(other), other.toString());
            assertEquals(Optional.empty(), BouncyCastleEngine.of().verifierFor(other));
        }
        assertEquals(((MLDSAPublicKeyParameters) new Signer(44).pair.getPublic()).getEncoded().length, 1_312);
    }

    /** A repository whose root has one key of Ed25519 and one of ML-DSA; either of them signs. */
    private static TestRepository repository(Signer signer, String... copies) {
        TestRepository repository = new TestRepository(
                (signed, signers) -> {
                    List<Object> signatures = new ArrayList<>();
                    signers.forEach(key -> signatures.add(TestRepository.signature(key.keyId(), key, signed)));
                    byte[] message = MlDsaKey.signedBytes(TestRepository.canonical(signed));
                    String hex = HexFormat.of().formatHex(signer.sign(message));
                    for (String keyId : copies) {
                        signatures.add(Map.of("keyid", keyId, "sig", hex));
                    }
                    return TestRepository.file(signed, signatures);
                },
                SigningKey::ed25519);
        int blanks = 0;
        List<String> ids = new ArrayList<>();
        for (String keyId : copies) {
            ids.add(keyId);
            TestRepository.object(repository.root, "keys")
                    .put(
                            keyId,
                            Map.of(
                                    "keytype", signer.key.keyType(),
                                    "scheme", signer.key.scheme(),
                                    "keyval", Map.of("public", " ".repeat(blanks++) + signer.key.publicText())));
        }
        Map<String, Object> root = TestRepository.object(repository.root, "roles", "root");
        repository.keysOf(TopLevelRole.ROOT).forEach(key -> ids.add(key.keyId()));
        root.put("keyids", ids);
        return repository;
    }

    @Test
    void aRepositoryIsSignedByMlDsaAndAnotherSchemeTogether() throws TufException, IOException {
        TestRepository repository = repository(new Signer(65), "pq");
        TestRepository.object(repository.root, "roles", "root").put("threshold", 2);
        repository.writeRoot();
        SignatureEngine engine = SignatureEngine.runtime().or(BouncyCastleEngine.of());
        repository.client(MetadataStore.inMemory()).withEngine(engine).refresh();
        TufException e = org.junit.jupiter.api.Assertions.assertThrows(
                TufException.class,
                () -> repository
                        .client(MetadataStore.inMemory())
                        .withEngine(TinkEngine.of())
                        .refresh());
        assertEquals(Reason.THRESHOLD_NOT_MET, e.reason());
        assertEquals("UNKNOWN_SCHEME", e.threshold().orElseThrow().keys().get(0).detail());
    }

    @Test
    void aKeyOfAnUnknownSchemeLeavesTheDocumentReadable() throws TufException, IOException {
        TestRepository repository = repository(new Signer(44), "pq");
        repository.writeRoot();
        repository.client(MetadataStore.inMemory()).withEngine(TinkEngine.of()).refresh();
    }

    @Test
    void oneMlDsaKeyInTwoEncodingsCountsOnce() throws IOException {
        TestRepository repository = repository(new Signer(44), "pq1", "pq2");
        TestRepository.object(repository.root, "roles", "root").put("threshold", 3);
        repository.writeRoot();
        TufException e = org.junit.jupiter.api.Assertions.assertThrows(
                TufException.class,
                () -> repository
                        .client(MetadataStore.inMemory())
                        .withEngine(BouncyCastleEngine.of())
                        .refresh());
        assertEquals(2, e.threshold().orElseThrow().have());
    }
}
