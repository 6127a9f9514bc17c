package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.benchmark.Section;
import dev.tallyclerk.hardening.benchmark.SectionResult;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a benchmark's sections as assessment results in OSCAL 1.1.2 (JSON).
 *
 * <p>Each section is a finding, whose target is an objective with the benchmark's id and the section's number, such as
 * {@code cis-docker-1.7.0_5.4}. A section that passes or does not apply is {@code satisfied}; OSCAL has no other word
 * than {@code not-satisfied} for all others, so the reason is {@code fail} only for failures and {@code other} for what
 * is unknown, manual, not run or not covered, and the remarks say which. What was found about a subject is an
 * observation, and each subject an inventory item.
 *
 * <p>All identifiers follow from the content, so equal reports have equal bytes; they have the form of UUIDs of version
 * 5, made with SHA-256. The only time is that of the audit, which the clock of the
 * {@link dev.tallyclerk.hardening.audit.Auditor} gave. Audited text is escaped as Markdown, which OSCAL reads in
 * descriptions. Immutable.
 *
 * @see <a href="https://pages.nist.gov/OSCAL-Reference/models/v1.1.2/assessment-results/json-outline/">Assessment
 *     results</a>
 */
public final class OscalReporter implements BenchmarkReporter {
    /** The version of OSCAL. */
    public static final String OSCAL_VERSION = "1.1.2";

    private final Optional<URI> plan;

    private OscalReporter(Optional<URI> plan) {
        this.plan = plan;
    }

    /** {@return a reporter that names the policy as the assessment plan} */
    public static OscalReporter create() {
        return new OscalReporter(Optional.empty());
    }

    /**
     * {@return this reporter with the assessment plan that the audit belongs to}
     *
     * @param assessmentPlan where the plan is, relative to the report
     */
    public OscalReporter withAssessmentPlan(URI assessmentPlan) {
        return new OscalReporter(Optional.of(Objects.requireNonNull(assessmentPlan, "assessmentPlan")));
    }

    @Override
    public String mediaType() {
        return "application/oscal+json";
    }

    @Override
    public void write(BenchmarkReport report, OutputStream out) throws IOException {
        String root = identity(report);
        String time = report.audit().auditTime().toString();
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject().name("assessment-results").beginObject().member("uuid", uuid(root, "document"));
        json.name("metadata").beginObject();
        json.member("title", markdown(report.benchmark().title()));
        json.member("last-modified", time).member("version", "1").member("oscal-version", OSCAL_VERSION);
        json.endObject().name("import-ap").beginObject();
        json.member("href", plan.map(URI::toString).orElse("#" + uuid(root, "policy")));
        json.endObject().name("results").beginArray().beginObject();
        json.member("uuid", uuid(root, "result"))
                .member("title", markdown(report.benchmark().title()));
        json.member("description", "Sections: " + BenchmarkTables.totals(report) + '.');
        json.member("start", time).member("end", time);
        json.name("props").beginArray();
        property("decision", report.audit().decision().kind().name(), json);
        property("benchmark", report.benchmark().id(), json);
        json.endArray();
        subjects(report, root, json);
        controls(report, json);
        observations(report, root, time, json);
        json.name("findings").beginArray();
        for (SectionResult result : report.results()) {
            finding(report, result, root, json);
        }
        json.endArray().endObject().endArray();
        if (plan.isEmpty()) {
            json.name("back-matter")
                    .beginObject()
                    .name("resources")
                    .beginArray()
                    .beginObject();
            json.member("uuid", uuid(root, "policy")).member("title", "Policy of the audit");
            json.member("description", markdown(report.audit().policy().toString()));
            json.endObject().endArray().endObject();
        }
        json.endObject().endObject();
        json.finish();
    }

    private static void subjects(BenchmarkReport report, String root, JsonWriter json) throws IOException {
        List<SubjectRef> subjects = subjects(report);
        if (subjects.isEmpty()) {
            return;
        }
        json.name("local-definitions").beginObject().name("inventory-items").beginArray();
        for (SubjectRef subject : subjects) {
            json.beginObject().member("uuid", uuid(root, subject)).member("description", markdown(subject.toString()));
            json.name("props").beginArray();
            property("kind", subject.kind(), json);
            property("name", subject.name(), json);
            Optional<Digest> digest = subject.digest();
            if (digest.isPresent()) {
                property("digest", digest.get().toString(), json);
            }
            json.endArray().endObject();
        }
        json.endArray().endObject();
    }

    private static List<SubjectRef> subjects(BenchmarkReport report) {
        return report.audit().subjects().stream()
                .filter(subject -> report.benchmark().isAbout(subject.kind()))
                .toList();
    }

    private static void property(String name, String value, JsonWriter json) throws IOException {
        json.beginObject().member("name", name).member("ns", "https://tallyclerk.dev/ns/oscal");
        json.member("value", value.strip()).endObject();
    }

    private static void controls(BenchmarkReport report, JsonWriter json) throws IOException {
        json.name("reviewed-controls")
                .beginObject()
                .name("control-selections")
                .beginArray()
                .beginObject();
        json.name("include-controls").beginArray();
        for (SectionResult result : report.results()) {
            json.beginObject()
                    .member("control-id", id(report, result.section()))
                    .endObject();
        }
        json.endArray().endObject().endArray().endObject();
    }

    private static void observations(BenchmarkReport report, String root, String time, JsonWriter json)
            throws IOException {
        boolean isEmpty =
                report.results().stream().allMatch(result -> result.findings().isEmpty());
        if (isEmpty) {
            return;
        }
        json.name("observations").beginArray();
        for (SectionResult result : report.results()) {
            int number = 0;
            for (Finding finding : result.findings()) {
                json.beginObject().member("uuid", uuid(root, observation(result, number++)));
                json.member(
                        "title",
                        markdown(finding.rule().id() + " " + finding.rule().title()));
                json.member("description", markdown(BenchmarkTables.line(finding)));
                json.name("props").beginArray();
                property("severity", finding.severity().name(), json);
                property("verdict", finding.kind().name(), json);
                property("disposition", finding.disposition().name(), json);
                property("fingerprint", finding.fingerprint(), json);
                json.endArray().name("methods").beginArray().value("TEST").endArray();
                json.name("subjects").beginArray().beginObject();
                json.member("subject-uuid", uuid(root, finding.subject())).member("type", "inventory-item");
                json.endObject().endArray().member("collected", time).endObject();
            }
        }
        json.endArray();
    }

    private static void finding(BenchmarkReport report, SectionResult result, String root, JsonWriter json)
            throws IOException {
        String number = result.section().number();
        String notes = String.join(" ", result.because());
        json.beginObject().member("uuid", uuid(root, "finding\n" + number));
        json.member("title", markdown(result.section().toString()));
        json.member(
                "description",
                markdown("Result: " + BenchmarkTables.word(result.result()) + ". " + result.passed() + " passed. "
                        + notes));
        json.name("target").beginObject().member("type", "objective-id");
        json.member("target-id", id(report, result.section())).name("status").beginObject();
        boolean isSatisfied =
                result.result() == SectionResult.Result.PASS || result.result() == SectionResult.Result.NOT_APPLICABLE;
        json.member("state", isSatisfied ? "satisfied" : "not-satisfied");
        json.member(
                "reason",
                switch (result.result()) {
                    case PASS -> "pass";
                    case FAIL -> "fail";
                    case UNKNOWN, MANUAL, NOT_APPLICABLE, NOT_RUN, NOT_COVERED -> "other";
                });
        json.member("remarks", BenchmarkTables.word(result.result()))
                .endObject()
                .endObject();
        if (!result.findings().isEmpty()) {
            json.name("related-observations").beginArray();
            for (int i = 0; i < result.findings().size(); i++) {
                json.beginObject()
                        .member("observation-uuid", uuid(root, observation(result, i)))
                        .endObject();
            }
            json.endArray();
        }
        json.endObject();
    }

    private static String observation(SectionResult result, int number) {
        return "observation\n" + result.section().number() + '\n' + number;
    }

    /** {@return the benchmark and the section as a token, for example {@code cis-docker-1.7.0_5.4}} */
    static String id(BenchmarkReport report, Section section) {
        String benchmark = report.benchmark().id();
        boolean startsWithLetter = benchmark.charAt(0) >= 'a';
        StringBuilder id = new StringBuilder(startsWithLetter ? benchmark : '_' + benchmark).append('_');
        for (int i = 0; i < section.number().length(); i++) {
            char c = section.number().charAt(i);
            boolean isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (isPlain || c == '.' || c == '-' || c == '_') {
                id.append(c);
            } else {
                id.append("_x").append(Integer.toHexString(c)).append('_');
            }
        }
        return id.toString();
    }

    /** {@return a text in which everything that identifies a report takes part} */
    private static String identity(BenchmarkReport report) {
        AuditReport audit = report.audit();
        String subjects = subjects(report).stream().map(OscalReporter::text).collect(Collectors.joining("\n"));
        StringBuilder results = new StringBuilder();
        for (SectionResult result : report.results()) {
            results.append(result.section()).append(result.result()).append(result.passed());
            for (Finding finding : result.findings()) {
                results.append(finding.fingerprint())
                        .append(finding.disposition())
                        .append(finding.severity());
            }
            // The digest so far bounds the length, however many findings there are.
            String digest = Digest.sha256Of(results.toString().getBytes(StandardCharsets.UTF_8))
                    .encoded();
            results.setLength(0);
            results.append(digest);
        }
        String all = report.benchmark().id()
                + '\n'
                + audit.auditTime()
                + '\n'
                + audit.policy()
                + '\n'
                + subjects
                + '\n'
                + results;
        return Digest.sha256Of(all.getBytes(StandardCharsets.UTF_8)).encoded();
    }

    private static String text(SubjectRef subject) {
        return subject + "\n" + subject.digest().map(Digest::toString).orElse("") + '\n' + subject.labels();
    }

    private static String uuid(String root, SubjectRef subject) {
        return uuid(root, "subject\n" + text(subject));
    }

    private static String uuid(String root, String name) {
        String hex = Digest.sha256Of((root + '\n' + name).getBytes(StandardCharsets.UTF_8))
                .encoded();
        char variant = "89ab".charAt(Character.digit(hex.charAt(16), 16) & 3);
        return hex.substring(0, 8) + '-' + hex.substring(8, 12) + "-5" + hex.substring(13, 16) + '-' + variant
                + hex.substring(17, 20) + '-' + hex.substring(20, 32);
    }

    private static String markdown(String text) {
        return MarkdownReporter.escape(text.strip());
    }
}
