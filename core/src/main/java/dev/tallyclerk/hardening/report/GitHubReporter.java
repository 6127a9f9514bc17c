package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes a report as workflow commands of GitHub, which show findings as annotations in a pull request.
 *
 * <p>Print it on standard output of a step. The first line is the decision: a {@code notice} if it is
 * {@linkplain Decision.Kind#ACCEPTED accepted}, or else an {@code error} with its reasons. Then follows a line for each
 * finding that needs attention. A failure is an {@code error} from HIGH, a {@code warning} for MEDIUM and a
 * {@code notice} below; an undecided finding is a {@code warning} if the policy's gate counts it, or else a
 * {@code notice}. GitHub shows the first ten of each level in a step, so the worst come first; all stay in the log.
 *
 * <p>Only a finding in a {@linkplain #withFiles file} has a place. Columns are written for stretches on one line, the
 * only ones that GitHub takes. Percent signs, line breaks, and in properties colons and commas are escaped as the
 * runner demands, control characters and those that change the direction of text are replaced, and texts are cut after
 * 200 characters in a title and 4,000 in a message, so audited text can neither end a command nor start one. What
 * passes, is waived or is in the baseline is not written. Immutable.
 *
 * @see <a href="https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands">Workflow
 *     commands</a>
 */
public final class GitHubReporter implements LocatedReporter {
    private static final int MAX_TITLE = 200;
    private static final int MAX_MESSAGE = 4000;

    private final SourceFiles files;

    private GitHubReporter(SourceFiles files) {
        this.files = files;
    }

    /** The commands that make annotations, in the order in which they are written. */
    private enum Level {
        ERROR,
        WARNING,
        NOTICE;

        static Level of(Finding finding, AuditReport report) {
            if (finding.kind() != Outcome.Kind.FAIL) {
                return report.isCounted(finding) ? WARNING : NOTICE;
            }
            Severity severity = finding.severity();
            return switch (severity) {
                case CRITICAL, HIGH -> ERROR;
                case MEDIUM -> WARNING;
                case LOW, INFO -> NOTICE;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@return a reporter} */
    public static GitHubReporter create() {
        return new GitHubReporter(SourceFiles.none());
    }

    @Override
    public GitHubReporter withFiles(SourceFiles files) {
        return new GitHubReporter(Objects.requireNonNull(files, "files"));
    }

    @Override
    public String mediaType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public void write(AuditReport report, OutputStream out) throws IOException {
        Lines lines = new Lines(out, StandardCharsets.UTF_8);
        decision(report, lines);
        Severity[] severities = Severity.values();
        for (Level level : Level.values()) {
            // A pass over the findings for each severity needs no memory, unlike sorting them.
            for (int i = severities.length - 1; i >= 0; i--) {
                for (Finding finding : report.findings()) {
                    if (finding.severity() == severities[i]
                            && Phrases.isOpen(finding)
                            && Level.of(finding, report) == level) {
                        finding(level, finding, lines);
                    }
                }
            }
        }
        lines.flush();
    }

    private static void decision(AuditReport report, Lines lines) throws IOException {
        boolean isAccepted = report.decision().kind() == Decision.Kind.ACCEPTED;
        Map<Level, Integer> counts = new EnumMap<>(Level.class);
        for (Finding finding : report.findings()) {
            if (Phrases.isOpen(finding)) {
                counts.merge(Level.of(finding, report), 1, Integer::sum);
            }
        }
        StringBuilder text = new StringBuilder("Hardening: ").append(Phrases.of(report.decision()));
        for (Map.Entry<Level, Integer> count : counts.entrySet()) {
            text.append(", ")
                    .append(count.getValue())
                    .append(' ')
                    .append(count.getKey())
                    .append("(s)");
        }
        StringBuilder message = new StringBuilder(cut(text.toString(), MAX_MESSAGE));
        for (String line : report.decision().because()) {
            if (message.length() < MAX_MESSAGE) {
                message.append("%0A").append(cut(line, MAX_MESSAGE));
            }
        }
        lines.add("::" + (isAccepted ? Level.NOTICE : Level.ERROR) + " title=Tallyclerk::")
                .line(message.toString());
    }

    private void finding(Level level, Finding finding, Lines lines) throws IOException {
        SourceFiles.Place place = files.place(finding);
        lines.add("::" + level + ' ');
        if (place.isFile()) {
            lines.add("file=" + property(place.path(), Integer.MAX_VALUE) + ",line=" + place.line());
            int last = place.lastLine();
            if (last > place.line()) {
                lines.add(",endLine=" + last);
            }
            Optional<Location.Region> text = place.region();
            if (text.isPresent() && text.get().endLine() == text.get().line()) {
                int column = text.get().column();
                lines.add(",col=" + column + ",endColumn="
                        + Math.max(column, text.get().endColumn() - 1));
            }
            lines.add(",");
        }
        lines.add("title=" + property(finding.rule().id() + " " + finding.rule().title(), MAX_TITLE) + "::");
        lines.line(cut(Phrases.statement(finding), MAX_MESSAGE));
    }

    private static String property(String text, int most) {
        return cut(text, most).replace(":", "%3A").replace(",", "%2C");
    }

    /** {@return {@code text} on one line, at most so long, escaped as the data of a command} */
    private static String cut(String text, int most) {
        String line = Quoted.printable(text);
        String shown = line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most)) + "...";
        return shown.replace("%", "%25");
    }
}
