package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.time.Duration;
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

    final ReferenceWindow window;
    final ReferenceRoots roots;
    private final Documents documents;
    private final TufLimits limits;

    ReferenceClient(Documents documents, byte[] shippedRoot, TufLimits limits, Duration window) {
        this.documents = documents;
        this.limits = limits;
        this.roots = new ReferenceRoots(this, documents, shippedRoot);
        this.window = new ReferenceWindow(window, store);
    }

    /** Where the specification says to stop. */
    static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;

        /** Whether it is for a whole file that others have signed. */
        final boolean unsigned;

        /** For the file of {@code role}, at {@code step}. */
        Stop(String role, String step) {
            this(role, step, false);
        }

        Stop(String role, String step, boolean unsigned) {
            super(role + " " + step);
            this.unsigned = unsigned;
        }
    }

    /** {@return the session that a refresh ends with, in which targets can be looked up} */
    ReferenceSession refresh(Mirror mirror, Instant start) throws Stop {
        if (window.isOpen(start)) {
            try {
                return ReferenceSession.ofStored(this, mirror, start);
            } catch (Stop e) {
                // The mirror may have what the store has not.
            }
        }
        ReferenceSession session = ask(mirror, start);
        window.opens(start);
        return session;
    }

    /** {@return the session that a refresh ends with which asks whatever was said before} */
    ReferenceSession ask(Mirror mirror, Instant start) throws Stop {
        Document root = roots.update(mirror, start);
        Document timestamp = timestamp(mirror, start, root);
        Document snapshot = snapshot(mirror, start, root, timestamp);
        ReferenceSession session = new ReferenceSession(this, mirror, start, root, timestamp, snapshot);
        session.takeTopTargets();
        return session;
    }

    TufLimits limits() {
        return limits;
    }

    private Document timestamp(Mirror mirror, Instant start, Document root) throws Stop {
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

    /** {@return the stored timestamp, in which nobody need believe that it is the last one} */
    Document storedTimestamp(Instant start, Document root) throws Stop {
        byte[] file =
                stored(StoredName.TIMESTAMP, limits.timestampBytes()).orElseThrow(() -> new Stop("timestamp", "5.4.1"));
        Document timestamp = signed("timestamp", "timestamp", file, declared(root, "timestamp"));
        require(isAfter(timestamp, start), "timestamp", "5.4.4");
        return timestamp;
    }

    private static long listedSnapshot(Document timestamp) {
        return number(listed(timestamp, "snapshot.json").get("version"));
    }

    private Document snapshot(Mirror mirror, Instant start, Document root, Document timestamp) throws Stop {
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

    Document storedSnapshot(Instant start, Document root, Document timestamp) throws Stop {
        byte[] file =
                stored(StoredName.SNAPSHOT, limits.snapshotBytes()).orElseThrow(() -> new Stop("snapshot", "5.5.1"));
        return snapshot(file, start, root, listed(timestamp, "snapshot.json"), null);
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

    byte[] fetchListed(Mirror mirror, String role, String type, Document root, Map<String, Object> listed, int limit)
            throws Stop {
        String step = "5." + CHAPTERS.get(type) + ".1";
        long length = listed.containsKey("length") ? number(listed.get("length")) : limit;
        require(length <= limit, role, step);
        String name = (isConsistent(root) ? listed.get("version") + "." : "") + role + ".json";
        return fetch(mirror, role, name, (int) length).orElseThrow(() -> new Stop(role, step));
    }

    static Optional<byte[]> fetch(Mirror mirror, String role, String name, int limit) throws Stop {
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
    Document signed(String role, String type, byte[] file, Signers signers) throws Stop {
        String step = "5." + CHAPTERS.get(type) + (type.equals("root") ? ".4" : type.equals("timestamp") ? ".2" : ".3");
        Document document = documents.of(file).orElseThrow(() -> new Stop(role, step));
        if (Format.hasOneSignatureOfEach(document) && !Signers.haveSigned(document, signers)) {
            throw new Stop(role, step, true);
        }
        require(Format.isValid(document, type), role, step);
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

    static boolean isConsistent(Document root) {
        return Boolean.TRUE.equals(root.signed().get("consistent_snapshot"));
    }

    static Instant expires(Document document) {
        return Instant.parse(text(document.signed().get("expires")));
    }

    static boolean isAfter(Document document, Instant start) {
        return expires(document).isAfter(start);
    }

    static void require(boolean holds, String role, String step) throws Stop {
        if (!holds) {
            throw new Stop(role, step);
        }
    }
}
