package dev.tallyclerk.trust.notary.internal;

import java.util.List;

/** The names of roles. */
public final class Roles {
    /** The role that declares the keys of the others. */
    public static final String ROOT = "root";

    /** The role that lists the snapshot. */
    public static final String TIMESTAMP = "timestamp";

    /** The role that lists the root and the targets roles. */
    public static final String SNAPSHOT = "snapshot";

    /** The role that lists targets and delegates to others. */
    public static final String TARGETS = "targets";

    /** The role into which {@code docker trust} signs. */
    public static final String RELEASES = "targets/releases";

    static final List<String> TOP_LEVEL = List.of(ROOT, SNAPSHOT, TARGETS, TIMESTAMP);

    private static final int MAX_LENGTH = 255;

    private Roles() {}

    /** {@return the type that the files of a role have} */
    static String typeOf(String role) {
        return switch (role) {
            case ROOT -> "Root";
            case TIMESTAMP -> "Timestamp";
            case SNAPSHOT -> "Snapshot";
            default -> "Targets";
        };
    }

    /** {@return whether a role is a delegated one whose delegator is {@code parent}} */
    static boolean isChild(String role, String parent) {
        return role.length() <= MAX_LENGTH
                && role.startsWith(parent + '/')
                && role.length() > parent.length() + 1
                && role.chars().skip(parent.length() + 1L).allMatch(Roles::isNameCharacter);
    }

    private static boolean isNameCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
