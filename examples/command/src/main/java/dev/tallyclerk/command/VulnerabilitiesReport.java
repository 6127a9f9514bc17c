package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.sbom.SbomFormat;
import dev.tallyclerk.registry.vulnerability.CvssVector;
import dev.tallyclerk.registry.vulnerability.VexStatement;
import dev.tallyclerk.registry.vulnerability.Vulnerability;
import dev.tallyclerk.registry.vulnerability.VulnerabilityGap;
import dev.tallyclerk.registry.vulnerability.VulnerabilityMatch;
import dev.tallyclerk.registry.vulnerability.VulnerabilityReport;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The vulnerabilities of images. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.vulnerabilities", "schemaVersion": 1,
 *  "decision": "ACCEPTED" | "REJECTED" | "INCOMPLETE", "because": [TEXT...],
 *  "images": [{"image": SOURCE, "manifest"?: DIGEST, "claims"?: CLAIMS if it is a bill of materials,
 *              "dataTime"?: TIME, "complete": whether every package was compared,
 *              "gaps": [GAP...], "vulnerabilities": [VULNERABILITY...]}...]}
 *
 * CLAIMS: {"format": "cyclonedx" | "spdx", "specVersion": TEXT, "attestation": BOOLEAN,
 *          "subjects": [DIGEST..., as the document says]}
 * GAP: {"reason": VulnerabilityGap.Reason, "subject": TEXT, "message": TEXT}
 * VULNERABILITY: {"id": TEXT, "ids": [TEXT...], "records": [TEXT...], "related": [TEXT...], and MEMBERS}
 * MEMBERS: "package": TEXT, "version": TEXT, "type": TEXT, "purl"?: TEXT, "layer"?: LAYER FROM 1, "path": TEXT,
 *          "comparedName": TEXT, "comparedVersion": TEXT, "severity"?: Severity, "malicious": BOOLEAN,
 *          "cvss": [{"vector": TEXT, "version": TEXT, "baseScore": TEXT, "score": TEXT}...],
 *          "fix": Fix.State, "fixedIn": [TEXT...], "summary": TEXT, "modified": TIME,
 *          "disposition": Disposition or "SUPPRESSED",
 *          "statement"?: {"status": VexStatement.Status, "justification"?: TEXT, "impact"?: TEXT, "author"?: TEXT,
 *                         "time"?: TIME}
 * }</pre>
 *
 * <p>On lines of their own:
 *
 * <pre>{@code
 * {"kind": "vuln", "image": SOURCE, "id": ID OF ONE RECORD, "ids": [TEXT...], and MEMBERS}
 * {"kind": "unknown", "image": SOURCE, "what": "vulnerabilities", and the members of a GAP}
 * {"kind": "done", "image": SOURCE, "claimed"?: true if it is a bill of materials, "dataTime"?: TIME}
 * }</pre>
 */
final class VulnerabilitiesReport {
    private static final Comparator<VulnerabilityMatch> WORST_FIRST = Comparator.comparing(
                    VulnerabilityMatch::isSuppressed)
            .thenComparing(match -> !match.vulnerability().isMalicious())
            .thenComparing(match -> match.vulnerability().severity().orElse(Severity.HIGH), Comparator.reverseOrder());

    private static final String SCHEMA = "dev.tallyclerk.vulnerabilities";
    private static final int SCHEMA_VERSION = 1;
    private static final int WIDEST = 60;

    private final List<VulnerableImages.Matched> images;
    private final Decision decision;
    private final Map<String, Disposition> dispositions = new HashMap<>();

    VulnerabilitiesReport(List<VulnerableImages.Matched> images, AuditReport audit, Decision decision) {
        this.images = images;
        this.decision = decision;
        for (Finding finding : audit.findings()) {
            finding.problem().ifPresent(problem -> {
                Collection<String> ids = new TreeSet<>();
                String name = "";
                for (Evidence evidence : problem.evidence()) {
                    switch (evidence.name()) {
                        case "package" -> name = evidence.value();
                        case "id" -> ids.add(evidence.value());
                        default -> {}
                    }
                }
                if (!ids.isEmpty()) {
                    dispositions.put(key(finding.subject(), problem.at().toString(), name, ids), finding.disposition());
                }
            });
        }
    }

    private static String key(SubjectRef subject, String place, String name, Collection<String> ids) {
        return subject + "\n" + place + "\n" + name + "\n" + ids;
    }

    /** {@return how the policy treats a match, in a word} */
    private String disposition(VulnerableImages.Matched image, VulnerabilityMatch match) {
        if (match.isSuppressed()) {
            return "SUPPRESSED";
        }
        String place = image.subject().location(match).toString();
        Evidence name = Evidence.of("package", match.installed().name());
        return dispositions
                .getOrDefault(
                        key(
                                image.subject().ref(),
                                place,
                                name.value(),
                                match.vulnerability().ids()),
                        Disposition.OPEN)
                .name();
    }

    void writeText(PrintStream out, TextStyle style) {
        for (VulnerableImages.Matched image : images) {
            writeText(image, out, style);
        }
        DecisionText.write(decision, out, style);
    }

    private void writeText(VulnerableImages.Matched image, PrintStream out, TextStyle style) {
        VulnerabilityReport report = image.report();
        out.println(style.bold(Quoted.printable(image.source())));
        image.claims().ifPresent(sbom -> out.println("Claimed by " + claimedBy(sbom) + "; no image was read"));
        report.dataTime().ifPresent(time -> out.println("Data of " + time));
        List<VulnerabilityMatch> shown =
                report.matches().stream().sorted(WORST_FIRST).toList();
        if (!shown.isEmpty()) {
            Table table = new Table("SEVERITY", "ID", "PACKAGE", "VERSION", "FIXED IN", "LAYER");
            for (VulnerabilityMatch match : shown) {
                table.add(
                        severity(match),
                        match.vulnerability().id(),
                        named(match),
                        match.installed().version(),
                        fix(match),
                        layer(image, match));
            }
            for (int i = 0; i < shown.size(); i++) {
                if (i == 0) {
                    out.println(style.bold(table.title()));
                }
                VulnerabilityMatch match = shown.get(i);
                String row = table.row(i) + notes(image, match);
                out.println(
                        match.isSuppressed()
                                ? style.dim(row)
                                : style.severity(
                                        match.vulnerability().severity().orElse(Severity.HIGH), row));
            }
            out.println(total(shown));
        } else if (report.isComplete()) {
            out.println("No known vulnerabilities");
        }
        for (VulnerabilityGap gap : report.gaps()) {
            out.println(style.yellow("Unknown: " + gap.describe()));
        }
    }

    private static String claimedBy(Sbom sbom) {
        String number = sbom.inventory().packages().size() == 1
                ? "1 package"
                : sbom.inventory().packages().size() + " packages";
        String format = sbom.format() == SbomFormat.CYCLONEDX ? "CycloneDX " + sbom.specVersion() : sbom.specVersion();
        String about = sbom.subjects().isEmpty()
                ? ""
                : ", about " + sbom.subjects().get(0) + (sbom.subjects().size() > 1 ? " and others" : "");
        return "a bill of materials (" + Quoted.printable(format) + ") with " + number + about;
    }

    /** Layers that a document claims are not those of an image that was read. */
    private static String layer(VulnerableImages.Matched image, VulnerabilityMatch match) {
        return image.claims().isPresent()
                ? "-"
                : String.valueOf(match.installed().layer().index() + 1);
    }

    /** {@return how many vulnerabilities of packages there are, by severity} */
    private static String total(List<VulnerabilityMatch> shown) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (VulnerabilityMatch match : shown) {
            counts.merge(match.isSuppressed() ? "suppressed" : severity(match), 1, Integer::sum);
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((severity, count) -> parts.add(count + " " + severity));
        long fixed = shown.stream()
                .filter(match -> !match.isSuppressed() && match.fix().isAvailable())
                .count();
        return "Total " + shown.size() + ": " + String.join(", ", parts) + "; " + fixed + " with a fix";
    }

    private static String severity(VulnerabilityMatch match) {
        if (match.vulnerability().isMalicious()) {
            return "MALICIOUS";
        }
        return match.vulnerability().severity().map(Severity::name).orElse("unrated");
    }

    private static String named(VulnerabilityMatch match) {
        String name = match.installed().name();
        boolean isBySource =
                match.installed().source().isPresent() && !match.comparedName().equals(name);
        return isBySource ? name + " (" + match.comparedName() + ")" : name;
    }

    private static String fix(VulnerabilityMatch match) {
        return switch (match.fix().state()) {
            case AVAILABLE -> String.join(", ", match.fix().versions());
            case NONE_KNOWN -> "-";
            case WILL_NOT_FIX -> "will not be fixed";
        };
    }

    private String notes(VulnerableImages.Matched image, VulnerabilityMatch match) {
        if (match.statement().isPresent()) {
            VexStatement statement = match.statement().get();
            String reason = statement.justification().isEmpty() ? statement.impact() : statement.justification();
            return "  " + word(statement.status().name()) + (reason.isEmpty() ? "" : ": " + Quoted.printable(reason))
                    + (statement.author().isEmpty() ? "" : " (" + Quoted.printable(statement.author()) + ")");
        }
        String disposition = disposition(image, match);
        return disposition.equals(Disposition.OPEN.name()) ? "" : "  " + word(disposition);
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("decision", decision.kind().name());
        writeTexts("because", decision.because(), json);
        json.name("images").beginArray();
        for (VulnerableImages.Matched image : images) {
            VulnerabilityReport report = image.report();
            json.beginObject().member("image", image.source());
            if (image.manifest().isPresent()) {
                json.member("manifest", image.manifest().get().toString());
            }
            if (image.claims().isPresent()) {
                writeClaims(image.claims().get(), json);
            }
            if (report.dataTime().isPresent()) {
                json.member("dataTime", report.dataTime().get().toString());
            }
            json.member("complete", report.isComplete());
            json.name("gaps").beginArray();
            for (VulnerabilityGap gap : report.gaps()) {
                writeGap(gap, json.beginObject());
                json.endObject();
            }
            json.endArray().name("vulnerabilities").beginArray();
            for (VulnerabilityMatch match : report.matches()) {
                Vulnerability vulnerability = match.vulnerability();
                json.beginObject().member("id", vulnerability.id());
                writeTexts("ids", vulnerability.ids(), json);
                writeTexts("records", vulnerability.records(), json);
                writeTexts("related", vulnerability.related(), json);
                writeMembers(image, match, json);
                json.endObject();
            }
            json.endArray().endObject();
        }
        json.endArray().endObject().finish();
    }

    private static void writeClaims(Sbom sbom, JsonOutput json) throws IOException {
        json.name("claims")
                .beginObject()
                .member("format", sbom.format().name().toLowerCase(Locale.ROOT))
                .member("specVersion", sbom.specVersion())
                .member("attestation", sbom.isAttestation());
        writeTexts("subjects", sbom.subjects().stream().map(Digest::toString).toList(), json);
        json.endObject();
    }

    void writeLines(PrintStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        for (VulnerableImages.Matched image : images) {
            VulnerabilityReport report = image.report();
            for (VulnerabilityMatch match : report.matches()) {
                for (String record : match.vulnerability().records()) {
                    lines.line(line -> {
                        line.member("kind", "vuln")
                                .member("image", image.source())
                                .member("id", record);
                        writeTexts("ids", match.vulnerability().ids(), line);
                        writeMembers(image, match, line);
                    });
                }
            }
            for (VulnerabilityGap gap : report.gaps()) {
                lines.line(line -> writeGap(
                        gap,
                        line.member("kind", "unknown")
                                .member("image", image.source())
                                .member("what", "vulnerabilities")));
            }
            lines.line(line -> {
                line.member("kind", "done").member("image", image.source());
                if (image.claims().isPresent()) {
                    line.member("claimed", true);
                }
                if (report.dataTime().isPresent()) {
                    line.member("dataTime", report.dataTime().get().toString());
                }
            });
        }
    }

    private static void writeGap(VulnerabilityGap gap, JsonOutput json) throws IOException {
        json.member("reason", gap.reason().name())
                .member("subject", gap.subject())
                .member("message", gap.detail());
    }

    private void writeMembers(VulnerableImages.Matched image, VulnerabilityMatch match, JsonOutput json)
            throws IOException {
        InstalledPackage installed = match.installed();
        Vulnerability vulnerability = match.vulnerability();
        json.member("package", installed.name())
                .member("version", installed.version())
                .member("type", installed.type());
        if (installed.purl().isPresent()) {
            json.member("purl", installed.purl().get().toString());
        }
        if (image.claims().isEmpty()) {
            json.member("layer", installed.layer().index() + 1L);
        }
        json.member("path", installed.path());
        json.member("comparedName", match.comparedName()).member("comparedVersion", match.comparedVersion());
        if (vulnerability.severity().isPresent()) {
            json.member("severity", vulnerability.severity().get().name());
        }
        json.member("malicious", vulnerability.isMalicious());
        json.name("cvss").beginArray();
        for (CvssVector vector : vulnerability.vectors()) {
            json.beginObject()
                    .member("vector", vector.toString())
                    .member("version", vector.version())
                    .member("baseScore", String.valueOf(vector.baseScore()))
                    .member("score", String.valueOf(vector.score()))
                    .endObject();
        }
        json.endArray().member("fix", match.fix().state().name());
        writeTexts("fixedIn", match.fix().versions(), json);
        json.member("summary", vulnerability.summary())
                .member("modified", vulnerability.modified().toString())
                .member("disposition", disposition(image, match));
        if (match.statement().isPresent()) {
            writeStatement(match.statement().get(), json.name("statement").beginObject());
            json.endObject();
        }
    }

    private static void writeStatement(VexStatement statement, JsonOutput json) throws IOException {
        json.member("status", statement.status().name());
        writeUnlessEmpty("justification", statement.justification(), json);
        writeUnlessEmpty("impact", statement.impact(), json);
        writeUnlessEmpty("author", statement.author(), json);
        writeUnlessEmpty("time", statement.time().map(Instant::toString).orElse(""), json);
    }

    private static void writeUnlessEmpty(String name, String value, JsonOutput json) throws IOException {
        if (!value.isEmpty()) {
            json.member(name, value);
        }
    }

    private static void writeTexts(String name, Collection<String> texts, JsonOutput json) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }

    /** Rows of text in columns, the widths of which most values have; a longer one moves its row. */
    private static final class Table {
        private final List<String> titles;
        private final List<List<String>> rows = new ArrayList<>();

        Table(String... titles) {
            this.titles = List.of(titles);
        }

        void add(String... cells) {
            rows.add(List.of(cells).stream().map(Quoted::printable).toList());
        }

        String title() {
            return line(titles);
        }

        String row(int index) {
            return line(rows.get(index));
        }

        private String line(List<String> cells) {
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < cells.size(); i++) {
                int column = i;
                int widest = titles.get(i).length();
                for (List<String> row : rows) {
                    widest = Math.max(widest, row.get(column).length());
                }
                out.append(cells.get(i));
                if (i + 1 < cells.size()) {
                    out.append(" "
                            .repeat(Math.max(
                                            0,
                                            Math.min(widest, WIDEST)
                                                    - cells.get(i).length())
                                    + 2));
                }
            }
            return out.toString();
        }
    }
}
