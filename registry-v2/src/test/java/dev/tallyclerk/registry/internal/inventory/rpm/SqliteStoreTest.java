package dev.tallyclerk.registry.internal.inventory.rpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.Readings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the rows that are read with those that SQLite wrote. */
class SqliteStoreTest {
    @TempDir
    private Path folder;

    private static final class Rows implements HeaderSink {
        final List<String> rows = new ArrayList<>();
        final List<Reason> lost = new ArrayList<>();

        @Override
        public void header(byte[] bytes) {
            rows.add(HexFormat.of().formatHex(bytes));
        }

        @Override
        public void lost(UnreadableException problem) {
            lost.add(problem.doubt().reason());
        }
    }

    private static Rows read(byte[] database, byte[] log) throws UnreadableException {
        Rows rows = new Rows();
        KeptBytes logFile = Readings.kept(log);
        SqliteStore.of(Readings.kept(database), logFile, WriteAheadLog.read(logFile))
                .read(rows);
        return rows;
    }

    private static List<String> blobs(long seed, int count, int largest) {
        Random random = new Random(seed);
        List<String> blobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] blob = new byte[1 + random.nextInt(largest)];
            random.nextBytes(blob);
            blobs.add(HexFormat.of().formatHex(blob));
        }
        return blobs;
    }

    private static String inserts(List<String> blobs) {
        StringBuilder sql = new StringBuilder("BEGIN;\n");
        blobs.forEach(blob ->
                sql.append("INSERT INTO Packages(blob) VALUES(x'").append(blob).append("');\n"));
        return sql.append("COMMIT;\n").toString();
    }

    /** Runs SQL and copies the files as they are before SQLite tidies up. */
    private void run(String sql) throws IOException, InterruptedException {
        String sqlite = Peers.require("sqlite3").toString();
        Path script = folder.resolve("script.sql");
        Files.writeString(script, sql + ".shell cp db copy\n.shell cp db-wal copy-wal 2>/dev/null || : > copy-wal\n");
        Peers.run(folder, "/bin/sh", "-c", sqlite + " db < script.sql");
    }

    private static final String TABLE = """
            CREATE TABLE Other(a TEXT, b);
            INSERT INTO Other VALUES('x', 1);
            CREATE TABLE Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);
            CREATE INDEX Name ON Other(a);
            """;

    @ParameterizedTest
    @CsvSource({"512, 1500, 300", "1024, 3, 200000", "4096, 200, 20000", "65536, 20, 300000", "4096, 0, 1"})
    void readsTheRowsThatSqliteWrote(int pageSize, int count, int largest) throws Exception {
        List<String> blobs = blobs(pageSize, count, largest);
        run("PRAGMA page_size=" + pageSize + ";\n" + TABLE + inserts(blobs));
        Rows rows = read(Files.readAllBytes(folder.resolve("copy")), new byte[0]);
        assertEquals(blobs, rows.rows);
        assertEquals(List.of(), rows.lost);
    }

    @ParameterizedTest
    @CsvSource({"512", "4096", "65536"})
    void appliesWhatWasCommittedToTheLogOnly(int pageSize) throws Exception {
        List<String> first = blobs(1, 30, 3000);
        List<String> second = blobs(2, 40, 30000);
        run("PRAGMA page_size=" + pageSize + ";\nPRAGMA journal_mode=WAL;\nPRAGMA wal_autocheckpoint=0;\n" + TABLE
                + inserts(first) + "PRAGMA wal_checkpoint(TRUNCATE);\nDELETE FROM Packages WHERE hnum=3;\n"
                + inserts(second)
                + "PRAGMA cache_size=1;\nBEGIN;\nINSERT INTO Packages(blob) SELECT randomblob(20000) FROM Packages;\n");
        List<String> wanted = new ArrayList<>(first);
        wanted.remove(2);
        byte[] database = Files.readAllBytes(folder.resolve("copy"));
        byte[] log = Files.readAllBytes(folder.resolve("copy-wal"));
        assertEquals(first, read(database, new byte[0]).rows, "without the log");
        wanted.addAll(second);
        Rows rows = read(database, log);
        assertEquals(wanted, rows.rows);
        assertEquals(List.of(), rows.lost);
        // A frame that was cut off belongs to no transaction.
        assertEquals(first, read(database, Arrays.copyOf(log, 40)).rows);
    }

    @Test
    void readsADatabaseThatIsInTheLogAlone() throws Exception {
        List<String> blobs = blobs(1, 10, 9000);
        run("PRAGMA journal_mode=WAL;\nPRAGMA wal_autocheckpoint=0;\n" + TABLE + inserts(blobs));
        byte[] log = Files.readAllBytes(folder.resolve("copy-wal"));
        byte[] database = Files.readAllBytes(folder.resolve("copy"));
        assertEquals(blobs, read(database, log).rows);
        assertEquals(blobs, read(new byte[0], log).rows);
    }

    @Test
    void refusesADamagedLog() throws Exception {
        run("PRAGMA journal_mode=WAL;\nPRAGMA wal_autocheckpoint=0;\n" + TABLE + inserts(blobs(1, 3, 9)));
        byte[] log = Files.readAllBytes(folder.resolve("copy-wal"));
        log[9] ^= 1;
        KeptBytes file = Readings.kept(log);
        assertThrows(UnreadableException.class, () -> WriteAheadLog.read(file));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void rowsThatOverlapDoNotMultiplyTheWork() throws Exception {
        run("PRAGMA page_size=65536;\n" + TABLE + inserts(blobs(1, 1, 60000)));
        byte[] file = Files.readAllBytes(folder.resolve("copy"));
        for (int page = 65536; page < file.length; page += 65536) {
            ByteBuffer bytes = ByteBuffer.wrap(file);
            int cell = bytes.getShort(page + 8) & 0xffff;
            int count = (cell - 8) / 2;
            if (file[page] != 13 || bytes.getShort(page + 3) != 1 || count < 100) {
                continue; // another table, or a row that leaves no room
            }
            bytes.putShort(page + 3, (short) count);
            for (int i = 0; i < count; i++) {
                bytes.putShort(page + 8 + 2 * i, (short) cell);
            }
        }
        Rows rows = read(file, new byte[0]);
        assertTrue(rows.rows.size() * rows.rows.get(0).length() / 2 <= 65536, () -> rows.rows.size() + " rows");
        assertTrue(rows.lost.size() > 100 && rows.lost.stream().allMatch(Reason.MALFORMED::equals));
    }

    @Test
    void anyDamagedByteEndsInRowsOrDoubts() throws Exception {
        List<String> blobs = blobs(4, 12, 3000);
        run("PRAGMA page_size=1024;\n" + TABLE + inserts(blobs));
        byte[] good = Files.readAllBytes(folder.resolve("copy"));
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertTrue(read(damaged, new byte[0]).rows.size() < 1000);
            } catch (UnreadableException e) {
                assertTrue(e.doubt().detail().length() < 600);
            }
        }
    }
}
