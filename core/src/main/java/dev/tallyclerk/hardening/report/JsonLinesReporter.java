package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes one JSON object per line for each finding, passes included, for programs that read line by line.
 *
 * <p>A line has {@code kind} and {@code subject} (the subject's kind and name), {@code digest} if the subject has one,
 * and the members that {@link JsonReporter} documents for a finding, except that {@code subject} is the name and not an
 * index. A rule that found several problems has a line for each. Members may be added, and readers ignore unknown ones.
 * The decision is not included; {@link JsonReporter} writes the whole report.
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
        JsonWriter json = JsonWriter.compact(out);
        for (Finding finding : report.findings()) {
            json.beginObject();
            json.member("kind", finding.subject().kind())
                    .member("subject", finding.subject().name());
            JsonParts.finding(finding, json);
            Optional<Digest> digest = finding.subject().digest();
            if (digest.isPresent()) {
                json.member("digest", digest.get().toString());
            }
            json.endObject();
            json.endLine();
        }
        json.flush();
    }
}
