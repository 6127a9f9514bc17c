package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.trust.jdbc.JdbcStore;
import dev.tallyclerk.trust.policy.RepositoryAccess.SharedStores;
import dev.tallyclerk.trust.store.VersionedStore;
import java.io.IOException;
import org.postgresql.ds.PGSimpleDataSource;

/** What was trusted, in a database that several replicas share. Its table is created when it is first needed. */
final class SharedTrust implements SharedStores {
    private static final int CONNECT_SECONDS = 10;
    private static final int ANSWER_SECONDS = 30;

    private final PGSimpleDataSource database;
    private volatile boolean isThere;

    private SharedTrust(PGSimpleDataSource database) {
        this.database = database;
    }

    /**
     * {@return whether a URL has a user or a password}
     *
     * @throws IllegalArgumentException if it is none for the driver
     */
    static boolean hasLogin(String url) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setURL(url);
        return database.getUser() != null || database.getPassword() != null || database.getSslpassword() != null;
    }

    static SharedTrust of(String url, String username, String password) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setURL(url);
        database.setUser(username);
        database.setPassword(password);
        database.setConnectTimeout(CONNECT_SECONDS);
        database.setSocketTimeout(ANSWER_SECONDS);
        return new SharedTrust(database);
    }

    @Override
    public VersionedStore store(String name) throws IOException {
        JdbcStore store = JdbcStore.of(database, name);
        if (!isThere) {
            store.createTable();
            isThere = true;
        }
        return store;
    }
}
