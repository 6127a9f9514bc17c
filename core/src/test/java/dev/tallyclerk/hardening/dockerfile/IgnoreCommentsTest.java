package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreCommentsTest {
    private static final Policy STRICT = Policy.defaults().withProfile(Profile.STRICT);

    private static Finding finding(String rule, String file, Policy policy) throws Exception {
        AuditReport report = Auditor.of(policy, DockerfileRules.ruleSet())
                .withClock(Clock.fixed(Dockerfiles.NOW, ZoneOffset.UTC))
                .audit(List.of(Dockerfiles.read(file)));
        return report.findings().stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private static Disposition disposition(String rule, String file) throws Exception {
        return finding(rule, file, STRICT).disposition();
    }

    @ParameterizedTest
    @CsvSource({
        "tallyclerk ignore=DKF-005 reason=because, WAIVED",
        "tallyclerk ignore=DKF-001, OPEN",
        "tallyclerk ignore=DKF-001 , OPEN",
        "tallyclerk ignore=DKF-005 reason=it is so until=2026-11-30, WAIVED",
        "tallyclerk ignore=DKF-005 reason=it is so until=2026-11-29, WAIVER_EXPIRED",
        "tallyclerk ignore=DKF-005 until=2026-11-29 reason=it is so, WAIVER_EXPIRED",
        "tallyclerk ignore=DKF-005 until=2028-11-29 reason=longer than allowed, OPEN",
        "tallyclerk ignore=DKF-005 reason=it is so until=soon, OPEN",
        "hadolint ignore=DL3002, WAIVED",
        "hadolint ignore=DL3002 # because, WAIVED",
        "hadolint ignore=DL3003, OPEN",
        "hadolint shell=bash, OPEN",
        "a comment about tallyclerk ignore=DKF-005, OPEN"
    })
    void waiveTheNextInstruction(String comment, Disposition expected) throws Exception {
        assertEquals(expected, disposition("DKF-005", "FROM a:1\n# " + comment + "\nUSER root\n"));
    }

    @Test
    void takeSeveralRules() throws Exception {
        String file = "FROM a:1\n# tallyclerk ignore=DKF-005, dkf-006 reason=b\nUSER root\n";
        assertEquals(Disposition.WAIVED, disposition("DKF-005", file));
        assertEquals(Disposition.WAIVED, disposition("DKF-006", file));
    }

    @Test
    void coverOnlyTheInstructionThatFollows() throws Exception {
        String file = "FROM a:1\n# hadolint ignore=DL3004\nRUN sudo a \\\n && sudo b\nUSER 5\nRUN sudo c\n";
        List<Disposition> all = Auditor.of(STRICT, DockerfileRules.ruleSet())
                .withClock(Clock.fixed(Dockerfiles.NOW, ZoneOffset.UTC))
                .audit(List.of(Dockerfiles.read(file)))
                .findings()
                .stream()
                .filter(finding -> finding.rule().id().value().equals("DKF-023"))
                .map(Finding::disposition)
                .toList();
        assertEquals(List.of(Disposition.WAIVED, Disposition.WAIVED, Disposition.OPEN), all);
    }

    @Test
    void coverTheHereDocumentsOfTheInstruction() throws Exception {
        assertEquals(
                Disposition.WAIVED,
                disposition("DKF-023", "FROM a:1\n# hadolint ignore=DL3004\nRUN <<EOF\na\nsudo b\nEOF\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# hadolint global ignore=DL3004\nFROM a:1\nRUN sudo b\n",
                "FROM a:1\n# tallyclerk global ignore=DKF-023 reason=c\nUSER 5\nRUN sudo b\n"
            })
    void coverTheWholeFileIfTheySaySo(String file) throws Exception {
        assertEquals(Disposition.WAIVED, disposition("DKF-023", file));
    }

    @Test
    void coverUnknownsOnlyForTheWholeFile() throws Exception {
        assertEquals(Disposition.OPEN, disposition("DKF-005", "FROM a:1\n# tallyclerk ignore=DKF-005\nRUN b\n"));
        assertEquals(
                Disposition.WAIVED, disposition("DKF-005", "# tallyclerk global ignore=DKF-005\nFROM a:1\nRUN b\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# check=skip=JSONArgsRecommended|WAIVED",
                "# check=error=true;skip=StageNameCasing,JSONArgsRecommended|WAIVED",
                "# check=error=true|OPEN",
                "# check=skip=StageNameCasing|OPEN"
            })
    void obeyTheWaiversOfTheBuildsOwnChecks(String directive, Disposition expected) throws Exception {
        assertEquals(expected, disposition("DKF-041", directive + "\nFROM a:1\nCMD b\n"));
    }

    @Test
    void doNothingWhereThePolicyRefusesThem() throws Exception {
        String file = "FROM a:1\n# tallyclerk ignore=DKF-005 reason=b\nUSER root\n";
        assertEquals(
                Disposition.OPEN,
                finding("DKF-005", file, STRICT.withInlineWaivers(false)).disposition());
    }

    @Test
    void stayInTheReportWithReasonAndPlace() throws Exception {
        Finding finding = finding(
                "DKF-005",
                "FROM a:1\n# tallyclerk ignore=DKF-005 reason=needs port 80 until=2027-01-31\nUSER root\n",
                STRICT.withLongestWaiver(Period.ofYears(1)));
        assertEquals("needs port 80", finding.waiver().orElseThrow().reason());
        assertEquals("Dockerfile:2:1", finding.waiver().orElseThrow().owner());
        assertEquals(LocalDate.of(2027, 1, 31), finding.waiver().orElseThrow().expires());
    }

    @Test
    void areWaiversOfTheSubject() throws Exception {
        List<InlineWaiver> waivers =
                Dockerfiles.read("# hadolint ignore=DL3006,DL9999\nFROM a\n").inlineWaivers();
        assertEquals(1, waivers.size());
        assertEquals("DKF-001", waivers.get(0).rule().value());
        assertEquals(Optional.empty(), waivers.get(0).expires());
        assertTrue(waivers.get(0).reason().isEmpty());
    }
}
