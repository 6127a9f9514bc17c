package dev.tallyclerk.hardening.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.compose.ComposeKind;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.swarm.SwarmServiceReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rules of a policy over what is not the text of a file: containers, merged services of Compose, services of swarms.
 */
class CustomRulesOverContainersTest {
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Finding judged(String kind, String condition, String message, Subject subject) throws Exception {
        byte[] policy = json("{'schemaVersion': 1, 'customRules': [{'id': 'ACME-001', 'title': 'T', 'severity': 'LOW',"
                + "'remediation': 'R', 'subject': '" + kind + "', 'message': '" + message + "', 'require': "
                + condition + "}]}");
        PolicyReader reader = PolicyReader.of(List.of(ContainerRules.ruleSet()));
        return Auditor.of(reader.read(policy), ContainerRules.ruleSet()).audit(List.of(subject)).findings().stream()
                .filter(finding -> finding.rule().id().value().equals("ACME-001"))
                .findFirst()
                .orElseThrow();
    }

    private static Subject container(String document) throws Exception {
        return ContainerReader.create().read(json(document)).get(0);
    }

    private static Subject service(Map<String, String> files) throws Exception {
        List<SourceDocument> documents = files.entrySet().stream()
                .map(file -> SourceDocument.of(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
        return ComposeKind.create().asOneProject().readAll(documents, SourceContext.create()).get(0).subjects().stream()
                .filter(subject -> subject.ref().kind().equals("compose-service"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'path': 'HostConfig.Runtime', 'oneOf': ['runsc', 'kata']} | FAIL",
                "{'path': 'HostConfig.Memory', 'atMost': 1024} | PASS",
                "{'path': 'Labels', 'contains': 'team'} | FAIL",
                "{'path': 'HostConfig.Memory', 'equals': 'much'} | UNKNOWN",
                "{'path': 'User', 'matches': '1*'} | UNKNOWN",
            })
    void judgeContainers(String condition, String kind) throws Exception {
        Subject subject =
                container("{'Image': 'a', 'Labels': {'x': '1'}, 'HostConfig': {'Runtime': 'runc', 'Memory': 512}}");
        Finding finding = judged("container", condition, "m", subject);
        assertEquals(kind, finding.kind().name(), finding.toString());
    }

    @Test
    void aProblemOfAContainerHasThePointerThatOtherRulesHave() throws Exception {
        Finding finding = judged(
                "container",
                "{'path': 'HostConfig.Runtime', 'equals': 'runsc'}",
                "runs with {HostConfig.Runtime}",
                container("{'Image': 'a', 'HostConfig': {'Runtime': 'runc'}}"));
        assertEquals(
                "container#/HostConfig/Runtime: runs with runc",
                finding.problem().orElseThrow().toString());
    }

    @Test
    void whatIsMissingOfAContainerNamesNoLine() throws Exception {
        Finding finding = judged(
                "container",
                "{'path': 'HostConfig.Memory', 'equals': 'much'}",
                "m",
                container("{'Image': 'a', 'HostConfig': {'Memory': 512}}"));
        assertEquals("HostConfig.Memory of container is a number, not a text", finding.detail());
    }

    @Test
    void judgeMergedServicesWhereTheFilesSayIt() throws Exception {
        Subject service = service(new TreeMap<>(Map.of(
                "a.yaml", "services:\n  web:\n    image: a:1\n    labels: {team: shop}\n",
                "b.yaml", "services:\n  web:\n    runtime: runc\n")));
        Finding finding =
                judged("compose-service", "{'path': 'runtime', 'equals': 'runsc'}", "runs with {runtime}", service);
        assertEquals(
                "b.yaml:3:14: runs with runc", finding.problem().orElseThrow().toString());
        assertEquals(
                "PASS",
                judged("compose-service", "{'path': 'labels.team', 'equals': 'shop'}", "m", service)
                        .kind()
                        .name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'path': 'image', 'matches': 'a:*'}",
                "{'path': 'image', 'contains': 'a'}",
                "{'path': 'image', 'exists': false}",
                "{'path': 'cap_drop', 'contains': 'ALL'}",
                "{'path': 'cap_drop[*]', 'equals': 'ALL'}",
                "{'path': 'privileged', 'equals': false}",
                "{'path': 'image.x', 'exists': true}",
            })
    void aVariableThatIsNotKnownNeverPasses(String condition) throws Exception {
        Subject service = service(Map.of(
                "a.yaml", "services:\n  web:\n    image: ${IMAGE}\n    cap_drop: ['${DROP}']\n    privileged: ${P}\n"));
        Finding finding = judged("compose-service", condition, "m", service);
        assertTrue(List.of("UNKNOWN", "FAIL").contains(finding.kind().name()), finding.toString());
    }

    @Test
    void theVariableIsNamed() throws Exception {
        Subject service = service(Map.of("a.yaml", "services:\n  web:\n    image: ${IMAGE}\n"));
        Finding finding = judged("compose-service", "{'path': 'image', 'matches': 'a:*'}", "m", service);
        assertEquals("image: the variable IMAGE is not set and has no default", finding.detail());
    }

    @Test
    void aServiceWhoseBaseWasNotReadIsUnknown() throws Exception {
        Subject service = service(Map.of(
                "a.yaml", "services:\n  web:\n    image: a\n    extends: {file: elsewhere.yaml, service: base}\n"));
        Finding finding = judged("compose-service", "{'path': 'runtime', 'exists': false}", "m", service);
        assertEquals("UNKNOWN", finding.kind().name(), finding.toString());
    }

    @Test
    void judgeServicesOfSwarms() throws Exception {
        Subject service = SwarmServiceReader.create()
                .read(json("[{'Spec': {'Name': 'web', 'TaskTemplate': {'ContainerSpec': {'Image': 'a'},"
                        + "'Placement': {'Constraints': ['node.role==worker']}}}}]"))
                .get(0);
        Finding finding = judged(
                "swarm-service",
                "{'path': 'Spec.TaskTemplate.Placement.Constraints', 'contains': 'node.labels.zone==a'}",
                "{Spec.Name} may run anywhere",
                service);
        assertEquals(
                "service#/Spec/TaskTemplate/Placement/Constraints: web may run anywhere",
                finding.problem().orElseThrow().toString());
    }
}
