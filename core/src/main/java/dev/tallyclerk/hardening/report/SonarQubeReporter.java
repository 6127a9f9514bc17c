package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Writes a report as generic issues of SonarQube 10.3 and later, for {@code sonar.externalIssuesReportPaths}.
 *
 * <p>The document has {@code rules} and {@code issues}, an issue for each finding that needs attention. SonarQube takes
 * the severity from the rule, so the findings of a rule that are worse or better than it belong to another rule in the
 * report, with the severity in its id, such as {@code RUN-024.medium}; undecided ones belong to
 * {@code RUN-024.undecided}, whose impact is {@code MEDIUM} for rules from HIGH and {@code LOW} below. All are of the
 * software quality {@code SECURITY} and of the type {@code VULNERABILITY}. CRITICAL and HIGH have the impact
 * {@code HIGH}, MEDIUM {@code MEDIUM}, LOW and INFO {@code LOW}; the severities of the standard mode are
 * {@code BLOCKER}, {@code CRITICAL}, {@code MAJOR}, {@code MINOR} and {@code INFO}. An
 * {@linkplain Decision.Kind#INCOMPLETE incomplete} decision adds issues of the rule {@value #INCOMPLETE}.
 *
 * <p>SonarQube skips issues in files that the analysis does not have: give the files by {@link #withFiles}, with
 * {@link SourceFiles#withOtherFile} for images. A place is the line only, because SonarQube refuses the whole report if
 * a column is beyond its line. What passes, is waived or is in the baseline is not written: the format has no word for
 * it. Characters outside ASCII are escaped. Immutable.
 *
 * @see <a
 *     href="https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/generic-issue-import-format">Generic
 *     formatted reports</a>
 */
public final class SonarQubeReporter implements LocatedReporter {
    /** The rule of issues about an incomplete decision. */
    public static final String INCOMPLETE = "audit-incomplete";

    private static final String ENGINE = "tallyclerk";

    private final SourceFiles files;

    private SonarQubeReporter(SourceFiles files) {
        this.files = files;
    }

    /** {@return a reporter} */
    public static SonarQubeReporter create() {
        return new SonarQubeReporter(SourceFiles.none());
    }

    @Override
    public SonarQubeReporter withFiles(SourceFiles files) {
        return new SonarQubeReporter(Objects.requireNonNull(files, "files"));
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        boolean isIncomplete = report.decision().kind() == Decision.Kind.INCOMPLETE;
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject().name("rules").beginArray();
        for (Map.Entry<String, Finding> rule : rules(report).entrySet()) {
            RuleInfo info = rule.getValue().rule();
            String name = isUndecided(rule.getValue()) ? "Not decided: " + info.title() : info.title();
            rule(
                    rule.getKey(),
                    name,
                    info.rationale() + " Remedy: " + Phrases.remedies(info),
                    severity(rule.getValue()),
                    json);
        }
        if (isIncomplete) {
            rule(
                    INCOMPLETE,
                    "The audit is incomplete",
                    "Something that the policy asks for could not be decided, so there is no verdict.",
                    Severity.HIGH,
                    json);
        }
        json.endArray().name("issues").beginArray();
        for (Finding finding : report.findings()) {
            if (Phrases.isOpen(finding)) {
                SourceFiles.Place place = files.place(finding);
                boolean hasLine = place.isFile() && place.location().isPresent();
                issue(id(finding), Phrases.statement(finding), place.path(), hasLine ? place.line() : 0, json);
            }
        }
        if (isIncomplete) {
            for (String line : report.decision().because()) {
                issue(
                        INCOMPLETE,
                        "The audit is incomplete: " + line,
                        files.otherPath().orElse(INCOMPLETE),
                        0,
                        json);
            }
        }
        json.endArray().endObject();
        json.finish();
    }

    /** {@return a finding for each rule of the document} */
    private static Map<String, Finding> rules(AuditReport report) {
        Map<String, Finding> rules = new TreeMap<>();
        for (Finding finding : report.findings()) {
            if (Phrases.isOpen(finding)) {
                rules.putIfAbsent(id(finding), finding);
            }
        }
        return rules;
    }

    private static String id(Finding finding) {
        String id = finding.rule().id().value();
        if (isUndecided(finding)) {
            return id + ".undecided";
        }
        boolean isUsual = finding.severity() == finding.rule().severity();
        return isUsual ? id : id + '.' + finding.severity().name().toLowerCase(Locale.ROOT);
    }

    private static boolean isUndecided(Finding finding) {
        return finding.kind() != Outcome.Kind.FAIL;
    }

    private static Severity severity(Finding finding) {
        if (isUndecided(finding)) {
            return finding.rule().severity().isAtLeast(Severity.HIGH) ? Severity.MEDIUM : Severity.LOW;
        }
        return finding.severity();
    }

    private static void rule(String id, String name, String description, Severity severity, JsonWriter json)
            throws IOException {
        json.beginObject().member("id", id).member("name", name).member("description", description);
        json.member("engineId", ENGINE).member("cleanCodeAttribute", "TRUSTWORTHY");
        json.member("type", "VULNERABILITY").member("severity", standard(severity));
        json.name("impacts").beginArray().beginObject();
        json.member("softwareQuality", "SECURITY").member("severity", impact(severity));
        json.endObject().endArray().endObject();
    }

    private static void issue(String rule, String message, String path, int line, JsonWriter json) throws IOException {
        json.beginObject().member("ruleId", rule).name("primaryLocation").beginObject();
        json.member("message", message).member("filePath", path);
        if (line > 0) {
            json.name("textRange").beginObject().member("startLine", line).endObject();
        }
        json.endObject().endObject();
    }

    private static String impact(Severity severity) {
        return switch (severity) {
            case CRITICAL, HIGH -> "HIGH";
            case MEDIUM -> "MEDIUM";
            case LOW, INFO -> "LOW";
        };
    }

    private static String standard(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "BLOCKER";
            case HIGH -> "CRITICAL";
            case MEDIUM -> "MAJOR";
            case LOW -> "MINOR";
            case INFO -> "INFO";
        };
    }
}
