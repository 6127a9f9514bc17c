package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.MetadataFetcher;
import dev.tallyclerk.trust.tuf.TufLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client workflow as section 5 of the specification tells it, in its order and as plainly as it can be told: no
 * bytes are parsed and no signature is computed, since {@link Documents} knows what each file says and who has signed
 * it. It knows nothing of how the library does it.
 */
final class ReferenceClient {
    private static final Map<String, Integer> CHAPTERS = Map.of("root", 3, "timestamp", 4, "snapshot", 5, "targets", 6);

    final Map<StoredName, byte[]> store = new HashMap<>();

    private final Documents documents;
    private final byte[] shippedRoot;
    private final TufLimits limits;

    ReferenceClient(Documents documents, byte[] shippedRoot, TufLimits limits) {
        this.documents = documents;
        this.shippedRoot = shippedRoot;
        this.limits = limits;
    }

    /** Where the specification says to stop. */
    static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        /** For the file of {@code role}, at {@code step}. */
        Stop(String role, String step) {
            super(role + " " + step);
        }
    }

    /** {@return the session that a refresh ends with, in which targets can be looked up} */
    ReferenceSession refresh(MetadataFetcher mirror, Instant start) throws Stop {
        Document root = root(mirror, start);
        Document timestamp = timestamp(mirror, start, root);
        Document snapshot = snapshot(mirror, start, root, timestamp);
        ReferenceSession session = new ReferenceSession(this, mirror, start, root, timestamp, snapshot);
        session.takeTopTargets();
        return session;
    }

    TufLimits limits() {
        return limits;
    }

    private Document root(MetadataFetcher mirror, Instant start) throws Stop {
        // 5.2; of the chain from the shipped root on, no link that is stored need be asked for.
        byte[] newest = shippedRoot;
        Document root = documents.of(newest).orElseThrow();
        while (true) {
            Optional<byte[]> stored = stored(StoredName.rootVersion(root.version() + 1), limits.rootBytes());
            Document next = stored.isEmpty() ? null : quietly(root, stored.get());
            if (next == null) {
                break;
            }
            root = next;
            newest = stored.orElseThrow();
        }
        store.put(StoredName.ROOT, newest);
        for (int i = 0; i < limits.rootRotations(); i++) {
            // 5.3.3
            long version = root.version() + 1;
            Optional<byte[]> file = fetch(mirror, "root", version + ".root.json", limits.rootBytes());
            if (file.isEmpty()) {
                break;
            }
            Document next = nextRoot(root, file.get());
            // 5.3.11, at each link: the chain may break at a later one.
            if (!keysOf(root, "timestamp").equals(keysOf(next, "timestamp"))
                    || !keysOf(root, "snapshot").equals(keysOf(next, "snapshot"))) {
                store.remove(StoredName.TIMESTAMP);
                store.remove(StoredName.SNAPSHOT);
            }
            // 5.3.7 and 5.3.8
            root = next;
            store.put(StoredName.rootVersion(version), file.get());
            store.put(StoredName.ROOT, file.get());
        }
        require(isAfter(root, start), "root", "5.3.10");
        return root;
    }

    private @Nullable Document quietly(Document root, byte[] file) {
        try {
            return nextRoot(root, file);
        } catch (Stop e) {
            return null;
        }
    }

    private Document nextRoot(Document root, byte[] file) throws Stop {
        Document next = signed("root", "root", file, declared(root, "root"));
        require(Signers.haveSigned(next, declared(next, "root")), "root", "5.3.4");
        require(next.version() == root.version() + 1, "root", "5.3.5");
        return next;
    }

    private Document timestamp(MetadataFetcher mirror, Instant start, Document root) throws Stop {
        Document trusted = remembered("timestamp", StoredName.TIMESTAMP, limits.timestampBytes(), root);
        byte[] file = fetch(mirror, "timestamp", "timestamp.json", limits.timestampBytes())
                .orElseThrow(() -> new Stop("timestamp", "5.4.1"));
        Document next = signed("timestamp", "timestamp", file, declared(root, "timestamp"));
        if (trusted != null) {
            require(next.version() >= trusted.version(), "timestamp", "5.4.3.1");
            if (next.version() == trusted.version()) {
                next = trusted;
            }
            require(listedSnapshot(next) >= listedSnapshot(trusted), "timestamp", "5.4.3.2");
        }
        require(isAfter(next, start), "timestamp", "5.4.4");
        if (trusted == null || next.version() > trusted.version()) {
            store.put(StoredName.TIMESTAMP, file);
        }
        return next;
    }

    private static long listedSnapshot(Document timestamp) {
        return number(listed(timestamp, "snapshot.json").get("version"));
    }

    private Document snapshot(MetadataFetcher mirror, Instant start, Document root, Document timestamp) throws Stop {
        Map<String, Object> listed = listed(timestamp, "snapshot.json");
        Optional<byte[]> stored = stored(StoredName.SNAPSHOT, limits.snapshotBytes());
        if (stored.isPresent()) {
            try {
                return snapshot(stored.get(), start, root, listed, null);
            } catch (Stop e) {
                // The mirror may have what the store has not.
            }
        }
        Document trusted = remembered("snapshot", StoredName.SNAPSHOT, limits.snapshotBytes(), root);
        byte[] file = fetchListed(mirror, "snapshot", "snapshot", root, listed, limits.snapshotBytes());
        Document next = snapshot(file, start, root, listed, trusted);
        store.put(StoredName.SNAPSHOT, file);
        return next;
    }

    private Document snapshot(
            byte[] file, Instant start, Document root, Map<String, Object> listed, @Nullable Document trusted)
            throws Stop {
        requireListed("snapshot", "snapshot", file, listed);
        Document next = signed("snapshot", "snapshot", file, declared(root, "snapshot"));
        require(next.version() == number(listed.get("version")), "snapshot", "5.5.4");
        if (trusted != null) {
            for (String name : object(trusted.signed().get("meta")).keySet()) {
                require(
                        number(listed(next, name).get("version"))
                                >= number(listed(trusted, name).get("version")),
                        "snapshot",
                        "5.5.5");
            }
        }
        require(isAfter(next, start), "snapshot", "5.5.6");
        return next;
    }

    /** {@return the stored file, if it still is one of the repository's; what it says must not be rolled back} */
    private @Nullable Document remembered(String role, StoredName name, int limit, Document root) {
        Optional<byte[]> file = stored(name, limit);
        try {
            return file.isEmpty() ? null : signed(role, role, file.get(), declared(root, role));
        } catch (Stop e) {
            return null;
        }
    }

    /** {@return a targets file, top-level or delegated, after 5.6.2 to 5.6.5} */
    Document targets(String role, byte[] file, Instant start, Map<String, Object> listed, Signers signers) throws Stop {
        requireListed(role, "targets", file, listed);
        Document next = signed(role, "targets", file, signers);
        require(next.version() == number(listed.get("version")), role, "5.6.4");
        require(isAfter(next, start), role, "5.6.5");
        return next;
    }

    Optional<byte[]> stored(StoredName name, int limit) {
        return Optional.ofNullable(store.get(name)).filter(file -> file.length <= limit);
    }

    byte[] fetchListed(
            MetadataFetcher mirror, String role, String type, Document root, Map<String, Object> listed, int limit)
            throws Stop {
        String step = "5." + CHAPTERS.get(type) + ".1";
        long length = listed.containsKey("length") ? number(listed.get("length")) : limit;
        require(length <= limit, role, step);
        boolean consistent = Boolean.TRUE.equals(root.signed().get("consistent_snapshot"));
        String name = (consistent ? listed.get("version") + "." : "") + role + ".json";
        return fetch(mirror, role, name, (int) length).orElseThrow(() -> new Stop(role, step));
    }

    private static Optional<byte[]> fetch(MetadataFetcher mirror, String role, String name, int limit) throws Stop {
        String step = "5." + CHAPTERS.getOrDefault(role, 6) + (role.equals("root") ? ".3" : ".1");
        try {
            Optional<byte[]> file = mirror.fetch(name, limit);
            require(file.isEmpty() || file.get().length <= limit, role, step);
            return file;
        } catch (IOException e) {
            throw new Stop(role, step);
        }
    }

    private static void requireListed(String role, String type, byte[] file, Map<String, Object> listed) throws Stop {
        String step = "5." + CHAPTERS.get(type) + ".2";
        require(!listed.containsKey("length") || number(listed.get("length")) == file.length, role, step);
        Map<String, Object> hashes = object(listed.get("hashes"));
        require(!listed.containsKey("hashes") || hashes.containsKey("sha256"), role, step);
        require(hashes.isEmpty() || Sha256.hex(file).equals(hashes.get("sha256")), role, step);
    }

    /** {@return the file's document, if it is of that type and these have signed it: 5.3.4, 5.4.2, 5.5.3, 5.6.3} */
    private Document signed(String role, String type, byte[] file, Signers signers) throws Stop {
        String step = "5." + CHAPTERS.get(type) + (type.equals("root") ? ".4" : type.equals("timestamp") ? ".2" : ".3");
        Document document = documents.of(file).orElseThrow(() -> new Stop(role, step));
        require(Format.isValid(document, type) && Signers.haveSigned(document, signers), role, step);
        return document;
    }

    static Map<String, Object> listed(Document document, String name) {
        return object(object(document.signed().get("meta")).get(name));
    }

    static Signers declared(Document root, String role) {
        return new Signers(
                object(root.signed().get("keys")),
                object(object(root.signed().get("roles")).get(role)));
    }

    private static Object keysOf(Document root, String role) {
        return declared(root, role).publicTexts();
    }

    static boolean isAfter(Document document, Instant start) {
        return Instant.parse(text(document.signed().get("expires"))).isAfter(start);
    }

    static void require(boolean holds, String role, String step) throws Stop {
        if (!holds) {
            throw new Stop(role, step);
        }
    }
}
