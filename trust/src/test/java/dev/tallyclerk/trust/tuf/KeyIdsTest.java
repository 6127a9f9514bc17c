package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ids of keys: any text, unless the caller wants hashes (TUF 4.2). */
class KeyIdsTest {
    private final TestRepository repository = new TestRepository();

    private TufClient strict() {
        return repository.client(MetadataStore.inMemory()).withKeyIds(KeyIds.RECOMPUTED);
    }

    /** Declares the timestamp's key in the next root under another id, with which it signs. */
    private SigningKey declareTimestampKeyAs(String keyId) {
        SigningKey key = SigningKey.ed25519();
        repository.declare(keyId, key);
        TestRepository.object(repository.root, "roles", "timestamp").put("keyids", List.of(keyId));
        return key;
    }

    private void publishTimestamp(String keyId, SigningKey key) {
        repository.files.put(
                "timestamp.json",
                TestRepository.file(
                        repository.timestamp, List.of(TestRepository.signature(keyId, key, repository.timestamp))));
    }

    @Test
    void byDefaultAnyTextIsAnId() throws TufException {
        SigningKey key = declareTimestampKeyAs("the timestamp's key");
        repository.rotateRoot();
        publishTimestamp("the timestamp's key", key);
        assertEquals(
                2,
                repository
                        .client(MetadataStore.inMemory())
                        .refresh()
                        .trusted()
                        .root()
                        .version());
        TufException e = refuses(Reason.WRONG_KEY_ID, "root", "5.3.4", () -> strict().refresh());
        assertEquals("/signed/keys/the timestamp's key", e.pointer().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void hashesOfKeysOfEverySchemeAreTaken(SignatureScheme scheme) throws TufException {
        if (!scheme.needsOptIn()) {
            repository.setKeys(TopLevelRole.TARGETS, 1, SigningKey.of(scheme));
            repository.delegate("targets", "role", "*");
            repository.rotateRoot();
            repository.publish();
            assertTrue(strict().refresh().target("nothing").isEmpty());
        }
    }

    @Test
    void theTrustedRootIsCheckedBeforeAnyRequest() {
        declareTimestampKeyAs("0".repeat(64));
        repository.writeRoot();
        refuses(Reason.WRONG_KEY_ID, "root", "5.3.4", () -> strict().refresh());
        assertEquals(List.of(), repository.takeRequests());
    }

    @Test
    void theHashIsInLowerCase() {
        SigningKey key = SigningKey.ed25519();
        repository.declare(key.keyId().toUpperCase(Locale.ROOT), key);
        repository.writeRoot();
        refuses(Reason.WRONG_KEY_ID, "root", "5.3.4", () -> strict().refresh());
    }

    @Test
    void theHashIsOverUnknownMembersToo() throws TufException {
        SigningKey key = SigningKey.ed25519();
        Map<String, Object> declaration = TestRepository.declaration(key);
        declaration.put("x-owner", "@somebody");
        String canonical = "{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\"" + key.publicText()
                + "\"},\"scheme\":\"ed25519\",\"x-owner\":\"@somebody\"}";
        String keyId =
                Digest.sha256Of(canonical.getBytes(StandardCharsets.UTF_8)).encoded();
        TestRepository.object(repository.root, "keys").put(keyId, declaration);
        repository.writeRoot();
        strict().refresh();
        TestRepository.object(repository.root, "keys").put(key.keyId(), declaration);
        repository.writeRoot();
        refuses(Reason.WRONG_KEY_ID, "root", "5.3.4", () -> strict().refresh());
    }

    @Test
    void keysOfDelegationsAreCheckedToo() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.publish();
        strict().refresh();
        TestRepository.object(repository.targets, "delegations", "keys")
                .put("other", TestRepository.declaration(SigningKey.ed25519()));
        repository.publish();
        refuses(Reason.WRONG_KEY_ID, "targets", "5.6.3", () -> strict().refresh());
    }

    @Test
    void keysThatADelegatedRoleDeclaresAreCheckedToo() throws TufException {
        repository.delegate("targets", "role", "*");
        repository.delegate("role", "below", "*");
        TestRepository.object(repository.targetsOf("role"), "delegations", "keys")
                .put("other", TestRepository.declaration(SigningKey.ed25519()));
        repository.publish();
        FreshMetadata metadata = strict().refresh();
        refuses(Reason.WRONG_KEY_ID, "role", "5.6.3", () -> metadata.target("target"));
    }
}
