package dev.tallyclerk.maven;

import dev.tallyclerk.hardening.report.GitHubReporter;
import dev.tallyclerk.hardening.report.GitLabReporter;
import dev.tallyclerk.hardening.report.HtmlReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.report.JunitReporter;
import dev.tallyclerk.hardening.report.LocatedReporter;
import dev.tallyclerk.hardening.report.MarkdownReporter;
import dev.tallyclerk.hardening.report.Reporter;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.hardening.report.SonarQubeReporter;
import dev.tallyclerk.hardening.report.SourceFiles;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;

/** The formats of the reports, and the endings of their files. */
enum ReportFormat {
    SARIF(SarifReporter.create(), ".sarif"),
    JUNIT(JunitReporter.create(), "-junit.xml"),
    HTML(HtmlReporter.create(), ".html"),
    JSON(JsonReporter.create(), ".json"),
    MARKDOWN(MarkdownReporter.create(), ".md"),
    GITHUB(GitHubReporter.create(), "-github.txt"),
    GITLAB(GitLabReporter.create(), "-gitlab.json"),
    SONARQUBE(SonarQubeReporter.create(), "-sonarqube.json");

    @SuppressWarnings("ImmutableEnumChecker") // reporters are immutable
    private final transient Reporter reporter;

    private final String ending;

    ReportFormat(Reporter reporter, String ending) {
        this.reporter = reporter;
        this.ending = ending;
    }

    /** {@return the reporter, with the file that names the image if its format has a place for it} */
    Reporter reporter(SourceFiles files) {
        return reporter instanceof LocatedReporter located ? located.withFiles(files) : reporter;
    }

    String ending() {
        return ending;
    }

    static ReportFormat parse(String text) throws MojoExecutionException {
        for (ReportFormat format : values()) {
            if (format.toString().equals(text.strip())) {
                return format;
            }
        }
        throw new MojoExecutionException("formats are "
                + Arrays.stream(values()).map(ReportFormat::toString).collect(Collectors.joining(", ")) + ", not "
                + text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
