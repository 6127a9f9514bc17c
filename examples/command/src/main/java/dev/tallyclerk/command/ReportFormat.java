package dev.tallyclerk.command;

import dev.tallyclerk.hardening.report.HtmlReporter;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.report.JunitReporter;
import dev.tallyclerk.hardening.report.MarkdownReporter;
import dev.tallyclerk.hardening.report.Reporter;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.hardening.report.TextReporter;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The formats of an audit report. */
enum ReportFormat {
    TEXT(TextReporter.create()),
    JSON(JsonReporter.create()),
    JSONL(JsonLinesReporter.create()),
    SARIF(SarifReporter.create()),
    SARIF_ALL(SarifReporter.create().withEveryFinding(true)),
    JUNIT(JunitReporter.create()),
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

    /** {@return the reporter, changed if it is one for SARIF} */
    Reporter reporter(UnaryOperator<SarifReporter> ofSarif) {
        return reporter instanceof SarifReporter sarif ? ofSarif.apply(sarif) : reporter;
    }

    /** {@return the name on the command line, for example {@code sarif-all}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
