package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file of one layer with secrets.
 *
 * @param entry the entry
 * @param byRule what was found for each rule
 * @param fingerprint a number that files with the same secrets share
 * @param checksums the starts of the checksums of its content; empty if they are not known
 */
record SecretFile(LayerEntry entry, Map<String, Hit> byRule, long fingerprint, Set<Long> checksums) {
    SecretFile {
        byRule = Map.copyOf(byRule);
        checksums = Set.copyOf(checksums);
    }

    void writeTo(RecordWriter record) throws IOException {
        entry.writeTo(record.out());
        record.each(byRule, record::text, hit -> hit.writeTo(record));
        record.large(fingerprint);
        record.each(checksums, record::large);
    }

    static SecretFile readFrom(RecordReader record) throws IOException {
        return new SecretFile(
                LayerEntry.readFrom(record.in()),
                record.each(record::text, () -> Hit.readFrom(record)),
                record.large(),
                new HashSet<>(record.each(record::large)));
    }

    /** The secrets for one rule. Changed only while the file is read. */
    static final class Hit {
        private static final int MAX_NAMES = 5;

        private final Set<String> names = new TreeSet<>();
        private long count;
        private boolean isProtected = true;
        private boolean isDoubtful = true;

        void add(String name, boolean isNextProtected, boolean isNextDoubtful) {
            if (names.size() < MAX_NAMES) {
                names.add(name);
            }
            count++;
            isProtected &= isNextProtected;
            isDoubtful &= isNextDoubtful;
        }

        private void writeTo(RecordWriter record) throws IOException {
            record.each(names, record::text);
            record.large(count);
            record.flag(isProtected);
            record.flag(isDoubtful);
        }

        private static Hit readFrom(RecordReader record) throws IOException {
            Hit hit = new Hit();
            hit.names.addAll(record.each(record::text));
            hit.count = record.large();
            hit.isProtected = record.flag();
            hit.isDoubtful = record.flag();
            return hit;
        }

        /** {@return what was found, for people} */
        String describe() {
            return String.join(", ", names) + (count > names.size() ? " and others, " + count + " in all" : "");
        }

        /** {@return whether only the form of all speaks for secrets} */
        boolean isDoubtful() {
            return isDoubtful;
        }

        /** {@return whether all are encrypted by another secret} */
        boolean isProtected() {
            return isProtected;
        }
    }
}
