package dev.tallyclerk.trust.jdbc;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.SharedStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store of many processes: what one has seen, no other puts back. */
class JdbcStoreTest {
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2, 2};

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aFileIsReplacedOnlyAsItWasSeen(String kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            store.createTable();
            StoredName name = StoredName.TIMESTAMP;
            VersionedStore.Entry absent = store.load(name, 10);
            assertTrue(absent.metadata().isEmpty());
            OptionalLong first = store.replace(name, absent.revision(), ONE);
            assertEquals(
                    OptionalLong.empty(), store.replace(name, absent.revision(), TWO), "made by another meanwhile");
            VersionedStore.Entry found = store.load(name, 10);
            assertArrayEquals(ONE, found.metadata().orElseThrow());
            assertEquals(first.orElseThrow(), found.revision());
            OptionalLong second = store.replace(name, found.revision(), TWO);
            assertEquals(OptionalLong.empty(), store.replace(name, found.revision(), ONE));
            assertArrayEquals(TWO, store.load(name, 2).metadata().orElseThrow());
            VersionedStore.Entry tooLong = store.load(name, 1);
            assertTrue(tooLong.metadata().isEmpty());
            assertEquals(second.orElseThrow(), tooLong.revision(), "a file that is too long can be replaced");
            assertTrue(store.load(StoredName.ROOT, 10).metadata().isEmpty());
        }
    }

    /** With strict isolation the slower of two hears not that no row is as it was, but that it has to start again. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aTransactionThatLosesIsAConflict(String kind) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (TestDatabase database = TestDatabase.of(kind);
                Connection winner = database.serializable().getConnection();
                Connection watcher = database.source().getConnection();
                Statement update = winner.createStatement();
                Statement count = watcher.createStatement()) {
            assertEquals(Connection.TRANSACTION_SERIALIZABLE, winner.getTransactionIsolation());
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            long revision = store.replace(StoredName.TIMESTAMP, 0, ONE).orElseThrow();
            winner.setAutoCommit(false);
            update.executeUpdate("UPDATE tallyclerk_metadata SET revision = revision + 1");
            Future<OptionalLong> loser = thread.submit(() -> store.replace(StoredName.TIMESTAMP, revision, TWO));
            while (!loser.isDone() && isZero(count.executeQuery(database.countOfWaiting()))) {
                Thread.onSpinWait();
            }
            winner.commit();
            assertEquals(OptionalLong.empty(), loser.get());
            assertArrayEquals(
                    ONE, store.load(StoredName.TIMESTAMP, 10).metadata().orElseThrow());
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void aConflictWhileReadingHasWhatTheDatabaseSaid() {
        SQLException refused = new SQLException("restart the transaction", "40001");
        DataSource refusing = (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    throw refused;
                });
        JdbcStore store = JdbcStore.of(refusing, "x");
        IOException e = assertThrows(VersionedStore.ConflictException.class, () -> store.load(StoredName.ROOT, 10));
        assertSame(refused, e.getCause());
    }

    private static boolean isZero(ResultSet count) throws SQLException {
        try (count) {
            return !count.next() || count.getInt(1) == 0;
        }
    }

    /** As replicas that are started together do; IF NOT EXISTS is no promise for that everywhere. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void severalMakeTheTableAtATime(String kind) throws Exception {
        int replicas = 4;
        ExecutorService threads = Executors.newFixedThreadPool(replicas);
        try (TestDatabase database = TestDatabase.of(kind)) {
            for (int round = 0; round < 20; round++) {
                CyclicBarrier together = new CyclicBarrier(replicas);
                List<Future<?>> made = new ArrayList<>();
                for (int i = 0; i < replicas; i++) {
                    made.add(threads.submit(() -> {
                        together.await();
                        JdbcStore.of(database.source(), "x").createTable();
                        return null;
                    }));
                }
                for (Future<?> one : made) {
                    one.get();
                }
                assertEquals(
                        OptionalLong.of(1), JdbcStore.of(database.source(), "x").replace(StoredName.ROOT, 0, ONE));
                try (Connection connection = database.source().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("DROP TABLE tallyclerk_metadata");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void noRevisionComesBackAfterARemoval(String kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            StoredName name = StoredName.SNAPSHOT;
            long first =
                    store.replace(name, store.load(name, 1).revision(), ONE).orElseThrow();
            long removed = store.replace(name, first, null).orElseThrow();
            assertTrue(store.load(name, 10).metadata().isEmpty());
            assertEquals(OptionalLong.empty(), store.replace(name, first, TWO), "seen before the removal");
            long again = store.replace(name, removed, ONE).orElseThrow();
            assertEquals(OptionalLong.empty(), store.replace(name, first, TWO));
            assertEquals(again, store.load(name, 10).revision());
        }
    }

    @Test
    void repositoriesDoNotShareFiles() throws Exception {
        try (TestDatabase database = TestDatabase.of("h2")) {
            JdbcStore one = JdbcStore.of(database.source(), "one");
            JdbcStore two = JdbcStore.of(database.source(), "two");
            one.createTable();
            assertTrue(one.replace(StoredName.ROOT, 0, ONE).isPresent());
            assertTrue(two.load(StoredName.ROOT, 10).metadata().isEmpty());
            assertThrows(IllegalArgumentException.class, () -> JdbcStore.of(database.source(), ""));
            assertThrows(IllegalArgumentException.class, () -> JdbcStore.of(database.source(), "x".repeat(201)));
        }
    }

    @Test
    void aDatabaseWithoutTheTableIsAnIoException() throws Exception {
        try (TestDatabase database = TestDatabase.of("h2")) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            IOException e = assertThrows(IOException.class, () -> store.load(StoredName.ROOT, 1));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.toLowerCase(Locale.ROOT).contains("tallyclerk_metadata"), message);
            assertThrows(IOException.class, () -> store.replace(StoredName.ROOT, 0, ONE));
        }
    }

    /** As PostgreSQL's from 15 on, who may not make tables where somebody else has made this one. */
    @Test
    void aUserWhoMayNotMakeTablesUsesTheOneThatIsThere() throws Exception {
        try (TestDatabase database = TestDatabase.of("h2");
                Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement()) {
            JdbcStore.of(database.source(), "x").createTable();
            DataSource source = asUserWhoMayOnlyReadAndWrite(connection, statement);
            JdbcStore store = JdbcStore.of(source, "x");
            store.createTable();
            assertEquals(OptionalLong.of(1), store.replace(StoredName.ROOT, 0, ONE));
            statement.execute("DROP TABLE tallyclerk_metadata");
            assertThrows(IOException.class, store::createTable);
        }
    }

    private static DataSource asUserWhoMayOnlyReadAndWrite(Connection connection, Statement statement)
            throws SQLException {
        statement.execute("CREATE USER guest PASSWORD 'guest'");
        statement.execute("GRANT SELECT, INSERT, UPDATE ON tallyclerk_metadata TO guest");
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(connection.getMetaData().getURL());
        source.setUser("guest");
        source.setPassword("guest");
        return source;
    }

    private static TufClient client(TestRepository repository, MetadataFetcher fetcher, VersionedStore store) {
        return TufClient.of(fetcher, SharedStore.of(store), repository.rootFile(1))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static MetadataFetcher serving(Map<String, byte[]> files) {
        return (name, max) -> Optional.ofNullable(files.get(name));
    }

    /** A replica that is answered slowly, or by an old mirror, does not take the others back. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aSlowReplicaDoesNotPutAnOldTimestampOverANewOne(String kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            TestRepository repository = new TestRepository();
            repository.publish();
            Map<String, byte[]> old = new LinkedHashMap<>(repository.files);
            repository.publish();
            repository.publish();
            TufClient fast = client(repository, repository, store);
            List<String> asked = new ArrayList<>();
            MetadataFetcher slow = (name, max) -> {
                asked.add(name);
                if (name.equals("timestamp.json") && asked.size() == 2) {
                    // While this answer is on its way, another replica is done.
                    try {
                        fast.refresh();
                    } catch (TufException e) {
                        throw new IOException(e);
                    }
                }
                return Optional.ofNullable(old.get(name));
            };
            TufClient slowClient = client(repository, slow, store);
            TufException e = assertThrows(TufException.class, slowClient::refresh);
            assertEquals(Reason.ROLLBACK, e.reason());
            assertEquals(List.of("2.root.json", "timestamp.json", "2.root.json", "timestamp.json"), asked);
            assertArrayEquals(
                    repository.fileNamed("timestamp.json"),
                    store.load(StoredName.TIMESTAMP, 100_000).metadata().orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aDamagedRootInTheTableIsReplacedByItsCopy(String kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            TestRepository repository = new TestRepository();
            MetadataStore shared = SharedStore.of(store);
            shared.store(StoredName.ROOT, repository.rootFile(1));
            TufClient client = repository.clientOfStoredRoot(SharedStore.of(store));
            client.refresh();
            shared.store(StoredName.ROOT, ONE);
            client.refresh();
            assertArrayEquals(
                    repository.rootFile(1),
                    store.load(StoredName.ROOT, 100_000).metadata().orElseThrow());
        }
    }

    @Test
    void aStoreThatNeverStandsStillEndsInAReason() throws Exception {
        TestRepository repository = new TestRepository();
        int[] loads = {0};
        VersionedStore busy = new VersionedStore() {
            @Override
            public Entry load(StoredName name, int maxBytes) {
                loads[0]++;
                return Entry.without(loads[0]);
            }

            @Override
            public OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) {
                return OptionalLong.empty();
            }
        };
        TufClient client = TufClient.of(repository, SharedStore.of(busy), repository.rootFile(1))
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .withLimits(TufLimits.defaults().withStoreAttempts(3));
        TufException e = assertThrows(TufException.class, client::refresh);
        assertEquals(Reason.STORE_FAILED, e.reason());
        assertTrue(e.getCause() instanceof VersionedStore.ConflictException);
        assertThrows(IllegalArgumentException.class, () -> TufLimits.defaults().withStoreAttempts(0));
    }

    /** Keys change while another replica is already past the change: what that one stored is not removed. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void aChangeOfKeysRemovesOnlyWhatWasThereBefore(String kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            TestRepository repository = new TestRepository();
            client(repository, repository, store).refresh();
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
            repository.publish();
            Map<String, byte[]> old = new LinkedHashMap<>(repository.files);
            repository.publish();
            TufClient fast = client(repository, repository, store);
            boolean[] raced = {false};
            MetadataFetcher slow = (name, max) -> {
                if (name.equals("2.root.json") && !raced[0]) {
                    raced[0] = true;
                    try {
                        fast.refresh();
                    } catch (TufException e) {
                        throw new IOException(e);
                    }
                }
                return Optional.ofNullable(old.get(name));
            };
            TufException e = assertThrows(
                    TufException.class, () -> client(repository, slow, store).refresh());
            assertEquals(Reason.ROLLBACK, e.reason());
        }
    }

    /** As above, where the other replica has gone on to a root that this one has not come to. */
    @Test
    void aChangeOfKeysRemovesNothingOfALaterRoot() throws Exception {
        try (TestDatabase database = TestDatabase.of("h2")) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            TestRepository repository = new TestRepository();
            client(repository, repository, store).refresh();
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
            repository.publish();
            Map<String, byte[]> old = new LinkedHashMap<>(repository.files);
            repository.setKeys(TopLevelRole.TIMESTAMP, 1, SigningKey.ed25519());
            repository.rotateRoot();
            repository.publish();
            TufClient fast = client(repository, repository, store);
            boolean[] raced = {false};
            VersionedStore overtaken = new VersionedStore() {
                @Override
                public Entry load(StoredName name, int maxBytes) throws IOException {
                    return store.load(name, maxBytes);
                }

                @Override
                public OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata)
                        throws IOException {
                    OptionalLong replaced = store.replace(name, revision, metadata);
                    if (name.equals(StoredName.rootVersion(2)) && !raced[0]) {
                        raced[0] = true;
                        try {
                            fast.refresh();
                        } catch (TufException e) {
                            throw new IOException(e);
                        }
                    }
                    return replaced;
                }
            };
            TufClient slow = client(repository, serving(old), overtaken);
            TufException e = assertThrows(TufException.class, slow::refresh);
            assertEquals(Reason.THRESHOLD_NOT_MET, e.reason(), "the old timestamp by the key of the later root");
            assertTrue(raced[0]);
            assertTrue(store.load(StoredName.TIMESTAMP, 10_000).metadata().isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void manyReplicasOfDifferentMirrorsOnlyGoForward(String kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            JdbcStore store = JdbcStore.of(database.source(), "x");
            store.createTable();
            TestRepository repository = new TestRepository();
            List<Map<String, byte[]>> mirrors = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                if (i % 4 == 3) {
                    repository.rotateRoot(SigningKey.ed25519());
                }
                repository.publish();
                mirrors.add(Map.copyOf(repository.files));
            }
            int accepted = 0;
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<Integer>> replicas = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    Random random = new Random(t);
                    replicas.add(threads.submit(() -> acceptedByAReplica(repository, mirrors, store, random)));
                }
                for (Future<Integer> replica : replicas) {
                    accepted += replica.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertTrue(accepted > 0, "every refresh was refused");
            TrustedMetadata last =
                    client(repository, repository, store).refresh().trusted();
            assertEquals(
                    repository.version(TopLevelRole.TIMESTAMP),
                    last.timestamp().orElseThrow().version());
            assertEquals(repository.version(TopLevelRole.ROOT), last.root().version());
            assertEquals(
                    repository.version(TopLevelRole.TARGETS),
                    last.targets().orElseThrow().version());
        }
    }

    /** Asks one mirror after another; each answer is that mirror's, or a refusal because of a later one's. */
    private static int acceptedByAReplica(
            TestRepository repository, List<Map<String, byte[]>> mirrors, VersionedStore store, Random random)
            throws IOException, TufException {
        int accepted = 0;
        int floor = 0;
        for (int i = 0; i < 25; i++) {
            int chosen = random.nextInt(Math.min(mirrors.size(), 1 + i / 2));
            try {
                TrustedMetadata trusted = client(repository, serving(mirrors.get(chosen)), store)
                        .refresh()
                        .trusted();
                assertEquals(chosen + 2, trusted.timestamp().orElseThrow().version());
                assertTrue(trusted.targets().isPresent());
                assertTrue(chosen >= floor, chosen + " after " + floor);
                floor = chosen;
                accepted++;
            } catch (TufException e) {
                assertEquals(Reason.ROLLBACK, e.reason(), e.toString());
                int stored = mirrorOf(mirrors, store);
                assertTrue(stored > chosen, "refused " + chosen + " with " + stored + " in the store");
            }
        }
        return accepted;
    }

    /** {@return the number of the mirror whose timestamp is stored} */
    private static int mirrorOf(List<Map<String, byte[]>> mirrors, VersionedStore store) throws IOException {
        byte[] stored = store.load(StoredName.TIMESTAMP, 100_000).metadata().orElseThrow();
        for (int i = 0; i < mirrors.size(); i++) {
            if (Arrays.equals(stored, mirrors.get(i).get("timestamp.json"))) {
                return i;
            }
        }
        return -1;
    }
}
