package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes one JSON object in a line for each finding, passes included, for programs that read line by line.
 *
 * <p>The members are {@code kind} and {@code subject} (the subject's name), {@code rule} (id), {@code severity},
 * {@code verdict}, {@code detail} unless it is a pass, and for a failure {@code location}, the form for people. A rule
 * that found several problems has a line for each. Members may be added, and a reader ignores those that it does not
 * know. The decision is not in it; {@link JsonReporter} writes the whole.
 *
 * <p>Characters outside ASCII are escaped, so that the bytes are safe on any terminal. Immutable.
 */
public final class JsonLinesReporter implements Reporter {
    private JsonLinesReporter() {}

    /** {@return a reporter} */
    public static JsonLinesReporter create() {
        return new JsonLinesReporter();
    }

    @Override
    public String mediaType() {
        return "application/jsonl";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (Finding finding : report.findings()) {
            // A writer flushes what it writes to, which may be a terminal.
            line.reset();
            JsonWriter json = JsonWriter.compact(line);
            json.beginObject();
            json.member("kind", finding.subject().kind())
                    .member("subject", finding.subject().name());
            json.member("rule", finding.rule().id().value());
            json.member("severity", finding.severity().name())
                    .member("verdict", finding.verdict().name());
            if (!finding.detail().isEmpty()) {
                json.member("detail", finding.detail());
            }
            Optional<Problem> problem = finding.problem();
            if (problem.isPresent()) {
                json.member("location", problem.get().at().toString());
            }
            json.endObject();
            json.finish();
            line.writeTo(out);
        }
    }
}
