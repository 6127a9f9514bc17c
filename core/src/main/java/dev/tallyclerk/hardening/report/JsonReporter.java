package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Gate;
import dev.tallyclerk.hardening.audit.Verdict;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a report as JSON, in a schema of the project's own.
 *
 * <p>The document is one object with these members, in this order. Within a version of the schema, members may be added
 * and nothing else changes; a reader ignores members it does not know.
 *
 * <table>
 * <caption>Schema {@value #SCHEMA}, version {@value #SCHEMA_VERSION}</caption>
 * <tr><th>member</th><th>value</th></tr>
 * <tr><td>{@code schema}</td><td>{@value #SCHEMA}</td></tr>
 * <tr><td>{@code schemaVersion}</td><td>{@value #SCHEMA_VERSION}, an integer</td></tr>
 * <tr><td>{@code auditTime}</td><td>the time that counted as now, ISO 8601 in UTC</td></tr>
 * <tr><td>{@code policy}</td><td>{@code profile}: L1, L2 or STRICT; {@code gate}: the lowest severity that rejects, or
 *     null</td></tr>
 * <tr><td>{@code ruleSets}</td><td>array of {@code name}, {@code version}</td></tr>
 * <tr><td>{@code rules}</td><td>array of the rules that have a finding, by id: {@code id}, {@code title},
 *     {@code rationale}, {@code remediation}, {@code severity}, {@code profile}, {@code references} (array of
 *     {@code document}, {@code section}), {@code since}</td></tr>
 * <tr><td>{@code subjects}</td><td>array of {@code kind}, {@code name}, {@code digest} where there is one, {@code labels}
 *     (object of strings)</td></tr>
 * <tr><td>{@code findings}</td><td>array of {@code subject} (index into {@code subjects}), {@code rule} (id),
 *     {@code severity}, {@code verdict} (PASS, FAIL, NOT_APPLICABLE, UNKNOWN, MANUAL or ERROR), {@code detail} unless it is a
 *     pass; for FAIL also {@code location} and {@code evidence} (array of {@code name}, {@code value},
 *     {@code redacted}); for UNKNOWN also {@code missing} (array of {@code reason}, {@code what})</td></tr>
 * <tr><td>{@code totals}</td><td>the number of findings by verdict</td></tr>
 * <tr><td>{@code decision}</td><td>{@code kind}: ACCEPT, REJECT or INCOMPLETE; {@code because}: array of
 *     strings</td></tr>
 * </table>
 *
 * <p>A {@code location} has {@code kind} and {@code text} (the form for people), and by kind: {@code pointer}:
 * {@code source}, {@code pointer}; {@code line}: {@code source}, {@code line}; {@code history}: {@code index};
 * {@code layerEntry}: {@code layer}, {@code path}; {@code whole}: {@code source}.
 *
 * <p>Characters outside ASCII are escaped, so that the bytes are safe on any terminal.
 */
public final class JsonReporter implements Reporter {
    /** The name of the schema. */
    public static final String SCHEMA = "dev.tallyclerk.audit-report";

    /** The version of the schema. */
    public static final int SCHEMA_VERSION = 1;

    private final boolean pretty;

    private JsonReporter(boolean pretty) {
        this.pretty = pretty;
    }

    /** {@return a reporter that indents by two spaces and ends each line with a line feed} */
    public static JsonReporter pretty() {
        return new JsonReporter(true);
    }

    /** {@return a reporter that writes one line} */
    public static JsonReporter compact() {
        return new JsonReporter(false);
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        JsonWriter json = pretty ? JsonWriter.pretty(out) : JsonWriter.compact(out);
        json.beginObject();
        json.member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("auditTime", report.auditTime().toString());
        writePolicy(report, json);
        json.name("ruleSets").beginArray();
        for (AuditReport.RuleSetRef ruleSet : report.ruleSets()) {
            json.beginObject();
            json.member("name", ruleSet.name()).member("version", ruleSet.version());
            json.endObject();
        }
        json.endArray();
        writeRules(report, json);
        Map<SubjectRef, Integer> indexes = writeSubjects(report, json);
        json.name("findings").beginArray();
        for (Finding finding : report.findings()) {
            writeFinding(finding, indexes.getOrDefault(finding.subject(), -1), json);
        }
        json.endArray();
        writeEnd(report, json);
        json.endObject();
        json.finish();
    }

    private static void writePolicy(AuditReport report, JsonWriter json) throws IOException {
        json.name("policy").beginObject();
        json.member("profile", report.policy().profile().name());
        Optional<Gate> gate = report.policy().gate();
        if (gate.isPresent()) {
            json.name("gate").beginObject();
            json.member("failOn", gate.get().failOn().name());
            json.member("unknownFails", gate.get().unknownFails());
            json.member("expiredWaiverFails", gate.get().expiredWaiverFails());
            json.member("noSubjectFails", gate.get().noSubjectFails());
            json.endObject();
        } else {
            json.name("gate").nullValue();
        }
        json.endObject();
    }

    private static void writeRules(AuditReport report, JsonWriter json) throws IOException {
        Map<RuleId, RuleInfo> rules = new TreeMap<>();
        report.findings().forEach(finding -> rules.put(finding.rule().id(), finding.rule()));
        json.name("rules").beginArray();
        for (RuleInfo rule : rules.values()) {
            json.beginObject();
            json.member("id", rule.id().value()).member("title", rule.title());
            json.member("rationale", rule.rationale()).member("remediation", rule.remediation());
            json.member("severity", rule.severity().name())
                    .member("profile", rule.profile().name());
            json.name("references").beginArray();
            for (RuleInfo.Citation citation : rule.references()) {
                json.beginObject();
                json.member("document", citation.document()).member("section", citation.section());
                json.endObject();
            }
            json.endArray();
            json.member("since", rule.since());
            json.endObject();
        }
        json.endArray();
    }

    private static Map<SubjectRef, Integer> writeSubjects(AuditReport report, JsonWriter json) throws IOException {
        Map<SubjectRef, Integer> indexes = new TreeMap<>();
        json.name("subjects").beginArray();
        for (SubjectRef subject : report.subjects()) {
            indexes.put(subject, indexes.size());
            json.beginObject();
            json.member("kind", subject.kind()).member("name", subject.name());
            Optional<Digest> digest = subject.digest();
            if (digest.isPresent()) {
                json.member("digest", digest.get().toString());
            }
            json.name("labels").beginObject();
            for (Map.Entry<String, String> label : subject.labels().entrySet()) {
                json.member(label.getKey(), label.getValue());
            }
            json.endObject();
            json.endObject();
        }
        json.endArray();
        return indexes;
    }

    private static void writeFinding(Finding finding, int subject, JsonWriter json) throws IOException {
        json.beginObject();
        json.member("subject", subject).member("rule", finding.rule().id().value());
        json.member("severity", finding.severity().name())
                .member("verdict", finding.verdict().name());
        if (finding.verdict() != Verdict.PASS) {
            json.member("detail", finding.detail());
        }
        Optional<Problem> problem = finding.problem();
        if (problem.isPresent()) {
            writeProblem(problem.get(), json);
        }
        if (finding.verdict() == Verdict.UNKNOWN) {
            json.name("missing").beginArray();
            for (Fact.Missing<?> missing : finding.missing()) {
                json.beginObject();
                json.member("reason", missing.reason().name()).member("what", missing.what());
                json.endObject();
            }
            json.endArray();
        }
        json.endObject();
    }

    private static void writeProblem(Problem problem, JsonWriter json) throws IOException {
        json.name("location").beginObject();
        writeLocation(problem.at(), json);
        json.member("text", problem.at().toString());
        json.endObject();
        json.name("evidence").beginArray();
        for (Evidence evidence : problem.evidence()) {
            json.beginObject();
            json.member("name", evidence.name()).member("value", evidence.value());
            json.member("redacted", evidence.redacted());
            json.endObject();
        }
        json.endArray();
    }

    private static void writeLocation(Location location, JsonWriter json) throws IOException {
        if (location instanceof Location.Pointer place) {
            json.member("kind", "pointer").member("source", place.source()).member("pointer", place.pointer());
        } else if (location instanceof Location.Line place) {
            json.member("kind", "line").member("source", place.source()).member("line", place.line());
        } else if (location instanceof Location.History place) {
            json.member("kind", "history").member("index", place.index());
        } else if (location instanceof Location.LayerEntry place) {
            json.member("kind", "layerEntry").member("layer", place.layer()).member("path", place.path());
        } else if (location instanceof Location.Whole place) {
            json.member("kind", "whole").member("source", place.source());
        }
    }

    private static void writeEnd(AuditReport report, JsonWriter json) throws IOException {
        json.name("totals").beginObject();
        for (Map.Entry<Verdict, Integer> total : report.totals().entrySet()) {
            json.member(total.getKey().name(), total.getValue());
        }
        json.endObject();
        json.name("decision").beginObject();
        json.member("kind", report.decision().kind().name());
        json.name("because").beginArray();
        for (String line : report.decision().because()) {
            json.value(line);
        }
        json.endArray();
        json.endObject();
    }
}
