package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Document.list;
import static dev.tallyclerk.trust.tuf.model.Document.number;
import static dev.tallyclerk.trust.tuf.model.Document.object;
import static dev.tallyclerk.trust.tuf.model.Document.text;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** One step of the search for a target, from a delegator to a role. */
record Edge(String role, Signers signers, boolean terminating) {
    /** {@return the delegations that are about a path, in the order of the document} */
    static List<Edge> from(Document delegator, String path) {
        Map<String, Object> delegations = object(delegator.signed().get("delegations"));
        Map<String, Object> keys = object(delegations.get("keys"));
        List<Edge> edges = new ArrayList<>();
        if (delegations.containsKey("succinct_roles")) {
            Map<String, Object> bins = object(delegations.get("succinct_roles"));
            // As python-tuf and go-tuf have it; TAP 15 says that bins do not terminate.
            edges.add(new Edge(bin(bins, path), new Signers(keys, bins), true));
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
