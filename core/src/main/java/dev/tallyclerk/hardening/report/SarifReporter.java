package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report as SARIF 2.1.0, for code hosts and editors.
 *
 * <p>A finding is a result. Its {@code kind} is {@code pass}, {@code fail} or {@code notApplicable} like the outcome;
 * {@code open} for unknowns and errors, and {@code review} for manual checks. The {@code level} of a failure follows
 * the severity: {@code error} from HIGH, {@code warning} for MEDIUM, {@code note} below. A finding that is waived or in
 * the baseline has an accepted suppression with the reason; one whose waiver has expired has none.
 * {@code partialFingerprints} has {@link Finding#fingerprint} as {@value #FINGERPRINT}, and again under the one name
 * that code hosts read.
 *
 * <p>Code hosts ignore kind and suppressions and create an alert for each result, so only findings that need attention
 * are written: no passes, nothing that is not applicable, waived or in the baseline. {@link #withEveryFinding} includes
 * those. The run's {@code automationDetails} contain the kinds of the audited subjects, and the name if there is only
 * one, so that the alerts of one audit do not replace those of another.
 *
 * <p>A location is written as a logical location, and as a physical one: the line in the file that {@link #withFiles}
 * names, or else line 1 of a relative URI that consists of the subject's kind and name and the document: code hosts
 * refuse results without one, and absolute URIs of other schemes than {@code file}. The decision, for which SARIF has
 * no word, is in the properties of the run. If it is {@linkplain Decision.Kind#INCOMPLETE incomplete}, the execution is
 * not successful, and each reason is a notification of it. Characters outside ASCII are escaped. Immutable.
 *
 * @see <a
 *     href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html">SARIF
 *     2.1.0 with Errata 01, 3.14 (run), 3.20 (invocation) and 3.27 (result)</a>
 */
public final class SarifReporter implements LocatedReporter {
    /** The name of the fingerprint in {@code partialFingerprints}. */
    public static final String FINGERPRINT = "tallyclerk/v1";

    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    /** The name of the base URI in the report. */
    private static final String BASE = "SRCROOT";

    /** The only partial fingerprint that GitHub reads. */
    private static final String GITHUB_FINGERPRINT = "primaryLocationLineHash";

    private final boolean everyFinding;
    private final Tool tool;
    private final Optional<URI> base;
    private final SourceFiles files;

    private SarifReporter(boolean everyFinding, Tool tool, Optional<URI> base, SourceFiles files) {
        this.everyFinding = everyFinding;
        this.tool = tool;
        this.base = base;
        this.files = files;
    }

    /**
     * The program that reports.
     *
     * @param name the name, for example {@code Tallyclerk}
     * @param version the version; empty for that of the rule sets
     * @param information where the program is described; with the id of a rule as fragment, where the rule is
     */
    private record Tool(
            String name, String version, @Nullable URI information) {}

    /**
     * {@return a reporter that writes only findings that need attention}
     *
     * <p>It names no page that describes the program or its rules; the report has their texts. {@link #withTool} does.
     */
    public static SarifReporter create() {
        return new SarifReporter(false, new Tool("Tallyclerk", "", null), Optional.empty(), SourceFiles.none());
    }

    /**
     * {@return this reporter with or without the findings that need no attention}
     *
     * @param everyFinding true to write also what passes, does not apply, is waived or is in the baseline
     */
    public SarifReporter withEveryFinding(boolean everyFinding) {
        return new SarifReporter(everyFinding, tool, base, files);
    }

    /**
     * {@return this reporter in the name of another program}
     *
     * @param name the name of the program
     * @param version its version; not empty
     * @param informationUri an absolute URI that describes it; a rule's help is there under the rule's id as fragment
     * @throws IllegalArgumentException if a text is blank or the URI is not absolute
     */
    public SarifReporter withTool(String name, String version, URI informationUri) {
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a tool needs a name and a version");
        }
        return new SarifReporter(everyFinding, new Tool(name, version, absolute(informationUri)), base, files);
    }

    /**
     * {@return this reporter with relative paths below another URI}
     *
     * @param baseUri the absolute URI of the folder to which paths are relative, such as a repository's; it ends with a
     *     slash
     * @throws IllegalArgumentException if the URI is not absolute or does not end with a slash
     */
    public SarifReporter withBaseUri(URI baseUri) {
        if (!absolute(baseUri).toString().endsWith("/")) {
            throw new IllegalArgumentException("a base URI ends with a slash, unlike " + baseUri);
        }
        return new SarifReporter(everyFinding, tool, Optional.of(baseUri), files);
    }

    @Override
    public SarifReporter withFiles(SourceFiles files) {
        return new SarifReporter(everyFinding, tool, base, Objects.requireNonNull(files, "files"));
    }

    private static URI absolute(URI uri) {
        if (!uri.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute URI: " + uri);
        }
        return uri;
    }

    @Override
    public String mediaType() {
        return "application/sarif+json";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject().member("$schema", SCHEMA).member("version", "2.1.0");
        json.name("runs").beginArray().beginObject();
        Map<RuleId, Integer> indexes = tool(report, json);
        if (base.isPresent()) {
            json.name("originalUriBaseIds").beginObject().name(BASE).beginObject();
            json.member("uri", base.get().toString()).endObject().endObject();
        }
        invocation(report, json);
        json.name("results").beginArray();
        for (Finding finding : report.findings()) {
            if (!everyFinding && !Phrases.isOpen(finding)) {
                continue;
            }
            result(finding, indexes.getOrDefault(finding.rule().id(), -1), json);
        }
        json.endArray();
        run(report, json);
        json.endObject().endArray().endObject();
        json.finish();
    }

    private Map<RuleId, Integer> tool(AuditReport report, JsonWriter json) throws IOException {
        json.name("tool").beginObject().name("driver").beginObject().member("name", tool.name());
        String ofRules = report.ruleSets().stream()
                .map(AuditReport.RuleSetRef::version)
                .max(Comparator.naturalOrder())
                .orElse("0");
        json.member("version", tool.version().isEmpty() ? ofRules : tool.version());
        URI information = tool.information();
        if (information != null) {
            json.member("informationUri", information.toString());
        }
        json.name("rules").beginArray();
        Map<RuleId, Integer> indexes = new HashMap<>();
        for (RuleInfo rule : Groups.rules(report)) {
            indexes.put(rule.id(), indexes.size());
            rule(rule, json);
        }
        json.endArray().endObject().endObject();
        return indexes;
    }

    private void rule(RuleInfo rule, JsonWriter json) throws IOException {
        json.beginObject().member("id", rule.id().value());
        text("shortDescription", rule.title(), json);
        text("fullDescription", rule.rationale(), json);
        text("help", Phrases.remedies(rule), json);
        URI information = tool.information();
        if (information != null) {
            json.member("helpUri", information.resolve("#" + rule.id()).toString());
        }
        json.name("defaultConfiguration")
                .beginObject()
                .member("level", level(rule.severity()))
                .endObject();
        json.name("properties")
                .beginObject()
                .name("tags")
                .beginArray()
                .value("security")
                .endArray();
        json.member("security-severity", score(rule.severity()))
                .member("severity", rule.severity().name());
        json.member("profile", rule.profile().name()).member("since", rule.since());
        json.name("references").beginArray();
        for (RuleInfo.Citation citation : rule.references()) {
            json.value(citation.toString());
        }
        json.endArray().endObject().endObject();
    }

    private static void invocation(AuditReport report, JsonWriter json) throws IOException {
        json.name("invocations").beginArray().beginObject();
        boolean isIncomplete = report.decision().kind() == Decision.Kind.INCOMPLETE;
        json.member("executionSuccessful", !isIncomplete)
                .member("endTimeUtc", report.auditTime().toString());
        json.name("toolConfigurationNotifications").beginArray();
        for (String notice : Phrases.notices(report)) {
            json.beginObject().member("level", "warning");
            text("message", notice, json);
            json.endObject();
        }
        json.endArray().name("toolExecutionNotifications").beginArray();
        for (Finding finding : report.findings()) {
            if (finding.kind() == Outcome.Kind.ERROR) {
                json.beginObject().member("level", "error");
                text("message", finding.subject() + ": " + finding.detail(), json);
                json.name("associatedRule")
                        .beginObject()
                        .member("id", finding.rule().id().value())
                        .endObject();
                json.endObject();
            }
        }
        for (String line : isIncomplete ? report.decision().because() : List.<String>of()) {
            json.beginObject().member("level", "error");
            text("message", "the audit is incomplete: " + line, json);
            json.endObject();
        }
        json.endArray().endObject().endArray();
    }

    private void result(Finding finding, int ruleIndex, JsonWriter json) throws IOException {
        json.beginObject().member("ruleId", finding.rule().id().value()).member("ruleIndex", ruleIndex);
        json.member("kind", kind(finding.kind()));
        // SARIF 2.1.0, 3.27.10: results other than failures have the level "none".
        json.member("level", finding.kind() == Outcome.Kind.FAIL ? level(finding.severity()) : "none");
        text("message", Phrases.message(finding), json);
        json.name("locations").beginArray();
        location(finding, json);
        json.endArray().name("partialFingerprints").beginObject().member(FINGERPRINT, finding.fingerprint());
        json.member(GITHUB_FINGERPRINT, finding.fingerprint())
                .endObject()
                .name("suppressions")
                .beginArray();
        if (Phrases.isCovered(finding)) {
            suppression(finding, json);
        }
        json.endArray().name("properties").beginObject();
        json.member("severity", finding.severity().name())
                .member("verdict", finding.kind().name());
        json.member("disposition", finding.disposition().name());
        json.member("subjectKind", finding.subject().kind())
                .member("subject", finding.subject().name());
        json.endObject().endObject();
    }

    private static void suppression(Finding finding, JsonWriter json) throws IOException {
        json.beginObject().member("kind", "external").member("status", "accepted");
        json.member(
                "justification",
                finding.disposition() == Disposition.BASELINED
                        ? "accepted as part of a baseline"
                        : finding.waiver().map(Waiver::reason).orElse("waived"));
        Optional<Waiver> waiver = finding.waiver();
        if (waiver.isPresent()) {
            json.name("properties").beginObject().member("owner", waiver.get().owner());
            json.member("expires", waiver.get().expires().toString()).endObject();
        }
        json.endObject();
    }

    private void location(Finding finding, JsonWriter json) throws IOException {
        SourceFiles.Place place = files.place(finding);
        json.beginObject()
                .name("physicalLocation")
                .beginObject()
                .name("artifactLocation")
                .beginObject();
        json.member("uri", place.uri());
        if (base.isPresent()) {
            json.member("uriBaseId", BASE);
        }
        json.endObject();
        json.name("region").beginObject().member("startLine", place.line());
        Optional<Location.Region> region = place.region();
        if (region.isPresent()) {
            json.member("startColumn", region.get().column());
            json.member("endLine", region.get().endLine())
                    .member("endColumn", region.get().endColumn());
        }
        json.endObject().endObject();
        SubjectRef subject = finding.subject();
        Optional<Location> at = place.location();
        json.name("logicalLocations").beginArray().beginObject();
        json.member("name", at.map(Location::toString).orElse(subject.name()));
        json.member(
                "fullyQualifiedName", subject + at.map(inside -> " " + inside).orElse(""));
        json.endObject().endArray().endObject();
    }

    /** SARIF 2.1.0, 3.17.3: the part before the last slash is the same for every run of its kind. */
    private static String automation(AuditReport report) {
        List<SubjectRef> subjects = report.subjects();
        String kinds =
                subjects.stream().map(SubjectRef::kind).distinct().sorted().collect(Collectors.joining("+"));
        String name = subjects.size() == 1 ? SourceFiles.encoded(subjects.get(0).name()) + '/' : "";
        return "tallyclerk/" + (kinds.isEmpty() ? "" : kinds + '/') + name;
    }

    private static void run(AuditReport report, JsonWriter json) throws IOException {
        json.name("automationDetails")
                .beginObject()
                .member("id", automation(report))
                .endObject();
        json.member("columnKind", "utf16CodeUnits").name("properties").beginObject();
        json.member("decision", report.decision().kind().name()).name("because").beginArray();
        for (String line : report.decision().because()) {
            json.value(line);
        }
        json.endArray()
                .member("policy", report.policy().toString())
                .name("ruleSets")
                .beginArray();
        for (AuditReport.RuleSetRef ruleSet : report.ruleSets()) {
            json.value(ruleSet.name() + ' ' + ruleSet.version());
        }
        json.endArray().endObject();
    }

    private static void text(String member, String text, JsonWriter json) throws IOException {
        json.name(member).beginObject().member("text", escaped(text)).endObject();
    }

    /** SARIF 2.1.0, 3.11.5 and 3.11.6: braces are placeholders, and brackets before a parenthesis a link. */
    private static String escaped(String text) {
        String literal = text.replace("{", "{{").replace("}", "}}");
        return literal.contains("](")
                ? literal.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
                : literal;
    }

    private static String kind(Outcome.Kind kind) {
        return switch (kind) {
            case PASS -> "pass";
            case FAIL -> "fail";
            case NOT_APPLICABLE -> "notApplicable";
            case UNKNOWN, ERROR -> "open";
            case MANUAL -> "review";
        };
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case CRITICAL, HIGH -> "error";
            case MEDIUM -> "warning";
            case LOW, INFO -> "note";
        };
    }

    /** {@return a number in the bands that code hosts use: critical from 9, high from 7, medium from 4} */
    private static String score(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "9.5";
            case HIGH -> "8.0";
            case MEDIUM -> "5.5";
            case LOW -> "2.0";
            case INFO -> "0.0";
        };
    }
}
