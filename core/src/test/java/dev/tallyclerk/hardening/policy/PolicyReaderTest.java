package dev.tallyclerk.hardening.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Gate;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import dev.tallyclerk.hardening.audit.Scope;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.hardening.policy.PolicyCorpus.Refused;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyReaderTest {
    private static final PolicyReader READER = PolicyReader.of(PolicyCorpus.RULES);

    private static Policy read(String json) throws PolicyException {
        return READER.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static Stream<String> accepted() {
        return PolicyCorpus.accepted();
    }

    static Stream<Refused> refused() {
        return PolicyCorpus.refused();
    }

    @ParameterizedTest
    @MethodSource
    void accepted(String document) throws PolicyException {
        read(document);
    }

    @ParameterizedTest
    @MethodSource
    void refused(Refused refused) {
        PolicyException e = assertThrows(PolicyException.class, () -> read(refused.document()));
        assertEquals(refused.reason(), e.reason(), e.getMessage());
        assertEquals(refused.pointer(), e.pointer(), e.getMessage());
        assertEquals(refused.suggestion(), e.suggestion().orElse(""), e.getMessage());
    }

    @Test
    void aByteOrderMarkIsNoPartOfIt() throws PolicyException {
        byte[] plain = "{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8);
        byte[] marked = "\ufeff{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8);
        PolicyReader reader = PolicyReader.of(List.of());
        assertEquals(reader.read(plain), reader.read(marked));
    }

    @Test
    void whatIsLeftOutIsAsByDefault() throws PolicyException {
        assertEquals(Policy.defaults(), read("{'schemaVersion': 1}"));
        assertEquals(Policy.defaults(), read("{'schemaVersion': 1, 'gate': {}, 'rules': {}, 'waivers': []}"));
    }

    @Test
    void everyMemberIsRead() throws PolicyException {
        Policy policy = read("{'schemaVersion': 1, 'name': 'production', 'profile': 'L2',"
                + " 'gate': {'failOn': 'HIGH', 'unknownFails': false},"
                + " 'ruleSets': {'acme-doors': '1.0'},"
                + " 'rules': {'ACME-001': {'severity': 'CRITICAL', 'parameters': {'maximumRestarts': 7,"
                + " 'maximumAge': 'P30D', 'driver': 'local', 'allowed': ['x'], 'allowLoopback': true}},"
                + " 'ACME-002': {'enabled': false, 'reason': 'gone'}, 'DOOR-001': {'enabled': true}},"
                + " 'longestWaiver': 'P6M',"
                + " 'waivers': [{'rule': 'DOOR-001', 'scope': {'kind': 'door', 'name': 'cellar/*',"
                + " 'digest': 'sha256:" + "a".repeat(64) + "', 'labels': {'floor': '-1'}, 'location': 'door#/*'},"
                + " 'reason': 'walled up', 'owner': 'facility', 'expires': '2027-01-31'}],"
                + " 'limits': {'maxLayerBytes': 8589934592, 'maxLayerEntries': 9}}");
        RuleId first = new RuleId("ACME-001");
        RuleId door = new RuleId("DOOR-001");
        Policy expected = Policy.defaults()
                .withName("production")
                .withProfile(Profile.L2)
                .withGate(Gate.at(Severity.HIGH).withUnknownFails(false))
                .withPin("acme-doors", "1.0")
                .withSeverity(first, Severity.CRITICAL)
                .withSetting(first, RuleSetting.of(PolicyCorpus.RESTARTS, 7L))
                .withSetting(first, RuleSetting.of(PolicyCorpus.AGE, Duration.ofDays(30)))
                .withSetting(first, RuleSetting.of(PolicyCorpus.DRIVER, "local"))
                .withSetting(first, RuleSetting.of(PolicyCorpus.ALLOWED, List.of("x")))
                .withSetting(first, RuleSetting.of(PolicyCorpus.LOOPBACK, true))
                .withoutRule(new RuleId("ACME-002"), "gone")
                .withRule(door)
                .withLongestWaiver(Period.ofMonths(6))
                .withWaiver(new Waiver(
                        door,
                        Scope.everything()
                                .withKind("door")
                                .withName("cellar/*")
                                .withDigest(Digest.parse("sha256:" + "a".repeat(64)))
                                .withLabel("floor", "-1")
                                .withLocation("door#/*"),
                        "walled up",
                        "facility",
                        LocalDate.parse("2027-01-31")))
                .withLimit(PolicyLimit.MAX_LAYER_BYTES, 8L << 30)
                .withLimit(PolicyLimit.MAX_LAYER_ENTRIES, 9);
        assertEquals(expected, policy);
        assertEquals(
                Optional.empty(), read("{'schemaVersion': 1, 'gate': 'NONE'}").gate());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'schemaVersion': 1,} | SYNTAX",
                "{'schemaVersion': 1, 'rules': {}, 'rules': {}} | DUPLICATE_MEMBER",
                "`` | SYNTAX",
            })
    void whatIsNoJsonIsNoPolicy(String document, Reason reason) {
        PolicyException e = assertThrows(PolicyException.class, () -> read(document == null ? "" : document));
        assertEquals(reason, e.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{'schemaVersion': 1,\n  'rulez': {}}` | 2 | 3",
                "`{'schemaVersion': 1,\n 'name': 'ä𝄞', 'profile': 'L3'}` | 2 | 16",
                "`{'schemaVersion': 1, 'rules': {'ACME-001':\n {'parameters': {'driver': 5}}}}` | 2 | 18",
                "`{'schemaVersion': 1,\n'waivers': [ {'rule': 'DOOR-002'},\n\n {}]}` | 2 | 15",
                "`{'schemaVersion': 1, 'waivers': [\n {'rule': 'DOOR-001'}]}` | 2 | 2",
                "`{'name': '\\\\', \n'schemaVersion':\n2}` | 2 | 1",
                "`{'schemaVersion': 1,\n'name': 'a'\n 'profile': 'L1'}` | 3 | 2",
                "`{'schemaVersion': 1,\n 'rules': {}, 'rules': {}}` | 2 | 15",
                "`\n []` | 2 | 2",
                "`\n` | 2 | 1",
            })
    void anErrorSaysItsLineAndColumn(String document, int line, int column) {
        PolicyException e = assertThrows(PolicyException.class, () -> read(document));
        assertEquals(Optional.of(new PolicyException.Position(line, column)), e.position(), e.getMessage());
    }

    @Property(tries = 500)
    void everyRefusedDocumentHasAPlaceInItsText(@ForAll("documents") String document) {
        try {
            read(document);
        } catch (PolicyException e) {
            PolicyException.Position place = e.position().orElseThrow();
            List<String> lines = (document + '$').lines().toList();
            String line = lines.get(place.line() - 1);
            assertTrue(place.column() <= line.codePointCount(0, line.length()) + 1, e.toString());
        }
    }

    /** Documents of the corpus with a piece taken out or put in. */
    @Provide
    Arbitrary<String> documents() {
        List<String> corpus = Stream.concat(
                        PolicyCorpus.accepted(), PolicyCorpus.refused().map(Refused::document))
                .toList();
        return Combinators.combine(
                        Arbitraries.of(corpus),
                        Arbitraries.integers().between(0, 1 << 20),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of("", "\n", "{", "]", "'", ",", "\\", "5", "é", " 'a': [{}, 1],"))
                .as((document, position, length, piece) -> {
                    int from = position % (document.length() + 1);
                    int to = Math.min(document.length(), from + length);
                    return document.substring(0, from) + piece + document.substring(to);
                });
    }

    @Test
    void aLongOrDeepDocumentIsRefused() {
        PolicyReader small = READER.withMaxBytes(30);
        byte[] document = ("{\"schemaVersion\": 1}" + " ".repeat(20)).getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(PolicyException.class, () -> small.read(document)).reason());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(PolicyException.class, () -> read("[".repeat(100_000)))
                        .reason());
        assertThrows(IllegalArgumentException.class, () -> READER.withMaxBytes(0));
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefusedWithABoundedMessage(@ForAll String text) {
        try {
            read(text);
        } catch (PolicyException e) {
            assertTrue(e.toString().length() < 600, e.toString());
        }
    }

    @Test
    void twoRuleSetsMayNotHaveOneRule() {
        List<RuleSet> twice = List.of(PolicyCorpus.RULES.get(1), PolicyCorpus.RULES.get(1));
        assertThrows(IllegalArgumentException.class, () -> PolicyReader.of(twice));
    }

    @Test
    void readsPatternsOfSecretsAndSaysInWhichLineAWrongOneStands() throws PolicyException {
        String pattern = "Example token | token | any | extok_ | [0-9a-f]{8}-[A-Z]{2,4} | entropy=2";
        assertEquals(
                List.of(pattern),
                read("{'schemaVersion': 1, 'secretPatterns': ['" + pattern + "']}")
                        .secretPatterns());
        PolicyException e = assertThrows(
                PolicyException.class,
                () -> read("{'schemaVersion': 1,\n'secretPatterns': [\n'" + pattern + "',\n'a | b'\n]}"));

        assertEquals(Reason.BAD_VALUE, e.reason());
        assertEquals(4, e.position().orElseThrow().line());
    }
}
