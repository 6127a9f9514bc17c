package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.sign.SigningKeys;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Roles are signed by the keys of {@code trust.sign}. */
class RoleKeysTest {
    private final MemoryRepository files = new MemoryRepository();
    private final TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(files), CLOCK);

    private static KeyPair pair(SignatureScheme scheme) throws Exception {
        AlgorithmParameterSpec parameters = switch (scheme) {
            case ED25519 -> NamedParameterSpec.ED25519;
            case ECDSA_SHA2_NISTP256 -> new ECGenParameterSpec("secp256r1");
            case ECDSA_SHA2_NISTP384 -> new ECGenParameterSpec("secp384r1");
            case ECDSA_SHA2_NISTP521 -> new ECGenParameterSpec("secp521r1");
            default -> new RSAKeyGenParameterSpec(2_048, RSAKeyGenParameterSpec.F4);
        };
        String algorithm =
                scheme == SignatureScheme.ED25519 ? "Ed25519" : parameters instanceof ECGenParameterSpec ? "EC" : "RSA";
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(parameters);
        return generator.generateKeyPair();
    }

    private PendingMetadata first(VerificationKey key) throws Exception {
        RepositoryChange change = repository.change();
        for (TopLevelRole role : TopLevelRole.values()) {
            change = change.withKeys(role, KeySet.of(key));
        }
        return change.pending();
    }

    private void publishAndRead(SigningKey key, VerificationKey declared) throws Exception {
        repository.publish(first(declared).signedBy(key), List.of(key));
        assertEquals(
                1,
                TufClient.of(files, MetadataStore.inMemory(), files.firstRoot())
                        .withClock(CLOCK)
                        .refresh()
                        .trusted()
                        .root()
                        .version());
    }

    @ParameterizedTest
    @EnumSource(
            value = SignatureScheme.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RSA_PKCS1V15_SHA256", "RSA_PKCS1V15_SHA512"})
    void keysSignInTheSchemeThatTheMetadataDeclares(SignatureScheme scheme) throws Exception {
        KeyPair pair = pair(scheme);
        SigningKey key = SigningKeys.of(pair.getPrivate(), pair.getPublic());

        publishAndRead(key, VerificationKey.of(key.publicKey(), scheme));
    }

    @Test
    void anEncryptedKeyOfAFileSigns() throws Exception {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P384);
        byte[] pem = SigningKeys.encryptedPem(pair.getPrivate(), "secret".toCharArray());
        SigningKey key = SigningKeys.create().read(pem, "secret".toCharArray());

        publishAndRead(key, VerificationKey.of(key.publicKey()));
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void theSchemeOfAPublicKeyHasToFit(SignatureScheme scheme) throws Exception {
        TrustedKey edwards = TrustedKey.ofEncoded(
                SigningKeys.generate(SigningKeys.Kind.ED25519).getPublic().getEncoded());
        if (scheme == SignatureScheme.ED25519) {
            assertEquals(scheme, VerificationKey.of(edwards).scheme());
        } else {
            assertThrows(IllegalArgumentException.class, () -> VerificationKey.of(edwards, scheme));
        }
        TrustedKey other = TrustedKey.ofEncoded(pair(scheme).getPublic().getEncoded());
        assertEquals(
                other.publicKey().getAlgorithm(),
                TrustedKey.ofEncoded(VerificationKey.of(other).encoded())
                        .publicKey()
                        .getAlgorithm());
    }

    /** A key of a service that signs as the interface demands at least, and does not know schemes. */
    private record ServiceKey(SigningKey key, boolean isGarbled) implements SigningKey {
        @Override
        public TrustedKey publicKey() {
            return key.publicKey();
        }

        @Override
        public byte[] sign(byte[] message) throws SigningException {
            byte[] signature = key.sign(message);
            if (isGarbled) {
                signature[signature.length - 1] ^= 1;
            }
            return signature;
        }
    }

    private static SigningKey service(SignatureScheme scheme, boolean isGarbled) throws Exception {
        KeyPair pair = pair(scheme);
        return new ServiceKey(SigningKeys.of(pair.getPrivate(), pair.getPublic()), isGarbled);
    }

    @Test
    void aKeyOfAServiceSignsInTheSchemesThatItHas() throws Exception {
        SigningKey key = service(SignatureScheme.ECDSA_SHA2_NISTP256, false);
        publishAndRead(key, VerificationKey.of(key.publicKey()));

        SigningKey rsa = service(SignatureScheme.RSASSA_PSS_SHA256, false);
        PendingMetadata pending = repository
                .change()
                .withKeys(TopLevelRole.ROOT, KeySet.of(VerificationKey.of(rsa.publicKey())))
                .pending();
        assertEquals(
                SigningException.Reason.UNSUPPORTED,
                assertThrows(SigningException.class, () -> pending.signedBy(rsa))
                        .reason());
        PendingMetadata old = repository
                .change()
                .withKeys(
                        TopLevelRole.ROOT,
                        KeySet.of(VerificationKey.of(rsa.publicKey(), SignatureScheme.RSA_PKCS1V15_SHA256)))
                .pending();
        assertTrue(old.roles().contains("root"));
    }

    @Test
    void aSignatureThatDoesNotVerifyIsRefusedWhereItIsMade() throws Exception {
        SigningKey key = service(SignatureScheme.ED25519, true);
        PendingMetadata pending = first(VerificationKey.of(key.publicKey()));

        assertEquals(
                Reason.NOT_A_SIGNER,
                assertThrows(PublishException.class, () -> pending.signedBy(key))
                        .reason());
    }
}
