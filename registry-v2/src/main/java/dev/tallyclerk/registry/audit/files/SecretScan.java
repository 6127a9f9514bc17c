package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks for secrets in the files of one layer while they are read.
 *
 * <p>Uses the memory of one window. A secret that is longer than the overlap of two windows, and lies across their
 * border, is found only if its start identifies it.
 */
final class SecretScan {
    /** The most files with secrets of one layer that are kept. */
    private static final int MAX_FILES = 1000;

    private static final int PROBE_BYTES = 8 * 1024;
    private static final int OVERLAP = 8 * 1024;

    /** Files of a known form are judged as a whole. */
    private static final int MAX_KNOWN_BYTES = 1 << 20;

    private final List<InFile> found = new ArrayList<>();
    private long more;

    /**
     * A file with a secret.
     *
     * @param entry the file
     * @param kinds for each rule that it breaks, the kind of secret
     */
    record InFile(LayerEntry entry, Map<String, String> kinds) {}

    List<InFile> found() {
        return List.copyOf(found);
    }

    /** {@return how many files with secrets were not kept} */
    long more() {
        return more;
    }

    /** {@return what looks at the content of a file, if it may have secrets} */
    Optional<ContentConsumer> open(LayerEntry entry) {
        return entry.size() == 0 || SecretFiles.isQuiet(entry.path())
                ? Optional.empty()
                : Optional.of(new Window(entry));
    }

    private void keep(LayerEntry entry, Map<String, String> kinds) {
        if (kinds.isEmpty()) {
            return;
        }
        if (found.size() < MAX_FILES) {
            found.add(new InFile(entry, kinds));
        } else {
            more++;
        }
    }

    /** The text of a file, a window at a time. */
    private final class Window implements ContentConsumer {
        private final LayerEntry entry;
        private final boolean isKnown;
        private final Map<String, String> kinds = new TreeMap<>();
        private final StringBuilder text = new StringBuilder();
        private boolean isFirst = true;

        Window(LayerEntry entry) {
            this.entry = entry;
            this.isKnown = SecretFiles.isKnown(entry.path()) && entry.size() <= MAX_KNOWN_BYTES;
        }

        @Override
        public boolean update(byte[] buffer, int offset, int length) {
            if (isFirst && isBinary(buffer, offset, length)) {
                return false;
            }
            isFirst = false;
            text.append(new String(buffer, offset, length, StandardCharsets.ISO_8859_1));
            if (!isKnown) {
                SecretFiles.tokens(entry.path(), text, kinds);
                text.delete(0, Math.max(text.length() - OVERLAP, 0));
            }
            return true;
        }

        private static boolean isBinary(byte[] buffer, int offset, int length) {
            for (int i = offset; i < offset + Math.min(length, PROBE_BYTES); i++) {
                if (buffer[i] == 0) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void finish() {
            if (isKnown) {
                SecretFiles.known(entry.path(), text.toString(), kinds);
                SecretFiles.tokens(entry.path(), text, kinds);
            }
            keep(entry, kinds);
        }
    }
}
