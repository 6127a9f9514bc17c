package dev.tallyclerk.command;

import dev.tallyclerk.hardening.report.GitHubReporter;
import dev.tallyclerk.hardening.report.GitLabReporter;
import dev.tallyclerk.hardening.report.HtmlReporter;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.report.JunitReporter;
import dev.tallyclerk.hardening.report.LocatedReporter;
import dev.tallyclerk.hardening.report.MarkdownReporter;
import dev.tallyclerk.hardening.report.Reporter;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.hardening.report.SonarQubeReporter;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.hardening.report.TextReporter;
import java.util.Locale;

/** The formats of an audit report. */
enum ReportFormat {
    TEXT(TextReporter.create()),
    JSON(JsonReporter.create()),
    JSONL(JsonLinesReporter.create()),
    SARIF(SarifReporter.create()),
    SARIF_ALL(SarifReporter.create().withEveryFinding(true)),
    JUNIT(JunitReporter.create()),
    GITHUB(GitHubReporter.create()),
    GITLAB(GitLabReporter.create()),
    SONARQUBE(SonarQubeReporter.create()),
    MARKDOWN(MarkdownReporter.create()),
    HTML(HtmlReporter.create());

    @SuppressWarnings("ImmutableEnumChecker") // reporters are immutable
    private final transient Reporter reporter;

    ReportFormat(Reporter reporter) {
        this.reporter = reporter;
    }

    Reporter reporter() {
        return reporter;
    }

    /** {@return the reporter, with the files that subjects were read from if its format has a place for them} */
    Reporter reporter(SourceFiles files) {
        return reporter instanceof LocatedReporter located ? located.withFiles(files) : reporter;
    }

    /** {@return the name on the command line, for example {@code sarif-all}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
