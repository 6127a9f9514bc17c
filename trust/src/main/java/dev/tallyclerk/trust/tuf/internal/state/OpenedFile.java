package dev.tallyclerk.trust.tuf.internal.state;

import java.util.Arrays;

/** What a file says whose signatures were verified, with its bytes, to know it again. Immutable. */
public final class OpenedFile<T> {
    private final byte[] file;
    private final T content;

    /** Of bytes that are copied, because a caller who changed them would have another file pass for this one. */
    public OpenedFile(byte[] file, T content) {
        this.file = file.clone();
        this.content = content;
    }

    public T content() {
        return content;
    }

    /** {@return the bytes themselves, which must not be changed} */
    public byte[] bytes() {
        return file;
    }

    public boolean isOf(byte[] other) {
        return Arrays.equals(file, other);
    }
}
