package com.example.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.RulePack;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules and a kind of subject of a third party's own, found, set by a policy in a file, and reported. */
class BadgeTest {
    private static final List<RuleSet> INSTALLED = RulePack.installed(BadgePack.class.getClassLoader());

    private static AuditReport audit(String policy) throws PolicyException {
        Policy read = PolicyReader.of(INSTALLED).read(policy.getBytes(StandardCharsets.UTF_8));
        Badge badge = Badge.of("cleaner", "facility", List.of("cellar", "roof", "vault"));
        return Auditor.of(read, INSTALLED).audit(List.of(badge));
    }

    @Test
    void thePackIsFound() {
        assertEquals(List.of("acme-badges", "acme-files"), INSTALLED.stream().map(RuleSet::name).toList());
    }

    @Test
    void itsRulesAreSetByAPolicyInAFile() throws PolicyException {
        assertEquals(
                Decision.Kind.REJECTED,
                audit("{\"schemaVersion\": 1, \"gate\": {\"failOn\": \"HIGH\"}}").decision().kind());
        assertEquals(
                Decision.Kind.ACCEPTED,
                audit("{\"schemaVersion\": 1, \"gate\": {\"failOn\": \"HIGH\"},"
                                + " \"rules\": {\"ACME-002\": {\"parameters\": {\"mostDoors\": 3}}}}")
                        .decision()
                        .kind());
    }

    @Test
    void itsFindingsAreReportedLikeAnyOther() throws PolicyException, IOException {
        ByteArrayOutputStream sarif = new ByteArrayOutputStream();
        SarifReporter.create().write(audit("{\"schemaVersion\": 1}"), sarif);
        assertTrue(sarif.toString(StandardCharsets.UTF_8).contains("acme-badge/cleaner/badge"));
    }

    @Test
    void itsFilesAreRecognisedAndFindingsLeadToTheirLines() {
        SubjectFinder finder = SubjectFinder.of(SubjectKind.installed(BadgeKind.class.getClassLoader()));
        String text = "{\n  \"badge\": 7,\n  \"owner\": \"\",\n  \"doors\": [\"cellar\"]\n}\n";
        SourceDocument document = SourceDocument.of("badges/7.json", text.getBytes(StandardCharsets.UTF_8));
        SubjectFile file = finder.read(document, SourceContext.create());
        assertEquals("badges/7.json: badge", file.toString());
        List<String> problems = Auditor.of(Policy.defaults(), INSTALLED).audit(file.subjects()).findings().stream()
                .flatMap(finding -> finding.problem().stream())
                .map(Object::toString)
                .toList();
        assertEquals(List.of("badges/7.json:3:12: nobody owns it"), problems);
    }
}
