package dev.tallyclerk.hardening.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomRulesTest {
    private static final PolicyReader READER = PolicyReader.of(List.of(ContainerRules.ruleSet()));

    private static final String DOCUMENT = """
            kind: Deployment
            metadata: {name: web, annotations: {example.test/owner: shop}}
            spec:
              replicas: 1
              ratio: 0.5
              paused: no
              empty: []
              containers:
              - {name: a, image: example.test/a:1}
              - {name: b, image: other.test/b:2, tty: true}
            """;

    private record Sample(SubjectRef ref, DocumentValue document) implements DocumentSubject {}

    private record Other(SubjectRef ref) implements Subject {}

    private static Sample sample(String kind) throws Exception {
        SourceDocument source = SourceDocument.of("a.yaml", DOCUMENT.getBytes(StandardCharsets.UTF_8));
        return new Sample(
                SubjectRef.of(kind, "web"),
                DocumentReader.of(DocumentDialect.KUBERNETES)
                        .read(source)
                        .get(0)
                        .root());
    }

    private static byte[] policy(String rest, String more) {
        String text = "{'schemaVersion': 1, 'customRules': [{'id': 'ACME-001', 'title': 'T', 'severity': 'LOW',"
                + "\n'remediation': 'R', 'subject': 'sample', " + rest + "}]" + more + "}";
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static List<Finding> audit(String rest, String more) throws Exception {
        Policy policy = READER.read(policy(rest, more));
        return Auditor.of(policy, ContainerRules.ruleSet())
                .audit(List.<Subject>of(
                        sample("sample"), sample("another"), new Other(SubjectRef.of("sample", "other"))))
                .findings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'path': 'spec.replicas', 'atLeast': 1} | PASS",
                "{'path': 'spec.replicas', 'atLeast': 2} | FAIL",
                "{'path': 'spec.replicas', 'atMost': 0.5} | FAIL",
                "{'path': 'spec.ratio', 'equals': 0.50} | PASS",
                "{'path': 'spec.paused', 'equals': false} | PASS",
                "{'path': 'spec.paused', 'equals': 'no'} | UNKNOWN",
                "{'path': 'kind', 'atLeast': 1} | UNKNOWN",
                "{'path': 'kind', 'oneOf': ['Pod', 'Deployment']} | PASS",
                "{'path': 'kind', 'noneOf': ['Deployment']} | FAIL",
                "{'path': 'spec.nothing', 'equals': 'x'} | UNKNOWN",
                "{'path': 'spec.nothing', 'equals': 'x', 'ifAbsent': true} | PASS",
                "{'path': 'spec.nothing', 'equals': 'x', 'ifAbsent': false} | FAIL",
                "{'path': 'spec.nothing', 'exists': true} | FAIL",
                "{'path': 'spec.nothing', 'exists': false} | PASS",
                "{'path': 'spec.replicas', 'exists': false} | FAIL",
                "{'path': 'metadata.annotations', 'contains': 'example.test/owner'} | PASS",
                "{'path': 'spec.containers[*].image', 'matches': 'example.test/*'} | FAIL",
                "{'path': 'spec.containers[*].image', 'matches': '*.test/?:?'} | PASS",
                "{'path': 'spec.containers[*].tty', 'equals': true} | UNKNOWN",
                "{'path': 'spec.empty[*].x', 'exists': true} | PASS",
                "{'any': [{'path': 'kind', 'equals': 'Pod'}, {'path': 'spec.replicas', 'atLeast': 1}]} | PASS",
                "{'any': [{'path': 'kind', 'equals': 'Pod'}, {'path': 'spec.replicas', 'atLeast': 9}]} | FAIL",
                "{'any': [{'path': 'kind', 'equals': 'Pod'}, {'path': 'x', 'atLeast': 9}]} | UNKNOWN",
                "{'all': [{'path': 'kind', 'equals': 'Deployment'}, {'path': 'x', 'exists': false}]} | PASS",
                "{'not': {'path': 'kind', 'equals': 'Deployment'}} | FAIL",
                "{'not': {'path': 'x', 'equals': 'Deployment'}} | UNKNOWN",
            })
    void conditionsDecide(String condition, Outcome.Kind kind) throws Exception {
        List<Finding> findings = audit("'require': " + condition.replace("\\", "") + ", 'message': 'm'", "");
        assertEquals(2, findings.size(), "the subjects of its kind only");
        assertEquals(Outcome.Kind.UNKNOWN, ofName("other", findings).kind(), "a subject without a document is unknown");
        assertEquals(kind, ofName("web", findings).kind(), findings.toString());
    }

    private static Finding ofName(String name, List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.subject().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMessageHasTheValuesAndTheProblemItsPlace() throws Exception {
        List<Finding> findings = audit(
                "'each': 'spec.containers[*]', 'require': {'path': 'image', 'matches': 'example.test/*'},"
                        + "'message': 'container {name} has {image} and {nothing}'",
                "");
        assertEquals(
                "a.yaml:10:22: container b has other.test/b:2 and (none)",
                ofName("web", findings).problem().orElseThrow().toString());
    }

    @Test
    void aConditionBeforeLimitsTheRule() throws Exception {
        List<Finding> findings = audit(
                "'when': {'path': 'kind', 'equals': 'Pod'}, 'require': {'path': 'x', 'exists': true}, 'message': 'm'",
                "");
        assertEquals(Outcome.Kind.NOT_APPLICABLE, ofName("web", findings).kind());
    }

    @Test
    void waiversMayNameTheRule() throws Exception {
        List<Finding> findings = audit(
                "'require': {'path': 'x', 'exists': true}, 'message': 'm'",
                ", 'longestWaiver': 'P100Y', 'waivers': [{'rule': 'ACME-001', 'scope': {'kind': 'sample'},"
                        + "'reason': 'r', 'owner': 'o', 'expires': '2099-01-01'}]");
        assertEquals(Disposition.WAIVED, ofName("web", findings).disposition());
        assertEquals(new RuleId("ACME-001"), findings.get(0).rule().id());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'require': {'path': 'a', 'equal': 1}, 'message': 'm' | UNKNOWN_MEMBER | equals",
                "'requires': {'path': 'a', 'exists': true}, 'message': 'm' | UNKNOWN_MEMBER | require",
                "'require': {'path': 'a'}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'path': 'a', 'exists': true, 'equals': 1}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'path': 'a', 'exists': true, 'ifAbsent': true}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'all': []}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'all': [{'path': 'a', 'exists': true}], 'path': 'b'}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'path': '.a', 'exists': true}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'path': 'a..b', 'exists': true}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'path': 'a[0]', 'exists': true}, 'message': 'm' | BAD_VALUE | ",
                "'require': {'path': 'a', 'equals': null}, 'message': 'm' | WRONG_TYPE | ",
                "'require': {'path': 'a', 'atLeast': 1e99}, 'message': 'm' | WRONG_TYPE | ",
                "'require': {'path': 'a', 'exists': true}, 'message': '{a..b}' | BAD_VALUE | ",
                "'require': {'path': 'a', 'exists': true} | MISSING_MEMBER | ",
            })
    void errorsNameThePlaceAndTheNearestName(String rest, PolicyException.Reason reason, String suggestion) {
        PolicyException refusal = assertThrows(PolicyException.class, () -> READER.read(policy(rest, "")));
        assertEquals(reason, refusal.reason(), refusal.toString());
        assertTrue(refusal.position().isPresent(), refusal.toString());
        if (suggestion != null) {
            assertEquals(suggestion, refusal.suggestion().orElse(""));
        }
    }

    @Test
    void idsOfTheLibraryAndRepeatedOnesAreRefused() {
        String rule = "'title': 'T', 'severity': 'LOW', 'remediation': 'R', 'subject': 's', 'message': 'm',"
                + "'require': {'path': 'a', 'exists': true}}";
        for (String ids : List.of(
                "{'id': 'RUN-999', " + rule,
                "{'id': 'A-1', " + rule,
                "{'id': 'ACME-001', " + rule + ", {'id': 'ACME-001', " + rule)) {
            byte[] document = ("{'schemaVersion': 1, 'customRules': [" + ids + "]}")
                    .replace('\'', '"')
                    .getBytes(StandardCharsets.UTF_8);
            PolicyException refusal = assertThrows(PolicyException.class, () -> READER.read(document));
            assertEquals(PolicyException.Reason.BAD_VALUE, refusal.reason());
        }
    }

    @Test
    void aKindThatIsNearlyAKnownOneIsRefused() {
        byte[] document = new String(
                        policy("'require': {'path': 'a', 'exists': true}, 'message': 'm'", ""), StandardCharsets.UTF_8)
                .replace("\"sample\"", "\"compose-servce\"")
                .getBytes(StandardCharsets.UTF_8);
        PolicyException refusal = assertThrows(PolicyException.class, () -> READER.read(document));
        assertEquals("compose-service", refusal.suggestion().orElse(""));
        assertEquals(2, refusal.position().orElseThrow().line());
    }

    @Test
    void nestingStepsAndRulesAreBounded() {
        String deep = "{'not': ".repeat(9) + "{'path': 'a', 'exists': true}" + "}".repeat(9);
        assertThrows(PolicyException.class, () -> READER.read(policy("'require': " + deep + ", 'message': 'm'", "")));
        String far = "a" + ".a".repeat(16);
        assertThrows(
                PolicyException.class,
                () -> READER.read(policy("'require': {'path': '" + far + "', 'exists': true}, 'message': 'm'", "")));
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < 201; i++) {
            rules.add("{'id': 'ACME-" + (1000 + i) + "', 'title': 'T', 'severity': 'LOW', 'remediation': 'R',"
                    + "'subject': 's', 'message': 'm', 'require': {'path': 'a', 'exists': true}}");
        }
        byte[] many = ("{'schemaVersion': 1, 'customRules': [" + String.join(",", rules) + "]}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
        assertThrows(PolicyException.class, () -> READER.read(many));
    }

    @Test
    void pathsSelectWhatTheyName() throws Exception {
        DocumentValue root = sample("sample").document();
        List<Fact<DocumentValue>> images =
                ValuePath.parse("spec.containers[*].image").select(root);
        assertEquals(2, images.size());
        assertEquals(5, ValuePath.parse("spec[*]").select(root).size());
        Fact<DocumentValue> owner = ValuePath.parse("metadata.annotations['example.test/owner']")
                .select(root)
                .get(0);
        assertEquals("Known", owner.getClass().getSimpleName());
    }
}
