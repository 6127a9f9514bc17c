package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Says in words how a new version of metadata differs from the one before. */
final class Words {
    private static final List<String> HEADER = List.of("_type", "spec_version", "version", "expires");
    private static final List<String> ROOT = List.of("keys", "roles", "consistent_snapshot");
    private static final List<String> META = List.of("meta");
    private static final List<String> TARGETS = List.of("targets", "delegations");

    private final String role;
    private final JsonObject before;
    private final JsonObject after;
    private final List<String> lines = new ArrayList<>();

    private Words(String role, JsonObject before, JsonObject after) {
        this.role = role;
        this.before = before;
        this.after = after;
    }

    /** {@return one line for each difference; {@code before} is empty for a first version} */
    static List<String> difference(String role, JsonObject before, JsonObject after) throws PublishException {
        Words words = new Words(Quoted.printable(role), before, after);
        words.header();
        switch (SignedDocument.type(role)) {
            case ROOT -> {
                words.root();
                words.others(ROOT);
            }
            case TARGETS -> {
                words.targets();
                words.delegations();
                words.others(TARGETS);
            }
            case SNAPSHOT, TIMESTAMP -> {
                words.meta();
                words.others(META);
            }
        }
        return words.lines;
    }

    private void say(String line) {
        lines.add(role + ": " + Quoted.printable(line));
    }

    private void header() throws PublishException {
        String expires = Members.text(after, "expires");
        if (before.members().isEmpty()) {
            say("first known version, number " + Members.number(after, "version") + ", expires " + expires);
        } else {
            say("version " + Members.number(before, "version") + " becomes " + Members.number(after, "version")
                    + ", expires " + expires + " (before: " + Members.text(before, "expires") + ")");
        }
    }

    private void root() throws PublishException {
        JsonObject rolesBefore = object(before, "roles");
        JsonObject rolesAfter = object(after, "roles");
        for (TopLevelRole each : TopLevelRole.values()) {
            String name = each.roleName();
            keys("the role " + name, role(before, object(rolesBefore, name)), role(after, object(rolesAfter, name)));
        }
        changed("consistent_snapshot");
    }

    /** A role's threshold, with its keys by id. */
    private record Role(long threshold, Map<String, JsonValue> keys) {}

    private static Role role(JsonObject declaring, JsonObject role) throws PublishException {
        Map<String, JsonValue> keys = new LinkedHashMap<>();
        if (role.members().isEmpty()) {
            return new Role(0, keys);
        }
        for (String keyId : Members.texts(role, "keyids")) {
            keys.put(keyId, object(object(declaring, "keys"), keyId));
        }
        return new Role(Members.number(role, "threshold"), keys);
    }

    private void keys(String name, Role old, Role next) throws PublishException {
        if (old.threshold() != next.threshold()
                || old.keys().size() != next.keys().size()) {
            String earlier = old.threshold() == 0
                    ? ""
                    : " (before: " + old.threshold() + " of " + old.keys().size() + ")";
            say(name + " needs " + next.threshold() + " of " + next.keys().size() + " keys" + earlier);
        }
        for (Map.Entry<String, JsonValue> key : next.keys().entrySet()) {
            if (!key.getValue().equals(old.keys().get(key.getKey()))) {
                say(name + " gets the " + words(key));
            }
        }
        for (Map.Entry<String, JsonValue> key : old.keys().entrySet()) {
            if (!next.keys().containsKey(key.getKey())) {
                say(name + " loses the " + words(key));
            }
        }
    }

    private static String words(Map.Entry<String, JsonValue> key) throws PublishException {
        return key.getValue() instanceof JsonObject declaration
                        && !declaration.members().isEmpty()
                ? KeyDeclarations.words(key.getKey(), declaration)
                : "undeclared key " + key.getKey();
    }

    private void meta() throws PublishException {
        JsonObject old = object(before, "meta");
        JsonObject next = object(after, "meta");
        TreeSet<String> names = new TreeSet<>(old.members().keySet());
        names.addAll(next.members().keySet());
        for (String name : names) {
            JsonObject was = object(old, name);
            JsonObject is = object(next, name);
            if (is.members().isEmpty()) {
                say("no longer lists " + name);
            } else if (!is.equals(was)) {
                say("lists version " + Members.number(is, "version") + " of " + name
                        + (was.members().isEmpty() ? "" : " (before: " + Members.number(was, "version") + ")"));
            }
        }
    }

    private void targets() {
        Map<String, JsonValue> old = object(before, "targets").members();
        Map<String, JsonValue> next = object(after, "targets").members();
        TreeSet<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(next.keySet());
        for (String path : paths) {
            JsonValue was = old.get(path);
            JsonValue is = next.get(path);
            if (is == null) {
                say("removes the target " + path);
            } else if (was == null) {
                say("adds the target " + path + ": " + CompactJson.of(is));
            } else if (!was.equals(is)) {
                say("changes the target " + path + ": " + CompactJson.of(is) + " (before: " + CompactJson.of(was)
                        + ")");
            }
        }
    }

    private void delegations() throws PublishException {
        JsonObject old = object(before, "delegations");
        JsonObject next = object(after, "delegations");
        Map<String, JsonObject> oldRoles = byName(old);
        Map<String, JsonObject> nextRoles = byName(next);
        for (Map.Entry<String, JsonObject> each : nextRoles.entrySet()) {
            JsonObject was = oldRoles.getOrDefault(each.getKey(), Members.EMPTY);
            JsonObject is = each.getValue();
            String scope = scope(is);
            if (was.members().isEmpty()) {
                say("delegates to " + each.getKey() + ": " + scope);
            } else if (!scope.equals(scope(was))) {
                say("changes the delegation to " + each.getKey() + ": " + scope + " (before: " + scope(was) + ")");
            }
            keys("the role " + each.getKey(), role(old, was), role(next, is));
        }
        for (String name : oldRoles.keySet()) {
            if (!nextRoles.containsKey(name)) {
                say("no longer delegates to " + name);
            }
        }
        if (!List.copyOf(oldRoles.keySet()).equals(List.copyOf(nextRoles.keySet())) && nextRoles.size() > 1) {
            say("the order of the delegations is " + String.join(", ", nextRoles.keySet()));
        }
    }

    private static Map<String, JsonObject> byName(JsonObject delegations) throws PublishException {
        Map<String, JsonObject> roles = new LinkedHashMap<>();
        List<JsonObject> listed = Members.objects(delegations, "roles");
        int next = 0;
        while (next < listed.size()) {
            int bins = binsFrom(listed, next);
            JsonObject role = listed.get(next);
            String name = Members.text(role, "name");
            if (bins > 1) {
                String last = Members.text(listed.get(next + bins - 1), "name");
                JsonObject one = Members.without(role, "path_hash_prefixes");
                roles.put("each of the hash bins " + name + " to " + last, Members.with(one, "bins", Members.of(bins)));
            } else {
                roles.put(name, role);
            }
            next += Math.max(1, bins);
        }
        JsonObject bins = object(delegations, "succinct_roles");
        if (!bins.members().isEmpty()) {
            roles.put("each of the hash bins " + Members.text(bins, "name_prefix"), bins);
        }
        return roles;
    }

    /**
     * {@return how many roles are all the hash bins of one set, as this program makes them; 0 if they are no such set}
     */
    private static int binsFrom(List<JsonObject> roles, int start) throws PublishException {
        JsonObject first = roles.get(start);
        String name = Members.text(first, "name");
        String prefix = name.replaceFirst("-0+$", "");
        for (int count = 2; start + count <= roles.size(); count *= 2) {
            if (HashBins.name(prefix, count, 0).equals(name) && isBin(first, first, prefix, count, 0)) {
                int bin = 1;
                while (bin < count && isBin(first, roles.get(start + bin), prefix, count, bin)) {
                    bin++;
                }
                if (bin == count) {
                    return count;
                }
            }
        }
        return 0;
    }

    private static boolean isBin(JsonObject first, JsonObject role, String prefix, int count, int bin) {
        JsonObject expected = Members.with(first, "name", Members.of(HashBins.name(prefix, count, bin)));
        return role.equals(Members.with(expected, "path_hash_prefixes", Members.of(HashBins.prefixes(count, bin))));
    }

    /** {@return all members of a delegation but its keys} */
    private static String scope(JsonObject role) {
        JsonObject scope = Members.without(Members.without(role, "keyids"), "threshold");
        return CompactJson.of(Members.without(scope, "name"));
    }

    /** Members that only other versions of this program, or attackers, write. */
    private void others(List<String> said) {
        TreeSet<String> names = new TreeSet<>(before.members().keySet());
        names.addAll(after.members().keySet());
        names.removeAll(HEADER);
        names.removeAll(said);
        names.forEach(this::changed);
        if (!before.members().isEmpty()) {
            changed("_type");
            changed("spec_version");
        }
    }

    private void changed(String member) {
        JsonValue was = before.members().get(member);
        JsonValue is = after.members().get(member);
        if (is == null && was != null) {
            say("removes the member " + member);
        } else if (is != null && !is.equals(was)) {
            say("sets " + member + " to " + CompactJson.of(is));
        }
    }

    private static JsonObject object(JsonObject parent, String name) {
        return Members.object(parent, name).orElse(Members.EMPTY);
    }
}
