package dev.tallyclerk.trust.jdbc;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.store.VersionedStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A store in one table of a database. Tested with PostgreSQL and H2.
 *
 * <p>Each call takes a connection, runs one or two statements and returns the connection. No transaction outlives a
 * call, and none waits for the network. Rows of removed files stay, so that no revision is used twice. A connection is
 * put into auto-commit mode and left there, which would commit a transaction of the caller: use a data source that does
 * not hand out connections with open transactions. Safe for use by many threads, if the data source is.
 */
@SuppressWarnings("exports") // a caller has to require java.sql too: see module-info
public final class JdbcStore implements VersionedStore {
    private static final String CREATE = "CREATE TABLE IF NOT EXISTS tallyclerk_metadata ("
            + "repository VARCHAR(200) NOT NULL, name VARCHAR(100) NOT NULL, "
            + "revision BIGINT NOT NULL, content BYTEA, PRIMARY KEY (repository, name))";
    private static final String PROBE =
            "SELECT repository, name, revision, content FROM tallyclerk_metadata WHERE 1 = 0";
    private static final String LOAD = "SELECT revision, CASE WHEN OCTET_LENGTH(content) <= ? THEN content END "
            + "FROM tallyclerk_metadata WHERE repository = ? AND name = ?";
    private static final String INSERT =
            "INSERT INTO tallyclerk_metadata (content, repository, name, revision) VALUES (?, ?, ?, 1)";
    private static final String UPDATE = "UPDATE tallyclerk_metadata SET content = ?, revision = revision + 1 "
            + "WHERE repository = ? AND name = ? AND revision = ?";
    private static final int MAX_REPOSITORY = 200;
    private static final long ABSENT = 0;

    /** SQLSTATE class 23: integrity constraint violation. */
    private static final String CONSTRAINT = "23";

    /** SQLSTATE class 40: transaction rollback, for the slower of two transactions under strict isolation levels. */
    private static final String ROLLED_BACK = "40";

    /** PostgreSQL's unique_violation, duplicate_table and duplicate_object: another process has created the table. */
    private static final Set<String> MADE_MEANWHILE = Set.of("23505", "42P07", "42710");

    private final DataSource database;
    private final String repository;

    private JdbcStore(DataSource database, String repository) {
        this.database = Objects.requireNonNull(database, "database");
        this.repository = repository;
    }

    /**
     * {@return the store of one repository in the database's table}
     *
     * @param database where the table is, or will be after {@link #createTable}
     * @param repository distinguishes repositories, for example by address; 1 to 200 characters
     * @throws IllegalArgumentException if {@code repository} has another length
     */
    public static JdbcStore of(DataSource database, String repository) {
        if (repository.isEmpty() || repository.length() > MAX_REPOSITORY) {
            throw new IllegalArgumentException(
                    "repository has " + repository.length() + " characters, and must have 1 to " + MAX_REPOSITORY);
        }
        return new JdbcStore(database, repository);
    }

    /**
     * Creates the table {@code tallyclerk_metadata} if it does not exist. If it exists, the user needs no other
     * permission than to read and write it.
     *
     * @throws IOException if the database refuses
     */
    public void createTable() throws IOException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            if (!isThere(statement)) {
                statement.execute(CREATE);
            }
        } catch (SQLException e) {
            // In some databases IF NOT EXISTS fails if two processes create the table at the same time.
            if (MADE_MEANWHILE.contains(String.valueOf(e.getSQLState()))) {
                return;
            }
            throw failure("cannot create the table of the metadata store", e);
        }
    }

    /** Some databases refuse even IF NOT EXISTS to users who may not create tables. */
    private static boolean isThere(Statement statement) {
        try {
            statement.executeQuery(PROBE).close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Includes the database's reason, because often only the message of an exception is logged. */
    private static IOException failure(String what, SQLException e) {
        return new IOException(what + ": " + Quoted.printable(String.valueOf(e.getMessage())), e);
    }

    @Override
    public Entry load(StoredName name, int maxBytes) throws IOException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(LOAD)) {
            connection.setAutoCommit(true);
            statement.setLong(1, maxBytes);
            statement.setString(2, repository);
            statement.setString(3, name.fileName());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Entry.without(ABSENT);
                }
                byte[] content = row.getBytes(2);
                return content == null ? Entry.without(row.getLong(1)) : Entry.of(row.getLong(1), content);
            }
        } catch (SQLException e) {
            if (isOf(ROLLED_BACK, e)) {
                ConflictException conflict = new ConflictException(name);
                conflict.initCause(e);
                throw conflict;
            }
            throw failure("cannot read the metadata store", e);
        }
    }

    private static boolean isOf(String stateClass, SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith(stateClass);
    }

    @Override
    public OptionalLong replace(StoredName name, long revision, byte @Nullable [] metadata) throws IOException {
        if (revision == ABSENT && metadata == null) {
            return load(name, 0).revision() == ABSENT ? OptionalLong.of(ABSENT) : OptionalLong.empty();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(revision == ABSENT ? INSERT : UPDATE)) {
            connection.setAutoCommit(true);
            if (metadata == null) {
                statement.setNull(1, Types.BINARY);
            } else {
                statement.setBytes(1, metadata);
            }
            statement.setString(2, repository);
            statement.setString(3, name.fileName());
            if (revision != ABSENT) {
                statement.setLong(4, revision);
            }
            return statement.executeUpdate() == 1 ? OptionalLong.of(revision + 1) : OptionalLong.empty();
        } catch (SQLException e) {
            if (isOf(ROLLED_BACK, e) || (revision == ABSENT && isOf(CONSTRAINT, e))) {
                return OptionalLong.empty();
            }
            throw failure("cannot write the metadata store", e);
        }
    }
}
