package dev.tallyclerk.trust.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.util.List;
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
        return repository.client(store).withEngine(counting).withLimits(limits);
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
}
