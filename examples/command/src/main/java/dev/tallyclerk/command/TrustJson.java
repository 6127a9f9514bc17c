package dev.tallyclerk.command;

import dev.tallyclerk.evidence.TrustReporter;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;

/** Writes decisions, and whether an image is vouched for, as parts of JSON reports. */
final class TrustJson {
    private TrustJson() {}

    static void decision(Decision decision, JsonOutput json) throws IOException {
        json.beginObject().member("kind", decision.kind().name().toLowerCase(Locale.ROOT));
        json.name("because").beginArray();
        for (String text : decision.because()) {
            json.value(text);
        }
        json.endArray().endObject();
    }

    static void write(TrustResult trust, JsonOutput json) throws IOException {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        TrustReporter.create().withIndentation(false).write(trust, document);
        json.copy(document.toByteArray());
    }
}
