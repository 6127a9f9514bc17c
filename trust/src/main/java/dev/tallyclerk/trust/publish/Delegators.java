package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds which role delegates to another one. */
final class Delegators {
    private static final String TOP = "targets";

    private Delegators() {}

    /** Looks up the signed part of targets metadata. */
    @FunctionalInterface
    interface Lookup {
        Optional<JsonObject> signed(String role) throws PublishException, IOException;
    }

    /**
     * {@return the first role, breadth first from the top and hash bins last, that delegates to a role}
     *
     * @throws PublishException if there is none
     */
    static String delegatorOf(String role, Lookup lookup) throws PublishException, IOException {
        return find(role, lookup)
                .orElseThrow(() ->
                        PublishException.of(Reason.NO_SUCH_ROLE, "nothing delegates to a role " + Quoted.quote(role)));
    }

    static Optional<String> find(String role, Lookup lookup) throws PublishException, IOException {
        Deque<String> next = new ArrayDeque<>();
        // Each bin is a file to read, and few delegate anything.
        Deque<String> bins = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        next.add(TOP);
        while (!next.isEmpty() || !bins.isEmpty()) {
            String delegator = next.isEmpty() ? bins.remove() : next.remove();
            Optional<JsonObject> signed = seen.add(delegator) ? lookup.signed(delegator) : Optional.empty();
            if (signed.isEmpty()) {
                continue;
            }
            if (RoleSigners.ofDelegator(delegator, signed.get(), role).isPresent()) {
                return Optional.of(delegator);
            }
            JsonObject delegations = Members.object(signed.get(), "delegations").orElse(Members.EMPTY);
            for (JsonObject listed : Members.objects(delegations, "roles")) {
                (BinTable.isBin(listed) ? bins : next).add(Members.text(listed, "name"));
            }
        }
        return Optional.empty();
    }

    /** {@return the names of all roles that anything delegates to} */
    static Set<String> delegated(Lookup lookup) throws PublishException, IOException {
        Deque<String> next = new ArrayDeque<>(List.of(TOP));
        Set<String> found = new HashSet<>();
        while (!next.isEmpty()) {
            Optional<JsonObject> signed = lookup.signed(next.remove());
            if (signed.isPresent()) {
                for (String role : delegatedBy(signed.get())) {
                    if (found.add(role)) {
                        next.add(role);
                    }
                }
            }
        }
        return found;
    }

    /**
     * {@return the names of all bins of a {@code succinct_roles} object}
     *
     * @throws PublishException if there are too many to list them
     */
    static List<String> binNames(JsonObject succinct) throws PublishException {
        Delegations.Succinct bins = RoleSigners.bins(succinct);
        if (bins.bitLength() > DeclaredBins.MAX_BITS) {
            throw PublishException.of(
                    Reason.LIMIT_EXCEEDED,
                    bins.namePrefix() + " has " + bins.count() + " hash bins; the limit is "
                            + (1 << DeclaredBins.MAX_BITS) + ", so delegate to fewer");
        }
        int digits = Long.toHexString(bins.count() - 1).length();
        List<String> names = new ArrayList<>();
        for (long bin = 0; bin < bins.count(); bin++) {
            String number = Long.toHexString(bin);
            names.add(bins.namePrefix() + '-' + "0".repeat(digits - number.length()) + number);
        }
        return names;
    }

    /** {@return the names of the roles that targets metadata delegates to, hash bins included} */
    static List<String> delegatedBy(JsonObject signed) throws PublishException {
        JsonObject delegations = Members.object(signed, "delegations").orElse(Members.EMPTY);
        List<String> names = new ArrayList<>();
        for (JsonObject each : Members.objects(delegations, "roles")) {
            names.add(Members.text(each, "name"));
        }
        Optional<JsonObject> bins = Members.object(delegations, "succinct_roles");
        if (bins.isPresent()) {
            names.addAll(binNames(bins.get()));
        }
        return names;
    }

    /** Refuses a target that no client would find, because a delegation on the way to its role does not cover it. */
    static void requireCovered(String role, String path, Lookup lookup) throws PublishException, IOException {
        String at = role;
        while (!at.equals(TOP)) {
            String delegator = delegatorOf(at, lookup);
            JsonObject signed = lookup.signed(delegator).orElse(Members.EMPTY);
            if (!covers(signed, at, path)) {
                throw PublishException.of(
                        Reason.NOT_DELEGATED,
                        delegator + " does not delegate " + Quoted.quote(path) + " to " + at
                                + ", or a terminating delegation comes first; add the target to another role, or extend the delegation");
            }
            at = delegator;
        }
    }

    private static boolean covers(JsonObject delegator, String role, String path) throws PublishException {
        JsonObject delegations = Members.object(delegator, "delegations").orElse(Members.EMPTY);
        for (JsonObject listed : Members.objects(delegations, "roles")) {
            boolean matches = selector(listed).matches(path);
            if (Members.text(listed, "name").equals(role)) {
                return matches;
            }
            if (matches && BinTable.isTerminating(listed)) {
                return false;
            }
        }
        Optional<JsonObject> succinct = Members.object(delegations, "succinct_roles");
        return succinct.isPresent()
                && RoleSigners.bins(succinct.get()).binOf(path).equals(role);
    }

    private static PathSelector selector(JsonObject role) throws PublishException {
        return role.members().containsKey("paths")
                ? new PathSelector.Patterns(Members.texts(role, "paths"))
                : new PathSelector.HashPrefixes(Members.texts(role, "path_hash_prefixes"));
    }
}
