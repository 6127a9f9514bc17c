package dev.tallyclerk.internal.secret;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private KeywordScan named;
    private SecretMatcher namedMatcher;
    private int end;
    private int at;

    SecretStream(KeywordScan everywhere, List<SecretPattern> ofNames) {
        this.everywhere = everywhere;
        this.ofNames = ofNames;
        this.matcher = new SecretMatcher(everywhere.patterns(), text, secret -> found.accept(secret));
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
            namedMatcher = new SecretMatcher(own, text, secret -> found.accept(secret));
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
        System.arraycopy(bytes, offset, buffer, end, length);
        end += length;
        scan(end - AHEAD);
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
        at = everywhere.scan(buffer, from, to, end, matcher);
        if (namedMatcher != matcher) {
            named.scan(buffer, from, to, end, namedMatcher);
        }
    }
}
