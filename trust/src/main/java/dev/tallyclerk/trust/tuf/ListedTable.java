package dev.tallyclerk.trust.tuf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Roles listed one by one. Hash prefixes are looked up, patterns by their number of segments and, where it is literal,
 * their first one; only what is left is compared with the path.
 */
final class ListedTable implements DelegationTable {
    private static final int HASH_DIGITS = 64;

    private final List<Delegation> inOrder = new ArrayList<>();
    private final Map<String, Delegation> byName = new HashMap<>();
    private final Map<Shape, List<PlacedPattern>> patterns = new HashMap<>();

    /** For each length that occurs, the places of the prefixes of that length. */
    private final TreeMap<Integer, Map<String, List<Integer>>> prefixes = new TreeMap<>();

    /** What a path must have for a pattern to be worth comparing; an empty start stands for any. */
    private record Shape(int segments, Optional<String> start) {}

    private record PlacedPattern(PathPattern pattern, int place) {}

    private ListedTable() {}

    static ListedTable of(Delegations.Listed listed, String declaredBy) {
        ListedTable table = new ListedTable();
        for (Delegations.Role role : listed.roles()) {
            Signers signers = new Signers(role.keys(), listed.keys(), declaredBy);
            Delegation delegation = new Delegation(MetadataRole.delegated(role.name()), signers, role.terminating());
            int place = table.inOrder.size();
            table.inOrder.add(delegation);
            table.byName.put(role.name(), delegation);
            role.paths().fold(all -> table.addPatterns(all, place), all -> table.addPrefixes(all, place));
        }
        return table;
    }

    private ListedTable addPatterns(List<String> all, int place) {
        for (String text : all) {
            PathPattern pattern = PathPattern.of(text);
            patterns.computeIfAbsent(new Shape(pattern.length(), pattern.literalStart()), shape -> new ArrayList<>())
                    .add(new PlacedPattern(pattern, place));
        }
        return this;
    }

    private ListedTable addPrefixes(List<String> all, int place) {
        for (String prefix : all) {
            prefixes.computeIfAbsent(prefix.length(), length -> new HashMap<>())
                    .computeIfAbsent(prefix, text -> new ArrayList<>())
                    .add(place);
        }
        return this;
    }

    @Override
    public List<Delegation> matching(String targetPath) {
        SortedSet<Integer> places = new TreeSet<>();
        if (!patterns.isEmpty()) {
            int[][] path = PathPattern.split(targetPath);
            String start = new String(path[0], 0, path[0].length);
            collect(new Shape(path.length, Optional.of(start)), path, places);
            collect(new Shape(path.length, Optional.empty()), path, places);
        }
        if (!prefixes.isEmpty()) {
            String hash = TargetPathHash.of(targetPath);
            prefixes.headMap(HASH_DIGITS, true)
                    .forEach((length, ofLength) ->
                            places.addAll(ofLength.getOrDefault(hash.substring(0, length), List.of())));
        }
        return places.stream().map(inOrder::get).toList();
    }

    private void collect(Shape shape, int[][] path, SortedSet<Integer> places) {
        for (PlacedPattern candidate : patterns.getOrDefault(shape, List.of())) {
            if (candidate.pattern().matches(path)) {
                places.add(candidate.place());
            }
        }
    }

    @Override
    public Optional<Delegation> named(String role) {
        return Optional.ofNullable(byName.get(role));
    }
}
