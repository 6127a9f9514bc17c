package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.text.Quoted;

/** The start of a key id, fit for a message. */
final class ShortKeyId {
    private static final int SHOWN = 16;

    private ShortKeyId() {}

    static String of(String keyId) {
        return Quoted.printable(keyId.length() > SHOWN ? keyId.substring(0, SHOWN) + "…" : keyId);
    }
}
