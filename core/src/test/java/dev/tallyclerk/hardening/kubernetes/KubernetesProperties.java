package dev.tallyclerk.hardening.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.source.SourceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Manifests whose fields have good, bad and impossible values, in JSON, which is YAML too. */
class KubernetesProperties {
    private static final List<String> OF_POD = List.of(
            "hostNetwork",
            "hostPID",
            "hostUsers",
            "serviceAccountName",
            "automountServiceAccountToken",
            "securityContext",
            "volumes",
            "restartPolicy",
            "os");
    private static final List<String> OF_CONTAINER = List.of(
            "image",
            "securityContext",
            "resources",
            "ports",
            "env",
            "volumeMounts",
            "livenessProbe",
            "command",
            "lifecycle");
    private static final List<String> OF_CONTEXT = List.of(
            "privileged",
            "runAsNonRoot",
            "runAsUser",
            "capabilities",
            "allowPrivilegeEscalation",
            "readOnlyRootFilesystem",
            "seccompProfile",
            "appArmorProfile",
            "seLinuxOptions",
            "procMount",
            "sysctls");

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> leaves = Arbitraries.oneOf(
                Arbitraries.of("true", "false", "null", "0", "1000", "-1", "1e400", "\"\"", "\"x\"", "\"true\""),
                Arbitraries.of(
                        "{\"type\":\"Unconfined\"}",
                        "{\"type\":\"RuntimeDefault\"}",
                        "{\"add\":[\"SYS_ADMIN\"],\"drop\":[\"ALL\"]}",
                        "[{\"name\":\"v\",\"hostPath\":{\"path\":\"/var/run/docker.sock\"}}]",
                        "[{\"name\":\"v\",\"mountPath\":\"/var/run/docker.sock\"}]",
                        "{\"limits\":{\"memory\":\"1Gi\",\"cpu\":1}}"));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner,
                        object(OF_CONTEXT, inner),
                        inner.list().ofMaxSize(2).map(all -> "[" + String.join(",", all) + "]")),
                0,
                3);
    }

    private static Arbitrary<String> object(List<String> names, Arbitrary<String> values) {
        return Arbitraries.maps(Arbitraries.of(names), values).ofMaxSize(4).map(members -> {
            List<String> written = new ArrayList<>();
            members.forEach((name, value) -> written.add("\"" + name + "\":" + value));
            return "{" + String.join(",", written) + "}";
        });
    }

    @Provide
    Arbitrary<String> pods() {
        return Combinators.combine(
                        object(OF_POD, values()),
                        object(OF_CONTAINER, values()).list().ofMinSize(1).ofMaxSize(2))
                .as((pod, containers) -> {
                    String rest = pod.length() == 2 ? "" : "," + pod.substring(1, pod.length() - 1);
                    return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":["
                            + String.join(",", named(containers)) + "]" + rest + "}}";
                });
    }

    private static List<String> named(List<String> containers) {
        List<String> named = new ArrayList<>();
        for (String container : containers) {
            named.add("{\"name\":\"c" + named.size() + "\"" + (container.length() == 2 ? "" : ",")
                    + container.substring(1));
        }
        return named;
    }

    private static List<KubernetesWorkload> read(String manifest) throws MalformedSubjectException {
        return KubernetesKind.create().read(Manifests.document("a.json", manifest), SourceContext.create());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void everyRuleAndLevelHasAVerdictForEveryPod(@ForAll("pods") String pod) {
        try {
            for (KubernetesWorkload workload : read(pod)) {
                assertFalse(Manifests.kinds(workload).containsValue(Outcome.Kind.ERROR), pod);
                for (int minor : new int[] {0, 18, 25, 37}) {
                    workload.podSecurity(PodSecurityLevel.RESTRICTED, new KubernetesVersion(minor));
                }
            }
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, e.getMessage());
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aPodInAListIsJudgedAsItIsAlone(@ForAll("pods") String pod) {
        Map<String, Outcome.Kind> alone;
        try {
            alone = Manifests.kinds(read(pod).get(0));
        } catch (MalformedSubjectException e) {
            return;
        }
        try {
            List<KubernetesWorkload> listed =
                    read("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + pod + "," + pod + "]}");
            assertEquals(2, listed.size());
            assertEquals(alone, Manifests.kinds(listed.get(1)), pod);
        } catch (MalformedSubjectException e) {
            throw new AssertionError(pod, e);
        }
    }
}
