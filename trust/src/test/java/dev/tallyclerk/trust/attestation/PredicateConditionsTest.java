package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.trust.attestation.OpenVex.Status;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredicateConditionsTest {
    private static final PredicateConditions NONE = PredicateConditions.none();

    private static Statement slsa1() throws EvidenceException {
        return PredicateTest.statement(PredicateType.SLSA_PROVENANCE_1, PredicateTest.SLSA_1);
    }

    private static Statement vex() throws EvidenceException {
        return PredicateTest.statement(PredicateType.OPENVEX, PredicateTest.OPENVEX);
    }

    /** Asserts that both values are named, so that a user sees what to change. */
    private static void assertMismatch(PredicateConditions conditions, Statement statement, String... values) {
        EvidenceException e = assertThrows(EvidenceException.class, () -> conditions.check(statement));
        assertEquals(Reason.PREDICATE_MISMATCH, e.reason());
        for (String value : values) {
            assertTrue(String.valueOf(e.getMessage()).contains(value), e.getMessage());
        }
    }

    @Test
    void noneAcceptsEveryStatement() throws EvidenceException {
        NONE.check(slsa1());
    }

    @Test
    void comparesTheTypeByItsFamily() throws EvidenceException {
        PredicateConditions.ofType(PredicateType.SLSA_PROVENANCE).check(slsa1());
        assertMismatch(
                PredicateConditions.ofType(PredicateType.SPDX),
                slsa1(),
                "https://slsa.dev/provenance/v1",
                "https://spdx.dev/Document");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://builder.test/v",
                "https://builder.test/v1/",
                "https://builder.test/v12",
                "HTTPS://builder.test/v1"
            })
    void comparesTheBuilderExactly(String other) throws EvidenceException {
        NONE.withBuilder("https://builder.test/v1").check(slsa1());
        assertMismatch(NONE.withBuilder(other), slsa1(), "https://builder.test/v1", other);
    }

    @Test
    void aBuilderNeedsProvenance() throws EvidenceException {
        assertMismatch(NONE.withBuilder("b"), vex(), "openvex", "SLSA");
        assertMismatch(NONE.withPackages(), vex(), "openvex", "bill of materials");
        assertMismatch(NONE.withVexStatus("v", Set.of(Status.FIXED)), slsa1(), "slsa", "OpenVEX");
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/acme/shop, true",
        "git+https://github.com/acme/shop.git@refs/heads/x, true",
        "https://github.com/acme/shop/, true",
        "https://github.com/acme/sho, false",
        "https://github.com/acme/shop2, false",
        "https://github.com/Acme/shop, false",
        "http://github.com/acme/shop, false",
        "https://github.com.evil.test/acme/shop, false",
        "github.com/acme/shop, false",
    })
    void comparesTheSourceWithoutWhatToolsAdd(String repository, boolean holds) throws EvidenceException {
        Statement old = PredicateTest.statement(PredicateType.SLSA_PROVENANCE_0_2, PredicateTest.SLSA_0_2);
        for (Statement statement : List.of(slsa1(), old)) {
            if (holds) {
                NONE.withSource(repository).check(statement);
            } else {
                assertMismatch(NONE.withSource(repository), statement, "https://github.com/acme/shop", repository);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/acme, true",
        "https://github.com/acme/, true",
        "https://github.com, true",
        "https://github.com/acme/shop, true",
        "https://github.com/acm, false",
        "https://github.com/acme/sh, false",
        "https://github.com/acme/shop/x, false",
    })
    void aPrefixOfTheSourceEndsWhereASegmentEnds(String prefix, boolean holds) throws EvidenceException {
        if (holds) {
            NONE.withSourceBelow(prefix).check(slsa1());
        } else {
            assertMismatch(NONE.withSourceBelow(prefix), slsa1(), "https://github.com/acme/shop", prefix);
        }
    }

    private static Statement builtFrom(String parameters) throws EvidenceException {
        return PredicateTest.statement(
                PredicateType.SLSA_PROVENANCE_1,
                "{\"buildDefinition\":{\"buildType\":\"b\",\"externalParameters\":" + parameters
                        + "},\"runDetails\":{\"builder\":{\"id\":\"i\"}}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/acme/../evil",
                "https://github.com/acme/./shop",
                "https://github.com/acme//shop",
                "https://github.com/acme/%2e%2e/evil",
                "https://github.com/acme/..\\\\evil",
                "https://github.com/acme/?x",
            })
    void aSourceThatLeadsOutOfItsPrefixDoesNotCount(String source) throws EvidenceException {
        Statement statement = builtFrom("{\"source\":\"" + source + "\"}");
        assertMismatch(NONE.withSourceBelow("https://github.com/acme"), statement, "acme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com@evil.test/acme/shop",
                "https://github.com@evil.test",
                "https://github.com:443@evil.test/acme/shop",
                "https://github.com#@evil.test/acme/shop",
            })
    void aHostAsTheUserOfAnotherHostDoesNotCount(String source) throws EvidenceException {
        Statement statement = builtFrom("{\"source\":\"" + source + "\"}");
        assertMismatch(NONE.withSourceBelow("https://github.com/acme"), statement, "evil.test");
        assertMismatch(NONE.withSource("https://github.com/acme/shop"), statement, "evil.test");
    }

    @Test
    void aUserBeforeTheHostIsPartOfTheSource() throws EvidenceException {
        Statement statement = builtFrom("{\"source\":\"git+ssh://git@github.com/acme/shop.git@refs/heads/a\"}");
        NONE.withSource("ssh://git@github.com/acme/shop").check(statement);
        assertMismatch(NONE.withSource("ssh://git@github.com/acme/other"), statement, "acme/shop");
        assertMismatch(NONE.withSource("ssh://git"), statement, "acme/shop");
    }

    @Test
    void allSourcesMustMatch() throws EvidenceException {
        Statement two =
                builtFrom("{\"source\":\"https://a.test/x\",\"workflow\":{\"repository\":\"https://b.test/x\"}}");
        assertMismatch(NONE.withSource("https://a.test/x"), two, "https://b.test/x");
        assertMismatch(NONE.withSource("https://b.test/x"), two, "https://a.test/x");
        assertMismatch(NONE.withSourceBelow("https://a.test"), two, "https://b.test/x");
        assertMismatch(NONE.withSourceBelow("https://b.test"), two, "https://a.test/x");
        assertMismatch(NONE.withSource("https://a.test/x"), builtFrom("{}"), "https://a.test/x");
        assertMismatch(NONE.withSourceBelow("https://a.test"), builtFrom("{}"), "https://a.test");
    }

    @Test
    void comparesMaterialsWithTheirDigests() throws EvidenceException {
        Statement old = PredicateTest.statement(PredicateType.SLSA_PROVENANCE_0_2, PredicateTest.SLSA_0_2);
        NONE.withMaterial("pkg:docker/alpine@3", Map.of()).check(old);
        NONE.withMaterial("pkg:docker/alpine@3", Map.of("sha256", "def")).check(old);
        assertMismatch(NONE.withMaterial("pkg:docker/alpine@3", Map.of("sha256", "abc")), old, "def", "abc");
        assertMismatch(NONE.withMaterial("pkg:docker/alpine@3", Map.of("sha512", "def")), old, "sha256", "sha512");
        assertMismatch(NONE.withMaterial("pkg:docker/alpine", Map.of()), old, "pkg:docker/alpine");
    }

    @Test
    void aBillOfMaterialsNeedsAPackage() throws EvidenceException {
        NONE.withPackages().check(PredicateTest.statement(PredicateType.SPDX, PredicateTest.SPDX));
        NONE.withPackages().check(PredicateTest.statement(PredicateType.CYCLONEDX, PredicateTest.CYCLONEDX));
        assertMismatch(
                NONE.withPackages(),
                PredicateTest.statement(PredicateType.SPDX, "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[]}"),
                "none",
                "at least one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CVE-2026-1", "GHSA-1", "https://nvd.test/CVE-2026-1"})
    void findsAVulnerabilityByAllItsNames(String name) throws EvidenceException {
        NONE.withVexStatus(name, EnumSet.of(Status.NOT_AFFECTED, Status.FIXED)).check(vex());
        assertMismatch(NONE.withVexStatus(name, Set.of(Status.FIXED)), vex(), "not_affected", "fixed");
    }

    @Test
    void everyStatementAboutAVulnerabilityMustHaveAnAllowedStatus() throws EvidenceException {
        assertMismatch(NONE.withVexStatus("CVE-2026-3", Set.of(Status.FIXED)), vex(), "none", "fixed");
        Statement both = PredicateTest.statement(
                PredicateType.OPENVEX,
                "{\"author\":\"a\",\"statements\":[{\"vulnerability\":\"v\",\"status\":\"fixed\"},"
                        + "{\"vulnerability\":\"v\",\"status\":\"affected\"}]}");
        assertMismatch(NONE.withVexStatus("v", Set.of(Status.FIXED)), both, "affected");
        assertThrows(IllegalArgumentException.class, () -> NONE.withVexStatus("v", Set.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/runDetails/builder/id | \"https://builder.test/v1\" | true",
                "/runDetails/builder/id | \"https://builder.test\" | false",
                "/buildDefinition/resolvedDependencies/0/digest | {'gitCommit': 'abc'} | true",
                "/buildDefinition/resolvedDependencies/1 | {'name': 'nothing stated'} | true",
                "/buildDefinition/resolvedDependencies/2 | {} | false",
                "/buildDefinition/resolvedDependencies/00 | {} | false",
                "/buildDefinition/resolvedDependencies/- | {} | false",
                "/runDetails/builder/id/0 | \"h\" | false",
                "/a~1b/c~0d | [1, 2.0] | true",
                "/a~1b/c~0d | [1, 2] | false",
                "/a~1b/ | null | true",
                "/a~1b/x | null | false",
                "/nothing | null | false",
            })
    void comparesTheValueAtAPointer(String pointer, String json, boolean holds) throws EvidenceException {
        String predicate = PredicateTest.SLSA_1.strip();
        Statement statement = StatementTest.parse(StatementTest.json(
                "https://a.test/t",
                predicate.substring(0, predicate.length() - 1) + ",\"a/b\":{\"c~d\":[1,2.0],\"\":null}}"));
        PredicateConditions conditions = NONE.withValue(pointer, json.replace('\'', '"'));
        if (holds) {
            conditions.check(statement);
        } else {
            assertMismatch(conditions, statement, pointer + ":");
        }
    }

    @Test
    void comparesTheWholePredicateInAnyOrder() throws EvidenceException {
        Statement statement = StatementTest.parse(StatementTest.json("t", "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}"));
        NONE.withValue("", "{\"b\":{\"d\":3,\"c\":2},\"a\":1}").check(statement);
        assertMismatch(NONE.withValue("", "{\"a\":1}"), statement, "the predicate:", "{\"a\":1,\"b\"", "{\"a\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a | 1", "/a | ", "/a | {", "/a | 1 2"})
    void refusesMalformedPointersAndValues(String pointer, String json) {
        assertThrows(IllegalArgumentException.class, () -> NONE.withValue(pointer, json == null ? "" : json));
    }

    @Test
    void allConditionsMustHold() throws EvidenceException {
        PredicateConditions both =
                PredicateConditions.ofType(PredicateType.SLSA_PROVENANCE_1).withBuilder("https://builder.test/v1");
        both.check(slsa1());
        assertMismatch(both.withSource("https://a.test/x"), slsa1(), "https://a.test/x");
        assertEquals(
                both,
                PredicateConditions.ofType(PredicateType.SLSA_PROVENANCE_1).withBuilder("https://builder.test/v1"));
    }

    @Test
    void aPredicateThatCannotBeReadHasItsOwnReason() throws EvidenceException {
        Statement broken = PredicateTest.statement(PredicateType.SPDX, "{}");
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> NONE.withPackages().check(broken));
        assertEquals(Reason.MALFORMED, e.reason());
    }

    @Test
    void findingsThatFailTheConditionsAreRefused() throws EvidenceException {
        Evidence evidence =
                Evidence.of(Evidence.Kind.ATTESTATION, StatementTest.DIGEST, new Signer.Key("f"), "where it lies");
        VerifiedStatement provenance = new VerifiedStatement(evidence, Optional.of(slsa1()), Map.of());
        VerifiedStatement status = new VerifiedStatement(evidence, Optional.of(vex()), Map.of());
        VerifiedStatement signature = new VerifiedStatement(
                Evidence.of(Evidence.Kind.COSIGN_SIGNATURE, StatementTest.DIGEST, new Signer.Key("f"), "elsewhere"),
                Optional.empty(),
                Map.of());
        RefusedEvidence before = new RefusedEvidence("o", "r", Reason.SIGNATURE_INVALID, "m");
        AttachmentFindings findings = new AttachmentFindings(List.of(status, provenance, signature), List.of(before));

        AttachmentFindings left = findings.where(PredicateConditions.ofType(PredicateType.OPENVEX), "the requirement");

        assertEquals(List.of(status), left.verified());
        assertEquals(
                List.of(Reason.SIGNATURE_INVALID, Reason.PREDICATE_MISMATCH, Reason.PREDICATE_MISMATCH),
                left.refused().stream().map(RefusedEvidence::reason).toList());
        assertEquals("where it lies", left.refused().get(1).origin());
        assertEquals("the requirement", left.refused().get(1).requirement());
        assertEquals(
                List.of(signature),
                findings.ofKind(Evidence.Kind.COSIGN_SIGNATURE).verified());
        assertEquals(
                List.of(status, provenance),
                findings.ofKind(Evidence.Kind.ATTESTATION).verified());
        assertEquals(List.of(before), findings.ofKind().refused());
        assertEquals(2, left.and(left).verified().size());
        assertEquals(6, left.and(left).refused().size());
    }
}
