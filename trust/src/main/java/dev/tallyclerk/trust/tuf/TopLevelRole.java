package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.store.StoredName;

/**
 * The four roles whose keys the root declares, in the order in which a client asks for their files (TUF 1.0.34, 2.1).
 */
public enum TopLevelRole {
    /** Declares the keys and thresholds of all four. */
    ROOT("root"),
    /** Says, at short intervals, which snapshot is the current one. */
    TIMESTAMP("timestamp"),
    /** Lists the current version of every targets file, so that none is mixed in from another time. */
    SNAPSHOT("snapshot"),
    /** Lists target files and delegates to other roles. */
    TARGETS("targets");

    /** The numbers of the specification's steps that treat a role's file. */
    record Steps(String download, String hash, String threshold, String version, String expiry, String store) {}

    private final String roleName;

    TopLevelRole(String roleName) {
        this.roleName = roleName;
    }

    /** {@return the name that metadata writes, for example {@code snapshot}} */
    public String roleName() {
        return roleName;
    }

    /** {@return the name of the role's file without a version, for example {@code snapshot.json}} */
    public String fileName() {
        return roleName + ".json";
    }

    /** {@return the name under which a store keeps the role's file} */
    public StoredName storedName() {
        return new StoredName(fileName());
    }

    String fileName(long version) {
        return version + "." + fileName();
    }

    Steps steps() {
        return switch (this) {
            case ROOT -> new Steps("5.3.3", "5.3.3", "5.3.4", "5.3.5", "5.3.10", "5.3.8");
            case TIMESTAMP -> new Steps("5.4.1", "5.4.1", "5.4.2", "5.4.3", "5.4.4", "5.4.5");
            case SNAPSHOT -> new Steps("5.5.1", "5.5.2", "5.5.3", "5.5.4", "5.5.6", "5.5.7");
            case TARGETS -> new Steps("5.6.1", "5.6.2", "5.6.3", "5.6.4", "5.6.5", "5.6.6");
        };
    }
}
