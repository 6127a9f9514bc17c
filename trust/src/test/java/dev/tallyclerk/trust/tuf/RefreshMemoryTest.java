package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One client that refreshes again and again. */
class RefreshMemoryTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();
    private final AtomicInteger verified = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(TestRepository.NOW);
    private TufClient client = newClient();
    private Map<String, Object> delegation = Map.of();

    private TufClient newClient() {
        return newClient(Duration.ZERO);
    }

    private TufClient newClient(Duration freshnessWindow) {
        SignatureEngine counting =
                key -> SignatureEngine.runtime().verifierFor(key).map(verifier -> (message, signature) -> {
                    verified.incrementAndGet();
                    return verifier.verify(message, signature);
                });
        return repository
                .client(store)
                .withEngine(counting)
                .withFreshnessWindow(freshnessWindow)
                .withClock(((InstantSource) () -> now.get()).withZone(ZoneOffset.UTC));
    }

    @BeforeEach
    void refreshOnce() throws TufException {
        repository.rotateRoot();
        delegation = repository.delegate("targets", "team", "team/*");
        repository.addTarget("team", "team/app", new byte[3]);
        repository.publish();
        client.refresh().requireTarget("team/app");
        verified.set(0);
        repository.takeRequests();
    }

    private int verificationsOf(String target) throws TufException {
        verified.set(0);
        client.refresh().requireTarget(target);
        return verified.get();
    }

    @Test
    void verifiesNothingThatItHasVerified() throws TufException {
        assertEquals(0, verificationsOf("team/app"));
        assertEquals(List.of("3.root.json", "timestamp.json"), repository.takeRequests());
        assertEquals(0, verificationsOf("team/app"));
    }

    /** The one before has asked the repository, and this one need not, so that it never comes to a full refresh. */
    @Test
    void verifiesNothingAgainThatANewProcessHasVerifiedWithoutAsking() throws TufException {
        newClient(Duration.ofHours(1)).refresh();
        client = newClient(Duration.ofHours(1));
        assertTrue(verificationsOf("team/app") > 0);
        repository.takeRequests();
        assertEquals(0, verificationsOf("team/app"));
        assertEquals(List.of(), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void verifiesNoRoleAgainThatSomeRefreshesDidNotSearch(int hours) throws TufException {
        client = newClient(Duration.ofHours(hours));
        client.refresh().requireTarget("team/app");
        client.refresh();
        client.refresh();
        assertEquals(0, verificationsOf("team/app"));
    }

    /** As a resolver does that refreshes for each question. */
    @Test
    void verifiesNoRoleAgainWhileSearchesTakeTurns() throws TufException {
        repository.delegate("targets", "other", "other/*");
        repository.addTarget("other", "other/app", new byte[3]);
        repository.publish();
        client.refresh().requireTarget("team/app");
        client.refresh().requireTarget("other/app");
        assertEquals(0, verificationsOf("team/app"));
        assertEquals(0, verificationsOf("other/app"));
    }

    @Test
    void verifiesANewTimestampAlone() throws TufException {
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTimestamp();
        assertEquals(1, verificationsOf("team/app"));
        assertEquals(0, verificationsOf("team/app"));
    }

    @Test
    void verifiesWhatIsNew() throws TufException {
        repository.publish();
        // The delegated role has the same file, which the same key has signed, though another file says so.
        assertEquals(3, verificationsOf("team/app"));
        assertEquals(0, verificationsOf("team/app"));
    }

    @Test
    void verifiesEverythingByANewRoot() throws TufException {
        repository.rotateRoot(SigningKey.ed25519());
        assertEquals(2 + 4, verificationsOf("team/app"));
        assertEquals(0, verificationsOf("team/app"));
    }

    @Test
    void verifiesASignatureOnceForThisRootAndTheLast() throws TufException {
        repository.rotateRoot();
        assertEquals(1 + 4, verificationsOf("team/app"));
    }

    @Test
    void asksForTheVerifierOfAKeyOnce() throws TufException {
        List<VerificationKey> asked = new ArrayList<>();
        SignatureEngine listing = key -> {
            asked.add(key);
            return SignatureEngine.runtime().verifierFor(key);
        };
        repository.rotateRoot();
        repository.client(MetadataStore.inMemory()).withEngine(listing).refresh();
        assertEquals(Set.copyOf(asked).size(), asked.size());
    }

    @Test
    void takesNothingSignedByKeysThatARootHasTakenAway() throws TufException {
        repository.setKeys(TopLevelRole.TARGETS, 1, SigningKey.ed25519());
        repository.rotateRoot();
        TufException e = assertThrows(TufException.class, client::refresh);
        assertEquals(Reason.THRESHOLD_NOT_MET, e.reason());
        assertEquals("targets", e.role());
    }

    /** The file of the role is the same, and so need not be fetched; who has to have signed it is not. */
    @Test
    void takesNoRoleSignedByKeysThatItsDelegatorHasTakenAway() throws TufException {
        SigningKey other = SigningKey.ed25519();
        Map<String, Object> keys = TestRepository.object(repository.targets, "delegations", "keys");
        String keyId = List.copyOf(keys.keySet()).get(0);
        keys.put(keyId, TestRepository.declaration(other));
        repository.publish();
        refusesTeam();
        keys.put(keyId, TestRepository.declaration(repository.keysOf("team").get(0)));
        repository.publish();
        client.refresh().requireTarget("team/app");
        keys.put(other.keyId(), TestRepository.declaration(other));
        delegation.put("keyids", List.of(other.keyId()));
        repository.publish();
        refusesTeam();
    }

    private void refusesTeam() throws TufException {
        FreshMetadata metadata = client.refresh();
        repository.takeRequests();
        TufException e = assertThrows(TufException.class, () -> metadata.target("team/app"));
        assertEquals(Reason.THRESHOLD_NOT_MET, e.reason());
        assertEquals("team", e.role());
        // Which may have one that is signed by others.
        assertEquals(List.of("1.team.json"), repository.takeRequests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "timestamp", "snapshot", "targets", "team"})
    void noticesThatOneOfTheFilesThatItHasVerifiedHasExpired(String role) throws TufException {
        Instant expires = TestRepository.NOW.plus(Duration.ofHours(1));
        Map<String, Object> signed = switch (role) {
            case "root" -> repository.root;
            case "timestamp" -> repository.timestamp;
            case "snapshot" -> repository.snapshot;
            default -> repository.targetsOf(role);
        };
        signed.put("expires", expires.toString());
        repository.targetsOf("team").put("version", 2L);
        repository.rotateRoot();
        repository.publish();
        TufClient asking = newClient(Duration.ofHours(2));
        for (TufClient living : List.of(client, asking)) {
            living.refresh().requireTarget("team/app");
        }
        now.set(expires.minusSeconds(1));
        for (TufClient any : List.of(client, asking, newClient())) {
            any.refresh().requireTarget("team/app");
        }
        now.set(expires);
        for (TufClient any : List.of(client, asking, newClient(), newClient(Duration.ofHours(2)))) {
            TufException e =
                    assertThrows(TufException.class, () -> any.refresh().target("team/app"));
            assertEquals(Reason.EXPIRED, e.reason());
            assertEquals(role, e.role());
        }
    }

    @Test
    void noticesAStoreThatSomebodyElseHasBroughtForward() throws TufException {
        byte[] old = repository.fileNamed("timestamp.json");
        repository.publish();
        newClient().refresh();
        repository.files.put("timestamp.json", old);
        TufException e = assertThrows(TufException.class, client::refresh);
        assertEquals(Reason.ROLLBACK, e.reason());
    }

    @Test
    void mendsAStoreThatWasDamagedMeanwhile() throws TufException, IOException {
        for (StoredName name :
                List.of(StoredName.TIMESTAMP, StoredName.SNAPSHOT, StoredName.TARGETS, StoredName.delegated("team"))) {
            byte[] good = store.load(name, 100_000).orElseThrow();
            store.store(name, "{}".getBytes(StandardCharsets.UTF_8));
            client.refresh().requireTarget("team/app");
            assertTrue(Arrays.equals(good, store.load(name, 100_000).orElseThrow()), name.fileName());
        }
    }

    @Test
    void isNotDeceivedByAFileThatItsFetcherChangesAfterwards() throws TufException {
        repository.bump(TopLevelRole.TIMESTAMP);
        repository.writeTimestamp();
        client.refresh();
        byte[] fetched = repository.fileNamed("timestamp.json");
        int at = new String(fetched, StandardCharsets.ISO_8859_1).indexOf("1.0.34");
        fetched[at + 4] = '5';
        TufException e = assertThrows(TufException.class, client::refresh);
        assertEquals(Reason.THRESHOLD_NOT_MET, e.reason());
    }
}
