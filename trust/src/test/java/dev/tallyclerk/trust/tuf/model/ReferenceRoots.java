package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.declared;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.isAfter;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.require;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Sections 5.2 and 5.3: the chain of roots from the shipped one on. */
final class ReferenceRoots {
    private final ReferenceClient client;
    private final Documents documents;
    private final byte[] shipped;
    private int fetched;

    ReferenceRoots(ReferenceClient client, Documents documents, byte[] shipped) {
        this.client = client;
        this.documents = documents;
        this.shipped = shipped;
    }

    /** {@return the file of the newest root to which a chain is stored: no link of it need be asked for} */
    private byte[] newestStored(byte[] from) {
        byte[] newest = from;
        while (true) {
            Document root = document(newest);
            StoredName next = StoredName.rootVersion(root.version() + 1);
            Optional<byte[]> stored = client.stored(next, client.limits().rootBytes());
            if (stored.isEmpty() || !follows(root, stored.get())) {
                return newest;
            }
            newest = stored.get();
        }
    }

    private Document document(byte[] file) {
        return documents.of(file).orElseThrow();
    }

    /** {@return the newest root that is stored, if it is valid} */
    Document stored(Instant start) throws Stop {
        return valid(document(newestStored(shipped)), start);
    }

    /** {@return whether the store has a later root, under which a file may not have been refused} */
    boolean isCutShort(Stop stop) {
        boolean byRoot = stop.unsigned || "root 5.3.10".equals(stop.getMessage());
        return byRoot && ahead(document(newestStored(shipped))).isPresent();
    }

    Document update(Mirror mirror, Instant start) throws Stop {
        byte[] newest = newestStored(shipped);
        byte[] last;
        Document from;
        fetched = 0;
        do {
            from = document(newest);
            // 5.3.11 where a refresh ended before it came to that, or where a newer root was shipped.
            // What is stored was accepted under root.json. If that is ahead of the chain, the chain may lead to it.
            if (ahead(from).isEmpty()) {
                settle(newest);
            }
            last = fetch(mirror, newest);
            // What the mirror does not have may be stored nevertheless.
            newest = last == newest ? last : newestStored(last);
        } while (newest != last);
        Document end = document(newest);
        Optional<Document> ahead = ahead(end);
        // Some later root was seen, and only the very next one is known not to be of this repository.
        require(ahead.isEmpty() || ahead.get().version() == end.version() + 1, "root", "5.3.5");
        valid(end, start);
        if (ahead.isPresent()) {
            forgetIfKeysChanged(from, end);
        }
        settle(newest);
        return end;
    }

    private byte[] fetch(Mirror mirror, byte[] newest) throws Stop {
        Document from = document(newest);
        byte[] last = newest;
        while (true) {
            Document root = document(last);
            long version = root.version() + 1;
            Optional<Document> ahead = ahead(root);
            Optional<byte[]> kept =
                    client.stored(StoredName.ROOT, client.limits().rootBytes());
            if (ahead.isPresent() && kept.isPresent() && follows(root, kept.get())) {
                last = kept.get();
                client.store.put(StoredName.rootVersion(version), last);
                continue;
            }
            if (fetched >= client.limits().rootRotations()) {
                return last;
            }
            // 5.3.3
            Optional<byte[]> file = ReferenceClient.fetch(
                    mirror, "root", version + ".root.json", client.limits().rootBytes());
            if (file.isEmpty()) {
                return last;
            }
            Document next = next(root, file.get());
            // 5.3.7 and 5.3.8
            client.store.put(StoredName.rootVersion(version), file.get());
            if (ahead.isEmpty()) {
                // 5.3.11, at each link: the chain may break at a later one.
                forgetIfKeysChanged(root, next);
                client.store.put(StoredName.ROOT, file.get());
            } else if (ahead.get().version() == version) {
                if (!ahead.get().signed().equals(next.signed())) {
                    forgetIfKeysChanged(ahead.get(), next);
                    forgetIfKeysChanged(from, next);
                }
                client.store.put(StoredName.ROOT, file.get());
            }
            last = file.get();
            fetched++;
        }
    }

    private void settle(byte[] newest) {
        Document root = document(newest);
        forgetIfKeysChanged(kept().orElse(root), root);
        client.store.put(StoredName.ROOT, newest);
    }

    /** {@return the newest root of the last refresh, if the chain has not come to it} */
    private Optional<Document> ahead(Document root) {
        return kept().filter(kept -> kept.version() > root.version());
    }

    /** {@return the newest root of the last refresh, if it can still be read} */
    private Optional<Document> kept() {
        return client.stored(StoredName.ROOT, client.limits().rootBytes())
                .flatMap(documents::of)
                .filter(root -> Format.isValid(root, "root") && Signers.haveSigned(root, declared(root, "root")));
    }

    private void forgetIfKeysChanged(Document before, Document next) {
        boolean noneIsGone = keysOf(next, "timestamp").containsAll(keysOf(before, "timestamp"))
                && keysOf(next, "snapshot").containsAll(keysOf(before, "snapshot"));
        if (!noneIsGone && !isVouchedFor(before, next)) {
            forget();
        }
    }

    /** Recovery from a fast-forward is for what those have signed who have lost their keys. */
    private boolean isVouchedFor(Document before, Document next) {
        Optional<byte[]> timestamp =
                client.stored(StoredName.TIMESTAMP, client.limits().timestampBytes());
        Optional<byte[]> snapshot =
                client.stored(StoredName.SNAPSHOT, client.limits().snapshotBytes());
        try {
            require(timestamp.isPresent(), "timestamp", "5.3.11");
            Document last = client.signed("timestamp", "timestamp", timestamp.get(), declared(next, "timestamp"));
            long listed = number(ReferenceClient.listed(last, "snapshot.json").get("version"));
            long stored = -1;
            if (snapshot.isPresent()) {
                stored = client.signed("snapshot", "snapshot", snapshot.get(), declared(next, "snapshot"))
                        .version();
            }
            return listed == stored || keysOf(next, "snapshot").containsAll(keysOf(before, "snapshot"));
        } catch (Stop e) {
            return false;
        }
    }

    private void forget() {
        client.store.remove(StoredName.TIMESTAMP);
        client.store.remove(StoredName.SNAPSHOT);
    }

    private static Document valid(Document root, Instant start) throws Stop {
        require(isAfter(root, start), "root", "5.3.10");
        return root;
    }

    private boolean follows(Document root, byte[] file) {
        try {
            next(root, file);
            return true;
        } catch (Stop e) {
            return false;
        }
    }

    private Document next(Document root, byte[] file) throws Stop {
        Document next = client.signed("root", "root", file, declared(root, "root"));
        require(Signers.haveSigned(next, declared(next, "root")), "root", "5.3.4");
        require(next.version() == root.version() + 1, "root", "5.3.5");
        return next;
    }

    private static Set<String> keysOf(Document root, String role) {
        return declared(root, role).publicTexts();
    }
}
