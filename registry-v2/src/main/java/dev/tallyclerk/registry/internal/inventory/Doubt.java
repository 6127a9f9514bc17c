package dev.tallyclerk.registry.internal.inventory;

import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * Why the packages of a file are not known, or not all of them.
 *
 * @param reason the kind of problem
 * @param detail what is wrong, for people; bounded and printable
 */
public record Doubt(Reason reason, String detail) {
    private static final int MAX_CHARACTERS = 500;

    /** The kinds of problems. */
    public enum Reason {
        /** The file is not what its name or its first bytes promise. */
        MALFORMED,
        /** A limit is exceeded. */
        LIMIT_EXCEEDED,
        /** The file has a format that is not read. */
        UNSUPPORTED
    }

    public Doubt {
        Objects.requireNonNull(reason, "reason");
        String printable = Quoted.printable(detail);
        detail = printable.length() > MAX_CHARACTERS ? printable.substring(0, MAX_CHARACTERS) + "…" : printable;
    }

    /** {@return this doubt about something within the file} */
    public Doubt in(String inside) {
        return new Doubt(reason, inside + ": " + detail);
    }
}
