package dev.tallyclerk.hardening.container;

import static dev.tallyclerk.hardening.container.Containers.host;
import static dev.tallyclerk.hardening.container.Containers.top;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What gives control of the host by itself is CRITICAL, so that the default gate rejects it. */
class HostControlTest {
    private static AuditReport audit(ContainerSubject container, Profile profile) {
        return Auditor.of(Policy.defaults().withProfile(profile), ContainerRules.ruleSet())
                .withClock(Clock.fixed(Containers.NOW, ZoneOffset.UTC))
                .audit(List.of(container));
    }

    /** {@return the worst failure under the default policy, as rule and severity} */
    private static String worst(ContainerSubject container) {
        return worst(container, Profile.L1);
    }

    private static String worst(ContainerSubject container, Profile profile) {
        return audit(container, profile).findings(Outcome.Kind.FAIL).stream()
                .max(Comparator.comparing(Finding::severity)
                        .thenComparing(finding -> finding.rule().id(), Comparator.reverseOrder()))
                .map(finding -> finding.rule().id() + " " + finding.severity())
                .orElse("none");
    }

    private static ContainerSubject mount(String source, boolean isWritable) {
        return top("Mounts:[{'Type':'bind','Source':'" + source + "','Destination':'/x','RW':" + isWritable
                + ",'Propagation':'rprivate'}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/run/docker.sock",
                "/run/containerd/containerd.sock",
                "/run/crio/crio.sock",
                "/run/user/1000/podman/podman.sock",
                "/run/buildkit/buildkitd.sock",
                "/var/run/libvirt/libvirt-sock",
                "/var/snap/lxd/common/lxd/unix.socket",
                "/var/lib/lxd/unix.socket",
                "/run/nri/nri.sock",
                "/run/docker/plugins/x.sock"
            })
    void aControlSocketIsCriticalAlsoReadOnly(String socket) {
        assertEquals("RUN-002 CRITICAL", worst(mount(socket, false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/run",
                "/var/run",
                "/run/docker",
                "/run/docker/plugins",
                "/run/containerd",
                "/run/crio",
                "/run/podman",
                "/run/buildkit",
                "/run/libvirt",
                "/run/nri",
                "/var/lib/lxd",
                "/var/snap/lxd/common/lxd"
            })
    void theFolderOfASocketIsLikeTheSocket(String folder) {
        assertEquals("RUN-003 CRITICAL", worst(mount(folder, false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc",
                "/etc/passwd",
                "/etc/cron.d/x",
                "/etc/ssh",
                "/etc/ld.so.preload",
                "/var/lib",
                "/var/lib/docker",
                "/var/lib/docker/overlay2",
                "/var/lib/docker/volumes",
                "/var/lib/containers/storage",
                "/var/spool/cron",
                "/boot",
                "/boot/grub",
                "/proc",
                "/proc/sys",
                "/proc/sys/kernel",
                "/proc/sysrq-trigger",
                "/sys",
                "/sys/fs/cgroup",
                "/sys/kernel",
                "/usr",
                "/usr/local/bin",
                "/root",
                "/root/.ssh",
                "/dev",
                "/dev/sda",
                "/opt/cni/bin",
                "/run/desktop/mnt/host/c",
                "C:/Windows/System32"
            })
    void aWritableFolderThatTheHostTrustsIsCritical(String folder) {
        assertEquals("RUN-024 CRITICAL", worst(mount(folder, true)));
        assertEquals("RUN-024 MEDIUM", worst(mount(folder, false)));
    }

    @Test
    void aWritableRootIsCritical() {
        assertEquals("RUN-003 CRITICAL", worst(mount("/", true)));
        assertEquals("RUN-003 CRITICAL", worst(mount("/var", true)));
        assertEquals("RUN-024 CRITICAL", worst(mount("/run/systemd/private", false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/nginx", "/usr/share/fonts", "/var/lib/docker/volumes/data/_data", "/dev/shm"})
    void otherSensitiveFoldersStayHigh(String folder) {
        assertEquals("RUN-024 HIGH", worst(mount(folder, true)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home",
                "/home/me/.ssh",
                "/home/me/.aws/credentials",
                "/home/me/.kube",
                "/tmp/ssh-XXXXabcdef/agent.1234",
                "/run/user/1000/keyring/ssh",
                "/run/host-services/ssh-auth.sock",
                "/home/me/.1password/ssh-agent.sock",
                "/var/log",
                "/var/log/pods"
            })
    void whatBelongsToUsersAndTheLogAreFindings(String path) {
        assertEquals("RUN-024 HIGH", worst(mount(path, true)));
        assertEquals("RUN-024 MEDIUM", worst(mount(path, false)));
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/sda, rwm, CRITICAL",
        "/dev/nvme0n1, rwm, CRITICAL",
        "/dev/vda1, rw, CRITICAL",
        "/dev/xvda, w, CRITICAL",
        "/dev/dm-0, rwm, CRITICAL",
        "/dev/mem, rwm, CRITICAL",
        "/dev/kmem, rwm, CRITICAL",
        "/dev/port, rwm, CRITICAL",
        "/dev/sda, r, HIGH",
        "/dev/kvm, rwm, HIGH",
        "/dev/ttyS0, r, MEDIUM"
    })
    void aDiskOrTheMemoryAsADeviceIsCritical(String device, String permissions, Severity severity) {
        ContainerSubject container =
                host("Devices:[{'PathOnHost':'" + device + "','CgroupPermissions':'" + permissions + "'}]");
        assertEquals("RUN-026 " + severity, worst(container));
    }

    @ParameterizedTest
    @CsvSource({
        "a *:* rwm, RUN-027 CRITICAL",
        "a, RUN-027 CRITICAL",
        "b *:* rwm, RUN-027 CRITICAL",
        "b 8:* rwm, RUN-027 CRITICAL",
        "c *:* rw, RUN-027 CRITICAL",
        "c 1:* rwm, RUN-027 CRITICAL",
        "c 188:* rwm, RUN-027 HIGH",
        "b 8:0 rwm, RUN-026 CRITICAL",
        "c 1:1 rw, RUN-026 CRITICAL",
        "b 8:0 r, RUN-026 HIGH"
    })
    void aRuleForDisksOrAllDevicesIsCritical(String rule, String expected) {
        assertEquals(expected, worst(host("DeviceCgroupRules:['" + rule + "']")));
    }

    @Test
    void theHostsProcessesAreCriticalTogetherWithACapabilityToEnterThem() {
        assertEquals("RUN-005 HIGH", worst(host("PidMode:'host'")));
        for (String capability : List.of("SYS_PTRACE", "CAP_SYS_ADMIN", "ALL")) {
            ContainerSubject container = host("PidMode:'host'", "CapAdd:['" + capability + "']");
            assertEquals("RUN-005 CRITICAL", worst(container), capability);
        }
    }

    @Test
    void writableSystemPathsAreCriticalForRootWithoutAppArmor() {
        String paths = "ReadonlyPaths:[]";
        String unconfined = "SecurityOpt:['no-new-privileges','apparmor=unconfined']";
        assertEquals("RUN-020 HIGH", worst(host(paths)));
        ContainerSubject root = Containers.read(Containers.document(
                List.of(paths, unconfined), List.of("User:''"), List.of("AppArmorProfile:'unconfined'")));
        assertEquals("RUN-020 CRITICAL", worst(root));
    }

    @Test
    void aKernelParameterOfTheHostIsCritical() {
        ContainerSubject container = host("Sysctls:{'kernel.core_pattern':'|/x'}");
        assertEquals("RUN-054 CRITICAL", worst(container, Profile.STRICT));
        assertEquals("RUN-054 MEDIUM", worst(host("Sysctls:{'net.ipv4.ip_forward':'1'}"), Profile.STRICT));
    }

    @Test
    void aClientOfARemoteEngineIsAFinding() {
        assertEquals("RUN-002 HIGH", worst(Containers.config("Env:['DOCKER_HOST=tcp://10.0.0.1:2375']")));
        assertEquals("none", worst(Containers.config("Env:['DOCKER_HOST=unix:///run/app.sock']")));
    }

    @Test
    void theDefaultGateRejectsAContainerThatOwnsTheHost() {
        ContainerSubject owner = Containers.read(Containers.document(
                List.of("PidMode:'host'", "DeviceCgroupRules:['a *:* rwm']"),
                List.of("User:'0'"),
                List.of("Mounts:[{'Type':'bind','Source':'/','Destination':'/host','RW':true,'Propagation':''}]")));
        assertEquals(Decision.Kind.REJECTED, audit(owner, Profile.L1).decision().kind());
    }

    @Test
    void anAcceptanceSaysFirstWhatIsBelowTheGate() {
        String first = audit(host("NetworkMode:'host'"), Profile.L1)
                .decision()
                .because()
                .get(0);
        assertTrue(first.contains("below that: 1 HIGH, the worst in container app: RUN-004 (HIGH)"), first);
        String none = audit(Containers.good(), Profile.L1).decision().because().get(0);
        assertFalse(none.contains("below"), none);
    }
}
