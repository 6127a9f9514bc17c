package dev.tallyclerk.trust.jdbc;

import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.testing.Peers;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of its own for a test: H2 in memory, or a PostgreSQL server on loopback. */
final class TestDatabase implements Closeable {

    private final DataSource source;
    private final Optional<Path> cluster;

    private TestDatabase(DataSource source, Optional<Path> cluster) {
        this.source = source;
        this.cluster = cluster;
    }

    static TestDatabase of(String kind) throws Exception {
        return kind.equals("h2") ? h2() : postgresql();
    }

    private static TestDatabase h2() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
        return new TestDatabase(source, Optional.empty());
    }

    private static TestDatabase postgresql() throws Exception {
        Path bin = programs();
        Path cluster = Files.createTempDirectory("cluster");
        if (isRoot()) {
            // The server refuses to be run by root.
            Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        run(bin.resolve("initdb"), "-D", cluster.resolve("data").toString(), "-U", "test", "-A", "trust", "-N");
        String options = "-h 127.0.0.1 -p " + port + " -k '' -F";
        run(
                bin.resolve("pg_ctl"),
                "-D",
                cluster.resolve("data").toString(),
                "-l",
                cluster.resolve("log").toString(),
                "-o",
                options,
                "-w",
                "start");
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser("test");
        return new TestDatabase(source, Optional.of(cluster));
    }

    /** {@return its source, with transactions that act as one after another where nobody says otherwise} */
    DataSource serializable() {
        if (source instanceof PGSimpleDataSource server) {
            server.setOptions("-c default_transaction_isolation=serializable");
        } else if (source instanceof JdbcDataSource memory) {
            memory.setURL(
                    memory.getURL() + ";INIT=SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
        }
        return source;
    }

    /** {@return what counts the sessions that wait for another one} */
    String countOfWaiting() {
        return cluster.isPresent()
                ? "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                : "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";
    }

    private static Path programs() throws IOException {
        Path all = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(all)) {
            try (Stream<Path> versions = Files.list(all)) {
                Optional<Path> found = versions.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                        .sorted()
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw Peers.missing("there is no PostgreSQL server in " + all);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(Path program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("output", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail(command + " did not end: " + Files.readString(output));
        }
        String printed = Files.readString(output);
        Files.delete(output);
        if (process.exitValue() != 0) {
            fail(command + ": " + printed);
        }
    }

    /** Also the files of the user that the server ran as, because the tests run as that user or root. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    DataSource source() {
        return source;
    }

    @Override
    public void close() throws IOException {
        if (cluster.isPresent()) {
            try {
                run(
                        programs().resolve("pg_ctl"),
                        "-D",
                        cluster.get().resolve("data").toString(),
                        "-m",
                        "immediate",
                        "stop");
                delete(cluster.get());
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
