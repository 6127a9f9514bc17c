package dev.tallyclerk.hardening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static final String TOKEN = "ghp_" + "a1B2".repeat(9);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "IMG",
                "IMG-1",
                "IMG-12345",
                "img-001",
                "I-001",
                "IMG-00a",
                "IMG_001",
                "ABCDEFGHI-001",
                "-001"
            })
    void refusesWhatIsNoRuleId(String text) {
        assertThrows(IllegalArgumentException.class, () -> new RuleId(text));
    }

    @Test
    void countsLayersFromOneForPeople() {
        assertEquals("layer 1: etc/shadow", new Location.LayerEntry(0, "etc/shadow").describe());
        assertEquals("history[2]", new Location.History(2).describe());
    }

    @Test
    void ordersRuleIdsByPrefixAndNumber() {
        List<RuleId> ids = new ArrayList<>();
        for (String text : List.of("RUN-001", "IMG-1000", "IMG-999", "ACME-007")) {
            ids.add(new RuleId(text));
        }
        Collections.sort(ids);
        assertEquals("[ACME-007, IMG-999, IMG-1000, RUN-001]", ids.toString());
    }

    @Test
    void ordersLocationsByKindThenPosition() {
        List<Location> places = new ArrayList<>(List.of(
                new Location.LayerEntry(0, "etc/shadow"),
                new Location.History(10),
                new Location.History(9),
                new Location.Line("Dockerfile", 2),
                Location.pointer("config", "config", "Env", "10"),
                Location.pointer("config", "config", "Env", "9"),
                Location.pointer("config", "config"),
                new Location.Whole("reference")));
        Collections.shuffle(places, new java.util.Random(7));
        Collections.sort(places);
        assertEquals(
                "[reference, config#/config, config#/config/Env/9, config#/config/Env/10, Dockerfile:2, history[9],"
                        + " history[10], layer[0]/etc/shadow]",
                places.toString());
    }

    @Test
    void escapesTheStepsOfAPointer() {
        assertEquals(
                "config#/Labels/a~1b~0c",
                Location.pointer("config", "Labels").child("a/b~c").toString());
        assertEquals(new Location.History(3), new Location.History(3).child("x"));
    }

    @Test
    void refusesPlacesThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> new Location.History(-1));
        assertThrows(IllegalArgumentException.class, () -> new Location.Line("Dockerfile", 0));
        assertThrows(IllegalArgumentException.class, () -> new Location.LayerEntry(-1, "etc"));
    }

    @Test
    void aSecretNeverGetsIntoEvidenceProblemsOrPlaces() {
        assertTrue(Evidence.of("header", TOKEN).redacted());
        assertEquals("DB_PASSWORD=[redacted]", Evidence.redacted("DB_PASSWORD").toString());
        Problem problem = Problem.at(Location.pointer("config", TOKEN), "uses " + TOKEN, Evidence.of(TOKEN, "x"));
        assertFalse(problem.toString().contains(TOKEN), problem.toString());
        assertFalse(Outcome.unknown(MissingValue.Reason.UNREADABLE, TOKEN)
                .toString()
                .contains(TOKEN));
        assertFalse(Outcome.notApplicable(TOKEN).toString().contains(TOKEN));
    }

    @Test
    void evidenceIsTheSameForAllSecrets() {
        String other = TOKEN.replaceAll("[0-9A-Za-z]$", TOKEN.endsWith("a") ? "b" : "a");
        assertEquals(Evidence.of("header", TOKEN), Evidence.of("header", other));
        assertEquals(
                Problem.at(Location.pointer("config", TOKEN), "uses " + TOKEN),
                Problem.at(Location.pointer("config", other), "uses " + other));
        assertEquals(
                Evidence.of("proxy", "http://a:" + "y".repeat(990) + "@proxy/"),
                Evidence.of("proxy", "http://a:zy@proxy/"));
    }

    @Test
    void evidenceCannotClaimThatAPlainValueIsRedacted() {
        assertThrows(IllegalArgumentException.class, () -> new Evidence("DB_PASSWORD", "hunter2", true));
    }

    @Test
    void replacesWhatATerminalWouldActOn() {
        assertEquals("a?[31mb", Evidence.of("x", "a\u001b[31mb").value());
        assertEquals("image a?b", SubjectRef.of("image", "a\nb").toString());
    }

    @Test
    void cutsALongValue() {
        assertEquals(1001, Evidence.of("x", "y".repeat(5000)).value().length());
    }

    @Test
    void refusesSubjectsWithoutAName() {
        assertThrows(IllegalArgumentException.class, () -> SubjectRef.of("image", " "));
        assertThrows(IllegalArgumentException.class, () -> SubjectRef.of("", "x"));
        assertThrows(IllegalArgumentException.class, () -> SubjectRef.of("Image", "x"));
    }

    @Test
    void tellsSubjectsOfOneNameApartByDigestAndLabels() {
        SubjectRef plain = SubjectRef.of("image", "a");
        SubjectRef digested = plain.withDigest(Digest.sha256Of(new byte[0]));
        SubjectRef labelled = plain.withLabel("platform", "linux/arm64");
        assertTrue(plain.compareTo(digested) < 0);
        assertTrue(plain.compareTo(labelled) < 0);
        assertEquals(labelled, plain.withLabel("platform", "linux/arm64"));
        assertEquals(
                labelled.hashCode(), plain.withLabel("platform", "linux/arm64").hashCode());
    }

    @Test
    void profilesIncludeTheOnesBefore() {
        assertTrue(Profile.STRICT.includes(Profile.L1));
        assertTrue(Profile.L2.includes(Profile.L2));
        assertFalse(Profile.L1.includes(Profile.L2));
        assertTrue(Severity.HIGH.isAtLeast(Severity.HIGH));
        assertFalse(Severity.MEDIUM.isAtLeast(Severity.HIGH));
    }

    @Test
    void aRuleNeedsAllOfItsDescription() {
        assertThrows(
                IllegalStateException.class,
                () -> RuleInfo.builder("ACME-001", "title").rationale("why").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> RuleInfo.builder("ACME-001", " ")
                        .rationale("why")
                        .remediation("how")
                        .severity(Severity.LOW)
                        .profile(Profile.L1)
                        .since("1")
                        .build());
    }
}
