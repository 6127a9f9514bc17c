package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.trust.store.StoredName;

/**
 * A role that has a file of its own: one of the four, or one that a targets role delegates to.
 *
 * @param kind the format of its file; {@link TopLevelRole#TARGETS} for every delegated role
 * @param name the name as metadata writes it
 */
record MetadataRole(TopLevelRole kind, String name) {
    static MetadataRole of(TopLevelRole role) {
        return new MetadataRole(role, role.roleName());
    }

    /** {@return a delegated role, of any name that {@link Delegations} can have} */
    static MetadataRole delegated(String name) {
        return new MetadataRole(TopLevelRole.TARGETS, name);
    }

    boolean isDelegated() {
        return !name.equals(kind.roleName());
    }

    TopLevelRole.Steps steps() {
        return kind.steps();
    }

    /** {@return the name under which a snapshot lists the file} */
    String listedName() {
        return name + ".json";
    }

    /** {@return the name of the file in a repository, which has the version with consistent snapshots (TUF 6.2)} */
    String fileName(boolean consistentSnapshot, long version) {
        return consistentSnapshot ? version + "." + listedName() : listedName();
    }

    StoredName storedName() {
        return isDelegated() ? StoredName.delegated(name) : kind.storedName();
    }

    /** {@return the name, fit for a message} */
    String shown() {
        return isDelegated() ? Quoted.quote(name) : name;
    }
}
