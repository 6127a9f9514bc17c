package dev.tallyclerk.trust.tuf;

import java.util.Map;

/** What was signed and the signatures of it: all that is needed to ask another delegator's keys later. */
final class SignedMessage {
    private final byte[] message;
    private final Map<String, String> signatures;

    /** Of the canonical bytes, which are not copied, and the hexadecimal signatures by key id. */
    SignedMessage(byte[] message, Map<String, String> signatures) {
        this.message = message;
        this.signatures = signatures;
    }

    byte[] bytes() {
        return message;
    }

    Map<String, String> signatures() {
        return signatures;
    }
}
