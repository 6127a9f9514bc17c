package dev.tallyclerk.hardening.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Waivers in the annotations of workloads. */
class IgnoreAnnotationsTest {
    private static KubernetesWorkload deployment(String ofObject, String ofPod) throws MalformedSubjectException {
        return Manifests.workload("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  annotations: {%s}
                spec:
                  template:
                    metadata:
                      annotations: {%s}
                    spec:
                      containers:
                      - name: c
                        image: app:1
                        securityContext: {privileged: true}
                """.formatted(ofObject, ofPod));
    }

    private static List<String> rules(KubernetesWorkload workload) {
        return workload.inlineWaivers().stream()
                .map(waiver -> waiver.rule()
                        + (waiver.reason().isEmpty() ? "" : " " + waiver.reason())
                        + waiver.expires().map(day -> " until " + day).orElse(""))
                .toList();
    }

    private static List<Disposition> dispositions(KubernetesWorkload workload, String rule, Policy policy) {
        List<Disposition> found = new ArrayList<>();
        for (Finding finding : Auditor.of(
                        policy.withProfile(Profile.STRICT), ContainerRules.ruleSet(), KubernetesRules.ruleSet())
                .withClock(Clock.fixed(Instant.parse("2026-11-30T00:00:00Z"), ZoneOffset.UTC))
                .audit(List.of(workload))
                .findings()) {
            if (finding.rule().id().value().equals(rule)) {
                found.add(finding.disposition());
            }
        }
        return found;
    }

    @Test
    void oursHasReasonsAndDaysOnLinesOfTheirOwn() throws MalformedSubjectException {
        KubernetesWorkload workload = deployment(
                "tallyclerk.dev/ignore: \"RUN-001, run-021 reason=legacy driver until=2027-01-31\\nK8S-044\"", "");
        assertEquals(
                List.of("RUN-001 legacy driver until 2027-01-31", "RUN-021 legacy driver until 2027-01-31", "K8S-044"),
                rules(workload));
        assertEquals(List.of(Disposition.WAIVED), dispositions(workload, "RUN-001", Policy.defaults()));
        assertEquals(
                List.of(Disposition.OPEN),
                dispositions(workload, "RUN-001", Policy.defaults().withInlineWaivers(false)));
        assertEquals(List.of(Disposition.OPEN), dispositions(workload, "RUN-019", Policy.defaults()));
    }

    @Test
    void oneThatIsOverIsNotInForce() throws MalformedSubjectException {
        KubernetesWorkload workload = deployment("tallyclerk.dev/ignore: RUN-001 reason=x until=2026-11-29", "");
        assertEquals(
                Optional.of(LocalDate.parse("2026-11-29")),
                workload.inlineWaivers().get(0).expires());
        assertEquals(List.of(Disposition.WAIVER_EXPIRED), dispositions(workload, "RUN-001", Policy.defaults()));
    }

    @Test
    void aMisspeltDayWaivesNothing() throws MalformedSubjectException {
        assertEquals(List.of(), rules(deployment("tallyclerk.dev/ignore: RUN-001 until=tomorrow", "")));
        assertEquals(List.of(), rules(deployment("tallyclerk.dev/ignore: \"all of them\"", "")));
        assertEquals(List.of(), rules(deployment("tallyclerk.dev/ignore: [RUN-001]", "")));
        assertEquals(List.of(), rules(deployment("tallyclerk.dev/ignore: null", "")));
    }

    @Test
    void theTemplateMayHaveOursButKubeLinterReadsOnlyTheObject() throws MalformedSubjectException {
        assertEquals(
                List.of("RUN-001 in the pod"),
                rules(deployment(
                        "",
                        "tallyclerk.dev/ignore: RUN-001 reason=in the pod,"
                                + " ignore-check.kube-linter.io/host-network: why")));
        assertEquals(List.of("RUN-001 once"), rules(Manifests.workload("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: p, annotations: {tallyclerk.dev/ignore: RUN-001 reason=once}}
                        spec: {containers: [{name: c}]}
                        """)));
    }

    @Test
    void checksOfKubeLinterWaiveTheRulesOfTheSameMeaning() throws MalformedSubjectException {
        KubernetesWorkload workload = deployment(
                "ignore-check.kube-linter.io/privileged-container: \"a driver\", ignore-check.kube-linter.io/unknown: x",
                "");
        assertEquals(List.of("RUN-001 a driver"), rules(workload));
        InlineWaiver waiver = workload.inlineWaivers().get(0);
        assertEquals("a.yaml:5:", waiver.at().toString().substring(0, 9));
        assertEquals(List.of(Disposition.WAIVED), dispositions(workload, "RUN-001", Policy.defaults()));
        KubernetesWorkload all = deployment("kube-linter.io/ignore-all: tested", "");
        assertEquals(List.of(Disposition.WAIVED), dispositions(all, "RUN-001", Policy.defaults()));
        assertFalse(
                dispositions(all, "RUN-013", Policy.defaults()).contains(Disposition.WAIVED),
                "kube-linter has no check of that meaning");
    }

    @Test
    void everyRuleOfACheckExists() throws MalformedSubjectException {
        for (InlineWaiver waiver :
                deployment("kube-linter.io/ignore-all: x", "").inlineWaivers()) {
            assertTrue(
                    ContainerRules.ruleSet().rule(waiver.rule()).isPresent()
                            || KubernetesRules.ruleSet().rule(waiver.rule()).isPresent(),
                    waiver.toString());
        }
    }

    @Property(tries = 300)
    void anyTextIsReadOrIgnored(@ForAll String text) throws MalformedSubjectException {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted.append("\\u%04x".formatted((int) (Character.isSurrogate(c) ? '?' : c)));
        }
        for (InlineWaiver waiver :
                deployment("tallyclerk.dev/ignore: " + quoted + '"', "").inlineWaivers()) {
            assertTrue(waiver.reason().length() < 2_000);
        }
    }
}
