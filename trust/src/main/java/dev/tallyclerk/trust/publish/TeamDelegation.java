package dev.tallyclerk.trust.publish;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A delegation to a team: the role's name, its keys, and the paths of the targets that it may list.
 *
 * @param name the role's name, which is part of file names: letters, digits, {@code _}, {@code -} and dots inside
 * @param keys the keys that sign for it
 * @param paths patterns of target paths as clients match them (TUF 1.0.34, 4.5), at least one
 * @param terminating whether clients look no further for a matching target that the role does not list
 */
public record TeamDelegation(String name, KeySet keys, List<String> paths, boolean terminating) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*");
    private static final List<String> TOP_LEVEL = List.of("root", "timestamp", "snapshot", "targets");

    public TeamDelegation {
        requireRoleName(name);
        Objects.requireNonNull(keys, "keys");
        paths = List.copyOf(paths);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("a delegation needs at least one path pattern");
        }
    }

    static void requireRoleName(String name) {
        if (name.length() > 100 || !NAME.matcher(name).matches() || TOP_LEVEL.contains(name)) {
            throw new IllegalArgumentException("not a name for a delegated role, which may have letters, digits, _, -"
                    + " and dots inside, and is not a top-level role's: '" + name + "'");
        }
    }
}
