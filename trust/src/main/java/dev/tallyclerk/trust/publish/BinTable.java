package dev.tallyclerk.trust.publish;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The hash bins among the delegations of a role, in either form. Immutable. */
final class BinTable {
    private static final String SUCCINCT = "succinct_roles";
    private static final String PREFIXES = "path_hash_prefixes";

    private final Delegations.@Nullable Succinct succinct;
    private final Map<String, String> bins;
    private final Set<Integer> lengths;

    /** Terminating delegations that come before a bin: clients look no further for their paths. */
    private final List<PathSelector> before;

    private BinTable(
            Delegations.@Nullable Succinct succinct,
            Map<String, String> bins,
            Set<Integer> lengths,
            List<PathSelector> before) {
        this.succinct = succinct;
        this.bins = bins;
        this.lengths = lengths;
        this.before = before;
    }

    static BinTable of(JsonObject delegations) throws PublishException {
        Optional<JsonObject> succinct = Members.object(delegations, SUCCINCT);
        if (succinct.isPresent()) {
            return new BinTable(RoleSigners.bins(succinct.get()), Map.of(), Set.of(), List.of());
        }
        Map<String, String> bins = new HashMap<>();
        Set<Integer> lengths = new TreeSet<>();
        List<PathSelector> terminating = new ArrayList<>();
        List<PathSelector> before = List.of();
        for (JsonObject role : Members.objects(delegations, "roles")) {
            if (isBin(role)) {
                before = List.copyOf(terminating);
                for (String prefix : Members.texts(role, PREFIXES)) {
                    bins.putIfAbsent(prefix, Members.text(role, "name"));
                    lengths.add(prefix.length());
                }
            } else if (isTerminating(role)) {
                terminating.add(new PathSelector.Patterns(Members.texts(role, "paths")));
            }
        }
        return new BinTable(null, bins, lengths, before);
    }

    /** {@return whether a delegation is one to a hash bin} */
    static boolean isBin(JsonObject role) {
        return role.members().containsKey(PREFIXES);
    }

    static boolean isTerminating(JsonObject role) {
        return role.members().get("terminating") instanceof JsonBoolean terminating && terminating.value();
    }

    /** {@return whether there are bins at all} */
    boolean isEmpty() {
        return succinct == null && bins.isEmpty();
    }

    /** {@return the names of the bins that are declared one by one} */
    Set<String> names() {
        return new HashSet<>(bins.values());
    }

    /** {@return the name of the bin of a path; empty if there is none, or clients look elsewhere for the path} */
    Optional<String> binOf(String path) {
        Optional<String> bin = binByHash(path);
        return bin.isPresent() && before.stream().anyMatch(selector -> selector.matches(path)) ? Optional.empty() : bin;
    }

    /** {@return the name of the bin with the hash of a path, whether clients look for the path there or elsewhere} */
    Optional<String> binByHash(String path) {
        if (succinct != null) {
            return Optional.of(succinct.binOf(path));
        }
        String hash = bins.isEmpty()
                ? ""
                : Digest.sha256Of(path.getBytes(StandardCharsets.UTF_8)).encoded();
        for (int length : lengths) {
            String bin = length > hash.length() ? null : bins.get(hash.substring(0, length));
            if (bin != null) {
                return Optional.of(bin);
            }
        }
        return Optional.empty();
    }
}
