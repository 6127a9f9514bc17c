package dev.tallyclerk.trust.fetch;

import java.io.IOException;

/** Thrown by a {@link MetadataFetcher} when a file is longer than its caller allows. */
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long maxBytes;

    /**
     * Creates an exception.
     *
     * @param fileName the file
     * @param maxBytes how many bytes are allowed
     */
    public BodyTooLargeException(String fileName, long maxBytes) {
        super(fileName + " is longer than the allowed " + maxBytes + " bytes");
        this.maxBytes = maxBytes;
    }

    /** {@return how many bytes are allowed} */
    public long maxBytes() {
        return maxBytes;
    }
}
