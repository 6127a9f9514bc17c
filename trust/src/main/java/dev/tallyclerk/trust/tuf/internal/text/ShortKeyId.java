package dev.tallyclerk.trust.tuf.internal.text;

import dev.tallyclerk.text.Quoted;

/** Shortens a key id for a message. */
public final class ShortKeyId {
    private static final int SHOWN = 16;

    private ShortKeyId() {}

    public static String of(String keyId) {
        return Quoted.printable(keyId.length() > SHOWN ? keyId.substring(0, SHOWN) + "…" : keyId);
    }
}
