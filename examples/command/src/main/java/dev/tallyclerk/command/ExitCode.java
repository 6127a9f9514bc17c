package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.Decision;

/** The exit status of the command. */
final class ExitCode {
    /** The image matches its digests, and the policy accepts it. */
    static final int ACCEPTED = 0;

    /** The image does not match its digests, or the policy rejects it. */
    static final int REJECTED = 1;

    /** Nothing is known to be wrong, but something could not be checked. */
    static final int INCOMPLETE = 2;

    /** Usage error or unreadable input: nothing is known about the image. */
    static final int ERROR = 3;

    /** Registry or network error: nothing is known about the image. */
    static final int NETWORK = 4;

    private ExitCode() {}

    static int of(Decision decision) {
        return switch (decision.kind()) {
            case ACCEPTED -> ACCEPTED;
            case REJECTED -> REJECTED;
            case INCOMPLETE -> INCOMPLETE;
        };
    }
}
