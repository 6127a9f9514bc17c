package dev.tallyclerk.trust.tuf.metadata;

import java.util.Optional;

/**
 * The four roles whose keys the root declares, in the order in which a client fetches their files (TUF 1.0.34, 2.1).
 */
public enum TopLevelRole {
    /** Declares the keys and thresholds of all four. */
    ROOT("root"),
    /** Says, at short intervals, which snapshot is current. */
    TIMESTAMP("timestamp"),
    /** Lists the current version of every targets file, so that none can be mixed in from another time. */
    SNAPSHOT("snapshot"),
    /** Lists target files and delegates to other roles. */
    TARGETS("targets");

    private final String roleName;

    TopLevelRole(String roleName) {
        this.roleName = roleName;
    }

    /**
     * {@return the top-level role of that name; empty if it is not one of the four}
     *
     * @param roleName as metadata writes it
     */
    public static Optional<TopLevelRole> named(String roleName) {
        for (TopLevelRole role : values()) {
            if (role.roleName.equals(roleName)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** {@return the name that metadata writes, for example {@code snapshot}} */
    public String roleName() {
        return roleName;
    }

    /** {@return the name of the role's file without a version, for example {@code snapshot.json}} */
    public String fileName() {
        return roleName + ".json";
    }
}
