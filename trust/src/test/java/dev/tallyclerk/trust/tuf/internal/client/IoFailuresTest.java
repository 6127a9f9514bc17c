package dev.tallyclerk.trust.tuf.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class IoFailuresTest {
    private static String message(IOException cause) {
        return String.valueOf(failure(cause).getMessage());
    }

    private static TufException failure(IOException cause) {
        MetadataRole role = MetadataRole.of(TopLevelRole.ROOT);
        return IoFailures.of(Reason.FETCH_FAILED, role, "5.3.3", "what", cause);
    }

    private static void says(String message, String fact) {
        assertTrue(message.contains(fact), message);
    }

    @Test
    void whatFitsIsSaidWhole() {
        says(message(new IOException("x".repeat(300))), ": " + "x".repeat(300) + " [");
        says(message(new IOException("x".repeat(301))), ": " + "x".repeat(300) + "… [");
        says(message(new IOException()), ": IOException [");
    }

    /** The runtime says the file's name alone where the kind of the exception has to say the rest. */
    @Test
    void whatIsWrongWithAFileIsSaidOnce() {
        says(message(new NoSuchFileException("/a/b")), ": NoSuchFile /a/b [");
        says(message(new FileSystemException("/a/b", null, "No space left")), ": /a/b: No space left [");
        says(message(new IOException("/a/b")), ": /a/b [");
    }

    @Test
    void onlyAnInterruptOfAnInterruptedThreadIsSaidToBeOne() {
        List<IOException> interrupts = List.of(new InterruptedIOException(), new ClosedByInterruptException());
        List<IOException> others = List.of(new IOException("connection reset"), new SocketTimeoutException());
        Thread.currentThread().interrupt();
        try {
            interrupts.forEach(
                    cause -> assertEquals(Reason.INTERRUPTED, failure(cause).reason()));
            others.forEach(
                    cause -> assertEquals(Reason.FETCH_FAILED, failure(cause).reason()));
        } finally {
            assertTrue(Thread.interrupted());
        }
        interrupts.forEach(
                cause -> assertEquals(Reason.FETCH_FAILED, failure(cause).reason()));
    }
}
