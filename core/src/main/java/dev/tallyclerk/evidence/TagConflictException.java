package dev.tallyclerk.evidence;

import java.io.IOException;

/** Thrown when a tag refers to another artifact than the one that was to be replaced, or that was written. */
public final class TagConflictException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Says which artifact was found, and which one was expected.
     *
     * @param message the tag and both digests
     */
    public TagConflictException(String message) {
        super(message);
    }
}
