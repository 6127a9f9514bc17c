package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a stored root that is not as it was stored. */
class StoredRootTest {
    private final TestRepository repository = new TestRepository();
    private final MetadataStore store = MetadataStore.inMemory();

    private List<String> toldByARefresh() throws TufException {
        List<String> told = new ArrayList<>();
        TufListener listener = new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                told.add(role + " " + why.reason());
            }
        };
        repository.clientOfStoredRoot(store).withListener(listener).refresh();
        return told;
    }

    @Test
    void thatTheCopyHadToServeIsToldOnce() throws TufException, IOException {
        store.store(StoredName.ROOT, repository.rootFile(1));
        assertEquals(List.of(), toldByARefresh());
        store.store(StoredName.ROOT, new byte[] {'{'});
        assertEquals(List.of("root MALFORMED"), toldByARefresh());
        store.remove(StoredName.ROOT);
        assertEquals(List.of("root NOT_AVAILABLE"), toldByARefresh());
        assertEquals(List.of(), toldByARefresh());
    }

    /** A root.json that says nothing is no sign that a link to it is missing. */
    @Test
    void offlineAMissingLinkIsNotBlamedWhereRootJsonIsDamaged() throws TufException, IOException {
        repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
        repository.rotateRoot();
        repository.writeAll();
        TufClient client = repository.client(store);
        client.refresh();
        store.remove(StoredName.rootVersion(2));
        refuses(Reason.NOT_AVAILABLE, "root", "5.3.3", client::offline);
        store.store(StoredName.ROOT, new byte[] {'{'});
        refuses(Reason.THRESHOLD_NOT_MET, "timestamp", "5.4.2", client::offline);
    }
}
