package dev.tallyclerk.trust.notary.internal;

import java.util.Arrays;

/** A signature of a metadata file, with the key id and the method that it names. */
final class FileSignature {
    private final String keyId;
    private final String method;
    private final byte[] bytes;

    FileSignature(String keyId, String method, byte[] bytes) {
        this.keyId = keyId;
        this.method = method;
        this.bytes = bytes;
    }

    String keyId() {
        return keyId;
    }

    /** {@return the method in lower case, for example {@code ecdsa}; empty if there is none} */
    String method() {
        return method;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isSameAs(FileSignature other) {
        return keyId.equals(other.keyId) && method.equals(other.method) && Arrays.equals(bytes, other.bytes);
    }
}
