package dev.tallyclerk.registry.internal.inventory.binary;

import dev.tallyclerk.internal.text.StringSearch;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a Go program that may be its version or its modules, by their positions. Programs of Go 1.17 and earlier
 * have them far before the pointers that lead to them.
 */
final class GoStrings {
    private static final byte[] VERSION = "go1.".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION_BYTES = 48;
    private static final int MAX_VERSIONS = 16384;
    private static final int MODULES_BYTES = 1 << 19;
    private static final int MAX_MODULES = 4;

    private static final StringSearch TEXTS = new StringSearch(List.of(VERSION, GoBuildInfo.TEXT_START));

    private final MemoryBudget budget;
    private final Map<Long, ByteArrayOutputStream> modules = new TreeMap<>();
    private final Map<Long, byte[]> versions = new TreeMap<>();
    private byte[] window = new byte[0];
    private int inWindow;
    private long taken;
    private @Nullable UnreadableException problem;

    GoStrings(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Takes the next bytes, which start at a position of the file. */
    void update(byte[] bytes, int offset, int length, long position) {
        modules.values().forEach(text -> text.write(bytes, offset, Math.min(length, MODULES_BYTES - text.size())));
        if (window.length < inWindow + length) {
            window = Arrays.copyOf(window, inWindow + length);
        }
        System.arraycopy(bytes, offset, window, inWindow, length);
        long start = position - inWindow;
        inWindow += length;
        int complete = Math.max(0, inWindow - VERSION_BYTES + 1);
        find(start, complete);
        System.arraycopy(window, complete, window, 0, inWindow - complete);
        inWindow -= complete;
    }

    /** Looks for texts that start before an index of the window, of which the rest is there. */
    private void find(long start, int end) {
        TEXTS.search(window, 0, inWindow - 1, inWindow, (text, at) -> {
            if (at >= end) {
                return; // found again with the bytes behind it
            }
            if (text == 0) {
                addVersion(start + at, at);
            } else {
                addModules(start + at, at);
            }
        });
    }

    private void addVersion(long position, int at) {
        if (versions.size() < MAX_VERSIONS && take(2 * VERSION_BYTES)) {
            versions.put(position, Arrays.copyOfRange(window, at, at + VERSION_BYTES));
        }
    }

    private void addModules(long position, int at) {
        if (modules.size() < MAX_MODULES && take(MODULES_BYTES)) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            text.write(window, at, Math.min(inWindow - at, MODULES_BYTES));
            modules.put(position, text);
        }
    }

    private boolean take(int bytes) {
        try {
            budget.take(bytes);
            taken += bytes;
            return true;
        } catch (UnreadableException e) {
            problem = e;
            return false;
        }
    }

    /** {@return the version at a position; nothing if no released version is there} */
    Optional<String> version(long position, long length) throws UnreadableException {
        requireAll();
        return text(versions.get(position), length);
    }

    /** {@return the modules at a position, between their marks; nothing if none are there} */
    Optional<String> modules(long position, long length) throws UnreadableException {
        requireAll();
        ByteArrayOutputStream text = modules.get(position);
        return text(text == null ? null : text.toByteArray(), length);
    }

    private void requireAll() throws UnreadableException {
        if (problem != null) {
            throw problem;
        }
    }

    private static Optional<String> text(byte @Nullable [] bytes, long length) {
        return bytes == null || length > bytes.length
                ? Optional.empty()
                : Optional.of(new String(bytes, 0, (int) length, StandardCharsets.ISO_8859_1));
    }

    /** Frees all memory. */
    void clear() {
        budget.free(taken);
        taken = 0;
        modules.clear();
        versions.clear();
        window = new byte[0];
        inWindow = 0;
    }
}
