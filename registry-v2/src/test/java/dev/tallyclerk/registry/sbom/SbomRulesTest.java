package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.filesystem.LayerOrigin;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SbomRulesTest {
    private static final Digest IMAGE = TestInventory.LAYER;
    private static final String OTHER = "sha256:" + "0".repeat(64);

    private static Inventory found(String... packages) {
        return Inventory.of(Arrays.stream(packages)
                .map(each -> each.split(" ", 2))
                .map(each -> InstalledPackage.builder(
                                "npm", each[0], each[1], Evidence.INSTALLATION, "app", new LayerOrigin(2, IMAGE))
                        .build())
                .toList());
    }

    /** {@return a document that claims a@1, about an image with a digest} */
    private static Sbom sbom(String about, boolean isAttestation) throws SbomException {
        String document = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"metadata\":{\"component\":{\"name\":"
                + "\"x\",\"version\":\"" + about + "\"}},\"components\":[{\"type\":\"library\",\"name\":\"a\","
                + "\"version\":\"1\",\"purl\":\"pkg:npm/a@1\"}]}";
        String statement = "{\"predicateType\":\"https://cyclonedx.org/bom\",\"predicate\":" + document + "}";
        return SbomReader.create().read((isAttestation ? statement : document).getBytes(StandardCharsets.UTF_8));
    }

    private static AuditReport audit(SbomSubject subject) {
        return Auditor.of(Policy.defaults(), SbomRules.ruleSet()).audit(List.of(subject.withDigest(IMAGE)));
    }

    private static AuditReport audit(Sbom sbom, Inventory found) {
        return audit(SbomSubject.of("app", "sbom.json", sbom, found, List.of(IMAGE)));
    }

    private static Finding finding(AuditReport report, String rule) {
        return report.findings().stream()
                .filter(each -> each.rule().id().equals(new RuleId(rule)))
                .findFirst()
                .orElseThrow();
    }

    private static void assertOutcomes(String kinds, AuditReport report) {
        StringBuilder actual = new StringBuilder();
        for (int i = 1; i <= 5; i++) {
            actual.append(finding(report, "SBOM-00" + i).kind().name().charAt(0));
        }
        assertEquals(kinds, actual.toString());
    }

    @Test
    void aDocumentThatMatchesPasses() throws SbomException {
        AuditReport report = audit(sbom(IMAGE.toString(), true), found("a 1"));
        assertOutcomes("PPPPP", report);
        assertTrue(report.decision().isAccepted());
        assertEquals("sbom.json", report.subjects().get(0).labels().get("document"));
    }

    @Test
    void eachKindOfDifferenceHasARule() throws SbomException {
        Sbom sbom = sbom(IMAGE.toString(), false);
        assertOutcomes("FFPPP", audit(sbom, found("b 1")));
        AuditReport other = audit(sbom, found("a 2"));
        assertOutcomes("PPFPP", other);
        assertEquals(Decision.Kind.REJECTED, other.decision().kind());
        assertEquals(
                List.of("package npm a", "claimed 1", "found 2"),
                finding(other, "SBOM-003").problem().orElseThrow().evidence().stream()
                        .map(each -> each.name() + " " + each.value())
                        .toList());
    }

    @Test
    void aClaimMayStandInAFileThatCannotBeRead() throws SbomException {
        Inventory unreadable = found().withProblems(
                        List.of(new InventoryProblem(InventoryProblem.Reason.MALFORMED, "a.jar", 0, "is cut off")));
        AuditReport report = audit(sbom(IMAGE.toString(), false), unreadable);
        assertOutcomes("UPPPU", report);
        assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
    }

    @Test
    void aStatementAboutAnotherImageIsWorseThanADocument() throws SbomException {
        AuditReport statement = audit(sbom(OTHER, true), found("a 1"));
        assertOutcomes("PPPFP", statement);
        assertEquals(Severity.CRITICAL, finding(statement, "SBOM-004").severity());
        AuditReport document = audit(sbom(OTHER, false), found("a 1"));
        assertEquals(Severity.LOW, finding(document, "SBOM-004").severity());
        assertTrue(document.decision().isAccepted());
    }

    @Test
    void withoutADocumentNothingPasses() {
        for (SbomSubject subject :
                List.of(SbomSubject.none("app"), SbomSubject.unreadable("app", "sbom.json", "it is cut off"))) {
            AuditReport report = audit(subject);
            assertOutcomes("UUUUU", report);
            assertEquals(Decision.Kind.INCOMPLETE, report.decision().kind());
        }
    }
}
