package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.report.JsonLinesReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.registry.base.BaseRemark;
import dev.tallyclerk.registry.base.BaseUpgrade;
import dev.tallyclerk.registry.base.FleetImage;
import dev.tallyclerk.registry.base.ImageBase;
import dev.tallyclerk.registry.base.ImageBase.Freshness;
import dev.tallyclerk.registry.base.ProblemCounts;
import dev.tallyclerk.registry.base.Rebuild;
import dev.tallyclerk.registry.base.RebuildPlan;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The order in which images are rebuilt. The JSON, in which members are only added within a schema version:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.rebuild-plan", "schemaVersion": 1,
 *  "decision": {"kind": "accepted" | "rejected" | "incomplete", "because": [TEXT...]},
 *  "images": [BASE of each image...],
 *  "groups": [[{"image": SOURCE, "rebuildOn": SOURCE, "waitsFor"?: SOURCE, "given": BOOLEAN, "reason": TEXT,
 *               "problems"?: COUNTS}...]...],
 *  "upgrades": [{"from"?: SOURCE, "to": SOURCE, "names": [NAME...], "images": [SOURCE...],
 *                "unknownImages": NUMBER, "problems"?: COUNTS}...],
 *  "vulnerabilityGaps"?: [{"image": SOURCE, "message": TEXT}...], "dataTime"?: TIME,
 *  "failures": [{"image": SOURCE, "code": TEXT, "message": TEXT}...],
 *  "audit": the document of JsonReporter}
 *
 * BASE: "image": SOURCE, "digest": DIGEST, "platform": PLATFORM, "names"?: [NAME for which it is current...],
 *       "freshness": ImageBase.Freshness in lower case, "stale": true, false or null, "base": SOURCE or null,
 *       "baseDigest"?: DIGEST, "baseNames"?: [NAME...], "basis": ImageBase.Basis in lower case,
 *       "rebuildOn"?: SOURCE, "replaced"?: true, "reason": TEXT,
 *       "remarks"?: [{"kind": BaseRemark.Kind, "message": TEXT}...]
 * COUNTS: {SEVERITY: {"before": NUMBER, "removed": NUMBER, "added": NUMBER}...}
 * }</pre>
 *
 * <p>One fact on each line, after the findings:
 *
 * <pre>{@code
 * {"kind": "stale", and the members of BASE}
 * {"kind": "rebuild", "order": [[SOURCE...]...]}
 * {"kind": "upgrade", and the members of an upgrade}
 * {"kind": "unknown", "image": SOURCE, "what": "vulnerabilities", "message": TEXT}
 * {"kind": "error", and the members of a failure}
 * }</pre>
 */
final class RebuildPlanReport {
    private static final String SCHEMA = "dev.tallyclerk.rebuild-plan";
    private static final int SCHEMA_VERSION = 1;

    private final RebuildPlan plan;
    private final AuditReport audit;
    private final List<FleetSources.Failure> failures;
    private final @Nullable FleetVulnerabilities vulnerabilities;

    /**
     * Creates a report.
     *
     * @param vulnerabilities null if they are not looked for
     */
    RebuildPlanReport(
            RebuildPlan plan,
            AuditReport audit,
            List<FleetSources.Failure> failures,
            @Nullable FleetVulnerabilities vulnerabilities) {
        this.plan = plan;
        this.audit = audit;
        this.failures = failures;
        this.vulnerabilities = vulnerabilities;
    }

    private Map<String, String> gaps() {
        return vulnerabilities == null ? Map.of() : vulnerabilities.gaps();
    }

    private Optional<Instant> dataTime() {
        return vulnerabilities == null ? Optional.empty() : vulnerabilities.dataTime();
    }

    void writeText(PrintStream out, TextStyle style) {
        int images = plan.bases().size();
        if (plan.groups().isEmpty()) {
            out.println(style.bold(
                    "Nothing to rebuild: no base of " + counted(images, "image") + " is known to be stale."));
        } else {
            out.println(style.bold("Rebuild " + counted(plan.size(), "image") + " in "
                    + counted(plan.groups().size(), "group")
                    + (plan.groups().size() > 1 ? ", one group after the other." : ".")));
        }
        for (int i = 0; i < plan.groups().size(); i++) {
            out.println();
            out.println(style.bold("Group " + (i + 1)));
            plan.groups().get(i).forEach(rebuild -> writeRebuild(rebuild, out, style));
        }
        writeUpgrades(out, style);
        writeBases("Current", Freshness.CURRENT, out, style);
        writeBases("Unknown", Freshness.UNKNOWN, out, style);
        writeBases("Without a known base", Freshness.NO_BASE, out, style);
        DecisionText.write(audit.decision(), out, style);
    }

    private static void writeRebuild(Rebuild rebuild, PrintStream out, TextStyle style) {
        out.println(
                "  " + printable(rebuild.image()) + (rebuild.isGiven() ? "" : " (not among the images to plan for)"));
        out.println("      " + rebuild.base().reason());
        rebuild.problems().ifPresent(problems -> out.println("      " + counts(problems)));
        writeRemarks(rebuild.base(), out, style);
    }

    private static void writeRemarks(ImageBase base, PrintStream out, TextStyle style) {
        for (BaseRemark remark : base.remarks()) {
            boolean isLie = remark.kind() == BaseRemark.Kind.CONTRADICTED_ANNOTATION;
            String message = remark.message().equals(base.reason()) ? "" : remark.message();
            if (!message.isEmpty()) {
                out.println("      " + (isLie ? style.red("contradicted: ") : style.yellow("note: ")) + message);
            }
        }
    }

    private void writeUpgrades(PrintStream out, TextStyle style) {
        if (plan.upgrades().isEmpty()) {
            return;
        }
        out.println();
        out.println(style.bold("Upgrades of bases"));
        for (BaseUpgrade upgrade : plan.upgrades()) {
            String names = upgrade.names().isEmpty() ? "" : String.join(", ", upgrade.names()) + ": ";
            String from = upgrade.from().map(RebuildPlanReport::described).orElse("an unknown image");
            out.println("  " + Quoted.printable(names) + from + (style.unicode() ? " → " : " -> ")
                    + described(upgrade.to()));
            out.println("      " + effect(upgrade));
        }
        dataTime().ifPresent(time -> out.println("  Data on vulnerabilities of " + time));
        gaps().forEach((image, gap) ->
                out.println("  " + style.yellow("Unknown vulnerabilities of " + Quoted.printable(image + ": " + gap))));
    }

    private String effect(BaseUpgrade upgrade) {
        String images = counted(upgrade.images().size(), "image");
        if (vulnerabilities == null) {
            return images;
        }
        String effect = upgrade.problems()
                .map(problems -> counts(problems) + (problems.isEmpty() ? " in " : " from ") + images)
                .orElse(images + "; what it removes is unknown");
        return upgrade.problems().isPresent() && upgrade.unknownImages() > 0
                ? effect + "; unknown for " + upgrade.unknownImages() + " of them"
                : effect;
    }

    private void writeBases(String title, Freshness freshness, PrintStream out, TextStyle style) {
        List<ImageBase> bases = plan.bases().stream()
                .filter(base -> base.freshness() == freshness)
                .toList();
        if (bases.isEmpty()) {
            return;
        }
        out.println();
        out.println(style.bold(title));
        for (ImageBase base : bases) {
            out.println("  " + printable(base.image())
                    + (freshness == Freshness.CURRENT || freshness == Freshness.UNKNOWN ? ": " + base.reason() : ""));
            writeRemarks(base, out, style);
        }
    }

    private static String described(FleetImage image) {
        Digest digest = image.digest();
        return printable(image) + " (" + digest.algorithm() + ":"
                + digest.encoded().substring(0, 12) + ")";
    }

    private static String printable(FleetImage image) {
        return Quoted.printable(image.name());
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** {@return for example {@code removes 12 of 14 HIGH, 0 of 3 LOW, adds 1 MEDIUM}} */
    private static String counts(SortedMap<Severity, ProblemCounts> problems) {
        List<String> removed = new ArrayList<>();
        List<String> added = new ArrayList<>();
        problems.forEach((severity, counts) -> {
            if (counts.before() > 0) {
                removed.add(counts.removed() + " of " + counts.before() + " " + severity);
            }
            if (counts.added() > 0) {
                added.add(counts.added() + " " + severity);
            }
        });
        if (removed.isEmpty() && added.isEmpty()) {
            return "no known vulnerabilities";
        }
        String text = removed.isEmpty() ? "removes nothing" : "removes " + String.join(", ", removed);
        return added.isEmpty() ? text : text + "; adds " + String.join(", ", added);
    }

    void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.name("decision");
        TrustJson.decision(audit.decision(), json);
        json.name("images").beginArray();
        for (ImageBase base : plan.bases()) {
            writeBase(base, json.beginObject());
            json.endObject();
        }
        json.endArray().name("groups").beginArray();
        for (List<Rebuild> group : plan.groups()) {
            json.beginArray();
            for (Rebuild rebuild : group) {
                writeRebuild(rebuild, json);
            }
            json.endArray();
        }
        json.endArray().name("upgrades").beginArray();
        for (BaseUpgrade upgrade : plan.upgrades()) {
            writeUpgrade(upgrade, json.beginObject());
            json.endObject();
        }
        json.endArray();
        if (vulnerabilities != null) {
            json.name("vulnerabilityGaps").beginArray();
            for (Map.Entry<String, String> gap : gaps().entrySet()) {
                json.beginObject().member("image", gap.getKey());
                json.member("message", gap.getValue()).endObject();
            }
            json.endArray();
        }
        if (dataTime().isPresent()) {
            json.member("dataTime", dataTime().get().toString());
        }
        json.name("failures").beginArray();
        for (FleetSources.Failure failure : failures) {
            writeFailure(failure, json.beginObject());
            json.endObject();
        }
        json.endArray().name("audit");
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        JsonReporter.create().withIndentation(false).write(audit, document);
        json.copy(document.toByteArray()).endObject().finish();
    }

    void writeLines(PrintStream out) throws IOException {
        JsonLinesReporter.create().write(audit, out);
        JsonLines lines = new JsonLines(out);
        for (ImageBase base : plan.bases()) {
            lines.line(line -> writeBase(base, line.member("kind", "stale")));
        }
        lines.line(line -> {
            line.member("kind", "rebuild").name("order").beginArray();
            for (List<Rebuild> group : plan.groups()) {
                writeNames(group.stream().map(rebuild -> rebuild.image().name()).toList(), line);
            }
            line.endArray();
        });
        for (BaseUpgrade upgrade : plan.upgrades()) {
            lines.line(line -> writeUpgrade(upgrade, line.member("kind", "upgrade")));
        }
        for (Map.Entry<String, String> gap : gaps().entrySet()) {
            lines.line(line -> line.member("kind", "unknown")
                    .member("image", gap.getKey())
                    .member("what", "vulnerabilities")
                    .member("message", gap.getValue()));
        }
        for (FleetSources.Failure failure : failures) {
            lines.line(line -> writeFailure(failure, line.member("kind", "error")));
        }
    }

    void writeSarif(PrintStream out) throws IOException {
        SarifReporter.create().write(audit, out);
    }

    private static void writeBase(ImageBase base, JsonOutput json) throws IOException {
        json.member("image", base.image().name());
        json.member("digest", base.image().digest().toString());
        json.member("platform", base.image().platform().toString());
        if (!base.names().isEmpty()) {
            writeNames(base.names(), json.name("names"));
        }
        json.member("freshness", word(base.freshness()));
        switch (base.freshness()) {
            case CURRENT -> json.member("stale", false);
            case STALE, STALE_BY_INHERITANCE -> json.member("stale", true);
            case UNKNOWN, NO_BASE -> json.nullMember("stale");
        }
        FleetImage found = base.base().orElse(null);
        if (found == null) {
            json.nullMember("base");
        } else {
            json.member("base", found.name())
                    .member("baseDigest", found.digest().toString());
        }
        if (!base.baseNames().isEmpty()) {
            writeNames(base.baseNames(), json.name("baseNames"));
        }
        json.member("basis", word(base.basis()));
        if (base.onto().isPresent()) {
            json.member("rebuildOn", base.onto().get().name());
        }
        if (base.isReplaced()) {
            json.member("replaced", true);
        }
        json.member("reason", base.reason());
        if (!base.remarks().isEmpty()) {
            json.name("remarks").beginArray();
            for (BaseRemark remark : base.remarks()) {
                json.beginObject().member("kind", remark.kind().name());
                json.member("message", remark.message()).endObject();
            }
            json.endArray();
        }
    }

    private static void writeRebuild(Rebuild rebuild, JsonOutput json) throws IOException {
        json.beginObject().member("image", rebuild.image().name());
        if (rebuild.base().onto().isPresent()) {
            json.member("rebuildOn", rebuild.base().onto().get().name());
        }
        if (rebuild.waitsFor().isPresent()) {
            json.member("waitsFor", rebuild.waitsFor().get().name());
        }
        json.member("given", rebuild.isGiven()).member("reason", rebuild.base().reason());
        if (rebuild.problems().isPresent()) {
            writeCounts(rebuild.problems().get(), json.name("problems"));
        }
        json.endObject();
    }

    private static void writeUpgrade(BaseUpgrade upgrade, JsonOutput json) throws IOException {
        if (upgrade.from().isPresent()) {
            json.member("from", upgrade.from().get().name());
        }
        json.member("to", upgrade.to().name());
        writeNames(upgrade.names(), json.name("names"));
        writeNames(upgrade.images().stream().map(FleetImage::name).toList(), json.name("images"));
        json.member("unknownImages", upgrade.unknownImages());
        if (upgrade.problems().isPresent()) {
            writeCounts(upgrade.problems().get(), json.name("problems"));
        }
    }

    private static void writeCounts(SortedMap<Severity, ProblemCounts> problems, JsonOutput json) throws IOException {
        json.beginObject();
        for (Map.Entry<Severity, ProblemCounts> each : problems.entrySet()) {
            json.name(each.getKey().name()).beginObject();
            json.member("before", each.getValue().before());
            json.member("removed", each.getValue().removed());
            json.member("added", each.getValue().added()).endObject();
        }
        json.endObject();
    }

    private static void writeFailure(FleetSources.Failure failure, JsonOutput json) throws IOException {
        json.member("image", failure.image()).member("code", failure.code()).member("message", failure.message());
    }

    private static void writeNames(List<String> names, JsonOutput json) throws IOException {
        json.beginArray();
        for (String name : names) {
            json.value(name);
        }
        json.endArray();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
