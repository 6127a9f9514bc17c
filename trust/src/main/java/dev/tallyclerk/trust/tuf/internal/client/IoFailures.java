package dev.tallyclerk.trust.tuf.internal.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;

/** Turns failures of the network and the disk into a {@link TufException}. */
final class IoFailures {
    /** How much of the cause's message to repeat, in characters. */
    private static final int MAX_CAUSE = 300;

    private IoFailures() {}

    static TufException of(Reason reason, MetadataRole role, String step, String what, IOException cause) {
        return builder(reason, role, step, cause).build(problem(what, cause));
    }

    /** {@return a builder with the reason, or with {@link Reason#INTERRUPTED} if that is the cause} */
    static TufException.Builder builder(Reason reason, MetadataRole role, String step, IOException cause) {
        boolean interrupted = isCancelled(cause) || (Thread.currentThread().isInterrupted() && isInterrupt(cause));
        return role.failure(interrupted ? Reason.INTERRUPTED : reason, step).cause(cause);
    }

    static String problem(String what, IOException cause) {
        String why = why(cause);
        // It may contain a file name made from a delegated role's name of any length.
        String bounded = why.length() > MAX_CAUSE ? why.substring(0, MAX_CAUSE) + "…" : why;
        return what + ": " + Quoted.printable(bounded);
    }

    /** {@return the cause's message; often it is only a file's name, and the type says what is wrong} */
    private static String why(IOException cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        if (message == null) {
            return kind;
        }
        boolean nameAlone = cause instanceof FileSystemException file && file.getReason() == null;
        return nameAlone ? kind.replaceFirst("Exception$", "") + " " + message : message;
    }

    private static boolean isCancelled(IOException cause) {
        return cause instanceof HttpException http && http.reason() == HttpException.Reason.CANCELLED;
    }

    private static boolean isInterrupt(IOException cause) {
        return cause instanceof ClosedByInterruptException
                || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
    }
}
