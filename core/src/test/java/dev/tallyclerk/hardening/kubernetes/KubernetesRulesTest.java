package dev.tallyclerk.hardening.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule of Kubernetes alone with a failing, a passing and, where there is one, an unknown case. */
class KubernetesRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "K8S-005 | FAIL | volumes: [{name: v, hostPath: {path: /srv}}] | -",
                "K8S-005 | PASS | volumes: [{name: v}] | -",
                "K8S-005 | PASS | volumes: [{name: v, hostPath: null}] | -",
                "K8S-005 | UNKNOWN | volumes: none | -",
                "K8S-011 | FAIL | - | ports: [{containerPort: 80, hostPort: 8080}]",
                "K8S-011 | FAIL | hostNetwork: true | ports: [{containerPort: 8080}]",
                "K8S-011 | PASS | - | ports: [{containerPort: 80, hostPort: 0}]",
                "K8S-011 | UNKNOWN | - | ports: [{containerPort: 80, hostPort: x}]",
                "K8S-013 | FAIL | - | securityContext: {capabilities: {add: [CAP_CHOWN]}}",
                "K8S-013 | PASS | - | securityContext: {capabilities: {add: [CHOWN]}}",
                "K8S-013 | UNKNOWN | - | securityContext: {capabilities: {add: [yes]}}",
                "K8S-017 | FAIL | - | securityContext: {capabilities: {add: [CHOWN]}}",
                "K8S-017 | PASS | - | securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}",
                "K8S-017 | NOT_APPLICABLE | os: {name: windows} | -",
                "K8S-019 | FAIL | - | -",
                "K8S-019 | PASS | securityContext: {seccompProfile: {type: RuntimeDefault}} | -",
                "K8S-019 | UNKNOWN | - | securityContext: {seccompProfile: {type: 1}}",
                "K8S-021 | FAIL | securityContext: {seLinuxOptions: {role: r}} | -",
                "K8S-021 | PASS | securityContext: {seLinuxOptions: {level: s0}} | -",
                "K8S-023 | FAIL | securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]} | -",
                "K8S-023 | PASS | securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]} | -",
                "K8S-024 | FAIL | - | securityContext: {windowsOptions: {hostProcess: true}}",
                "K8S-024 | PASS | - | -",
                "K8S-025 | FAIL | - | livenessProbe: {tcpSocket: {host: example.test}}",
                "K8S-025 | PASS | - | livenessProbe: {tcpSocket: {host: ''}}",
                "K8S-026 | FAIL | volumes: [{name: v, nfs: {server: s, path: /}}] | -",
                "K8S-026 | PASS | volumes: [{name: v, secret: {secretName: s}}] | -",
                "K8S-028 | FAIL | - | -",
                "K8S-028 | PASS | securityContext: {runAsNonRoot: true} | -",
                "K8S-028 | FAIL | securityContext: {runAsNonRoot: false} | securityContext: {runAsNonRoot: true}",
                "K8S-028 | UNKNOWN | securityContext: {runAsNonRoot: x} | securityContext: {runAsNonRoot: true}",
                "K8S-030 | FAIL | securityContext: {supplementalGroups: [5, 0]} | -",
                "K8S-030 | PASS | securityContext: {fsGroup: 5} | -",
                "K8S-034 | FAIL | automountServiceAccountToken: true | -",
                "K8S-034 | PASS | automountServiceAccountToken: false | -",
                "K8S-034 | UNKNOWN | - | -",
                "K8S-035 | FAIL | - | -",
                "K8S-035 | PASS | serviceAccount: web | -",
                "K8S-035 | PASS | automountServiceAccountToken: false | -",
                "K8S-037 | FAIL | - | envFrom: [{secretRef: {name: s}}]",
                "K8S-037 | PASS | - | envFrom: [{configMapRef: {name: s}}]",
                "K8S-041 | FAIL | shareProcessNamespace: true | -",
                "K8S-041 | PASS | - | -",
                "K8S-042 | FAIL | - | -",
                "K8S-042 | PASS | hostUsers: false | -",
                "K8S-044 | UNKNOWN | - | -",
                "K8S-045 | FAIL | hostAliases: [{ip: 1.2.3.4}] | -",
                "K8S-045 | PASS | hostAliases: [] | -",
                "K8S-046 | NOT_APPLICABLE | - | -",
                "K8S-047 | FAIL | securityContext: {readOnlyRootFilesystem: true} | -",
                "K8S-047 | FAIL | - | securityContext: {readonlyRootFilesystem: true}",
                "K8S-047 | PASS | - | securityContext: {readOnlyRootFilesystem: true}",
                "K8S-049 | FAIL | - | 'image: example.test/a:1'",
                "K8S-049 | PASS | - | 'image: example.test/a'",
                "K8S-049 | UNKNOWN | - | -",
                "PSS-001 | FAIL | hostPID: true | -",
                "PSS-001 | FAIL | hostPID: 'true' | -",
                "PSS-001 | PASS | - | -",
                "PSS-002 | FAIL | - | -",
                "RUN-020 | NOT_APPLICABLE | - | securityContext: {privileged: true}",
                "RUN-002 | FAIL | volumes: [{name: v, hostPath: {path: /srv/api}}] "
                        + "| volumeMounts: [{name: v, mountPath: /var/run/docker.sock}]",
                "RUN-002 | PASS | volumes: [{name: v, hostPath: {path: /srv/api}}] "
                        + "| volumeMounts: [{name: v, mountPath: /run/api}]",
                "RUN-002 | PASS | volumes: [{name: v, emptyDir: {}}] "
                        + "| volumeMounts: [{name: v, mountPath: /var/run/docker.sock}]",
                "RUN-029 | FAIL | - | -",
                "RUN-029 | PASS | resources: {limits: {memory: 1Gi}} | -",
                "RUN-045 | PASS | - | readinessProbe: {exec: {command: [x]}}",
                "RUN-047 | FAIL | - | 'env: [{name: DB_PASSWORD, value: correct-horse-9}]'",
                "RUN-047 | PASS | - | 'env: [{name: DB_PASSWORD, value: $(OTHER)}]'",
                "RUN-036 | FAIL | - | ports: [{containerPort: 80, hostPort: 443}]",
            })
    void decides(String rule, Outcome.Kind kind, String pod, String container) throws MalformedSubjectException {
        KubernetesWorkload workload = Manifests.pod(pod == null ? "" : pod, container == null ? "" : container);
        assertEquals(
                kind,
                Manifests.kinds(workload).get(rule),
                () -> Manifests.findings(workload).toString());
    }

    @Test
    void findingsLeadToTheValueOrToWhereItBelongs() throws MalformedSubjectException {
        KubernetesWorkload workload = Manifests.workload("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  hostIPC: true
                  containers:
                  - name: c
                    securityContext:
                      privileged: yes
                """);
        assertEquals("a.yaml:5:12", place(workload, "RUN-006"));
        assertEquals("a.yaml:9:19", place(workload, "RUN-001"));
        assertEquals("a.yaml:9:7", place(workload, "RUN-021"));
        assertEquals("a.yaml:7:5", place(workload, "RUN-029"));
    }

    private static String place(KubernetesWorkload workload, String rule) {
        return Manifests.findings(workload).stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .flatMap(finding -> finding.problem().stream())
                .map(problem -> ((Location.Region) problem.at()).toString())
                .findFirst()
                .orElse("none");
    }

    @Test
    void aProblemOfThePodIsReportedOnceAndOneOfAContainerNamesIt() throws MalformedSubjectException {
        KubernetesWorkload workload = Manifests.workload("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  hostPID: true
                  containers:
                  - {name: a, securityContext: {privileged: true}}
                  - {name: b, securityContext: {privileged: true}}
                """);
        List<Finding> findings = Manifests.findings(workload);
        assertEquals(1, count(findings, "RUN-005"));
        assertEquals(2, count(findings, "RUN-001"));
        assertTrue(findings.toString().contains("RUN-001"), findings.toString());
        assertEquals(
                List.of("container=a", "container=b"),
                findings.stream()
                        .filter(finding -> finding.rule().id().value().equals("RUN-001"))
                        .map(finding -> finding.problem()
                                .orElseThrow()
                                .evidence()
                                .get(0)
                                .toString())
                        .toList());
    }

    private static long count(List<Finding> findings, String rule) {
        return findings.stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .count();
    }

    @Test
    void aServiceAccountOfAnotherFileDecides() {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: n}
                spec: {serviceAccountName: web, containers: []}
                """;
        String account = """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: web, namespace: n}
                automountServiceAccountToken: false
                """;
        List<SubjectFile> files = KubernetesKind.create()
                .readAll(
                        List.of(Manifests.document("pod.yaml", pod), Manifests.document("account.yaml", account)),
                        SourceContext.create());
        KubernetesWorkload workload =
                (KubernetesWorkload) files.get(0).subjects().get(0);
        assertEquals(Outcome.Kind.PASS, Manifests.kinds(workload).get("K8S-034"));
    }

    @Test
    void workloadsOfTheSameNameAreToldApart() {
        String pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n";
        SubjectFile file = Manifests.file(pod + "---\n" + pod);
        assertEquals(
                List.of("Pod/p in a.yaml", "Pod/p in a.yaml (2)"),
                file.subjects().stream().map(subject -> subject.ref().name()).toList());
    }

    @Test
    void whatIsNoWorkloadIsNoted() {
        SubjectFile file = Manifests.file("""
                apiVersion: v1
                kind: Service
                metadata: {name: s}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: patch}
                spec: {replicas: 3}
                ---
                apiVersion: batch.example.test/v1
                kind: Job
                spec: {template: {spec: {hostPID: true}}}
                """);
        assertEquals(List.of(), file.subjects());
        assertEquals(
                List.of("not audited, without a pod: Deployment/patch", "not workloads: 1 Job, 1 Service"),
                file.notes());
    }

    @Test
    void repeatedKeysAreNoted() {
        SubjectFile file = Manifests.file(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: true, hostPID: false, containers: []}\n");
        assertEquals(List.of("1 key is repeated: the last one counts, and strict validation refuses it"), file.notes());
    }

    @Test
    void aTemplateOfHelmIsRecognisedAndRefused() {
        String template = "apiVersion: v1\nkind: Pod\nmetadata: {{ .Values.meta }}\n";
        assertEquals(Recognition.CERTAIN, KubernetesKind.create().recognise(Manifests.document("a", template)));
        assertEquals(
                Optional.of(MalformedSubjectException.Reason.SYNTAX),
                Manifests.file(template).failure().map(MalformedSubjectException::reason));
    }

    @Test
    void manyContainersAndVolumesTakeLinearTime() throws MalformedSubjectException {
        StringBuilder pod = new StringBuilder("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n");
        for (int i = 0; i < 1_500; i++) {
            pod.append("  - {name: v").append(i).append(", hostPath: {path: /etc}}\n");
        }
        pod.append("  containers:\n");
        for (int i = 0; i < 1_500; i++) {
            pod.append("  - {name: c, volumeMounts: [{name: v").append(i).append("}]}\n");
        }
        KubernetesWorkload workload = Manifests.workload(pod.toString());
        assertEquals(1_500, count(Manifests.findings(workload), "RUN-024"));
    }

    @Test
    void workloadsOfAFileAreBounded() {
        String pods = "{apiVersion: v1, kind: Pod, spec: {}}\n---\n".repeat(4_200);
        assertEquals(
                Optional.of(MalformedSubjectException.Reason.LIMIT_EXCEEDED),
                Manifests.file("# many\n" + pods).failure().map(MalformedSubjectException::reason));
    }

    @Test
    void versionsAreRead() {
        assertEquals(new KubernetesVersion(37), KubernetesVersion.parse("latest"));
        assertEquals(new KubernetesVersion(8), KubernetesVersion.parse("v1.8"));
        assertEquals(new KubernetesVersion(31), KubernetesVersion.parse("v1.31.2"));
        assertEquals(new KubernetesVersion(30), KubernetesVersion.parse("1.30.4-gke.1348000"));
        assertTrue(new KubernetesVersion(9).compareTo(new KubernetesVersion(10)) < 0);
        for (String wrong : List.of("", "1", "2.1", "1.x", "1.1000", "1.-1", "1.2.", "1.2.3-")) {
            try {
                KubernetesVersion.parse(wrong);
                throw new AssertionError(wrong);
            } catch (IllegalArgumentException expected) {
                assertTrue(String.valueOf(expected.getMessage()).contains("1.37"), expected.getMessage());
            }
        }
    }

    @Provide
    Arbitrary<String> odd() {
        return Arbitraries.of(
                "true", "\"true\"", "0", "null", "[]", "{}", "[x]", "x", "{x: y}", "-1", "[null]", "[{}]");
    }

    @Property(tries = 300)
    void everyRuleDecidesWhateverTheTypes(
            @ForAll("odd") String a, @ForAll("odd") String b, @ForAll("odd") String c, @ForAll("odd") String d)
            throws MalformedSubjectException {
        KubernetesWorkload workload = Manifests.pod(
                "hostPID: " + a + ", securityContext: " + b + ", volumes: " + c + ", os: " + d + ", hostUsers: " + a
                        + ", resourceClaims: " + b + ", hostAliases: " + c + ", initContainers: " + d,
                "securityContext: {privileged: " + a + ", capabilities: " + b + ", seccompProfile: " + c
                        + ", runAsUser: " + d + "}, ports: " + a + ", env: " + b + ", resources: " + c
                        + ", livenessProbe: " + d + ", volumeMounts: " + a + ", command: " + b + ", image: " + c);
        assertTrue(
                Manifests.kinds(workload).values().stream().noneMatch(Outcome.Kind.ERROR::equals),
                Manifests.kinds(workload).toString());
        // What the baseline refuses, restricted refuses too, but for what user namespaces relax.
        if (!workload.podSecurity(PodSecurityLevel.BASELINE, new KubernetesVersion(34))
                .isAllowed()) {
            assertTrue(!workload.podSecurity(PodSecurityLevel.RESTRICTED, new KubernetesVersion(34))
                    .isAllowed());
        }
    }

    private static List<SeccompSubject> seccomp(String... names) throws MalformedSubjectException {
        byte[] open = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"kexec_load\"],"
                .concat("\"action\":\"SCMP_ACT_ALLOW\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        List<SeccompSubject> profiles = new ArrayList<>();
        for (String name : names) {
            profiles.add(SeccompSubject.parse(name, open));
        }
        return profiles;
    }

    @Test
    void aProfileOfTheNodeIsComparedWithTheRuntimesOwn() throws MalformedSubjectException {
        KubernetesWorkload pod = Manifests.pod(
                "securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/own.json}}", "");
        assertEquals(Outcome.Kind.UNKNOWN, Manifests.kinds(pod).get("RUN-016"));
        assertEquals(
                Outcome.Kind.FAIL,
                Manifests.kinds(pod.withSeccompProfiles(seccomp("node/profiles/own.json")))
                        .get("RUN-016"));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                Manifests.kinds(pod.withSeccompProfiles(seccomp("a/profiles/own.json", "b/profiles/own.json")))
                        .get("RUN-016"));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                Manifests.kinds(pod.withSeccompProfiles(seccomp("other-profiles/own.json")))
                        .get("RUN-016"));
        assertEquals(
                Outcome.Kind.NOT_APPLICABLE,
                Manifests.kinds(Manifests.pod("", "securityContext: {seccompProfile: {type: RuntimeDefault}}"))
                        .get("RUN-016"));
    }

    @Test
    void anAppArmorProfileOfTheNodeMustNotAllowMoreThanTheRuntimesOwn() throws MalformedSubjectException {
        KubernetesWorkload pod =
                Manifests.pod("securityContext: {appArmorProfile: {type: Localhost, localhostProfile: own}}", "");
        assertEquals(Outcome.Kind.PASS, Manifests.kinds(pod).get("RUN-017"));
        assertEquals(
                Outcome.Kind.FAIL,
                Manifests.kinds(pod.withAppArmorProfiles(appArmor("own", "mount,")))
                        .get("RUN-017"));
        assertEquals(
                Outcome.Kind.PASS,
                Manifests.kinds(pod.withAppArmorProfiles(appArmor("own", "/app/** r,")))
                        .get("RUN-017"));
        assertEquals(
                Outcome.Kind.PASS,
                Manifests.kinds(pod.withAppArmorProfiles(appArmor("other", "mount,")))
                        .get("RUN-017"));
    }

    private static List<AppArmorSubject> appArmor(String name, String rule) throws MalformedSubjectException {
        String text = "profile " + name + " {\n  " + rule + "\n}\n";
        return AppArmorSubject.parse(
                SourceDocument.of(name, text.getBytes(StandardCharsets.UTF_8)),
                SubjectLimits.defaults(),
                path -> Optional.empty());
    }
}
