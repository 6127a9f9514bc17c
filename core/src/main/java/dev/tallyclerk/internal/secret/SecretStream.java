package dev.tallyclerk.internal.secret;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds secrets in files while they are read. Belongs to one thread.
 *
 * <p>Keeps 84 KiB, whatever the size of the files. A secret has to be within 16 KiB behind its keyword.
 */
public final class SecretStream {
    /** The most bytes of one {@link #update}. */
    public static final int MAX_CHUNK = 64 * 1024;

    private static final int AHEAD = 16 * 1024;
    private static final int BEHIND = 512;

    private final KeywordScan everywhere;
    private final List<SecretPattern> ofNames;

    /** The scans for names that files had, of which there are as many as the table has combinations. */
    private final Map<List<SecretPattern>, KeywordScan> scans = new HashMap<>();

    private final byte[] buffer = new byte[BEHIND + AHEAD + MAX_CHUNK];
    private final Window text = new Window(Window.Use.FILE, buffer, 0);
    private final SecretMatcher matcher;
    private Consumer<FoundSecret> found = secret -> {};

    /** What the patterns for all files found in the part that those for the name look at next. */
    private final Set<Place> foundAnywhere = new HashSet<>();

    private KeywordScan named;
    private SecretMatcher namedMatcher;
    private int end;
    private int at;

    /** Which byte of two has the ASCII characters, 0 or 1, if the file is in UTF-16, and else -1. */
    private int low = -1;

    /** Whether one byte of two is still to come, and the first. */
    private boolean hasHalf;

    private byte half;
    private boolean isStarted;

    /** Where in the buffer a secret of a kind starts. */
    private record Place(String name, int start) {}

    SecretStream(KeywordScan everywhere, List<SecretPattern> ofNames) {
        this.everywhere = everywhere;
        this.ofNames = ofNames;
        this.matcher = new SecretMatcher(everywhere.patterns(), text, this::anywhere);
        this.named = everywhere;
        this.namedMatcher = matcher;
    }

    /**
     * Starts a file; the one before need not have been finished.
     *
     * @param path its path, for the patterns that belong to names
     * @param secrets receives its secrets
     */
    public void start(String path, Consumer<FoundSecret> secrets) {
        found = secrets;
        end = 0;
        at = 0;
        low = -1;
        hasHalf = false;
        isStarted = false;
        matcher.reset();
        namedMatcher = matcher;
        List<SecretPattern> own = new ArrayList<>(0);
        for (SecretPattern pattern : ofNames) {
            if (pattern.isFor(path)) {
                own.add(pattern);
            }
        }
        if (!own.isEmpty()) {
            named = scans.computeIfAbsent(own, KeywordScan::new);
            namedMatcher = new SecretMatcher(own, text, this::ofName);
        }
    }

    /**
     * Looks at the next bytes.
     *
     * @param bytes holds them
     * @param offset the first one
     * @param length how many there are, at most {@link #MAX_CHUNK}
     */
    public void update(byte[] bytes, int offset, int length) {
        int kept = Math.max(at - BEHIND, 0);
        System.arraycopy(buffer, kept, buffer, 0, end - kept);
        end -= kept;
        at -= kept;
        matcher.move(kept);
        if (namedMatcher != matcher) {
            namedMatcher.move(kept);
        }
        if (!isStarted && length > 1) {
            low = low(bytes[offset], bytes[offset + 1]);
        }
        isStarted |= length > 0;
        if (low < 0) {
            System.arraycopy(bytes, offset, buffer, end, length);
            end += length;
        } else {
            addUtf16(bytes, offset, length);
        }
        scan(end - AHEAD);
    }

    /** Adds ASCII characters as they are, and a byte that is not ASCII for each other one. */
    private void addUtf16(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!hasHalf) {
                half = bytes[i];
                hasHalf = true;
                continue;
            }
            byte character = low == 0 ? half : bytes[i];
            byte other = low == 0 ? bytes[i] : half;
            buffer[end++] = other == 0 ? character : -1;
            hasHalf = false;
        }
    }

    /** {@return which byte of two has the ASCII characters by the byte order mark of UTF-16, or -1 without one} */
    private static int low(byte first, byte second) {
        if (first == (byte) 0xFF && second == (byte) 0xFE) {
            return 0;
        }
        return first == (byte) 0xFE && second == (byte) 0xFF ? 1 : -1;
    }

    private void anywhere(FoundSecret secret) {
        if (namedMatcher != matcher) {
            foundAnywhere.add(new Place(secret.name(), secret.start()));
        }
        found.accept(secret);
    }

    private void ofName(FoundSecret secret) {
        if (!foundAnywhere.contains(new Place(secret.name(), secret.start()))) {
            found.accept(secret);
        }
    }

    /** Looks at the rest, after the last byte. */
    public void finish() {
        scan(end - 1);
    }

    private void scan(int to) {
        if (to <= at) {
            return;
        }
        text.setEnd(end);
        int from = at;
        foundAnywhere.clear();
        at = everywhere.scan(buffer, from, to, end, matcher);
        if (namedMatcher != matcher) {
            named.scan(buffer, from, to, end, namedMatcher);
        }
    }
}
