package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.sbom.SbomComparison;
import dev.tallyclerk.registry.sbom.SbomDifference;
import dev.tallyclerk.registry.sbom.SbomSubject;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The comparison of bills of materials with an image. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.sbomVerification", "schemaVersion": 1,
 *  "image": ..., "others"?: ..., "layers": as in FilesReport,
 *  "result": "accepted" | "rejected" | "incomplete", "because": [TEXT...],
 *  "documents": [DOCUMENT...]}
 *
 * DOCUMENT: {"origin": TEXT, "artifact"?: DIGEST, "result": as above, "problem"?: TEXT,
 *            "format"?: "cyclonedx" | "spdx", "specVersion"?: TEXT, "name"?: TEXT, "identifier"?: TEXT,
 *            "attestation"?: whether it is in a statement, whose signature is not verified,
 *            "subjects"?: [DIGEST...], "aboutThisImage"?: "yes" | "no" | "unknown",
 *            "matches"?: NUMBER, "differences"?: [DIFFERENCE...], "unknowns"?: [TEXT...]}
 * DIFFERENCE: {"kind": "notThere" | "notClaimed" | "otherVersion", "type": TEXT, "name": TEXT,
 *              "disposition": Disposition, "claimed": [VERSION...], "found": [{"version": TEXT, "layer": LAYER FROM 1, "path": TEXT}...]}
 * }</pre>
 */
final class SbomVerification {
    private static final String SCHEMA = "dev.tallyclerk.sbomVerification";
    private static final int SCHEMA_VERSION = 1;

    private final ImageVerification image;
    private final List<Compared> documents;
    private final AuditReport audit;

    /**
     * A document to compare.
     *
     * @param artifact the digest of the manifest that attaches it; empty for a file
     * @param sbom the document; empty if there is a problem
     */
    record Claimed(String origin, Optional<Digest> artifact, Optional<Sbom> sbom, String problem) {
        static Claimed of(String origin, Sbom sbom) {
            return new Claimed(origin, Optional.empty(), Optional.of(sbom), "");
        }
    }

    /** A compared document, and what the policy says of it alone. */
    private record Compared(Claimed claimed, SbomSubject subject, AuditReport audit) {
        String result() {
            return word(audit.decision());
        }

        /** {@return how the policy treats a difference, in a word} */
        Disposition disposition(SbomDifference difference) {
            String name = difference.type() + " " + difference.name();
            return audit.findings().stream()
                    .filter(finding -> finding.problem()
                            .filter(problem -> problem.evidence().contains(Evidence.of("package", name)))
                            .isPresent())
                    .map(Finding::disposition)
                    .findFirst()
                    .orElse(Disposition.OPEN);
        }
    }

    private SbomVerification(ImageVerification image, List<Compared> documents, AuditReport audit) {
        this.image = image;
        this.documents = documents;
        this.audit = audit;
    }

    /**
     * {@return the comparison of documents with an image}
     *
     * @param names the digests by which documents may name the image
     */
    static SbomVerification of(
            ImageVerification image, Inventory inventory, List<Claimed> claimed, Set<Digest> names, Auditor auditor) {
        List<Compared> documents = new ArrayList<>();
        Map<String, Integer> origins = new HashMap<>();
        for (Claimed each : claimed) {
            int number = origins.merge(each.origin, 1, Integer::sum);
            String document = number == 1 ? each.origin : each.origin + " (" + number + ")";
            SbomSubject subject = each.sbom
                    .map(sbom -> SbomSubject.of(image.source(), document, sbom, inventory, names))
                    .orElseGet(() -> SbomSubject.unreadable(image.source(), document, each.problem))
                    .withDigest(image.manifestDigest().orElseThrow());
            documents.add(new Compared(each, subject, auditor.audit(List.of(subject))));
        }
        List<SbomSubject> subjects = documents.stream().map(Compared::subject).toList();
        return new SbomVerification(
                image,
                documents,
                auditor.audit(subjects.isEmpty() ? List.of(SbomSubject.none(image.source())) : subjects));
    }

    /** {@return the findings of all documents} */
    AuditReport audit() {
        return audit;
    }

    /** {@return the exit status: the worst of the documents, and incomplete without any} */
    int exitCode() {
        return ExitCode.of(audit.decision());
    }

    private static String word(Disposition disposition) {
        return disposition.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String word(Decision decision) {
        return decision.kind().name().toLowerCase(Locale.ROOT);
    }

    void writeText(PrintStream out) {
        if (documents.isEmpty()) {
            out.println("no bill of materials is attached to the image; give --sbom FILE");
        }
        for (Compared each : documents) {
            String format = each.claimed.sbom.map(SbomVerification::format).orElse("not read");
            out.println(each.result() + ": " + Quoted.printable(each.claimed.origin) + " (" + format + ")");
            if (!each.claimed.problem.isEmpty()) {
                out.println("  ? " + Quoted.printable(each.claimed.problem));
            }
            if (each.subject.isAboutAnother()) {
                out.println("  ! it says that it is about "
                        + each.claimed.sbom.orElseThrow().subjects().stream()
                                .limit(3)
                                .map(Digest::toString)
                                .collect(Collectors.joining(", "))
                        + ", not about this image");
            }
            each.subject.comparison().ifPresent(comparison -> write(each, comparison, out));
        }
        if (!audit.decision().isAccepted()) {
            audit.decision().because().forEach(out::println);
        }
    }

    private static String format(Sbom sbom) {
        String name = switch (sbom.format()) {
            case CYCLONEDX -> "CycloneDX " + sbom.specVersion();
            case SPDX -> sbom.specVersion();
        };
        return Quoted.printable(name) + (sbom.isAttestation() ? " in an attestation" : "");
    }

    private static void write(Compared compared, SbomComparison comparison, PrintStream out) {
        out.println("  = " + comparison.matches() + " packages are as claimed");
        for (SbomDifference each : comparison.differences()) {
            String name = Quoted.printable(each.type() + " " + each.name());
            String claimed = Quoted.printable(
                    each.claimed().stream().map(InstalledPackage::version).collect(Collectors.joining(", ")));
            String found = each.found().stream()
                    .map(one -> Quoted.printable(one.version()) + " (layer "
                            + (one.layer().index() + 1) + ", " + Quoted.printable(one.path()) + ")")
                    .collect(Collectors.joining(", "));
            Disposition disposition = compared.disposition(each);
            String note = disposition == Disposition.OPEN ? "" : " (" + word(disposition) + ")";
            out.println(
                    switch (each.kind()) {
                        case NOT_THERE -> "  - " + name + " " + claimed + " is claimed and not there" + note;
                        case NOT_CLAIMED -> "  + " + name + " " + found + " is there and not claimed" + note;
                        case OTHER_VERSION ->
                            "  ~ " + name + " is claimed as " + claimed + " and there as " + found + note;
                    });
        }
        comparison.unknowns().forEach(unknown -> out.println("  ? " + unknown));
    }

    void writeJson(PrintStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        FilesReport.writeImage(image, json);
        json.member("result", word(audit.decision())).name("because").beginArray();
        for (String reason : audit.decision().because()) {
            json.value(reason);
        }
        json.endArray().name("documents").beginArray();
        for (Compared each : documents) {
            json.beginObject().member("origin", each.claimed.origin);
            if (each.claimed.artifact.isPresent()) {
                json.member("artifact", each.claimed.artifact.get().toString());
            }
            json.member("result", each.result());
            if (!each.claimed.problem.isEmpty()) {
                json.member("problem", each.claimed.problem);
            }
            if (each.claimed.sbom.isPresent()) {
                write(each, each.claimed.sbom.get(), json);
            }
            json.endObject();
        }
        json.endArray().endObject().finish();
    }

    private static void write(Compared compared, Sbom sbom, JsonOutput json) throws IOException {
        json.member("format", sbom.format().name().toLowerCase(Locale.ROOT));
        json.member("specVersion", sbom.specVersion()).member("name", sbom.name());
        json.member("identifier", sbom.identifier()).member("attestation", sbom.isAttestation());
        json.name("subjects").beginArray();
        for (Digest subject : sbom.subjects()) {
            json.value(subject.toString());
        }
        json.endArray();
        json.member(
                "aboutThisImage",
                compared.subject.isAboutAnother() ? "no" : sbom.subjects().isEmpty() ? "unknown" : "yes");
        SbomComparison comparison = compared.subject.comparison().orElseThrow();
        json.member("matches", comparison.matches()).name("differences").beginArray();
        for (SbomDifference each : comparison.differences()) {
            json.beginObject().member("kind", kind(each.kind())).member("type", each.type());
            json.member("disposition", compared.disposition(each).name());
            json.member("name", each.name()).name("claimed").beginArray();
            for (InstalledPackage one : each.claimed()) {
                json.value(one.version());
            }
            json.endArray().name("found").beginArray();
            for (InstalledPackage one : each.found()) {
                json.beginObject().member("version", one.version());
                json.member("layer", one.layer().index() + 1L).member("path", one.path());
                json.endObject();
            }
            json.endArray().endObject();
        }
        json.endArray().name("unknowns").beginArray();
        for (String unknown : comparison.unknowns()) {
            json.value(unknown);
        }
        json.endArray();
    }

    private static String kind(SbomDifference.Kind kind) {
        return switch (kind) {
            case NOT_THERE -> "notThere";
            case NOT_CLAIMED -> "notClaimed";
            case OTHER_VERSION -> "otherVersion";
        };
    }
}
