package dev.tallyclerk.hardening.container.internal.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RemediesTest {
    /** Services of Compose cannot publish every exposed port, and are described before they run. */
    private static final Set<String> NOT_OF_COMPOSE = Set.of("RUN-039", "RUN-055", "RUN-058", "RUN-059");

    private static final List<RuleInfo> RULES =
            RuleCatalogue.all().stream().map(ContainerRule::info).toList();

    private static Set<String> without(String kind) {
        Set<String> ids = new TreeSet<>();
        for (RuleInfo rule : RULES) {
            if (!rule.remediations().containsKey(kind)) {
                ids.add(rule.id().value());
            }
        }
        return ids;
    }

    @Test
    void everyRuleThatCanFailForAPodHasItsWords() {
        Set<String> without = without("kubernetes-workload");
        without.removeIf(id -> SettingsRules.of(id).isEmpty());
        assertEquals(Set.of(), without);
    }

    @Test
    void everyRuleThatCanFailForAServiceOfComposeHasItsWords() {
        assertEquals(new TreeSet<>(NOT_OF_COMPOSE), without("compose-service"));
    }

    @Test
    void noneOfThemSpeaksOfTheOptionsOfDockerRun() {
        for (RuleInfo rule : RULES) {
            for (String kind : List.of("kubernetes-workload", "compose-service")) {
                String remedy = rule.remediation(SubjectRef.of(kind, "a"));
                boolean isOwn = rule.remediations().containsKey(kind);
                assertFalse(isOwn && remedy.contains("--"), rule.id() + ": " + remedy);
            }
            String ofService = rule.remediations().getOrDefault("swarm-service", "");
            assertFalse(ofService.contains("docker run"), ofService);
            assertTrue(ofService.isEmpty() || ofService.matches("[A-Z].*\\."), ofService);
        }
    }

    @Test
    void otherKindsHaveTheRulesOwnWords() {
        RuleInfo privileged = RULES.stream()
                .filter(rule -> rule.id().value().equals("RUN-001"))
                .findFirst()
                .orElseThrow();
        assertTrue(privileged.remediation(SubjectRef.of("container", "a")).contains("--privileged"));
        assertTrue(privileged
                .remediation(SubjectRef.of("kubernetes-workload", "a"))
                .contains("securityContext"));
    }
}
