package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.BodyTooLargeException;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metadata that a registry carries as an artifact. */
class ArtifactPlaceTest {
    private final Publisher publisher = new Publisher();
    private final MemoryTag tag = new MemoryTag();
    private final RepositoryPlace place = RepositoryPlace.ofArtifact(tag);
    private final MetadataFetcher fetcher = MetadataFetcher.ofArtifact(tag);
    private final MetadataStore seen = MetadataStore.inMemory();
    private TufRepository repository;
    private byte[] root;

    @BeforeEach
    void publishTheFirstVersion() throws Exception {
        publisher.publishFirst(TufRepository.create(place, CLOCK));
        repository = TufRepository.open(place, CLOCK);
        root = fetcher.fetch("1.root.json", 100_000).orElseThrow();
    }

    private TufClient client(MetadataStore store) {
        return TufClient.of(fetcher, store, root).withClock(CLOCK);
    }

    private PendingMetadata added(String path) throws Exception {
        return Publisher.signed(
                repository.change().withTarget(target("targets", path, path)).pending(), publisher.targets);
    }

    @Test
    void clientsReadEveryState() throws Exception {
        for (int i = 0; i < 5; i++) {
            repository.publish(added("app/" + i), publisher.online);
            assertTrue(client(seen).refresh().target("app/" + i).isPresent());
            assertTrue(
                    client(MetadataStore.inMemory()).refresh().target("app/0").isPresent());
        }
        List<Publisher.OwnedKey> signers = new ArrayList<>(publisher.root);
        publisher.publish(
                repository,
                repository.change().withKeys(TopLevelRole.ROOT, Publisher.keys(1, publisher.root.get(0))),
                signers.toArray(Publisher.OwnedKey[]::new));

        assertEquals(2, client(seen).refresh().trusted().root().version());
        assertEquals(
                2, client(MetadataStore.inMemory()).refresh().trusted().root().version());
    }

    @Test
    void theArtifactHasTheNewestStateAndTheOneBefore() throws Exception {
        repository.publish(added("app"), publisher.online);
        assertEquals(6, tag.layers(), "a root, a timestamp, two snapshots and two versions of targets");
        for (int i = 0; i < 5; i++) {
            repository.bumpSnapshot(publisher.online);
        }

        assertEquals(5, tag.layers(), "a root, a timestamp, two snapshots and targets");
    }

    /** The client has the timestamp of a state, and the tag moves on. */
    @Test
    void aClientThatIsJustReadingGoesOn() throws Exception {
        repository.publish(added("app/1"), publisher.online);
        client(seen).refresh();
        repository.publish(added("app/2"), publisher.online);
        MetadataFetcher moving = (name, most) -> {
            if (name.endsWith("snapshot.json")) {
                publishTwice();
            }
            return fetcher.fetch(name, most);
        };

        assertTrue(TufClient.of(moving, seen, root)
                .withClock(CLOCK)
                .refresh()
                .target("app/2")
                .isPresent());
    }

    private void publishTwice() {
        try {
            repository.bumpSnapshot(publisher.online);
            repository.bumpSnapshot(publisher.online);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ofTwoPublishersOneWinsAndTheOtherIsTold() throws Exception {
        ArtifactFiles slow = new ArtifactFiles(tag);
        assertTrue(slow.read("timestamp.json").isPresent());
        repository.bumpTimestamp(publisher.online);

        PublishException told = assertThrows(
                PublishException.class,
                () -> TufRepository.at(RepositoryPlace.ofFiles(slow), CLOCK).bumpTimestamp(publisher.online));
        assertEquals(Reason.CONFLICT, told.reason());
    }

    @Test
    void refusesToCreateWhereATagIs() {
        PublishException refused = assertThrows(PublishException.class, () -> TufRepository.create(place, CLOCK));
        assertEquals(Reason.NO_REPOSITORY, refused.reason());
    }

    @Test
    void aFetcherKeepsToTheLimitAndKnowsWhatIsAbsent() throws Exception {
        assertThrows(BodyTooLargeException.class, () -> fetcher.fetch("1.root.json", 10));
        assertTrue(fetcher.fetch("2.root.json", 10).isEmpty());
        assertTrue(MetadataFetcher.ofArtifact(new MemoryTag())
                .fetch("timestamp.json", 10)
                .isEmpty());
    }

    @Test
    void aFolderIsCopiedToARegistryAndBack() throws Exception {
        repository.publish(added("app"), publisher.online);
        MemoryTag other = new MemoryTag();
        MemoryRepository files = new MemoryRepository();
        RepositoryPlace copy = RepositoryPlace.ofArtifact(other);
        repository.copyTo(copy);
        TufRepository.open(copy, CLOCK).copyTo(RepositoryPlace.ofFiles(files));
        repository.copyTo(copy);

        assertTrue(TufClient.of(files, seen, files.firstRoot())
                .withClock(CLOCK)
                .refresh()
                .target("app")
                .isPresent());
    }

    @Test
    void aCopyNeverGetsOlderMetadataOrAnotherRepository() throws Exception {
        RepositoryPlace copy = RepositoryPlace.ofArtifact(new MemoryTag());
        repository.copyTo(copy);
        TufRepository.open(copy, CLOCK).bumpTimestamp(publisher.online);
        assertEquals(
                Reason.CONFLICT,
                assertThrows(PublishException.class, () -> repository.copyTo(copy))
                        .reason());

        MemoryTag another = new MemoryTag();
        RepositoryPlace elsewhere = RepositoryPlace.ofArtifact(another);
        new Publisher().publishFirst(TufRepository.create(elsewhere, CLOCK));
        assertEquals(
                Reason.CONFLICT,
                assertThrows(PublishException.class, () -> repository.copyTo(elsewhere))
                        .reason());
    }

    @Test
    void aCopyOfManyRootsIsCompletedAfterACrashAtAnyStep() throws Exception {
        for (int i = 0; i < 2; i++) {
            publisher.publish(
                    repository,
                    repository.change().withRenewed("root"),
                    publisher.root.toArray(Publisher.OwnedKey[]::new));
        }
        for (int step = 1; step < 20; step++) {
            MemoryRepository crashing = new MemoryRepository();
            crashing.crashAt = step;
            try {
                repository.copyTo(RepositoryPlace.ofFiles(crashing));
            } catch (java.io.IOException e) {
                assertFalse(
                        crashing.files.containsKey("1.root.json") && !crashing.files.containsKey("timestamp.json"),
                        "step " + step);
            }
            crashing.crashAt = 0;
            repository.copyTo(RepositoryPlace.ofFiles(crashing));
            assertEquals(
                    3,
                    TufClient.of(crashing, MetadataStore.inMemory(), crashing.firstRoot())
                            .withClock(CLOCK)
                            .refresh()
                            .trusted()
                            .root()
                            .version());
        }
    }

    @Test
    void anArtifactThatLacksALayerIsRefused() throws Exception {
        tag.lose(dev.tallyclerk.digest.Digest.sha256Of(
                fetcher.fetch("timestamp.json", 100_000).orElseThrow()));

        assertEquals(
                Reason.MALFORMED,
                assertThrows(PublishException.class, repository::change).reason());
        assertThrows(java.io.IOException.class, () -> fetcher.fetch("timestamp.json", 100_000));
    }
}
