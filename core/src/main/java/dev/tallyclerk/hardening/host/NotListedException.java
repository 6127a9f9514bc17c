package dev.tallyclerk.hardening.host;

import java.io.IOException;

/** Thrown by a {@link HostFiles} that does not cover a path, so that nothing is known about it. */
public final class NotListedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param path the path that is not covered
     */
    public NotListedException(String path) {
        super(path);
    }
}
