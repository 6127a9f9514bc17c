package dev.tallyclerk.registry.model;

import java.util.Objects;

/**
 * A place where a document breaks its specification but every engine reads the same.
 *
 * @param pointer the place in the document, an RFC 6901 JSON Pointer
 * @param message what is wrong there, and how engines read it; for display, and may change
 */
public record Deviation(String pointer, String message) {
    public Deviation {
        Objects.requireNonNull(pointer, "pointer");
        Objects.requireNonNull(message, "message");
    }
}
