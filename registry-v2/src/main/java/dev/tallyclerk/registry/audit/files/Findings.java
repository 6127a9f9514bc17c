package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.internal.record.RecordReader;
import dev.tallyclerk.registry.internal.record.RecordWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was found for each rule, within limits. Belongs to one thread. */
final class Findings {
    /** The most sightings for one rule; a hostile image has millions. */
    static final int MAX_SIGHTINGS = 1000;

    private static final int MAX_UNKNOWN = 100;

    private final Map<String, Found> byRule = new TreeMap<>();

    /** What was found for one rule. */
    static final class Found {
        private final List<Sighting> sightings = new ArrayList<>();
        private final Set<String> unknown = new LinkedHashSet<>();
        private @Nullable String notApplicable;
        private long more;

        List<Sighting> sightings() {
            return sightings;
        }

        /** {@return what could not be looked at, one line each} */
        List<String> unknown() {
            List<String> all = new ArrayList<>(unknown);
            if (more > 0) {
                all.add(more + " more files than the " + MAX_SIGHTINGS + " that are kept");
            }
            return all;
        }

        @Nullable String notApplicable() {
            return notApplicable;
        }

        private void writeTo(RecordWriter record) throws IOException {
            record.each(sightings, sighting -> sighting.writeTo(record));
            record.each(unknown, record::text);
            record.optionalText(notApplicable);
            record.large(more);
        }

        private static Found readFrom(RecordReader record) throws IOException {
            Found found = new Found();
            found.sightings.addAll(record.each(() -> Sighting.readFrom(record)));
            found.unknown.addAll(record.each(record::text));
            found.notApplicable = record.optionalText();
            found.more = record.large();
            return found;
        }
    }

    void writeTo(RecordWriter record) throws IOException {
        record.each(byRule, record::text, found -> found.writeTo(record));
    }

    static Findings readFrom(RecordReader record) throws IOException {
        Findings findings = new Findings();
        findings.byRule.putAll(record.each(record::text, () -> Found.readFrom(record)));
        return findings;
    }

    private Found of(String rule) {
        return byRule.computeIfAbsent(rule, id -> new Found());
    }

    void report(String rule, int layer, String path, String message, Evidence... evidence) {
        report(rule, new Sighting(layer, path, message, List.of(evidence), null));
    }

    void report(String rule, Severity severity, int layer, String path, String message, Evidence... evidence) {
        report(rule, new Sighting(layer, path, message, List.of(evidence), severity));
    }

    void report(String rule, Sighting sighting) {
        Found found = of(rule);
        if (found.sightings.size() < MAX_SIGHTINGS) {
            found.sightings.add(sighting);
        } else {
            found.more++;
        }
    }

    void unknown(String rule, String what) {
        Set<String> all = of(rule).unknown;
        if (all.size() < MAX_UNKNOWN) {
            all.add(what);
        }
    }

    /** {@return whether a file was read; the rules are unknown if it was not} */
    boolean isRead(ContentFile file, String... rules) {
        if (!file.isRead()) {
            for (String rule : rules) {
                unknown(rule, file.describeProblem());
            }
        }
        return file.isRead();
    }

    void notApplicable(String rule, String why) {
        of(rule).notApplicable = why;
    }

    /** Gives the sightings for a rule another severity. */
    void raise(String rule, Severity severity) {
        of(rule).sightings.replaceAll(sighting -> sighting.withSeverity(severity));
    }

    /** Adds what was found in one layer. */
    void addAll(Findings inLayer, int layer) {
        inLayer.byRule.forEach((rule, found) -> {
            found.sightings.forEach(sighting -> report(rule, sighting.withLayer(layer)));
            found.unknown().forEach(what -> unknown(rule, "layer " + (layer + 1) + ": " + what));
        });
    }

    /** {@return what was found for a rule} */
    Found found(String rule) {
        return byRule.getOrDefault(rule, new Found());
    }
}
