package dev.tallyclerk.registry.internal.tar;

import org.jspecify.annotations.Nullable;

/** A normalised path: no slash at either end, and no {@code .} component. */
public final class TarName {
    private byte[] scratch = new byte[256];
    private String path = "";
    private @Nullable String odd;
    private boolean dotSlash;
    private boolean slashBefore;
    private boolean slashAfter;
    private boolean slashAtEnd;
    private boolean dotAtEnd;
    private boolean parentReference;
    private boolean whiteout;
    private int depth;

    /** Reads "PREFIX/NAME", where the prefix may be empty. */
    void read(byte[] b, int prefixStart, int prefixLength, int nameStart, int nameEnd) {
        if (prefixLength == 0) {
            read(b, nameStart, nameEnd);
            return;
        }
        int length = prefixLength + 1 + nameEnd - nameStart;
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        System.arraycopy(b, prefixStart, scratch, 0, prefixLength);
        scratch[prefixLength] = '/';
        System.arraycopy(b, nameStart, scratch, prefixLength + 1, nameEnd - nameStart);
        read(scratch, 0, length);
    }

    void read(byte[] b, int start, int end) {
        int from = start;
        int to = end;
        odd = null;
        dotSlash = to - from >= 2 && b[from] == '.' && b[from + 1] == '/';
        slashBefore = to > from && b[from] == '/';
        from += dotSlash ? 2 : slashBefore ? 1 : 0;
        slashAfter = to > from && b[to - 1] == '/';
        to -= slashAfter ? 1 : 0;
        slashAtEnd = end > start && b[end - 1] == '/';
        dotAtEnd = end > start && b[end - 1] == '.' && (end - start == 1 || b[end - 2] == '/');
        int or = scan(b, from, to);
        if (depth < 0) {
            odd = TarText.decode(b, start, end, or < 0);
            byte[] tidied = new byte[to - from];
            int length = tidy(b, from, to, tidied);
            or = scan(tidied, 0, length);
            path = TarText.decode(tidied, 0, length, or < 0);
        } else {
            path = TarText.decode(b, from, to, or < 0);
        }
    }

    /** Checks every component of the path; {@link #depth} is negative if one is empty or a single dot. */
    private int scan(byte[] b, int from, int to) {
        int or = 0;
        parentReference = false;
        whiteout = false;
        depth = 0;
        if (from == to) {
            return or;
        }
        int name = from;
        for (int i = from; i <= to; i++) {
            if (i < to && b[i] != '/') {
                or |= b[i];
                continue;
            }
            int length = i - name;
            if (length == 0 || (length == 1 && b[name] == '.')) {
                depth = Integer.MIN_VALUE;
            } else if (b[name] == '.') {
                parentReference |= length == 2 && b[name + 1] == '.';
                whiteout |= length >= 4 && b[name + 1] == 'w' && b[name + 2] == 'h' && b[name + 3] == '.';
            }
            depth++;
            name = i + 1;
        }
        return or;
    }

    private static int tidy(byte[] b, int from, int to, byte[] into) {
        int length = 0;
        int name = from;
        for (int i = from; i <= to; i++) {
            if (i < to && b[i] != '/') {
                continue;
            }
            if (i > name && !(i == name + 1 && b[name] == '.')) {
                if (length > 0) {
                    into[length++] = '/';
                }
                System.arraycopy(b, name, into, length, i - name);
                length += i - name;
            }
            name = i + 1;
        }
        return length;
    }

    /** {@return the path; empty for the root} */
    public String path() {
        return path;
    }

    /** {@return the path as written in the archive, or null if it follows from the path and the three slashes} */
    public @Nullable String odd() {
        return odd;
    }

    public boolean startsWithDotSlash() {
        return dotSlash;
    }

    public boolean startsWithSlash() {
        return slashBefore;
    }

    public boolean endsWithSlash() {
        return slashAfter;
    }

    /** {@return whether the path in the archive ends with a slash, even if that is all of it} */
    boolean isWrittenAsFolder() {
        return slashAtEnd;
    }

    /** {@return whether the name is that of a directory, because it ends with a slash or a dot} */
    boolean isFolder() {
        return slashAtEnd || dotAtEnd;
    }

    /** {@return whether {@code ..} is a component} */
    public boolean hasParentReference() {
        return parentReference;
    }

    /** {@return whether a component starts with {@code .wh.}} */
    public boolean hasWhiteout() {
        return whiteout;
    }

    /** {@return how many components the path has} */
    public int depth() {
        return depth;
    }
}
