package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one set of hash bins that the delegations of a role declare, in either form. Immutable.
 *
 * <p>Bins that are declared one by one are a set if they differ in nothing but their numbers, as {@link HashBins} makes
 * them.
 */
final class DeclaredBins {
    private static final String SUCCINCT = "succinct_roles";
    private static final String ROLES = "roles";

    /** More than any repository has: clients that read a snapshot with so many would need minutes. */
    static final int MAX_BITS = 16;

    private final JsonObject delegations;
    private final String prefix;
    private final int count;

    private DeclaredBins(JsonObject delegations, String prefix, int count) {
        this.delegations = delegations;
        this.prefix = prefix;
        this.count = count;
    }

    /**
     * {@return the bins of a role}
     *
     * @param from the role, for messages
     * @throws PublishException if there are none, or they are no set
     */
    static DeclaredBins of(String from, JsonObject delegations) throws PublishException {
        Optional<JsonObject> succinct = Members.object(delegations, SUCCINCT);
        if (succinct.isPresent()) {
            Delegations.Succinct bins = RoleSigners.bins(succinct.get());
            if (bins.bitLength() > MAX_BITS) {
                throw PublishException.of(
                        Reason.CONFLICT,
                        from + " has " + bins.count() + " hash bins, too many to count them anew; the limit is "
                                + (1 << MAX_BITS));
            }
            return new DeclaredBins(delegations, bins.namePrefix(), 1 << bins.bitLength());
        }
        List<JsonObject> roles = Members.objects(delegations, ROLES);
        List<JsonObject> bins = roles.stream().filter(BinTable::isBin).toList();
        if (bins.isEmpty()) {
            throw PublishException.of(Reason.NO_SUCH_ROLE, from + " has no hash bins");
        }
        JsonObject first = bins.get(0);
        String prefix = Members.text(first, "name").replaceFirst("-0+$", "");
        DeclaredBins declared = new DeclaredBins(delegations, prefix, bins.size());
        int start = roles.indexOf(first);
        if (!declared.bins(first, bins.size()).equals(roles.subList(start, start + bins.size()))) {
            throw PublishException.of(
                    Reason.CONFLICT,
                    "the hash bins of " + from + " differ in more than their numbers, or other delegations stand"
                            + " between them, so they cannot be counted anew");
        }
        return declared;
    }

    private List<JsonObject> bins(JsonObject like, int number) {
        List<JsonObject> bins = new ArrayList<>(number);
        for (int bin = 0; bin < number; bin++) {
            JsonObject named = Members.with(like, "name", Members.of(HashBins.name(prefix, number, bin)));
            bins.add(Members.with(named, "path_hash_prefixes", Members.of(HashBins.prefixes(number, bin))));
        }
        return bins;
    }

    int count() {
        return count;
    }

    /** {@return the delegations of the role} */
    JsonObject delegations() {
        return delegations;
    }

    /** {@return the names of the bins, in their order} */
    List<String> names() {
        List<String> names = new ArrayList<>(count);
        for (int bin = 0; bin < count; bin++) {
            names.add(HashBins.name(prefix, count, bin));
        }
        return names;
    }

    /** {@return so many bins in the same place, with the same keys} */
    DeclaredBins withCount(int other) {
        HashBins.requireCount(other);
        Optional<JsonObject> succinct = Members.object(delegations, SUCCINCT);
        JsonObject changed;
        if (succinct.isPresent()) {
            JsonValue bits = Members.of(Integer.numberOfTrailingZeros(other));
            changed = Members.with(delegations, SUCCINCT, Members.with(succinct.get(), "bit_length", bits));
        } else {
            List<JsonValue> roles = new ArrayList<>();
            boolean placed = false;
            for (JsonObject role : Members.objects(delegations, ROLES)) {
                if (!BinTable.isBin(role)) {
                    roles.add(role);
                } else if (!placed) {
                    roles.addAll(bins(role, other));
                    placed = true;
                }
            }
            changed = Members.with(delegations, ROLES, new JsonArray(List.copyOf(roles)));
        }
        return new DeclaredBins(changed, prefix, other);
    }
}
