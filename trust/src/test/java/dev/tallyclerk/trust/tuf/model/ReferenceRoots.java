package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.declared;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.isAfter;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.require;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.time.Instant;
import java.util.Arrays;
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

    Document update(Mirror mirror, Instant start) throws Stop {
        byte[] newest = newestStored(shipped);
        byte[] last;
        fetched = 0;
        do {
            // 5.3.11 where a refresh ended before it came to that, or where a newer root was shipped.
            Document root = document(newest);
            // What is stored was accepted under root.json. If that is ahead of the chain, the chain may lead to it.
            boolean ahead = kept().isPresent() && kept().get().version() > root.version();
            if (!ahead) {
                settle(newest);
            }
            last = fetch(mirror, newest);
            // What the mirror does not have may be stored nevertheless.
            newest = last == newest ? last : newestStored(last);
        } while (newest != last);
        settle(newest);
        return valid(document(newest), start);
    }

    private byte[] fetch(Mirror mirror, byte[] newest) throws Stop {
        byte[] last = newest;
        for (; fetched < client.limits().rootRotations(); fetched++) {
            Document root = document(last);
            // 5.3.3
            long version = root.version() + 1;
            Optional<byte[]> file = ReferenceClient.fetch(
                    mirror, "root", version + ".root.json", client.limits().rootBytes());
            if (file.isEmpty()) {
                break;
            }
            Document next = next(root, file.get());
            // 5.3.7 and 5.3.8
            client.store.put(StoredName.rootVersion(version), file.get());
            long ahead = kept().map(Document::version).orElse(0L);
            boolean same = client.stored(StoredName.ROOT, client.limits().rootBytes())
                    .filter(kept -> Arrays.equals(kept, file.get()))
                    .isPresent();
            if (ahead <= root.version()) {
                // 5.3.11, at each link: the chain may break at a later one.
                forgetIfKeysChanged(root, next);
                client.store.put(StoredName.ROOT, file.get());
            } else if (ahead == version && !same) {
                forget();
                client.store.put(StoredName.ROOT, file.get());
            }
            last = file.get();
        }
        return last;
    }

    private void settle(byte[] newest) {
        Document root = document(newest);
        forgetIfKeysChanged(kept().orElse(root), root);
        client.store.put(StoredName.ROOT, newest);
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
