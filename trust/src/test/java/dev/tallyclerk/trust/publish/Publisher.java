package dev.tallyclerk.trust.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The owner of a repository, with keys to sign whatever it wants. */
final class Publisher {
    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    /** A key of the owner, whose scheme is that of the test key. */
    record OwnedKey(SigningKey pair) implements dev.tallyclerk.trust.sign.SigningKey {
        VerificationKey key() {
            return pair.verificationKey();
        }

        String keyId() {
            return pair.keyId();
        }

        @Override
        public TrustedKey publicKey() {
            return TrustedKey.ofEncoded(key().encoded());
        }

        @Override
        public byte[] sign(byte[] message) {
            throw new AssertionError("TUF names a scheme");
        }

        @Override
        public byte[] sign(byte[] message, SignatureScheme scheme) {
            assertEquals(pair.scheme(), scheme.schemeName());
            return pair.sign(message);
        }
    }

    final List<OwnedKey> root =
            List.of(newKey(), newKey(), new OwnedKey(SigningKey.of(SignatureScheme.ECDSA_SHA2_NISTP256)));
    final OwnedKey targets = newKey();
    final OwnedKey snapshot = newKey();
    final OwnedKey timestamp = newKey();
    final List<OwnedKey> online = new ArrayList<>(List.of(snapshot, timestamp));

    static OwnedKey newKey() {
        return new OwnedKey(SigningKey.ed25519());
    }

    static KeySet keys(int threshold, OwnedKey... keys) {
        return new KeySet(threshold, Arrays.stream(keys).map(OwnedKey::key).toList());
    }

    static TargetInfo target(String role, String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new TargetInfo(path, bytes.length, List.of(Digest.sha256Of(bytes)), role, "");
    }

    /** {@return the first change: two of three root keys, and one key for each other role} */
    RepositoryChange first(TufRepository repository) throws Exception {
        return repository
                .change()
                .withKeys(TopLevelRole.ROOT, keys(2, root.toArray(OwnedKey[]::new)))
                .withKeys(TopLevelRole.TARGETS, keys(1, targets))
                .withKeys(TopLevelRole.SNAPSHOT, keys(1, snapshot))
                .withKeys(TopLevelRole.TIMESTAMP, keys(1, timestamp));
    }

    void publishFirst(TufRepository repository) throws Exception {
        publish(repository, first(repository), root.get(0), root.get(1), targets);
    }

    void publish(TufRepository repository, RepositoryChange change, OwnedKey... signers) throws Exception {
        repository.publish(signed(change.pending(), signers), online);
    }

    static PendingMetadata signed(PendingMetadata pending, OwnedKey... signers) throws Exception {
        PendingMetadata signed = pending;
        for (OwnedKey key : signers) {
            signed = signed.signedBy(key);
        }
        return signed;
    }
}
