package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the delegations of a targets file (TUF 4.5, TAP 15). */
final class DelegationsReader {
    private static final int MAX_BITS = 32;
    private static final MemberNames MEMBERS = MemberNames.of("keys", "roles", "succinct_roles");
    private static final MemberNames ROLE = MemberNames.of(
            "name", "terminating", "paths", "path_hash_prefixes", KeysReader.KEY_IDS, KeysReader.THRESHOLD);
    private static final MemberNames BINS =
            MemberNames.of("bit_length", "name_prefix", KeysReader.KEY_IDS, KeysReader.THRESHOLD);

    private DelegationsReader() {}

    static Delegations read(CanonicalReader in) throws JsonException {
        Map<String, DeclaredKey> keys = null;
        List<Delegations.Role> roles = null;
        Delegations.Succinct bins = null;
        in.beginObject();
        for (String name = in.nextMember(MEMBERS); name != null; name = in.nextMember(MEMBERS)) {
            switch (name) {
                case "keys" -> keys = KeysReader.keys(in);
                case "roles" -> roles = roles(in);
                default -> {
                    // In canonical order, keys and roles were read before.
                    if (roles != null) {
                        throw in.badValue("is not allowed beside roles");
                    }
                    bins = bins(in, in.required(keys, "keys"));
                }
            }
        }
        Map<String, DeclaredKey> known = in.required(keys, "keys");
        if (roles != null) {
            return new Delegations.Listed(known, roles);
        }
        if (bins != null) {
            return bins;
        }
        throw in.badValue("must have exactly one of roles and succinct_roles, but has neither");
    }

    private static List<Delegations.Role> roles(CanonicalReader in) throws JsonException {
        List<Delegations.Role> roles = new ArrayList<>();
        Set<String> names = new HashSet<>();
        in.beginArray();
        while (in.nextElement()) {
            roles.add(role(in, names));
        }
        return roles;
    }

    private static Delegations.Role role(CanonicalReader in, Set<String> names) throws JsonException {
        KeysReader keys = new KeysReader();
        String roleName = null;
        Boolean terminating = null;
        PathSelector patterns = null;
        PathSelector prefixes = null;
        in.beginObject();
        for (String name = in.nextMember(ROLE); name != null; name = in.nextMember(ROLE)) {
            switch (name) {
                case "name" -> roleName = roleName(in, names);
                case "terminating" -> terminating = in.bool();
                case "paths" -> patterns = selector(in, PathSelector.Patterns::new);
                case "path_hash_prefixes" -> prefixes = selector(in, PathSelector.HashPrefixes::new);
                default -> keys.read(name, in);
            }
        }
        String name = in.required(roleName, "name");
        if (patterns != null && prefixes != null) {
            throw in.badValue("must not have both paths and path_hash_prefixes");
        }
        // TUF 4.5: both may be missing, and then the role is trusted with nothing.
        PathSelector named = patterns == null ? prefixes : patterns;
        PathSelector paths = named == null ? new PathSelector.Patterns(List.of()) : named;
        return new Delegations.Role(name, keys.roleKeys(in), in.required(terminating, "terminating"), paths);
    }

    /** go-tuf version 1 writes null for the member that a role does not have. */
    private static @Nullable PathSelector selector(CanonicalReader in, Function<List<String>, PathSelector> kind)
            throws JsonException {
        if (in.isNull()) {
            in.skip();
            return null;
        }
        return kind.apply(in.strings());
    }

    private static String roleName(CanonicalReader in, Set<String> names) throws JsonException {
        String name = in.string();
        if (name.isEmpty() || TopLevelRole.named(name).isPresent()) {
            throw in.badValue("must be a name, and not that of a top-level role");
        }
        if (!names.add(name)) {
            throw in.badValue("is also the name of another delegated role");
        }
        return name;
    }

    private static Delegations.Succinct bins(CanonicalReader in, Map<String, DeclaredKey> declared)
            throws JsonException {
        KeysReader keys = new KeysReader();
        Integer bitLength = null;
        String namePrefix = null;
        in.beginObject();
        for (String name = in.nextMember(BINS); name != null; name = in.nextMember(BINS)) {
            switch (name) {
                case "bit_length" -> bitLength = (int) in.integer(1, MAX_BITS);
                case "name_prefix" -> namePrefix = namePrefix(in);
                default -> keys.read(name, in);
            }
        }
        return new Delegations.Succinct(
                declared,
                keys.roleKeys(in),
                in.required(bitLength, "bit_length"),
                in.required(namePrefix, "name_prefix"));
    }

    private static String namePrefix(CanonicalReader in) throws JsonException {
        String prefix = in.string();
        if (prefix.isEmpty()) {
            throw in.badValue("must not be empty");
        }
        return prefix;
    }
}
