package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.BaselineUse;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Gate;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.SkippedRule;
import dev.tallyclerk.hardening.audit.WaiverUse;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a report as JSON, in the project's own schema.
 *
 * <p>The document is one object with these members, in this order. Within a version of the schema, members and words
 * may be added and nothing else changes; readers ignore unknown members. The resource {@value #SCHEMA_RESOURCE} is the
 * JSON Schema.
 *
 * <table>
 * <caption>Schema {@value #SCHEMA}, version {@value #SCHEMA_VERSION}</caption>
 * <tr><th>member</th><th>value</th></tr>
 * <tr><td>{@code schema}</td><td>{@value #SCHEMA}</td></tr>
 * <tr><td>{@code schemaVersion}</td><td>{@value #SCHEMA_VERSION}, an integer</td></tr>
 * <tr><td>{@code auditTime}</td><td>the time that counted as now, ISO 8601 in UTC</td></tr>
 * <tr><td>{@code policy}</td><td>{@code name}; {@code profile}: L1, L2 or STRICT; {@code gate}: null, or {@code failOn} (the
 *     lowest severity that rejects), {@code unknownFails}, {@code expiredWaiverFails}, {@code noSubjectFails}</td></tr>
 * <tr><td>{@code ruleSets}</td><td>array of {@code name}, {@code version}</td></tr>
 * <tr><td>{@code rules}</td><td>array of the rules with a finding and the skipped ones, by id: {@code id}, {@code title},
 *     {@code rationale}, {@code remediation}, {@code remediations} if there are any (object of strings, by kind of
 *     subject), {@code severity}, {@code profile}, {@code references} (array of
 *     {@code document}, {@code section}), {@code since}, {@code parameters} (array of {@code name}, {@code type},
 *     {@code value}, as text, and {@code isDefault})</td></tr>
 * <tr><td>{@code subjects}</td><td>array of {@code kind}, {@code name}, {@code digest} if there is one, {@code labels}
 *     (object of strings)</td></tr>
 * <tr><td>{@code findings}</td><td>array of {@code subject} (index into {@code subjects}), {@code rule} (id),
 *     {@code severity}, {@code verdict} (the {@link Outcome.Kind}: PASS, FAIL, NOT_APPLICABLE, UNKNOWN, MANUAL or ERROR), {@code disposition} (OPEN,
 *     WAIVED, WAIVER_EXPIRED or BASELINED), {@code fingerprint}, {@code detail} except for a pass; if a waiver covers it, {@code waiver} ({@code reason}, {@code owner}, {@code expires}); for FAIL also {@code location} and
 *     {@code evidence} (array of {@code name}, {@code value}, {@code redacted}); for UNKNOWN also {@code missing} (array of
 *     {@code reason}, {@code what})</td></tr>
 * <tr><td>{@code skipped}</td><td>array of {@code rule} (id), {@code reason} (DISABLED or NEWER_THAN_PIN),
 *     {@code because}</td></tr>
 * <tr><td>{@code waivers}</td><td>array of {@code rule}, {@code scope} (in words), {@code reason}, {@code owner},
 *     {@code expires}, {@code state} (IN_FORCE, EXPIRED or TOO_LONG), {@code ruleRan}, {@code findings} (how many it
 *     covers)</td></tr>
 * <tr><td>{@code baseline}</td><td>null, or {@code size} and {@code seen}, numbers of findings</td></tr>
 * <tr><td>{@code totals}</td><td>the number of findings by {@code verdict}</td></tr>
 * <tr><td>{@code decision}</td><td>{@code kind}: ACCEPTED, REJECTED or INCOMPLETE; {@code because}: array of
 *     strings</td></tr>
 * </table>
 *
 * <p>A {@code location} has {@code kind} and {@code text} (for people), and by kind: {@code pointer}: {@code source},
 * {@code pointer}; {@code line}: {@code source}, {@code line}; {@code history}: {@code index}; {@code layerEntry}:
 * {@code layer} (from 1 for the lowest), {@code path}; {@code whole}: {@code source}.
 *
 * <p>Characters outside ASCII are escaped, so that the bytes are safe on any terminal. Immutable.
 */
public final class JsonReporter implements Reporter {
    /** The name of the schema. */
    public static final String SCHEMA = "dev.tallyclerk.audit-report";

    /** The version of the schema. */
    public static final int SCHEMA_VERSION = 1;

    /** The JSON Schema, for {@link Class#getResourceAsStream} of this class; other modules may read it too. */
    public static final String SCHEMA_RESOURCE = "/META-INF/tallyclerk/audit-report-1.schema.json";

    private final boolean indentation;

    private JsonReporter(boolean indentation) {
        this.indentation = indentation;
    }

    /** {@return a reporter that indents by two spaces and ends each line with a line feed} */
    public static JsonReporter create() {
        return new JsonReporter(true);
    }

    /**
     * {@return this reporter with or without indentation}
     *
     * @param indentation false to write the report on one line
     */
    public JsonReporter withIndentation(boolean indentation) {
        return new JsonReporter(indentation);
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        JsonWriter json = indentation ? JsonWriter.pretty(out) : JsonWriter.compact(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("auditTime", report.auditTime().toString());
        writePolicy(report.policy(), json);
        json.name("ruleSets").beginArray();
        for (AuditReport.RuleSetRef ruleSet : report.ruleSets()) {
            json.beginObject()
                    .member("name", ruleSet.name())
                    .member("version", ruleSet.version())
                    .endObject();
        }
        json.endArray().name("rules").beginArray();
        for (RuleInfo rule : Groups.rules(report)) {
            writeRule(rule, report.policy(), json);
        }
        json.endArray();
        Map<SubjectRef, Integer> indexes = writeSubjects(report.subjects(), json);
        json.name("findings").beginArray();
        for (Finding finding : report.findings()) {
            json.beginObject().member("subject", indexes.getOrDefault(finding.subject(), -1));
            JsonParts.finding(finding, json);
            json.endObject();
        }
        json.endArray();
        writeNotes(report, json);
        writeEnd(report, json);
        json.endObject();
        json.finish();
    }

    private static void writePolicy(Policy policy, JsonWriter json) throws IOException {
        json.name("policy").beginObject();
        json.member("name", policy.name())
                .member("profile", policy.profile().name())
                .name("gate");
        Optional<Gate> gate = policy.gate();
        if (gate.isPresent()) {
            json.beginObject().member("failOn", gate.get().failOn().name());
            json.member("unknownFails", gate.get().unknownFails());
            json.member("expiredWaiverFails", gate.get().expiredWaiverFails());
            json.member("noSubjectFails", gate.get().noSubjectFails()).endObject();
        } else {
            json.nullValue();
        }
        json.endObject();
    }

    static void writeRule(RuleInfo rule, Policy policy, JsonWriter json) throws IOException {
        json.beginObject().member("id", rule.id().value()).member("title", rule.title());
        json.member("rationale", rule.rationale()).member("remediation", rule.remediation());
        if (!rule.remediations().isEmpty()) {
            json.name("remediations").beginObject();
            for (Map.Entry<String, String> ofKind : rule.remediations().entrySet()) {
                json.member(ofKind.getKey(), ofKind.getValue());
            }
            json.endObject();
        }
        json.member("severity", rule.severity().name())
                .member("profile", rule.profile().name());
        json.name("references").beginArray();
        for (RuleInfo.Citation citation : rule.references()) {
            json.beginObject().member("document", citation.document()).member("section", citation.section());
            json.endObject();
        }
        json.endArray().member("since", rule.since()).name("parameters").beginArray();
        for (RuleParameter<?> parameter : rule.parameters()) {
            Optional<RuleSetting<?>> setting = policy.settings(rule.id()).stream()
                    .filter(each -> each.parameter().equals(parameter))
                    .findFirst();
            Object value = setting.isPresent() ? setting.get().value() : parameter.defaultValue();
            json.beginObject();
            json.member("name", parameter.name())
                    .member("type", parameter.type().name());
            json.member("value", value.toString()).member("isDefault", value.equals(parameter.defaultValue()));
            json.endObject();
        }
        json.endArray().endObject();
    }

    private static Map<SubjectRef, Integer> writeSubjects(List<SubjectRef> subjects, JsonWriter json)
            throws IOException {
        Map<SubjectRef, Integer> indexes = new HashMap<>();
        json.name("subjects").beginArray();
        for (SubjectRef subject : subjects) {
            indexes.put(subject, indexes.size());
            json.beginObject().member("kind", subject.kind()).member("name", subject.name());
            Optional<Digest> digest = subject.digest();
            if (digest.isPresent()) {
                json.member("digest", digest.get().toString());
            }
            json.name("labels").beginObject();
            for (Map.Entry<String, String> label : subject.labels().entrySet()) {
                json.member(label.getKey(), label.getValue());
            }
            json.endObject().endObject();
        }
        json.endArray();
        return indexes;
    }

    private static void writeNotes(AuditReport report, JsonWriter json) throws IOException {
        json.name("skipped").beginArray();
        for (SkippedRule skipped : report.skipped()) {
            json.beginObject().member("rule", skipped.rule().id().value());
            json.member("reason", skipped.reason().name())
                    .member("because", skipped.because())
                    .endObject();
        }
        json.endArray().name("waivers").beginArray();
        for (WaiverUse use : report.waivers()) {
            json.beginObject().member("rule", use.waiver().rule().value());
            json.member("scope", use.waiver().scope().toString());
            json.member("reason", use.waiver().reason())
                    .member("owner", use.waiver().owner());
            json.member("expires", use.waiver().expires().toString());
            json.member("state", use.state().name()).member("ruleRan", use.ruleRan());
            json.member("findings", use.findings()).endObject();
        }
        json.endArray().name("baseline");
        Optional<BaselineUse> baseline = report.baseline();
        if (baseline.isPresent()) {
            json.beginObject().member("size", baseline.get().size());
            json.member("seen", baseline.get().seen()).endObject();
        } else {
            json.nullValue();
        }
    }

    private static void writeEnd(AuditReport report, JsonWriter json) throws IOException {
        json.name("totals").beginObject();
        for (Map.Entry<Outcome.Kind, Integer> total : report.totals().entrySet()) {
            json.member(total.getKey().name(), total.getValue());
        }
        json.endObject()
                .name("decision")
                .beginObject()
                .member("kind", report.decision().kind().name());
        json.name("because").beginArray();
        for (String line : report.decision().because()) {
            json.value(line);
        }
        json.endArray().endObject();
    }
}
