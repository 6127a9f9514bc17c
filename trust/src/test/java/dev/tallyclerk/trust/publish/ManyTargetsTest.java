package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.signed;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Hash bins keep the work for one target constant. */
class ManyTargetsTest {
    private static final int TARGETS = 100_000;

    @Test
    void publishingOneOfAHundredThousandTargetsWritesThreeFiles() throws Exception {
        Publisher publisher = new Publisher();
        MemoryRepository files = new MemoryRepository();
        TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(files), CLOCK);
        publisher.publishFirst(repository);
        OwnedKey bins = newKey();
        RepositoryChange change = repository.change().withHashBins("targets", HashBins.of("bin", 256, keys(1, bins)));
        change = change.withTargets(IntStream.range(0, TARGETS)
                .mapToObj(i -> target("targets", "registry.example.org/app" + i + ":1", "content " + i))
                .toList());
        publisher.publish(repository, change, publisher.targets, bins);
        Set<String> before = new HashSet<>(files.files.keySet());
        int steps = files.steps;

        PendingMetadata one = repository
                .change()
                .withTarget(target("targets", "registry.example.org/new:1", "new"))
                .pending();
        assertEquals(
                1, one.describe().stream().filter(line -> line.contains("adds")).count());
        repository.publish(signed(one, bins), publisher.online);

        Set<String> added = new HashSet<>(files.files.keySet());
        added.removeAll(before);
        assertEquals(2, added.size(), "a bin and a snapshot, besides the timestamp");
        assertEquals(steps + 8, files.steps);
        TufClient client =
                TufClient.of(files, MetadataStore.inMemory(), files.firstRoot()).withClock(CLOCK);
        assertTrue(client.refresh().target("registry.example.org/new:1").isPresent());
        assertTrue(client.refresh().target("registry.example.org/app99999:1").isPresent());
    }
}
