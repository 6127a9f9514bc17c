package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;

/** Reads a database of rpm packages, whatever store it is. */
public final class RpmDatabase {
    private static final int START = 16;

    private RpmDatabase() {}

    /**
     * Reads the packages of a database, and who owns which files.
     *
     * @param file the database
     * @param log the write-ahead log of an SQLite database; empty if there is none
     * @param into receives the packages, also those before the first problem
     */
    public static void read(KeptBytes file, KeptBytes log, FileFindings into) {
        RpmPackages packages = new RpmPackages(into);
        try {
            read(file, log, into, packages);
        } catch (UnreadableException e) {
            into.doubt(e.doubt());
        }
        packages.finish();
    }

    /**
     * {@return what reads a database without its write-ahead log, at its end}
     *
     * @param into receives the packages
     */
    public static ContentSink sink(FileFindings into) {
        KeptBytes bytes = new KeptBytes(into.limits().maxDatabaseBytes(), into.budget());
        return new ContentSink() {
            @Override
            public void update(byte[] chunk, int offset, int length) throws UnreadableException {
                bytes.add(chunk, offset, length);
            }

            @Override
            public void finish() throws UnreadableException {
                bytes.close();
                read(bytes, new KeptBytes(1, into.budget()), into);
            }

            @Override
            public void close() {
                bytes.free();
            }
        };
    }

    private static void read(KeptBytes file, KeptBytes logFile, FileFindings into, HeaderSink sink)
            throws UnreadableException {
        WriteAheadLog log = WriteAheadLog.none();
        try {
            log = WriteAheadLog.read(logFile);
        } catch (UnreadableException e) {
            into.doubt(e.doubt());
        }
        boolean onlyLog = file.size() == 0 && !log.isEmpty();
        if (!onlyLog && file.size() < START) {
            throw UnreadableException.malformed("the rpm database has only " + file.size() + " bytes");
        }
        byte[] start = onlyLog ? new byte[0] : file.read(0, START);
        if (onlyLog || SqliteStore.isStore(start)) {
            SqliteStore.of(file, logFile, log).read(sink);
        } else if (NdbStore.isStore(start)) {
            new NdbStore(file).read(sink);
        } else if (BdbStore.isStore(start)) {
            BdbStore.of(file).read(sink);
        } else {
            throw UnreadableException.unsupported("the rpm database is neither SQLite nor ndb nor a Berkeley DB hash");
        }
    }
}
