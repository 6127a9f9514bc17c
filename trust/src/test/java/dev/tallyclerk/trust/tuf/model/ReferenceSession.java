package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.require;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Section 5.6: the targets files of one refresh and the search through them. */
final class ReferenceSession {
    private final ReferenceClient client;
    private final Mirror mirror;
    private final Instant start;
    private final Document root;
    private final Document timestamp;
    private final Document snapshot;
    private final Map<String, Document> taken = new HashMap<>();

    /** Further files of roles in {@code taken}, which a search has relied on. */
    private final List<Document> others = new ArrayList<>();

    ReferenceSession(
            ReferenceClient client,
            Mirror mirror,
            Instant start,
            Document root,
            Document timestamp,
            Document snapshot) {
        this.client = client;
        this.mirror = mirror;
        this.start = start;
        this.root = root;
        this.timestamp = timestamp;
        this.snapshot = snapshot;
    }

    /** {@return the session that the store alone leads to; {@code mirror} has the delegated roles} */
    static ReferenceSession ofStored(ReferenceClient client, Mirror mirror, Instant start) throws Stop {
        try {
            return wholeOfStored(client, mirror, start);
        } catch (Stop e) {
            throw client.roots.isCutShort(e) ? new Stop("root", "5.3.3") : e;
        }
    }

    private static ReferenceSession wholeOfStored(ReferenceClient client, Mirror mirror, Instant start) throws Stop {
        Document root = client.roots.stored(start);
        Document timestamp = client.storedTimestamp(start, root);
        Document snapshot = client.storedSnapshot(start, root, timestamp);
        ReferenceSession session = new ReferenceSession(client, mirror, start, root, timestamp, snapshot);
        byte[] file = client.stored(StoredName.TARGETS, client.limits().targetsBytes())
                .orElseThrow(() -> new Stop("targets", "5.6.1"));
        Map<String, Object> listed = session.listed("targets");
        Signers signers = ReferenceClient.declared(root, "targets");
        session.taken.put("targets", client.targets("targets", file, start, listed, signers));
        return session;
    }

    /** What the first role says that has a target. */
    private record Found(String role, Map<String, Object> target) {
        long length() {
            return number(target.get("length"));
        }

        String hash(String algorithm) {
            return text(object(target.get("hashes")).get(algorithm));
        }

        boolean isAbout(byte[] content) {
            return content.length == length()
                    && Sha256.hex(content).equals(hash("sha256"))
                    && (hash("sha512").equals("null")
                            || Digest.of(DigestAlgorithm.SHA512, content)
                                    .encoded()
                                    .equals(hash("sha512")));
        }
    }

    /** The roles that one search has been to, and whether it has to end. */
    private static final class Search {
        final String path;
        final Set<String> visited = new HashSet<>();

        /** The files that it goes through, each signed for the delegator through which it came there. */
        final Map<String, Document> own = new HashMap<>();

        boolean ended;

        Search(String path) {
            this.path = path;
        }
    }

    void takeTopTargets() throws Stop {
        Signers signers = ReferenceClient.declared(root, "targets");
        taken.put("targets", take("targets", StoredName.TARGETS, signers, false));
    }

    List<Long> versions() {
        return List.of(
                root.version(),
                timestamp.version(),
                snapshot.version(),
                document("targets").version());
    }

    private Document document(String role) {
        Document document = taken.get(role);
        if (document == null) {
            throw new IllegalStateException("not taken yet: " + role);
        }
        return document;
    }

    /** {@return when the first of the files expires that were taken} */
    Instant expires() {
        return Stream.of(List.of(root, timestamp, snapshot), taken.values(), others)
                .flatMap(Collection::stream)
                .map(ReferenceClient::expires)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** {@return the first role that says something about it, with length and hash, or that nobody does} */
    String lookUp(String path) throws Stop {
        return visit("targets", new Search(path))
                .map(found -> found.role() + " " + found.length() + " " + found.hash("sha256"))
                .orElse("nobody");
    }

    /** {@return the content that a file has after a download that succeeds: 5.7} */
    byte[] download(String path, byte @Nullable [] before) throws Stop {
        Found found = visit("targets", new Search(path)).orElseThrow(() -> new Stop("targets", "5.7.2"));
        if (before != null && found.isAbout(before)) {
            return before;
        }
        for (String name : names(path, found)) {
            Optional<byte[]> content = mirror.target(name, found.length(), found.role());
            if (content.isPresent()) {
                require(found.isAbout(content.get()), found.role(), "5.7.3");
                return content.get();
            }
        }
        throw new Stop(found.role(), "5.7.3");
    }

    private List<String> names(String path, Found found) {
        if (!ReferenceClient.isConsistent(root)) {
            return List.of(path);
        }
        int file = path.lastIndexOf('/') + 1;
        return Stream.of("sha256", "sha512")
                .map(found::hash)
                .filter(hash -> !hash.equals("null"))
                .map(hash -> path.substring(0, file) + hash + "." + path.substring(file))
                .toList();
    }

    /** 5.6.7, in pre-order and depth first. */
    private Optional<Found> visit(String role, Search search) throws Stop {
        Document document = search.own.containsKey(role) ? search.own.get(role) : document(role);
        Map<String, Object> target =
                object(object(document.signed().get("targets")).get(search.path));
        if (!target.isEmpty()) {
            return Optional.of(new Found(role, target));
        }
        for (Edge edge : Edge.from(document, search.path)) {
            if (search.visited.add(edge.role())) {
                require(search.visited.size() <= client.limits().delegations(), "targets", "5.6.7.1");
                search.own.put(edge.role(), takeFor(edge));
                Optional<Found> found = visit(edge.role(), search);
                if (found.isPresent() || search.ended) {
                    return found;
                }
            }
            if (edge.terminating()) {
                search.ended = true;
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Document takeFor(Edge edge) throws Stop {
        String role = edge.role();
        Document before = taken.get(role);
        // Of one version, but each delegator has its own list of keys.
        if (before != null && Signers.haveSigned(before, edge.signers())) {
            return before;
        }
        Document file = take(role, StoredName.delegated(role), edge.signers(), before != null);
        if (before == null) {
            taken.put(role, file);
        } else {
            others.add(file);
        }
        return file;
    }

    /** With {@code othersHaveSigned}, there is a file of that version, which is not what these have signed. */
    private Document take(String role, StoredName name, Signers signers, boolean othersHaveSigned) throws Stop {
        Map<String, Object> listed = listed(role);
        int limit = client.limits().targetsBytes();
        Optional<byte[]> stored = client.stored(name, limit);
        if (stored.isPresent()) {
            try {
                return client.targets(role, stored.get(), start, listed, signers);
            } catch (Stop e) {
                // The mirror may have what the store has not.
            }
        }
        byte[] file;
        try {
            file = client.fetchListed(mirror, role, "targets", root, listed, limit);
        } catch (Stop e) {
            throw othersHaveSigned ? new Stop(role, "5.6.3") : e;
        }
        Document document = client.targets(role, file, start, listed, signers);
        client.store.put(name, file);
        return document;
    }

    private Map<String, Object> listed(String role) throws Stop {
        Map<String, Object> listed = ReferenceClient.listed(snapshot, role + ".json");
        require(!listed.isEmpty(), role, "5.6.1");
        return listed;
    }
}
