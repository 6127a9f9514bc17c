package dev.tallyclerk.trust.tuf.internal.state;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.text.PathPattern;
import dev.tallyclerk.trust.tuf.internal.text.TargetPathHash;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Roles listed one by one. Hash prefixes are found by lookup. Patterns are found by their number of segments and, if it
 * is literal, their first segment; only those are compared with the path.
 */
final class ListedTable implements DelegationTable {
    private static final int HASH_DIGITS = 64;

    private final List<Delegation> inOrder = new ArrayList<>();
    private final Map<String, Delegation> byName = new HashMap<>();
    private final SortedTexts patterns;
    private final SortedTexts prefixes;

    /** The different lengths of the prefixes, in ascending order, without those longer than a hash. */
    private final int[] prefixLengths;

    ListedTable(Delegations.Listed listed, String delegator, String declaredBy) {
        SortedTexts.Builder patternsOf = new SortedTexts.Builder();
        SortedTexts.Builder prefixesOf = new SortedTexts.Builder();
        TreeSet<Integer> lengths = new TreeSet<>();
        for (Delegations.Role role : listed.roles()) {
            Signers signers = new Signers(role.keys(), listed.keys(), declaredBy);
            Delegation delegation =
                    new Delegation(delegator, MetadataRole.delegated(role.name()), signers, role.terminating());
            int place = inOrder.size();
            inOrder.add(delegation);
            byName.put(role.name(), delegation);
            role.paths()
                    .fold(
                            all -> {
                                all.forEach(text -> patternsOf.add(shape(text), text, place));
                                return place;
                            },
                            all -> {
                                for (String text : all) {
                                    if (text.length() <= HASH_DIGITS) {
                                        lengths.add(text.length());
                                        prefixesOf.add(text.hashCode(), text, place);
                                    }
                                }
                                return place;
                            });
        }
        this.patterns = patternsOf.build();
        this.prefixes = prefixesOf.build();
        this.prefixLengths = lengths.stream().mapToInt(length -> length).toArray();
    }

    /** {@return the number under which to find a pattern: a path has to have the same shape} */
    private static long shape(String pattern) {
        int segments = PathPattern.segments(pattern);
        return PathPattern.literalStart(pattern)
                .map(start -> literal(segments, start))
                .orElse(open(segments));
    }

    private static long literal(int segments, String start) {
        return ((2L * segments + 1) << Integer.SIZE) | (start.hashCode() & 0xffffffffL);
    }

    private static long open(int segments) {
        return (2L * segments) << Integer.SIZE;
    }

    @Override
    public List<Delegation> matching(String targetPath) {
        TreeSet<Integer> places = new TreeSet<>();
        if (!patterns.isEmpty()) {
            int segments = PathPattern.segments(targetPath);
            patterns.collect(
                    literal(segments, PathPattern.start(targetPath)),
                    pattern -> PathPattern.matches(pattern, targetPath),
                    places);
            patterns.collect(open(segments), pattern -> PathPattern.matches(pattern, targetPath), places);
        }
        if (!prefixes.isEmpty()) {
            String hash = TargetPathHash.of(targetPath);
            for (int length : prefixLengths) {
                String prefix = hash.substring(0, length);
                prefixes.collect(prefix.hashCode(), prefix::equals, places);
            }
        }
        return places.stream().map(inOrder::get).toList();
    }

    @Override
    public Optional<Delegation> named(String role) {
        return Optional.ofNullable(byName.get(role));
    }
}
