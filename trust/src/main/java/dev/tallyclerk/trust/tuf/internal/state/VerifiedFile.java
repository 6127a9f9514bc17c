package dev.tallyclerk.trust.tuf.internal.state;

import java.util.Arrays;

/** The content of a file whose signatures were verified, with the file's bytes to recognise it. Immutable. */
public final class VerifiedFile<T> {
    private final byte[] file;
    private final T content;

    /** Copies the bytes: if a caller changed them later, another file could pass for this one. */
    public VerifiedFile(byte[] file, T content) {
        this.file = file.clone();
        this.content = content;
    }

    public T content() {
        return content;
    }

    /** {@return the bytes, not copied; do not change them} */
    public byte[] bytes() {
        return file;
    }

    public boolean isOf(byte[] other) {
        return Arrays.equals(file, other);
    }
}
