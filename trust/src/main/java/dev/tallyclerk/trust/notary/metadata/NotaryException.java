package dev.tallyclerk.trust.notary.metadata;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.metadata.ThresholdReport;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the metadata of a Notary v1 collection cannot be trusted, or cannot be read.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class NotaryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why metadata is refused. */
    public enum Reason {
        /** The file is not JSON, or not metadata of Notary v1. */
        MALFORMED,
        /** The file is metadata of another role's type. */
        WRONG_TYPE,
        /** A file, or the number or depth of delegated roles, is above a limit. */
        LIMIT_EXCEEDED,
        /** Fewer keys have signed than the role's threshold; {@link NotaryException#threshold} has the details. */
        THRESHOLD_NOT_MET,
        /** A key that signed is declared under an id that is not its own. */
        KEY_ID_MISMATCH,
        /** The file has another hash than the one listed for it. */
        HASH_MISMATCH,
        /** The version is lower than the one that was trusted before. */
        ROLLBACK,
        /** The version is the one that was trusted before, but the signed content is another. */
        SAME_VERSION_CHANGED,
        /** The number in the name of a root file is not the root's version. */
        WRONG_VERSION,
        /** The file, or each certificate of the root, has expired. */
        EXPIRED,
        /** The root has no certificate for the collection that is valid now. */
        NO_VALID_CERTIFICATE,
        /** No certificate of the root matches the pins for the collection. */
        PIN_MISMATCH,
        /** There is no pin for the collection, and trust on first use is off. */
        NOT_PINNED,
        /** The new root is not signed by the keys of the root that was trusted before. */
        ROOT_NOT_CHAINED,
        /** A file that another one lists is not listed with a SHA-256 hash. */
        NOT_LISTED,
        /** The server does not have the file. */
        NOT_AVAILABLE,
        /** The server could not be reached, or answered with a failure; the cause says why. */
        FETCH_FAILED,
        /** The store has no root for the collection, and no request may be made for one. */
        NO_TRUSTED_ROOT,
        /** The root in the store, and its copy, are damaged. */
        STORE_DAMAGED,
        /** The store could not be read or written; the cause says why. */
        STORE_FAILED
    }

    private final Reason reason;
    private final String role;
    private final String problem;
    private final @Nullable Long trustedVersion;
    private final @Nullable Long version;
    private final transient @Nullable ThresholdReport threshold;

    private NotaryException(
            Reason reason,
            String role,
            String problem,
            @Nullable Long trustedVersion,
            @Nullable Long version,
            @Nullable ThresholdReport threshold,
            @Nullable Throwable cause) {
        super(Quoted.printable(role) + ": " + problem + " [" + reason + "]", cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.role = Objects.requireNonNull(role, "role");
        this.problem = problem;
        this.trustedVersion = trustedVersion;
        this.version = version;
        this.threshold = threshold;
    }

    /**
     * {@return an exception}
     *
     * @param role the name of the role whose metadata is refused
     * @param problem what is wrong and what to do about it, without control characters
     */
    public static NotaryException of(Reason reason, String role, String problem) {
        return new NotaryException(reason, role, problem, null, null, null, null);
    }

    /** {@return this exception with a cause} */
    public NotaryException withCause(Throwable cause) {
        return new NotaryException(reason, role, problem, trustedVersion, version, threshold, cause);
    }

    /** {@return this exception with the version that was trusted before, and the refused one} */
    public NotaryException withVersions(long trustedVersion, long version) {
        return new NotaryException(reason, role, problem, trustedVersion, version, threshold, getCause());
    }

    /** {@return this exception with what each key contributed} */
    public NotaryException withThreshold(ThresholdReport threshold) {
        return new NotaryException(reason, role, problem, trustedVersion, version, threshold, getCause());
    }

    /** {@return why metadata was refused} */
    public Reason reason() {
        return reason;
    }

    /** {@return the name of the role whose metadata was refused; for a delegated role, untrusted text} */
    public String role() {
        return role;
    }

    /** {@return the version that was trusted before, or that a file should have} */
    public OptionalLong trustedVersion() {
        return trustedVersion == null ? OptionalLong.empty() : OptionalLong.of(trustedVersion);
    }

    /** {@return the version of the refused file} */
    public OptionalLong version() {
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }

    /** {@return what each key of the role contributed} */
    public Optional<ThresholdReport> threshold() {
        return Optional.ofNullable(threshold);
    }
}
