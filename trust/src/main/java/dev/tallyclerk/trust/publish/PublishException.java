package dev.tallyclerk.trust.publish;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a change of a repository cannot be made, signed or published; the repository is as it was before.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people and may change.
 */
public final class PublishException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a change is refused. */
    public enum Reason {
        /** Metadata of the repository, or the file of a ceremony, is malformed. */
        MALFORMED,
        /** There is no repository in the folder, or there is one where a new one was to be made. */
        NO_REPOSITORY,
        /** A file of the repository is not signed by the keys that its delegator names. */
        NOT_TRUSTED,
        /** No role has this name, or nothing delegates to it. */
        NO_SUCH_ROLE,
        /** The role does not list the target. */
        NO_SUCH_TARGET,
        /** A delegation on the way to the role does not cover the target's path, so that no client would find it. */
        NOT_DELEGATED,
        /** The key signs for no document of the change. */
        NOT_A_SIGNER,
        /** Fewer keys have signed a document than its threshold. */
        THRESHOLD_NOT_MET,
        /** The signatures to merge are for another change. */
        OTHER_CHANGE,
        /** Somebody published a newer version since the change was begun. */
        CONFLICT,
        /** Clients refuse documents of this size or form. */
        LIMIT_EXCEEDED
    }

    private final Reason reason;

    private PublishException(Reason reason, String problem, @Nullable Throwable cause) {
        super(problem + " [" + reason + "]", cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    static PublishException of(Reason reason, String problem) {
        return new PublishException(reason, Quoted.printable(problem), null);
    }

    static PublishException of(Reason reason, String problem, Throwable cause) {
        return new PublishException(reason, Quoted.printable(problem + ": " + cause.getMessage()), cause);
    }

    /** {@return why the change was refused} */
    public Reason reason() {
        return reason;
    }
}
