package dev.tallyclerk.trust.notary;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.fetch.BodyTooLargeException;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.notary.internal.Listing;
import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of a collection, at the server and in the store. For one update. */
final class CollectionFiles {
    private final MetadataFetcher server;
    private final MetadataStore store;

    /** What the store had at the start of the update. */
    private final Map<StoredName, Optional<byte[]>> loaded = new HashMap<>();

    CollectionFiles(MetadataFetcher server, MetadataStore store) {
        this.server = server;
        this.store = store;
    }

    /** {@return the name under which the store keeps the file of a role} */
    static StoredName storedName(String role) {
        return switch (role) {
            case Roles.ROOT -> StoredName.ROOT;
            case Roles.TIMESTAMP -> StoredName.TIMESTAMP;
            case Roles.SNAPSHOT -> StoredName.SNAPSHOT;
            case Roles.TARGETS -> StoredName.TARGETS;
            default -> StoredName.delegated(role);
        };
    }

    /** {@return the file, if the server has it} */
    Optional<byte[]> fetch(String role, String name, int maxBytes) throws NotaryException {
        try {
            return server.fetch(name, maxBytes);
        } catch (BodyTooLargeException e) {
            throw NotaryException.of(
                            Reason.LIMIT_EXCEEDED, role, "the file is longer than the " + maxBytes + " bytes allowed")
                    .withCause(e);
        } catch (IOException e) {
            throw NotaryException.of(Reason.FETCH_FAILED, role, "cannot fetch the file: " + message(e))
                    .withCause(e);
        }
    }

    /** {@return the file, which the server must have} */
    byte[] require(String role, String name, int maxBytes) throws NotaryException {
        return fetch(role, name, maxBytes)
                .orElseThrow(() -> NotaryException.of(
                        Reason.NOT_AVAILABLE, role, "the server does not have " + Quoted.printable(name)));
    }

    /** {@return the listed file: the stored one if it is the same, otherwise the server's} */
    byte[] listed(String role, Listing.Entry entry, int maxBytes) throws NotaryException {
        Optional<byte[]> stored = stored(storedName(role), maxBytes);
        if (stored.isPresent() && entry.mismatch(stored.get()).isEmpty()) {
            return stored.get();
        }
        String name = role + '.' + entry.sha256().orElseThrow().encoded() + ".json";
        byte[] file = require(role, name, (int) Math.min(entry.length(), maxBytes));
        if (entry.mismatch(file).isPresent()) {
            throw NotaryException.of(
                    Reason.HASH_MISMATCH,
                    role,
                    "the file does not have the listed hash "
                            + entry.mismatch(file).orElseThrow() + "; try again later, the collection may be changing");
        }
        return file;
    }

    /** {@return what the store had at the start of the update} */
    Optional<byte[]> stored(StoredName name, int maxBytes) throws NotaryException {
        Optional<byte[]> known = loaded.get(name);
        if (known == null) {
            try {
                known = store.load(name, maxBytes);
            } catch (IOException e) {
                throw storeFailed(e);
            }
            loaded.put(name, known);
        }
        return known;
    }

    /** Stores a file, unless the store has it. */
    void store(StoredName name, byte[] file) throws NotaryException {
        Optional<byte[]> known = loaded.get(name);
        if (known != null && known.isPresent() && Arrays.equals(known.get(), file)) {
            return;
        }
        try {
            store.store(name, file);
        } catch (IOException e) {
            throw storeFailed(e);
        }
    }

    static NotaryException storeFailed(IOException cause) {
        return NotaryException.of(Reason.STORE_FAILED, "store", "cannot be read or written: " + message(cause))
                .withCause(cause);
    }

    private static String message(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : Quoted.printable(message);
    }
}
