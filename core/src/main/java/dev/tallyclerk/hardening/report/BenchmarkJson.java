package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.benchmark.SectionResult;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** Writes the sections of a benchmark as JSON. */
final class BenchmarkJson implements BenchmarkReporter {
    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void write(BenchmarkReport report, OutputStream out) throws IOException {
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject().member("schema", "dev.tallyclerk.benchmark-report").member("schemaVersion", 1);
        json.name("benchmark").beginObject().member("id", report.benchmark().id());
        json.member("title", report.benchmark().title()).endObject();
        json.member("auditTime", report.audit().auditTime().toString());
        json.member("policy", report.audit().policy().toString());
        json.member("decision", report.audit().decision().kind().name());
        json.name("totals").beginObject();
        for (Map.Entry<SectionResult.Result, Integer> total : report.totals().entrySet()) {
            json.member(total.getKey().name(), total.getValue());
        }
        json.endObject().name("sections").beginArray();
        for (SectionResult result : report.results()) {
            section(result, json);
        }
        json.endArray().endObject();
        json.finish();
    }

    private static void section(SectionResult result, JsonWriter json) throws IOException {
        json.beginObject().member("number", result.section().number());
        json.member("title", result.section().title())
                .member("result", result.result().name());
        json.name("rules");
        texts(result.rules().stream().map(RuleId::value).toList(), json);
        json.member("passed", result.passed()).member("waived", result.waived());
        json.name("because");
        texts(result.because(), json);
        json.name("findings").beginArray();
        for (Finding finding : result.findings()) {
            json.beginObject().member("kind", finding.subject().kind());
            json.member("subject", finding.subject().name());
            JsonParts.finding(finding, json);
            json.endObject();
        }
        json.endArray().endObject();
    }

    private static void texts(List<String> texts, JsonWriter json) throws IOException {
        json.beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }
}
