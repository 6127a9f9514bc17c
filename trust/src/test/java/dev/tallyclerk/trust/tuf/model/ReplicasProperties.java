package dev.tallyclerk.trust.tuf.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.SharedStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that share a store and wait for nobody, with mirrors of which some are behind: whatever one does between two
 * steps of another, nobody accepts, and the store never has, what is older than what somebody accepted before.
 */
class ReplicasProperties {
    private static final int STEPS = 12;
    private static final int REPLICAS = 3;

    /** What older files are held against. Others are held against what these say of them. */
    private static final Set<StoredName> FLOORS = Set.of(StoredName.ROOT, StoredName.TIMESTAMP, StoredName.SNAPSHOT);

    @Property(tries = 500)
    @StatisticsReport(StatisticsReportMode.OFF)
    void nothingIsRolledBackWhateverReplicasDoBetweenEachOthersSteps(@ForAll long seed) throws TufException {
        Cluster cluster = new Cluster(new Random(seed));
        for (int i = 0; i < STEPS; i++) {
            cluster.step();
        }
        cluster.assertRecovers();
        Statistics.label("conflicts").collect(cluster.conflicts > 0);
        Statistics.label("refused").collect(cluster.refusals > 0);
        Statistics.label("accepted").collect(cluster.accepted > STEPS / 3);
        // Else the replicas never met, no mirror was behind, or there was nothing to roll back.
        for (String label : List.of("conflicts", "refused", "accepted")) {
            Statistics.label(label).coverage(coverage -> coverage.check(true).percentage(share -> share > 25));
        }
    }

    private static final class Cluster {
        private final Random random;
        private final Documents documents = new Documents();
        private final SymbolicSignatures signatures = new SymbolicSignatures();
        private final TestRepository repository = new TestRepository(documents::write, signatures::newKey);

        /** What there was to be had after each publication. */
        private final List<Map<String, byte[]>> published = new ArrayList<>();

        private final SharedFiles shared = new SharedFiles();
        private final List<MetadataStore> stores = new ArrayList<>();
        private int depth;
        private int first;
        private long highest;
        private int accepted;
        private int refusals;
        private int refused;
        private int conflicts;

        Cluster(Random random) {
            this.random = random;
            published.add(Map.copyOf(repository.files));
            for (int i = 0; i < REPLICAS; i++) {
                stores.add(SharedStore.of(shared));
            }
        }

        void step() throws TufException {
            refused = 0;
            switch (random.nextInt(6)) {
                case 0 -> repository.rotateRoot();
                case 1 -> {
                    repository.setKeys(TopLevelRole.TIMESTAMP, 1, signatures.newKey());
                    repository.rotateRoot();
                }
                default -> {}
            }
            publish();
            first = random.nextInt(REPLICAS);
            refresh();
            if (refused == 0) {
                assertStoreIsOfOnePublication();
            }
        }

        /** With the targets as they are, a file of an older snapshot may be no older itself. */
        private void publish() {
            if (random.nextInt(2) == 0) {
                repository.bump(TopLevelRole.TARGETS);
            }
            repository.bump(TopLevelRole.SNAPSHOT);
            repository.bump(TopLevelRole.TIMESTAMP);
            repository.writeAll();
            published.add(Map.copyOf(repository.files));
        }

        /** The next replica that is not in the middle of a refresh of its own begins one. */
        private void refresh() throws TufException {
            MetadataStore store = stores.get((first + depth) % REPLICAS);
            boolean behind = random.nextInt(3) == 0;
            Map<String, byte[]> old = published.get(random.nextInt(published.size()));
            long floor = highest;
            try {
                TrustedMetadata trusted = client(
                                store, (name, most) -> Optional.ofNullable((behind ? old : newest()).get(name)))
                        .refresh()
                        .trusted();
                long version = trusted.timestamp().orElseThrow().version();
                assertTrue(version >= floor, () -> version + " after " + floor);
                highest = Math.max(highest, version);
                accepted++;
            } catch (TufException e) {
                // An honest mirror is refused to nobody, unless others are faster again and again.
                if (!behind && !(e.getCause() instanceof VersionedStore.ConflictException)) {
                    throw e;
                }
                refusals++;
                refused++;
            }
        }

        private Map<String, byte[]> newest() {
            return published.get(published.size() - 1);
        }

        private TufClient client(MetadataStore store, MetadataFetcher mirror) {
            return TufClient.of(mirror, store, repository.rootFile(1))
                    .withEngine(signatures)
                    .withClock(Clock.fixed(TestRepository.NOW, ZoneOffset.UTC));
        }

        /** Everybody came to an end, and what they have left fits together. */
        private void assertStoreIsOfOnePublication() throws TufException {
            int before = depth;
            depth = REPLICAS;
            client(SharedStore.of(shared), (name, most) -> Optional.empty()).offline();
            depth = before;
        }

        /** A new client of the store gets what the owner has published last. */
        void assertRecovers() throws TufException {
            depth = REPLICAS;
            TufClient another = client(SharedStore.of(shared), (name, most) -> Optional.ofNullable(newest().get(name)));
            assertEquals(
                    List.of(
                            repository.version(TopLevelRole.ROOT),
                            repository.version(TopLevelRole.TIMESTAMP),
                            repository.version(TopLevelRole.SNAPSHOT),
                            repository.version(TopLevelRole.TARGETS)),
                    Clients.versions(another.refresh().trusted()));
        }

        /** Before a step in the store, the owner may publish, and others may do all of their steps. */
        private void interrupt() {
            if (depth < REPLICAS - 1 && random.nextInt(8) == 0) {
                depth++;
                try {
                    if (random.nextBoolean()) {
                        publish();
                    }
                    refresh();
                } catch (TufException e) {
                    throw new AssertionError("an honest mirror is refused", e);
                } finally {
                    depth--;
                }
            }
        }

        /** A database that all replicas use. */
        private final class SharedFiles implements VersionedStore {
            private final Map<StoredName, Entry> entries = new HashMap<>();
            private final Map<StoredName, Long> newest = new HashMap<>();
            private long revisions;

            @Override
            public Entry load(StoredName name, int maxBytes) {
                interrupt();
                return entries.getOrDefault(name, Entry.without(0));
            }

            @Override
            public OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) {
                interrupt();
                if (entries.getOrDefault(name, Entry.without(0)).revision() != revision) {
                    conflicts++;
                    return OptionalLong.empty();
                }
                if (metadata != null && FLOORS.contains(name)) {
                    long version = documents.of(metadata).orElseThrow().version();
                    long before = newest.getOrDefault(name, 0L);
                    assertTrue(version >= before, () -> name.fileName() + " " + version + " over " + before);
                    newest.put(name, version);
                }
                revisions++;
                entries.put(name, metadata == null ? Entry.without(revisions) : Entry.of(revisions, metadata));
                return OptionalLong.of(revisions);
            }
        }
    }
}
