package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The users and groups of a host's own files.
 *
 * @param groups the groups by name
 * @param users the numbers of the users' first groups by name
 */
record Accounts(Fact<Map<String, Group>> groups, Fact<Map<String, Long>> users) {
    private static final int MAX_LINES = 100_000;
    private static final int FIELDS_OF_PASSWD = 7;
    private static final int FIELDS_OF_GROUP = 4;

    /**
     * A group.
     *
     * @param gid its number
     * @param members the users that the file lists
     */
    record Group(long gid, Set<String> members) {}

    static Accounts of(Fact<Optional<String>> passwd, Fact<Optional<String>> group) {
        return new Accounts(group.map(text -> groups(text.orElse(""))), passwd.map(text -> users(text.orElse(""))));
    }

    private static Map<String, Group> groups(String text) {
        Map<String, Group> groups = new HashMap<>();
        text.lines().limit(MAX_LINES).forEach(line -> {
            String[] fields = line.split(":", -1);
            OptionalLong gid = fields.length >= FIELDS_OF_GROUP ? number(fields[2]) : OptionalLong.empty();
            if (gid.isPresent()) {
                Set<String> members =
                        new LinkedHashSet<>(Arrays.asList(fields[3].strip().split("\\s*,\\s*")));
                members.remove("");
                groups.putIfAbsent(fields[0], new Group(gid.getAsLong(), members));
            }
        });
        return groups;
    }

    private static Map<String, Long> users(String text) {
        Map<String, Long> users = new HashMap<>();
        text.lines().limit(MAX_LINES).forEach(line -> {
            String[] fields = line.split(":", -1);
            OptionalLong gid = fields.length >= FIELDS_OF_PASSWD ? number(fields[3]) : OptionalLong.empty();
            if (gid.isPresent()) {
                users.putIfAbsent(fields[0], gid.getAsLong());
            }
        });
        return users;
    }

    private static OptionalLong number(String digits) {
        return digits.matches("[0-9]{1,10}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    /** {@return whether a file's group has a name; missing if neither the file nor the host tells} */
    Fact<Boolean> isGroup(HostFile file, String name) {
        Optional<String> stated = file.entry().group();
        OptionalLong gid = file.entry().gid();
        if (name.equals("root") && gid.isPresent()) {
            return Fact.known(gid.getAsLong() == 0, file.at());
        }
        if (stated.isPresent()) {
            return Fact.known(stated.get().equals(name), file.at());
        }
        if (gid.isEmpty()) {
            return unknown(file, "group");
        }
        return groups.map(known -> {
            Group group = known.get(name);
            return group != null && group.gid() == gid.getAsLong();
        });
    }

    static Fact<Boolean> isOwnedByRoot(HostFile file) {
        OptionalLong uid = file.entry().uid();
        if (uid.isPresent()) {
            return Fact.known(uid.getAsLong() == 0, file.at());
        }
        Optional<String> user = file.entry().user();
        return user.isPresent() ? Fact.known(user.get().equals("root"), file.at()) : unknown(file, "owner");
    }

    private static <T> Fact<T> unknown(HostFile file, String what) {
        return Fact.missing(
                MissingValue.Reason.KEY_MISSING, "the " + what + " of " + file.shown() + " is not known", file.at());
    }

    /**
     * Decides over the users in a group, listed or by their first group; without the group, the rule does not apply.
     */
    Outcome members(String name, BiFunction<List<String>, Location, Outcome> decision) {
        return groups.decideAt((known, at) -> {
            Group group = known.get(name);
            if (group == null) {
                return Outcome.notApplicable("the host does not have the group " + name);
            }
            Outcome listed = decision.apply(List.copyOf(group.members()), at);
            Outcome first = users.decideAt((byName, place) -> {
                List<String> found = new ArrayList<>();
                byName.forEach((user, gid) -> {
                    if (gid == group.gid() && !group.members().contains(user)) {
                        found.add(user);
                    }
                });
                found.sort(null);
                return decision.apply(found, place);
            });
            return Outcome.allOf(listed, first);
        });
    }
}
