package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a reference manual of rules from their metadata, in Markdown for people and in JSON for programs. Immutable.
 */
public final class RuleReference {
    private static final String SCHEMA = "dev.tallyclerk.rules";
    private static final int SCHEMA_VERSION = 1;

    private final List<RuleSet> ruleSets;

    private RuleReference(List<RuleSet> ruleSets) {
        this.ruleSets = ruleSets;
    }

    /**
     * {@return a reference of rule sets}
     *
     * @param ruleSets the rule sets, in the order in which they are written
     */
    public static RuleReference of(Collection<RuleSet> ruleSets) {
        return new RuleReference(List.copyOf(ruleSets));
    }

    /**
     * Writes a manual in Markdown.
     *
     * @param out the destination, in UTF-8; flushed, not closed
     * @throws IOException if {@code out} throws it
     */
    public void writeMarkdown(OutputStream out) throws IOException {
        Lines lines = new Lines(out, StandardCharsets.UTF_8);
        lines.line("# Hardening rules");
        for (RuleSet ruleSet : ruleSets) {
            lines.line()
                    .line("## " + MarkdownReporter.escape(ruleSet.toString()))
                    .line();
            lines.line("| Rule | Finding | Severity | Profile |").line("| --- | --- | --- | --- |");
            for (Rule<?> rule : ruleSet.rules()) {
                RuleInfo info = rule.info();
                lines.line("| [" + info.id() + "](#" + anchor(info) + ") | " + MarkdownReporter.escape(info.title())
                        + " | " + info.severity() + " | " + info.profile() + " |");
            }
            for (Rule<?> rule : ruleSet.rules()) {
                write(rule.info(), lines);
            }
        }
        lines.flush();
    }

    private static void write(RuleInfo rule, Lines lines) throws IOException {
        lines.line().line("<a id=\"" + anchor(rule) + "\"></a>").line();
        lines.line("### " + rule.id() + " " + MarkdownReporter.escape(rule.title()))
                .line();
        String references = rule.references().stream()
                .map(citation -> "; " + MarkdownReporter.escape(citation.toString()))
                .collect(Collectors.joining());
        lines.line(rule.severity() + ", profile " + rule.profile() + ", since " + rule.since() + references)
                .line();
        lines.line(MarkdownReporter.escape(rule.rationale())).line();
        lines.line("**Remedy:** " + MarkdownReporter.escape(rule.remediation()));
        for (Map.Entry<String, String> ofKind : rule.remediations().entrySet()) {
            lines.line()
                    .line("**For " + MarkdownReporter.escape(ofKind.getKey()) + ":** "
                            + MarkdownReporter.escape(ofKind.getValue()));
        }
        if (!rule.parameters().isEmpty()) {
            lines.line().line("| Parameter | Type | Default | Range | |").line("| --- | --- | --- | --- | --- |");
        }
        for (RuleParameter<?> parameter : rule.parameters()) {
            lines.line("| " + parameter.name() + " | " + parameter.type() + " | "
                    + MarkdownReporter.escape(parameter.defaultValue().toString()) + " | " + range(parameter) + " | "
                    + MarkdownReporter.escape(parameter.description()) + " |");
        }
    }

    private static String range(RuleParameter<?> parameter) {
        return parameter
                .minimum()
                .map(least -> least + " to "
                        + parameter.maximum().map(Object::toString).orElse(""))
                .orElse("");
    }

    private static String anchor(RuleInfo rule) {
        return rule.id().value();
    }

    /**
     * Writes the reference as JSON: {@code schema}, {@code schemaVersion} and {@code ruleSets}, an array of
     * {@code name}, {@code version} and {@code rules}, as {@link JsonReporter} documents them.
     *
     * @param out the destination; flushed, not closed
     * @throws IOException if {@code out} throws it
     */
    public void writeJson(OutputStream out) throws IOException {
        JsonWriter json = JsonWriter.pretty(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.name("ruleSets").beginArray();
        for (RuleSet ruleSet : ruleSets) {
            json.beginObject().member("name", ruleSet.name()).member("version", ruleSet.version());
            json.name("rules").beginArray();
            for (Rule<?> rule : ruleSet.rules()) {
                JsonReporter.writeRule(rule.info(), Policy.defaults(), json);
            }
            json.endArray().endObject();
        }
        json.endArray().endObject().finish();
    }
}
