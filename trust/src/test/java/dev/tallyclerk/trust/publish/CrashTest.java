package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.signed;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A publisher that crashes at each step in turn: clients that know the old state and new ones go on, with all of the
 * old targets or all of the new; and publishing again completes the change.
 */
class CrashTest {
    private static final int MOST_STEPS = 100;

    private final Publisher publisher = new Publisher();
    private final MemoryRepository published = new MemoryRepository();

    private void publishOne() throws Exception {
        TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(published), CLOCK);
        publisher.publishFirst(repository);
        publisher.publish(
                repository, repository.change().withTarget(target("targets", "old", "old")), publisher.targets);
    }

    private static TufClient client(MemoryRepository files, MetadataStore store) {
        return TufClient.of(files, store, files.firstRoot()).withClock(CLOCK);
    }

    private static boolean isNew(FreshMetadata metadata) throws TufException {
        boolean isNew = metadata.target("new").isPresent();
        assertEquals(!isNew, metadata.target("old").isPresent(), "all of one state");
        return isNew;
    }

    /** What one crash leaves. */
    @FunctionalInterface
    private interface Check {
        void check(MemoryRepository after, MetadataStore seen) throws Exception;
    }

    /** Publishes with a crash at each step, and then completely. Returns the number of steps. */
    private int crashAtEachStep(PendingMetadata change, Collection<OwnedKey> online, Check check) throws Exception {
        for (int step = 1; step < MOST_STEPS; step++) {
            MemoryRepository crashing = new MemoryRepository(published);
            MetadataStore seen = MetadataStore.inMemory();
            client(crashing, seen).refresh();
            crashing.crashAt = step;
            TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(crashing), CLOCK);
            boolean isCrashed = true;
            try {
                repository.publish(change, online);
                isCrashed = false;
            } catch (IOException e) {
                check.check(crashing, seen);
            }
            crashing.crashAt = 0;
            repository.publish(change, online);
            assertTrue(isNew(client(crashing, seen).refresh()), "step " + step);
            assertTrue(isNew(client(crashing, MetadataStore.inMemory()).refresh()), "step " + step);
            if (!isCrashed) {
                return step - 1;
            }
        }
        throw new AssertionError("never finishes");
    }

    private RepositoryChange change() throws Exception {
        return TufRepository.at(RepositoryPlace.ofFiles(published), CLOCK)
                .change()
                .withTarget(target("targets", "new", "new"))
                .withoutTarget("targets", "old");
    }

    private static void clientsGoOn(MemoryRepository after, MetadataStore seen) throws TufException {
        boolean isNew = isNew(client(after, seen).refresh());
        assertEquals(isNew, isNew(client(after, MetadataStore.inMemory()).refresh()));
    }

    @Test
    void noStepOfAChangeOfTargetsBreaksTheRepository() throws Exception {
        publishOne();

        int steps = crashAtEachStep(
                signed(change().pending(), publisher.targets), publisher.online, CrashTest::clientsGoOn);

        assertEquals(8, steps, "two writes and a sync, and one write and a sync");
    }

    @Test
    void noStepWithDelegationsAndBinsBreaksTheRepository() throws Exception {
        publishOne();
        OwnedKey team = newKey();
        OwnedKey bins = newKey();
        RepositoryChange change = change().withDelegation(
                        "targets", new TeamDelegation("images", keys(1, team), List.of("*"), true))
                .withHashBins("images", HashBins.of("bin", 4, keys(1, bins)));

        crashAtEachStep(
                signed(change.pending(), publisher.targets, team, bins), publisher.online, CrashTest::clientsGoOn);
    }

    @ParameterizedTest
    @EnumSource(HashBins.Form.class)
    void noStepOfAnotherNumberOfBinsBreaksTheRepository(HashBins.Form form) throws Exception {
        publishOne();
        OwnedKey bins = newKey();
        TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(published), CLOCK);
        publisher.publish(
                repository,
                repository
                        .change()
                        .withHashBins(
                                "targets", HashBins.of("bin", 4, keys(1, bins)).withForm(form)),
                publisher.targets,
                bins);

        PendingMetadata more = change().withBinCount("targets", 8).pending();
        crashAtEachStep(signed(more, publisher.targets, bins), publisher.online, CrashTest::clientsGoOn);
        PendingMetadata fewer = change().withBinCount("targets", 2).pending();
        crashAtEachStep(signed(fewer, publisher.targets, bins), publisher.online, CrashTest::clientsGoOn);
    }

    @ParameterizedTest
    @EnumSource(TopLevelRole.class)
    void noStepOfARotationBreaksTheRepositoryIfTheKeysBeforeSignToo(TopLevelRole role) throws Exception {
        publishOne();
        OwnedKey next = newKey();
        PendingMetadata pending = change().withKeys(role, keys(1, next)).pending();
        List<OwnedKey> signers = new ArrayList<>(publisher.root);
        signers.add(publisher.targets);
        List<OwnedKey> online = new ArrayList<>(publisher.online);
        if (role == TopLevelRole.ROOT || role == TopLevelRole.TARGETS) {
            signers.add(next);
        } else {
            online.add(next);
        }

        crashAtEachStep(signed(pending, signers.toArray(OwnedKey[]::new)), online, CrashTest::clientsGoOn);
    }

    @ParameterizedTest
    @EnumSource(
            value = TopLevelRole.class,
            names = {"TIMESTAMP", "SNAPSHOT"})
    void aRotationWithoutTheKeysBeforeCanBeCompletedAtAnyStep(TopLevelRole role) throws Exception {
        publishOne();
        OwnedKey next = newKey();
        PendingMetadata pending = signed(
                change().withKeys(role, keys(1, next)).pending(),
                publisher.root.get(0),
                publisher.root.get(1),
                publisher.targets);
        List<OwnedKey> online =
                List.of(role == TopLevelRole.TIMESTAMP ? publisher.snapshot : publisher.timestamp, next);
        int[] gaps = {0};

        crashAtEachStep(pending, online, (after, seen) -> {
            try {
                clientsGoOn(after, seen);
            } catch (TufException e) {
                assertEquals(TufException.Reason.THRESHOLD_NOT_MET, e.reason());
                gaps[0]++;
            }
        });

        assertEquals(3, gaps[0], "after the root is written, after its sync, and before the timestamp is written");
    }

    @Test
    void aFirstPublicationThatCrashesLeavesNoRepository() throws Exception {
        PendingMetadata first = signed(
                publisher
                        .first(TufRepository.at(RepositoryPlace.ofFiles(published), CLOCK))
                        .pending(),
                publisher.root.get(0),
                publisher.root.get(1),
                publisher.targets);
        for (int step = 1; step < MOST_STEPS; step++) {
            MemoryRepository crashing = new MemoryRepository();
            crashing.crashAt = step;
            TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(crashing), CLOCK);
            if (crashes(repository, first)) {
                assertTrue(crashing.newestRoot() == 0 || crashing.files.containsKey("timestamp.json"));
                crashing.crashAt = 0;
                repository.publish(first, publisher.online);
            }
            client(crashing, MetadataStore.inMemory()).refresh();
        }
    }

    private boolean crashes(TufRepository repository, PendingMetadata change) throws Exception {
        try {
            repository.publish(change, publisher.online);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void nothingIsWrittenBeforeTheThresholdHolds() throws Exception {
        publishOne();
        int before = published.steps;
        PendingMetadata unsigned = change().pending();

        assertThrows(
                PublishException.class,
                () -> TufRepository.at(RepositoryPlace.ofFiles(published), CLOCK)
                        .publish(unsigned, publisher.online));
        PendingMetadata signed = signed(unsigned, publisher.targets);
        assertThrows(
                PublishException.class,
                () -> TufRepository.at(RepositoryPlace.ofFiles(published), CLOCK)
                        .publish(signed, List.of(publisher.snapshot)));
        assertEquals(before, published.steps);
    }
}
