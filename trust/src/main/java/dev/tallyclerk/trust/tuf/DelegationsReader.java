package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.trust.key.DeclaredKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the delegations of a targets file (TUF 4.5, TAP 15). */
final class DelegationsReader {
    private static final int MAX_BITS = 32;

    private DelegationsReader() {}

    static Delegations read(JsonCursor delegations) throws JsonException {
        delegations.refuseCaseVariants(List.of("keys", "roles", "succinct_roles"));
        Map<String, DeclaredKey> keys = MetadataReader.keys(delegations.required("keys"));
        Optional<JsonCursor> roles = delegations.member("roles");
        Optional<JsonCursor> succinct = delegations.member("succinct_roles");
        if (roles.isPresent() == succinct.isPresent()) {
            throw delegations.badValue("must have exactly one of roles and succinct_roles");
        }
        return roles.isPresent()
                ? new Delegations.Listed(keys, roles(roles.get()))
                : succinct(keys, succinct.orElseThrow());
    }

    private static List<Delegations.Role> roles(JsonCursor list) throws JsonException {
        List<Delegations.Role> roles = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonCursor role : list.elements()) {
            role.refuseCaseVariants(List.of("name", "terminating", "paths", "path_hash_prefixes"));
            JsonCursor name = role.required("name");
            if (name.string().isEmpty() || MetadataReader.isTopLevel(name.string())) {
                throw name.badValue("a delegated role has a name, and not that of a top-level role");
            }
            if (!names.add(name.string())) {
                throw name.badValue("two delegated roles have one name");
            }
            roles.add(new Delegations.Role(
                    name.string(),
                    MetadataReader.roleKeys(role),
                    role.required("terminating").bool(),
                    selector(role)));
        }
        return roles;
    }

    private static PathSelector selector(JsonCursor role) throws JsonException {
        Optional<JsonCursor> paths = role.member("paths");
        Optional<JsonCursor> prefixes = role.member("path_hash_prefixes");
        if (paths.isPresent() == prefixes.isPresent()) {
            throw role.badValue("must have exactly one of paths and path_hash_prefixes");
        }
        return paths.isPresent()
                ? new PathSelector.Patterns(paths.get().strings())
                : new PathSelector.HashPrefixes(prefixes.orElseThrow().strings());
    }

    private static Delegations succinct(Map<String, DeclaredKey> keys, JsonCursor bins) throws JsonException {
        bins.refuseCaseVariants(List.of("bit_length", "name_prefix"));
        int bits = (int) bins.required("bit_length").integer(1, MAX_BITS);
        JsonCursor prefix = bins.required("name_prefix");
        if (prefix.string().isEmpty()) {
            throw prefix.badValue("must not be empty");
        }
        return new Delegations.Succinct(keys, MetadataReader.roleKeys(bins), bits, prefix.string());
    }
}
