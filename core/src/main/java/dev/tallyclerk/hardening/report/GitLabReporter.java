package dev.tallyclerk.hardening.report;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report in the Code Quality format of GitLab, for the artifact {@code reports: codequality} of a job.
 *
 * <p>The document is an array with an object for each finding that needs attention: {@code description},
 * {@code check_name} (the rule), {@code fingerprint}, {@code severity} and {@code location}. Failures map CRITICAL to
 * {@code blocker}, HIGH to {@code critical}, MEDIUM to {@code major}, LOW to {@code minor} and INFO to {@code info}. An
 * undecided finding is {@code major} if the policy's gate counts it, or else {@code info}; its description says so. An
 * {@linkplain Decision.Kind#INCOMPLETE incomplete} decision adds an object for each of its reasons, of the check
 * {@value #INCOMPLETE} and {@code critical}, because an empty array would look like a clean audit.
 *
 * <p>The format has no word for what is waived or in the baseline, so that is not written, and nor is what passes. A
 * fingerprint is {@link Finding#fingerprint}; GitLab drops the second of two equal ones, so a further finding with the
 * same one, about a subject of the same name, has a number after it. A finding of a subject without
 * {@linkplain #withFiles file} has a path of the subject's kind and name. Characters outside ASCII are escaped.
 * Immutable.
 *
 * @see <a href="https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format">Code Quality report
 *     format</a>
 */
public final class GitLabReporter implements LocatedReporter {
    /** The check of objects about an incomplete decision. */
    public static final String INCOMPLETE = "audit-incomplete";

    private static final int FINGERPRINT_LENGTH = 32;

    private final SourceFiles files;

    private GitLabReporter(SourceFiles files) {
        this.files = files;
    }

    /** {@return a reporter} */
    public static GitLabReporter create() {
        return new GitLabReporter(SourceFiles.none());
    }

    @Override
    public GitLabReporter withFiles(SourceFiles files) {
        return new GitLabReporter(Objects.requireNonNull(files, "files"));
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        JsonWriter json = JsonWriter.pretty(out);
        json.beginArray();
        Fingerprints fingerprints = new Fingerprints();
        for (Finding finding : report.findings()) {
            if (Phrases.isOpen(finding)) {
                SourceFiles.Place place = files.place(finding);
                json.beginObject().member("description", Phrases.statement(finding));
                json.member("check_name", finding.rule().id().value())
                        .member("fingerprint", fingerprints.unique(finding));
                json.member("severity", severity(finding, report));
                location(place.path(), place.line(), place.lastLine(), json);
                json.endObject();
            }
        }
        if (report.decision().kind() == Decision.Kind.INCOMPLETE) {
            for (String line : report.decision().because().stream().distinct().toList()) {
                incomplete(line, json);
            }
        }
        json.endArray();
        json.finish();
    }

    private void incomplete(String because, JsonWriter json) throws IOException {
        String identity = INCOMPLETE + '\n' + because;
        json.beginObject().member("description", "The audit is incomplete: " + because);
        json.member("check_name", INCOMPLETE);
        json.member(
                "fingerprint",
                Digest.sha256Of(identity.getBytes(StandardCharsets.UTF_8))
                        .encoded()
                        .substring(0, FINGERPRINT_LENGTH));
        json.member("severity", "critical");
        location(files.otherPath().orElse(INCOMPLETE), 1, 1, json);
        json.endObject();
    }

    private static void location(String path, int line, int lastLine, JsonWriter json) throws IOException {
        json.name("location").beginObject().member("path", path);
        json.name("lines").beginObject().member("begin", line);
        if (lastLine > line) {
            json.member("end", lastLine);
        }
        json.endObject().endObject();
    }

    private static String severity(Finding finding, AuditReport report) {
        if (finding.kind() != Outcome.Kind.FAIL) {
            return report.isCounted(finding) ? "major" : "info";
        }
        Severity severity = finding.severity();
        return switch (severity) {
            case CRITICAL -> "blocker";
            case HIGH -> "critical";
            case MEDIUM -> "major";
            case LOW -> "minor";
            case INFO -> "info";
        };
    }

    /** Numbers equal fingerprints. Only subjects of the same kind and name can have them, and those are adjacent. */
    private static final class Fingerprints {
        private final Map<String, Integer> seen = new HashMap<>();
        private @Nullable SubjectRef last;

        String unique(Finding finding) {
            SubjectRef subject = finding.subject();
            SubjectRef before = last;
            boolean isSameName = before != null
                    && before.kind().equals(subject.kind())
                    && before.name().equals(subject.name());
            if (!isSameName) {
                seen.clear();
            }
            last = subject;
            String fingerprint = finding.fingerprint();
            int times = seen.merge(fingerprint, 1, Integer::sum);
            return times == 1 ? fingerprint : fingerprint + '-' + times;
        }
    }
}
