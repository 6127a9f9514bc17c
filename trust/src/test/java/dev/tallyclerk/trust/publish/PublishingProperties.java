package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * Random sequences of changes of a repository, and clients that have seen any state of it: each accepts every later
 * state, and finds exactly the targets that were published; none accepts an earlier one, or a mix.
 *
 * <p>{@code -Dtest=PublishingProperties -Djqwik.tries.default=1000} tries longer.
 */
class PublishingProperties {
    private static final int STEPS = 12;
    private static final int MIXES = 4;

    @Property(tries = 10)
    @StatisticsReport(StatisticsReportMode.OFF)
    void clientsOfEveryStateAcceptEveryLaterOneAndNoEarlierOneAndNoMix(@ForAll long seed) throws Exception {
        Run run = new Run(new Random(seed));
        for (int i = 0; i < STEPS; i++) {
            run.step();
        }
        run.checkFreeze();
        // Otherwise the mixes would say little about what must be refused, and what must not.
        Statistics.label("mixes")
                .coverage(coverage -> coverage.check("accepted").percentage(share -> share > 15 && share < 85));
    }

    /** A store that can be copied, so that a client can go on from one state more than once. */
    private static final class CopiedStore implements MetadataStore {
        private final Map<StoredName, byte[]> files = new HashMap<>();

        CopiedStore copy() {
            CopiedStore copy = new CopiedStore();
            copy.files.putAll(files);
            return copy;
        }

        @Override
        public Optional<byte[]> load(StoredName name, int maxBytes) {
            return Optional.ofNullable(files.get(name)).filter(file -> file.length <= maxBytes);
        }

        @Override
        public void store(StoredName name, byte[] metadata) {
            files.put(name, metadata);
        }

        @Override
        public void remove(StoredName name) {
            files.remove(name);
        }

        @Override
        public Claim claim() {
            return () -> {};
        }
    }

    /**
     * What was published at one time.
     *
     * @param files the files of the repository
     * @param expected what a client finds
     * @param seen the store of a client that has looked up every path
     */
    private record State(MemoryRepository files, Map<String, List<Digest>> expected, CopiedStore seen) {
        byte[] timestamp() {
            return Objects.requireNonNull(files.files.get("timestamp.json"));
        }
    }

    private static final class Run {
        private final Random random;
        private final RandomRepository repository;
        private final List<State> states = new ArrayList<>();

        Run(Random random) throws Exception {
            this.random = random;
            this.repository = new RandomRepository(random);
            remember();
        }

        private TufClient client(MemoryRepository files, MetadataStore store) {
            return TufClient.of(files, store, repository.files.firstRoot())
                    .withEngine(BouncyCastleEngine.of())
                    .withClock(CLOCK);
        }

        private State newest() {
            return states.get(states.size() - 1);
        }

        private void remember() throws TufException {
            State state = new State(
                    new MemoryRepository(repository.files), new TreeMap<>(repository.expected), new CopiedStore());
            find(state.expected(), client(state.files(), state.seen()).refresh());
            states.add(state);
        }

        private void find(Map<String, List<Digest>> expected, RepositoryMetadata metadata) throws TufException {
            for (String path : RandomRepository.PATHS) {
                assertEquals(
                        Optional.ofNullable(expected.get(path)),
                        metadata.target(path).map(TargetInfo::digests),
                        () -> repository.log + " " + path);
            }
        }

        void step() throws Exception {
            byte[] before = newest().timestamp();
            repository.step();
            if (Arrays.equals(repository.files.read("timestamp.json").orElseThrow(), before)) {
                return;
            }
            remember();
            for (State earlier : states.subList(0, states.size() - 1)) {
                find(
                        newest().expected(),
                        client(newest().files(), earlier.seen().copy()).refresh());
                refuses(earlier.files());
            }
            for (int i = 0; i < MIXES; i++) {
                mix();
            }
        }

        /** The client of the newest state, which still has it afterwards. */
        private void refuses(MemoryRepository files) throws TufException {
            CopiedStore store = newest().seen().copy();
            TufException e = assertThrows(
                    TufException.class, () -> client(files, store).refresh(), () -> repository.log + " rolled back");
            // Keys that have been replaced sign nothing any more.
            assertTrue(
                    List.of(TufException.Reason.ROLLBACK, TufException.Reason.THRESHOLD_NOT_MET)
                            .contains(e.reason()),
                    e::toString);
            String path = RandomRepository.PATHS.get(random.nextInt(RandomRepository.PATHS.size()));
            assertEquals(
                    Optional.ofNullable(newest().expected().get(path)),
                    client(files, store).offline().target(path).map(TargetInfo::digests));
        }

        /**
         * Files of several states, some under names of others: a client that knows one of the states gets all of
         * another one that is not older, or an error.
         */
        private void mix() throws TufException {
            int known = random.nextInt(states.size());
            int shown = random.nextInt(states.size());
            MemoryRepository mixed = new MemoryRepository(newest().files());
            mixed.files.put("timestamp.json", states.get(shown).timestamp());
            List<String> names = new ArrayList<>(mixed.files.keySet());
            int changes = random.nextInt(6);
            for (int i = 0; i < changes; i++) {
                String name = names.get(random.nextInt(names.size()));
                String role = name.replaceFirst("^[0-9]+[.]", "");
                List<String> same = names.stream()
                        .filter(other -> other.replaceFirst("^[0-9]+[.]", "").equals(role))
                        .toList();
                if (name.equals("1.root.json") || random.nextInt(3) == 0) {
                    mixed.files.remove(name);
                } else if (!role.equals("timestamp.json")) {
                    String other = same.get(random.nextInt(same.size()));
                    mixed.files.put(name, newest().files().read(other).orElseThrow());
                }
            }
            FreshMetadata metadata;
            try {
                metadata = client(mixed, states.get(known).seen().copy()).refresh();
            } catch (TufException e) {
                Statistics.label("mixes").collect("refused");
                return;
            }
            Statistics.label("mixes").collect("accepted");
            assertTrue(shown >= known, () -> repository.log + " accepts state " + shown + " after " + known);
            for (String path : RandomRepository.PATHS) {
                Optional<TargetInfo> found;
                try {
                    found = metadata.target(path);
                } catch (TufException e) {
                    continue;
                }
                assertEquals(
                        Optional.ofNullable(states.get(shown).expected().get(path)),
                        found.map(TargetInfo::digests),
                        () -> repository.log + " " + path + " in a mix with state " + shown);
            }
        }

        /** Nobody can hold a client at a state for longer than its timestamp is valid. */
        void checkFreeze() {
            Clock later = Clock.offset(CLOCK, Lifetimes.defaults().timestamp().plus(Duration.ofSeconds(1)));
            TufClient client = client(newest().files(), newest().seen().copy()).withClock(later);
            assertEquals(
                    TufException.Reason.EXPIRED,
                    assertThrows(TufException.class, client::refresh).reason());
        }
    }
}
