package dev.tallyclerk.testcontainers;

/** Tells why an image that a test names is not run. */
public final class ImageRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ImageRefusedException(String message) {
        super(message);
    }

    ImageRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
