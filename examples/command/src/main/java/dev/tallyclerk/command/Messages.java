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

/** What a failure says to a person. */
final class Messages {
    /** What Java says of a name that the encoding of the locale cannot spell. */
    private static final String UNMAPPABLE = "Malformed input or input contains unmappable characters";

    private Messages() {}

    /**
     * {@return a message even where Java's own is only a file's name; nothing in it moves a terminal's cursor, even if
     * an attacker chose the file's name}
     */
    static String of(Throwable failure) {
        return Quoted.printable(text(failure));
    }

    private static String text(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "there is no " + missing.getFile();
        }
        if (failure instanceof AccessDeniedException denied) {
            return "may not read or write " + denied.getFile();
        }
        if (failure instanceof FileAlreadyExistsException existing) {
            return "there is " + existing.getFile() + " already";
        }
        if (failure instanceof FileSystemException other) {
            String files = other.getOtherFile() == null ? "" : " and " + other.getOtherFile();
            return "cannot use " + other.getFile() + files
                    + (other.getReason() == null ? "" : ": " + other.getReason());
        }
        if (failure instanceof InvalidPathException path && UNMAPPABLE.equals(path.getReason())) {
            // The name itself is damaged already.
            return "a file name has a character that this locale has not; set LC_ALL to one of UTF-8, such as C.UTF-8";
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
