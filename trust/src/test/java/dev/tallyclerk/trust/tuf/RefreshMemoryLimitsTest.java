package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much of what was verified is remembered, counted by what is verified again. */
class RefreshMemoryLimitsTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();
    private int verified;

    private final SignatureEngine counting =
            key -> SignatureEngine.runtime().verifierFor(key).map(verifier -> (message, signature) -> {
                verified++;
                return verifier.verify(message, signature);
            });

    private TufClient client(TufLimits limits) {
        return repository.builder(store).engine(counting).limits(limits).build();
    }

    private int verifiedBy(TufAssertions.Step step) throws TufException {
        verified = 0;
        step.run();
        return verified;
    }

    /** Nothing that the state from before has verified is known by the state that trusts the same root again. */
    @Test
    void aRootThatWasLostIsRememberedAsItWasFoundAgain() throws TufException, IOException {
        repository.rotateRoot();
        TufClient client = client(TufLimits.defaults());
        client.refresh();
        assertEquals(0, verifiedBy(client::refresh));
        store.remove(StoredName.rootVersion(2));
        assertTrue(verifiedBy(client::refresh) > 0);
        assertEquals(0, verifiedBy(client::refresh));
    }

    @Test
    void noMoreDelegatedRolesAreRememberedThanAreAllowed() throws TufException {
        int bytes = 0;
        for (String role : List.of("a", "b")) {
            repository.delegate("targets", role, role);
            repository.addTarget(role, role, new byte[1]);
            repository.publish();
            bytes += repository.fileNamed("1." + role + ".json").length;
        }
        assertEquals(0, verifiedAgainOf("a", bytes));
        assertEquals(1, verifiedAgainOf("a", bytes - 1));
    }

    private int verifiedAgainOf(String target, int delegatedBytes) throws TufException {
        TufClient client = client(TufLimits.defaults().withDelegatedBytes(delegatedBytes));
        client.refresh().requireTarget("a");
        client.refresh().requireTarget("b");
        return verifiedBy(() -> client.refresh().requireTarget(target));
    }

    /** A file that stays outlives many versions of its delegators, each of which is asked about anew. */
    @Test
    void noMoreThanEightDelegatorsOfAFileAreRemembered() throws TufException {
        SigningKey key = SigningKey.ed25519();
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        SignedMessage signed =
                new SignedMessage(message, Map.of(key.keyId(), HexFormat.of().formatHex(key.sign(message))));
        List<Signers> delegators = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            DeclaredKey declared = DeclaredKey.of(key.keyId(), key.keyType(), key.scheme(), key.publicText());
            delegators.add(new Signers(new RoleKeys(List.of(key.keyId()), 1), Map.of(key.keyId(), declared), "a"));
        }
        Targets content = new Targets(1, Instant.MAX, "1.0", Map.of(), Delegations.none());
        VerifiedTargets file =
                new VerifiedTargets(MetadataRole.delegated("role"), new byte[0], content, signed, delegators.get(0));
        int[] asked = {0};
        SignatureEngine engine = wanted -> {
            asked[0]++;
            return SignatureEngine.runtime().verifierFor(wanted);
        };
        for (int round = 0; round < 2; round++) {
            for (Signers delegator : delegators.subList(0, 8)) {
                file.requireSignedFor(delegator, engine);
            }
        }
        assertEquals(7, asked[0], "the first one was asked when the file was read");
        file.requireSignedFor(delegators.get(8), engine);
        file.requireSignedFor(delegators.get(8), engine);
        assertEquals(8, asked[0]);
        file.requireSignedFor(delegators.get(0), engine);
        assertEquals(9, asked[0]);
    }
}
