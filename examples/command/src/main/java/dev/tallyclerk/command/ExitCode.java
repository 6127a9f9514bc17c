package dev.tallyclerk.command;

/** What the command's exit status says. */
final class ExitCode {
    /** The image is what it should be, and the policy lets it pass. */
    static final int ACCEPTED = 0;

    /** The image fails verification, or the policy rejects it. */
    static final int REJECTED = 1;

    /** Nothing is known to be wrong, and not everything that had to be known could be found out. */
    static final int INCOMPLETE = 2;

    /** The command was used wrongly, or something could not be read: nothing is known about the image. */
    static final int ERROR = 3;

    private ExitCode() {}
}
