package dev.tallyclerk.hardening.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.seccomp.SeccompDefault.Answer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompDefaultTest {
    private static final Location AT = new Location.Whole("pod");

    @ParameterizedTest
    @CsvSource({
        "UNCONFINED, mount, '', ALLOWED",
        "DOCKER, read, '', ALLOWED",
        "DOCKER, mount, '', BLOCKED",
        "DOCKER, mount, CAP_SYS_ADMIN, ALLOWED",
        "DOCKER, clone, '', DEPENDS",
        "DOCKER, ptrace, '', DEPENDS",
        "DOCKER, keyctl, CAP_SYS_ADMIN, BLOCKED",
        "CONTAINERD, unshare, '', BLOCKED",
        "PODMAN, mount, '', ALLOWED",
        "PODMAN, bpf, '', BLOCKED",
        "PODMAN, bpf, CAP_BPF, ALLOWED",
        "CRI_O, unshare, '', ALLOWED",
        "CRI_O, personality, '', DEPENDS",
        "DOCKER, no_such_call, '', BLOCKED"
    })
    void answers(SeccompDefault profile, String call, String capability, Answer answer) {
        assertEquals(answer, profile.answer(call, capability.isEmpty() ? Set.of() : Set.of(capability)));
    }

    @Test
    void podmanLetsNamespacesAndMountsThroughAndDockerDoesNot() {
        Set<String> beyond = SeccompDefault.PODMAN.callsBeyond(SeccompDefault.DOCKER, Set.of());
        assertTrue(beyond.containsAll(Set.of("mount", "unshare", "setns", "keyctl")), beyond.toString());
        assertFalse(beyond.contains("read"));
        assertEquals(Set.of(), SeccompDefault.DOCKER.callsBeyond(SeccompDefault.CONTAINERD, Set.of()));
        assertTrue(SeccompDefault.UNCONFINED
                .callsBeyond(SeccompDefault.DOCKER, Set.of())
                .containsAll(Set.of("kexec_load", "bpf", "add_key")));
    }

    private static Fact<SeccompDefault> effective(
            Fact<String> type, boolean isPrivileged, int minor, Fact<Boolean> kubelet) {
        return SeccompDefault.ofKubernetes(type, isPrivileged, minor, kubelet, SeccompDefault.CONTAINERD);
    }

    private static String shown(Fact<SeccompDefault> fact) {
        return fact.fold(
                (value, at) -> value.name(),
                assumed -> assumed.value().name(),
                missing -> missing.reason().name());
    }

    @Test
    void kubernetesIsUnconfinedUnlessThePodOrTheKubeletSaysOtherwise() {
        Fact<String> none = Fact.missing(MissingValue.Reason.KEY_MISSING, "no type");
        Fact<Boolean> open = Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "kubelet");
        assertEquals("SOURCE_NOT_PROVIDED", shown(effective(none, false, 31, open)));
        assertEquals("UNCONFINED", shown(effective(none, false, 21, open)));
        assertEquals("UNCONFINED", shown(effective(none, false, 31, Fact.known(false, AT))));
        assertEquals("CONTAINERD", shown(effective(none, false, 31, Fact.known(true, AT))));
        assertEquals("UNCONFINED", shown(effective(Fact.known("RuntimeDefault", AT), true, 31, open)));
        assertEquals("CONTAINERD", shown(effective(Fact.known("RuntimeDefault", AT), false, 31, open)));
        assertEquals("UNCONFINED", shown(effective(Fact.known("Unconfined", AT), false, 31, Fact.known(true, AT))));
        assertEquals("SOURCE_NOT_PROVIDED", shown(effective(Fact.known("Localhost", AT), false, 31, open)));
        assertEquals("UNREADABLE", shown(effective(Fact.known("runtime/default", AT), false, 31, open)));
        Fact<String> unreadable = Fact.missing(MissingValue.Reason.UNREADABLE, "a number");
        assertEquals("UNREADABLE", shown(effective(unreadable, false, 21, open)));
    }
}
