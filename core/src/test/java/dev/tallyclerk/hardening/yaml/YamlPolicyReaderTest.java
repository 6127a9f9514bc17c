package dev.tallyclerk.hardening.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyCorpus;
import dev.tallyclerk.hardening.policy.PolicyCorpus.Refused;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyException.Position;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import dev.tallyclerk.hardening.policy.PolicyReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlPolicyReaderTest {
    private static final PolicyReader JSON = PolicyReader.of(PolicyCorpus.RULES);
    private static final YamlPolicyReader READER = YamlPolicyReader.of(JSON);

    private static Policy read(String yaml) throws PolicyException {
        return READER.read(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static PolicyException refusal(String yaml) {
        return assertThrows(PolicyException.class, () -> read(yaml));
    }

    static Stream<String> accepted() {
        return PolicyCorpus.accepted();
    }

    static Stream<Refused> refused() {
        return PolicyCorpus.refused();
    }

    @ParameterizedTest
    @MethodSource
    void accepted(String json) throws PolicyException {
        assertEquals(JSON.read(json.getBytes(StandardCharsets.UTF_8)), read(json), "JSON is YAML");
    }

    @ParameterizedTest
    @MethodSource
    void refused(Refused refused) {
        PolicyException e = refusal(refused.document());
        assertEquals(refused.reason(), e.reason());
        assertEquals(refused.pointer(), e.pointer());
        assertTrue(e.position().isPresent());
    }

    @Test
    void readsWhatJsonWouldSay() throws PolicyException {
        Policy yaml = read("""
                # who answers for this: the platform team
                schemaVersion: 1
                profile: L2
                gate:
                  failOn: HIGH
                rules:
                  ACME-001:
                    parameters: {maximumRestarts: 7, allowed: [no, 'yes', 012x], allowLoopback: true}
                waivers:
                  - rule: DOOR-001
                    scope: {name: "cellar/*"}
                    reason: >
                      walled
                      up
                    owner: facility
                    expires: 2027-01-31
                """);
        Policy json = JSON.read(
                ("{\"schemaVersion\": 1, \"profile\": \"L2\", \"gate\": {\"failOn\": \"HIGH\"}, \"rules\": {\"ACME-001\":"
                                + " {\"parameters\": {\"maximumRestarts\": 7, \"allowed\": [\"no\", \"yes\", \"012x\"],"
                                + " \"allowLoopback\": true}}}, \"waivers\": [{\"rule\": \"DOOR-001\", \"scope\": {\"name\":"
                                + " \"cellar/*\"}, \"reason\": \"walled up\\n\", \"owner\": \"facility\", \"expires\":"
                                + " \"2027-01-31\"}]}")
                        .getBytes(StandardCharsets.UTF_8));
        assertEquals(json, yaml);
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy.yaml", "ours/policy.yml", "POLICY.YAML"})
    void theNameOfAFileSaysThatItIsYaml(String name) throws PolicyException {
        byte[] yaml = "schemaVersion: 1 # ours".getBytes(StandardCharsets.UTF_8);
        assertEquals(Policy.defaults(), READER.readNamed(name, yaml));
        assertEquals(
                "{\"schemaVersion\":1}",
                YamlDocument.readNamed(
                        name, yaml, yaml.length, json -> new String(json, StandardCharsets.UTF_8).strip()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy.json", "policy.yaml.txt", "yaml", "-"})
    void aFileOfAnotherNameIsJson(String name) throws PolicyException {
        byte[] yaml = "schemaVersion: 1 # ours".getBytes(StandardCharsets.UTF_8);
        byte[] json = "{\"schemaVersion\": 1}".getBytes(StandardCharsets.UTF_8);
        assertThrows(PolicyException.class, () -> READER.readNamed(name, yaml));
        assertEquals(Policy.defaults(), READER.readNamed(name, json));
        assertSame(json, YamlDocument.readNamed(name, json, json.length, document -> document));
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy.yaml", "policy.json"})
    void aFileIsNotReadBeyondTheLimit(String name) {
        byte[] document = "{}".getBytes(StandardCharsets.UTF_8);
        PolicyException e = assertThrows(
                PolicyException.class, () -> YamlDocument.readNamed(name, document, 1, json -> "not read"));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Test
    void saysTheLineAndTheColumn() {
        PolicyException e = refusal("""
                schemaVersion: 1
                rules:
                  ACME-001:
                    parameters:
                      maximumRestart: 7
                """);
        assertEquals(Reason.UNKNOWN_PARAMETER, e.reason());
        assertEquals("/rules/ACME-001/parameters/maximumRestart", e.pointer());
        assertEquals(Optional.of(new Position(5, 7)), e.position());
        assertEquals(Optional.of("maximumRestarts"), e.suggestion());
        assertTrue(refusal("schemaVersion: 1\ngate: [x\n").position().isPresent(), "and where it is not YAML");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schemaVersion: &a 1",
                "a: &a [1]\nb: *a",
                "schemaVersion: !!int 1",
                "schemaVersion: !x 1",
                "schemaVersion: 1\n---\nschemaVersion: 1",
                "1: x",
                "true: x",
                "[a]: x",
                "? {a: b}\n: c",
                "schemaVersion: .inf",
                "schemaVersion: [",
                "a: b: c",
                "\tschemaVersion: 1",
                "schemaVersion: 1\n\u0000",
                "%YAML 3.0\n---\nschemaVersion: 1",
                "",
                "# nothing",
            })
    void refusesWhatJsonDoesNotHave(String yaml) {
        assertEquals(Reason.SYNTAX, refusal(yaml).reason());
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        PolicyException e = refusal("schemaVersion: 1\ngate: NONE\ngate: {failOn: LOW}\n");
        assertEquals(Reason.DUPLICATE_MEMBER, e.reason());
        assertEquals(Optional.of(new Position(3, 1)), e.position());
        assertEquals(
                Reason.UNKNOWN_MEMBER,
                refusal("schemaVersion: 1\n<<: {gate: NONE}").reason(),
                "no merge keys");
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() {
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("[".repeat(65)).reason());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("- ".repeat(100_000)).reason());
        YamlPolicyReader small = YamlPolicyReader.of(JSON.withMaxBytes(20));
        byte[] yaml = "schemaVersion: 1 # long".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(PolicyException.class, () -> small.read(yaml)).reason());
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] bytes = {'a', ':', ' ', (byte) 0xff};
        assertEquals(
                Reason.SYNTAX,
                assertThrows(PolicyException.class, () -> READER.read(bytes)).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\u", "\"\\x1", "\"\\U00110000\"", "\"\\U7fffffff\"", "\"\\uzzzz\""})
    void refusesEscapesThatAreCutOrNameNoCharacter(String yaml) {
        assertEquals(Reason.SYNTAX, refusal(yaml).reason());
    }

    @Property(tries = 2000)
    void anyTextIsReadOrRefused(
            @ForAll
                    @Chars({
                        'a', ':', ' ', '\n', '-', '[', ']', '{', '}', ',', '"', '\'', '&', '*', '!', '|', '>', '#', '%',
                        '@', '\t', '?', '\\', '1', '.', '~', '<', '=', '\u0085', '\ufeff', '\u2028', '\ud800'
                    })
                    @StringLength(max = 40)
                    String text) {
        try {
            read(text);
        } catch (PolicyException e) {
            assertTrue(e.toString().length() < 600, e.toString());
        }
    }
}
