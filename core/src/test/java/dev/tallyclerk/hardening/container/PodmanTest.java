package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Gate;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.engine.EngineSubject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers as Podman 5.4.2 describes them: what it does not report stands in the command that created it. */
class PodmanTest {
    private static String text(String name) throws IOException {
        try (InputStream in = PodmanTest.class.getResourceAsStream("podman/" + name)) {
            assertNotNull(in, name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ContainerSubject hardened() throws IOException {
        return Containers.read(text("hardened.json"));
    }

    /** {@return the hardened container, created with more options} */
    private static ContainerSubject with(String... options) throws IOException {
        StringBuilder words = new StringBuilder("\"create\"");
        for (String option : options) {
            words.append(",\"").append(option).append('"');
        }
        return Containers.read(text("hardened.json").replace("\"create\"", words.toString()));
    }

    private static AuditReport audit(ContainerSubject container) {
        return audit(container, Profile.STRICT);
    }

    private static AuditReport audit(ContainerSubject container, Profile profile) {
        Policy policy = Policy.defaults().withProfile(profile).withGate(Gate.at(Severity.HIGH));
        return Auditor.of(policy, ContainerRules.ruleSet())
                .withClock(Clock.fixed(Containers.NOW, ZoneOffset.UTC))
                .audit(List.of(container));
    }

    private static Map<String, Outcome.Kind> verdicts(ContainerSubject container) {
        Map<String, Outcome.Kind> verdicts = new TreeMap<>();
        for (Finding finding : audit(container).findings()) {
            verdicts.put(finding.rule().id().value(), finding.kind());
        }
        return verdicts;
    }

    @Test
    void aHardenedContainerPassesTheGateAtHigh() throws Exception {
        for (ContainerSubject container : List.of(
                hardened(),
                hardened()
                        .withEngine(EngineSubject.builder("engine")
                                .info(text("info.json").getBytes(StandardCharsets.UTF_8))
                                .build()))) {
            Decision decision = audit(container, Profile.L1).decision();
            assertEquals(Decision.Kind.ACCEPTED, decision.kind(), decision.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RUN-056", "RUN-057"})
    void anEmptyListOfSessionsDecides(String rule) throws IOException {
        assertEquals(Outcome.Kind.PASS, verdicts(hardened()).get(rule));
        ContainerSubject executing =
                Containers.read(text("hardened.json").replace("\"ExecIDs\": []", "\"ExecIDs\": [\"ab12\"]"));
        assertEquals(Outcome.Kind.UNKNOWN, verdicts(executing).get(rule));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RUN-020", "RUN-026", "RUN-027", "RUN-028", "RUN-054"})
    void theCreatingCommandDecides(String rule) throws IOException {
        assertEquals(Outcome.Kind.PASS, verdicts(hardened()).get(rule));
    }

    @ParameterizedTest
    @CsvSource({
        "RUN-020, --security-opt, unmask=ALL",
        "RUN-026, --device-cgroup-rule, b 8:0 rwm",
        "RUN-026, --device, nvidia.com/gpu=all",
        "RUN-027, --device-cgroup-rule, a *:* rwm",
        "RUN-028, --gpus, all",
        "RUN-028, --device, nvidia.com/gpu=all",
        "RUN-054, --sysctl, net.ipv4.ip_forward=1"
    })
    void anOptionOfTheCommandFails(String rule, String option, String value) throws IOException {
        assertEquals(Outcome.Kind.FAIL, verdicts(with(option, value)).get(rule));
        assertEquals(Outcome.Kind.FAIL, verdicts(with(option + "=" + value)).get(rule));
        assertEquals(
                Outcome.Kind.FAIL, verdicts(with("--name", "--", option, value)).get(rule), "hidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "system_u:system_r:container_t:s0:c1,c2; system_u:object_r:container_file_t:s0:c1,c2; PASS",
                "system_u:system_r:spc_t:s0; system_u:object_r:container_file_t:s0; FAIL",
                "''; system_u:object_r:container_file_t:s0; FAIL",
                "''; ''; NOT_APPLICABLE"
            })
    void labelsDecideWithoutTheEnginesReport(String labels) throws IOException {
        String[] parts = labels.split(";", -1);
        String process = parts[0].strip().replace("''", "");
        String mount = parts[1].strip().replace("''", "");
        ContainerSubject container = Containers.read(text("hardened.json")
                .replace("\"ProcessLabel\": \"\"", "\"ProcessLabel\": \"" + process + '"')
                .replace("\"MountLabel\": \"\"", "\"MountLabel\": \"" + mount + '"'));
        assertEquals(Outcome.Kind.valueOf(parts[2].strip()), verdicts(container).get("RUN-018"));
    }

    @ParameterizedTest
    @CsvSource({"44, PASS", "6, FAIL", "0, FAIL", "42, FAIL", "1000, PASS"})
    void groupsMayBeNumbers(String group, Outcome.Kind kind) throws IOException {
        for (String written : List.of('"' + group + '"', group)) {
            ContainerSubject container = Containers.read(text("hardened.json")
                    .replace("\"44\"", "\"x\"")
                    .replaceFirst("(\"GroupAdd\": \\[\\s*)\"x\"", "$1" + written));
            assertEquals(kind, verdicts(container).get("RUN-044"), written);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sysbox-runc", "kata-qemu", "runsc", "io.containerd.kata.v2", "krun"})
    void aSandboxCountsAsStricter(String runtime) {
        assertEquals(
                Outcome.Kind.PASS,
                Containers.verdicts(Containers.host("Runtime:'" + runtime + "'"))
                        .get("RUN-053"));
        ContainerSubject root = Containers.read(
                Containers.document(List.of("Runtime:'" + runtime + "'"), List.of("User:'0'"), List.of()));
        assertEquals(
                Severity.MEDIUM,
                audit(root).findings(Outcome.Kind.FAIL).stream()
                        .filter(finding -> finding.rule().id().value().equals("RUN-043"))
                        .findFirst()
                        .orElseThrow()
                        .severity());
    }

    @ParameterizedTest
    @CsvSource({"runc, FAIL", "crun, FAIL", "runsc, PASS", "kata-fc, PASS", "sysbox-runc, PASS"})
    void aPolicyCanDemandASandbox(String runtime, Outcome.Kind kind) {
        ContainerSubject container = Containers.host("Runtime:'" + runtime + "'");
        (kind == Outcome.Kind.FAIL
                        ? ContainerCase.fails("RUN-053", runtime, container)
                        : ContainerCase.passes("RUN-053", runtime, container))
                .with("requireSandbox", true)
                .check();
    }

    private static Outcome.Kind ofProfile(String calls, boolean isPodman) throws IOException {
        String profile = "{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[{\\\"names\\\":[" + calls
                + "],\\\"action\\\":\\\"SCMP_ACT_ALLOW\\\"}]}";
        ContainerSubject container = isPodman
                ? Containers.read(text("hardened.json")
                        .replaceFirst("(\"SecurityOpt\": \\[)", "$1\"seccomp=" + profile.replace("\\", "\\\\") + "\","))
                : Containers.host("SecurityOpt:['seccomp=" + profile + "']");
        return Objects.requireNonNull(verdicts(container).get("RUN-016"));
    }

    @Test
    void aProfileIsComparedWithPodmansOwn() throws IOException {
        assertEquals(Outcome.Kind.PASS, ofProfile("\\\"mount\\\",\\\"unshare\\\"", true));
        assertEquals(Outcome.Kind.FAIL, ofProfile("\\\"mount\\\",\\\"unshare\\\"", false));
        assertEquals(Outcome.Kind.FAIL, ofProfile("\\\"kexec_load\\\"", true));
        ContainerSubject own = Containers.read(text("hardened.json")
                .replace("\"no-new-privileges\"\n", "\"no-new-privileges\"\n")
                .replaceFirst("(\"SecurityOpt\": \\[)", "$1\"seccomp=/usr/share/containers/seccomp.json\","));
        assertEquals(Outcome.Kind.NOT_APPLICABLE, verdicts(own).get("RUN-016"));
    }
}
