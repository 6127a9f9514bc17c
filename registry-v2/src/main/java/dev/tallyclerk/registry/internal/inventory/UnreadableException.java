package dev.tallyclerk.registry.internal.inventory;

/** Thrown when the rest of a file cannot be read; what was found before stays found. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Doubt doubt;

    private UnreadableException(Doubt doubt) {
        super(doubt.detail());
        this.doubt = doubt;
    }

    public static UnreadableException malformed(String detail) {
        return new UnreadableException(new Doubt(Doubt.Reason.MALFORMED, detail));
    }

    public static UnreadableException limit(String detail) {
        return new UnreadableException(new Doubt(Doubt.Reason.LIMIT_EXCEEDED, detail));
    }

    public static UnreadableException unsupported(String detail) {
        return new UnreadableException(new Doubt(Doubt.Reason.UNSUPPORTED, detail));
    }

    public Doubt doubt() {
        return doubt;
    }
}
