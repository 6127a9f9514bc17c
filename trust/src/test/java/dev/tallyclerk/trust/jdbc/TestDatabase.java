package dev.tallyclerk.trust.jdbc;

import dev.tallyclerk.testing.PostgresServer;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of its own for a test: H2 in memory, or a PostgreSQL server on loopback. */
final class TestDatabase implements Closeable {

    private final DataSource source;
    private final Optional<PostgresServer> server;

    private TestDatabase(DataSource source, Optional<PostgresServer> server) {
        this.source = source;
        this.server = server;
    }

    static TestDatabase of(String kind) throws Exception {
        return kind.equals("h2") ? h2() : postgresql();
    }

    private static TestDatabase h2() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
        return new TestDatabase(source, Optional.empty());
    }

    private static TestDatabase postgresql() throws IOException {
        PostgresServer server = PostgresServer.start();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {server.port()});
        source.setDatabaseName(PostgresServer.DATABASE);
        source.setUser(PostgresServer.USER);
        return new TestDatabase(source, Optional.of(server));
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
        return server.isPresent()
                ? "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                : "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";
    }

    DataSource source() {
        return source;
    }

    @Override
    public void close() throws IOException {
        if (server.isPresent()) {
            server.get().close();
        }
    }
}
