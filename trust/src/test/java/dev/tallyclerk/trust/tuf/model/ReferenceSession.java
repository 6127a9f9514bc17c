package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.list;
import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;
import static dev.tallyclerk.trust.tuf.model.ReferenceClient.require;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.MetadataFetcher;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Section 5.6: the targets files of one refresh and the search through them. */
final class ReferenceSession {
    private final ReferenceClient client;
    private final MetadataFetcher mirror;
    private final Instant start;
    private final Document root;
    private final Document timestamp;
    private final Document snapshot;
    private final Map<String, Document> taken = new HashMap<>();

    ReferenceSession(
            ReferenceClient client,
            MetadataFetcher mirror,
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

    /** One step of the search from a delegator to a role. */
    private record Edge(String role, Signers signers, boolean terminating) {}

    /** The roles that one search has been to, and whether it has to end. */
    private static final class Search {
        final String path;
        final Set<String> visited = new HashSet<>();
        boolean ended;

        Search(String path) {
            this.path = path;
        }
    }

    void takeTopTargets() throws Stop {
        take("targets", StoredName.TARGETS, ReferenceClient.declared(root, "targets"));
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

    /** {@return the length and hash that the first role says that may, or that nobody does} */
    String lookUp(String path) throws Stop {
        Search search = new Search(path);
        return visit("targets", search)
                .map(target -> target.get("length") + " "
                        + object(target.get("hashes")).get("sha256"))
                .orElse("nobody");
    }

    /** 5.6.7, in pre-order and depth first. */
    private Optional<Map<String, Object>> visit(String role, Search search) throws Stop {
        Document document = document(role);
        Map<String, Object> target =
                object(object(document.signed().get("targets")).get(search.path));
        if (!target.isEmpty()) {
            return Optional.of(target);
        }
        for (Edge edge : edges(document, search.path)) {
            if (search.visited.add(edge.role())) {
                require(search.visited.size() <= client.limits().delegations(), "targets", "5.6.7.1");
                take(edge.role(), StoredName.delegated(edge.role()), edge.signers());
                Optional<Map<String, Object>> found = visit(edge.role(), search);
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

    private void take(String role, StoredName name, Signers signers) throws Stop {
        Document before = taken.get(role);
        if (before != null) {
            // Of one version, but each delegator has its own idea of who signs.
            require(Signers.haveSigned(before, signers), role, "5.6.3");
            return;
        }
        Map<String, Object> listed = ReferenceClient.listed(snapshot, role + ".json");
        require(!listed.isEmpty(), role, "5.6.1");
        int limit = client.limits().targetsBytes();
        Optional<byte[]> stored = client.stored(name, limit);
        if (stored.isPresent()) {
            try {
                taken.put(role, client.targets(role, stored.get(), start, listed, signers));
                return;
            } catch (Stop e) {
                // The mirror may have what the store has not.
            }
        }
        byte[] file = client.fetchListed(mirror, role, "targets", root, listed, limit);
        taken.put(role, client.targets(role, file, start, listed, signers));
        client.store.put(name, file);
    }

    private static List<Edge> edges(Document delegator, String path) {
        Map<String, Object> delegations = object(delegator.signed().get("delegations"));
        Map<String, Object> keys = object(delegations.get("keys"));
        List<Edge> edges = new ArrayList<>();
        if (delegations.containsKey("succinct_roles")) {
            Map<String, Object> bins = object(delegations.get("succinct_roles"));
            edges.add(new Edge(bin(bins, path), new Signers(keys, bins), false));
        }
        for (Object element : list(delegations.get("roles"))) {
            Map<String, Object> role = object(element);
            String hash = HexFormat.of().formatHex(Sha256.of(path));
            boolean isAbout = list(role.get("paths")).stream().anyMatch(pattern -> matches(text(pattern), path))
                    || list(role.get("path_hash_prefixes")).stream().anyMatch(prefix -> hash.startsWith(text(prefix)));
            if (isAbout) {
                edges.add(new Edge(
                        text(role.get("name")), new Signers(keys, role), Boolean.TRUE.equals(role.get("terminating"))));
            }
        }
        return edges;
    }

    /** TAP 15: the leftmost bits of the hash, as a hexadecimal number as wide as the last bin's. */
    private static String bin(Map<String, Object> bins, String path) {
        int bits = (int) number(bins.get("bit_length"));
        String number =
                new BigInteger(1, Sha256.of(path)).shiftRight(256 - bits).toString(16);
        int width = BigInteger.ONE
                .shiftLeft(bits)
                .subtract(BigInteger.ONE)
                .toString(16)
                .length();
        return bins.get("name_prefix") + "-" + "0".repeat(width - number.length()) + number;
    }

    /** As a shell does, segment by segment. */
    private static boolean matches(String pattern, String path) {
        String[] patterns = pattern.split("/", -1);
        String[] segments = path.split("/", -1);
        if (patterns.length != segments.length) {
            return false;
        }
        for (int i = 0; i < patterns.length; i++) {
            if (!segmentMatches(patterns[i], segments[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean segmentMatches(String pattern, String segment) {
        if (pattern.isEmpty()) {
            return segment.isEmpty();
        }
        if (pattern.charAt(0) == '*') {
            return segmentMatches(pattern.substring(1), segment)
                    || (!segment.isEmpty() && segmentMatches(pattern, segment.substring(1)));
        }
        return !segment.isEmpty()
                && (pattern.charAt(0) == '?' || pattern.charAt(0) == segment.charAt(0))
                && segmentMatches(pattern.substring(1), segment.substring(1));
    }
}
