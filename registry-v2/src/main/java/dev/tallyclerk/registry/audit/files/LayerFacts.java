package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one layer has that rules look at.
 *
 * @param contents the files whose content is wanted, by their position in the layer
 * @param always what is wrong with entries whether or not they are in the merged files
 * @param alone what is wrong with entries if they are; used only where there are no merged files
 * @param secrets the files with secrets
 * @param bytes the size of all files in the layer
 */
record LayerFacts(Map<Integer, Kept> contents, Findings always, Findings alone, SecretScan secrets, long bytes) {
    /** A file whose content is wanted. Immutable. */
    static final class Kept {
        private final LayerEntry entry;
        private final byte @Nullable [] content;
        private final String problem;

        /**
         * Describes a file.
         *
         * @param content the content, not copied, or null if it was not read
         * @param problem why it was not read; empty if it was
         */
        Kept(LayerEntry entry, byte @Nullable [] content, String problem) {
            this.entry = entry;
            this.content = content;
            this.problem = problem;
        }

        LayerEntry entry() {
            return entry;
        }

        byte @Nullable [] content() {
            return content;
        }

        String problem() {
            return problem;
        }
    }
}
