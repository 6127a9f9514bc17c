package dev.tallyclerk.command;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;

/** Turns failures into messages for the user. */
final class Messages {
    /** Java's message for a file name that the locale's encoding cannot represent. */
    private static final String UNMAPPABLE = "Malformed input or input contains unmappable characters";

    private Messages() {}

    /**
     * {@return a message, also where Java's own is only a file name; without terminal control characters, whatever the
     * file is called}
     */
    static String of(Throwable failure) {
        return Quoted.printable(text(failure));
    }

    private static String text(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof AccessDeniedException denied) {
            return "no permission to read or write " + denied.getFile();
        }
        if (failure instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + " exists already";
        }
        if (failure instanceof FileSystemException other) {
            String files = other.getOtherFile() == null ? "" : " and " + other.getOtherFile();
            return "cannot use " + other.getFile() + files
                    + (other.getReason() == null ? "" : ": " + other.getReason());
        }
        if (failure instanceof InvalidPathException path && UNMAPPABLE.equals(path.getReason())) {
            // Java has already lost the name.
            return "the locale cannot represent a character of a file name; set LC_ALL to a UTF-8 locale, such as C.UTF-8";
        }
        boolean cancelled = failure instanceof RegistryException registry && registry.reason() == Reason.CANCELLED;
        boolean interrupted = failure instanceof TufException tuf && tuf.reason() == TufException.Reason.INTERRUPTED;
        if (cancelled || interrupted || failure instanceof ClosedByInterruptException) {
            return "interrupted";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
