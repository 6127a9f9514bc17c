package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import org.jspecify.annotations.Nullable;

/**
 * A role that has a metadata file of its own: one of the four top-level roles, or a delegated role.
 *
 * @param kind the format of its file; {@link TopLevelRole#TARGETS} for every delegated role
 * @param name the name as metadata writes it
 */
public record MetadataRole(TopLevelRole kind, String name) {
    public static final MetadataRole ROOT = of(TopLevelRole.ROOT);
    public static final MetadataRole TIMESTAMP = of(TopLevelRole.TIMESTAMP);
    public static final MetadataRole SNAPSHOT = of(TopLevelRole.SNAPSHOT);
    public static final MetadataRole TARGETS = of(TopLevelRole.TARGETS);

    /** The steps of the specification that handle a role's file. */
    public record Steps(String download, String hash, String threshold, String version, String expiry, String store) {}

    public static MetadataRole of(TopLevelRole role) {
        return new MetadataRole(role, role.roleName());
    }

    /** {@return the role of that name, top-level or delegated} */
    public static MetadataRole named(String name) {
        return new MetadataRole(TopLevelRole.named(name).orElse(TopLevelRole.TARGETS), name);
    }

    /** {@return the delegated role of that name} */
    public static MetadataRole delegated(String name) {
        return new MetadataRole(TopLevelRole.TARGETS, name);
    }

    public boolean isDelegated() {
        return !name.equals(kind.roleName());
    }

    public Steps steps() {
        return switch (kind) {
            case ROOT -> new Steps("5.3.3", "5.3.3", "5.3.4", "5.3.5", "5.3.10", "5.3.8");
            case TIMESTAMP -> new Steps("5.4.1", "5.4.1", "5.4.2", "5.4.3", "5.4.4", "5.4.5");
            case SNAPSHOT -> new Steps("5.5.1", "5.5.2", "5.5.3", "5.5.4", "5.5.6", "5.5.7");
            case TARGETS -> new Steps("5.6.1", "5.6.2", "5.6.3", "5.6.4", "5.6.5", "5.6.6");
        };
    }

    /** {@return the longest allowed file of the role, in bytes} */
    public int maxBytes(TufLimits limits) {
        return switch (kind) {
            case ROOT -> limits.rootBytes();
            case TIMESTAMP -> limits.timestampBytes();
            case SNAPSHOT -> limits.snapshotBytes();
            case TARGETS -> limits.targetsBytes();
        };
    }

    /** {@return the name under which a snapshot lists the file} */
    public String listedName() {
        return name + ".json";
    }

    /** {@return the name of the file in a repository; with consistent snapshots it contains the version (TUF 6.2)} */
    public String fileName(boolean consistentSnapshot, long version) {
        return consistentSnapshot ? version + "." + listedName() : listedName();
    }

    /** {@return the name for a message, quoted if it is untrusted} */
    public String shown() {
        return isDelegated() ? Quoted.quote(name) : name;
    }

    public TufException.Builder failure(Reason reason, String step) {
        return TufException.builder(reason, name, step);
    }

    public TufException malformed(String step, JsonException e) {
        return failure(Reason.MALFORMED, step)
                .pointer(e.pointer())
                .cause(e)
                .build(e.getMessage() + "; the repository has to publish a valid file");
    }

    public TufException tooLarge(String step, long limit, @Nullable Throwable cause) {
        return failure(Reason.LIMIT_EXCEEDED, step)
                .limit(limit)
                .cause(cause)
                .build("is longer than the " + limit + " bytes that the trusted metadata and TufLimits allow");
    }
}
