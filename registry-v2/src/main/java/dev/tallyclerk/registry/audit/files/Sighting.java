package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that a rule is about.
 *
 * @param layer the layer that brought it, from 0
 * @param path its path in the image, or as its layer writes it
 * @param message what is wrong with it, as a predicate
 * @param severity its own severity, or null for the rule's
 * @param isOfDistribution whether the file is as a package of the image's distribution brought it
 */
record Sighting(
        int layer,
        String path,
        String message,
        List<Evidence> evidence,
        @Nullable Severity severity,
        boolean isOfDistribution) {
    /** A file of which it is not known whether a package brought it. */
    Sighting(int layer, String path, String message, List<Evidence> evidence, @Nullable Severity severity) {
        this(layer, path, message, evidence, severity, false);
    }

    void writeTo(RecordWriter record) throws IOException {
        record.number(layer);
        record.text(path);
        record.text(message);
        record.each(evidence, each -> {
            record.text(each.name());
            record.text(each.value());
            record.flag(each.redacted());
        });
        record.optionalText(severity == null ? null : severity.name());
        record.flag(isOfDistribution);
    }

    static Sighting readFrom(RecordReader record) throws IOException {
        return new Sighting(
                record.number(),
                record.text(),
                record.text(),
                record.each(() -> new Evidence(record.text(), record.text(), record.flag())),
                severity(record.optionalText()),
                record.flag());
    }

    private static @Nullable Severity severity(@Nullable String name) {
        return name == null ? null : Severity.valueOf(name);
    }

    Sighting withLayer(int newLayer) {
        return new Sighting(newLayer, path, message, evidence, severity, isOfDistribution);
    }

    Sighting withSeverity(Severity newSeverity) {
        return new Sighting(layer, path, message, evidence, newSeverity, isOfDistribution);
    }
}
