package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTextTest {
    @Test
    void readsWhatEnvPrints() {
        assertEquals(
                Optional.of(Map.of("A", "b=c", "EMPTY", "", "LINES", "one")),
                HostText.environment("A=b=c\r\nEMPTY=\nLINES=one\ntwo\n"));
    }

    @Test
    void readsWhatSystemctlShows() {
        assertEquals(
                Optional.of(Map.of("A", "b", "C", "d \"e\"", "F", "g")),
                HostText.environment(
                                "Environment=A=b \"C=d \\\"e\\\"\" F=g\nEnvironmentFiles=/etc/x (ignore_errors=yes)\n")
                        .map(all -> Map.of("A", all.get("A"), "C", all.get("C"), "F", all.get("F"))));
        assertEquals(Optional.of(Map.of()), HostText.environment("Environment=\n"));
    }

    @Test
    void readsTheEnvironmentOfAProcess() {
        assertEquals(Optional.of(Map.of("A", "b\nc", "D", "e")), HostText.environment("A=b\nc\0D=e\0"));
    }

    @Test
    void knowsNothingFromABlankFile() {
        assertEquals(Optional.empty(), HostText.environment("\n"));
        assertEquals(Optional.empty(), HostText.selinux(""));
    }

    @ParameterizedTest
    @CsvSource({
        "Enforcing, true",
        "Permissive, true",
        "Disabled, false",
        "'SELinux status:                 enabled\nSELinuxfs mount: /sys/fs/selinux\n', true",
        "'SELinux status:                 disabled\n', false"
    })
    void readsWhetherTheHostUsesSelinux(String text, boolean used) {
        assertEquals(Optional.of(used), HostText.selinux(text + '\n'));
    }

    @Test
    void refusesWhatIsNeither() {
        assertThrows(IllegalArgumentException.class, () -> HostText.environment("command not found"));
        assertThrows(IllegalArgumentException.class, () -> HostText.selinux("command not found"));
    }

    @Test
    void readsWhereTheHostListens() {
        String ss = """
                State   Recv-Q  Send-Q   Local Address:Port    Peer Address:Port  Process
                LISTEN  0       4096           0.0.0.0:22           0.0.0.0:*
                LISTEN  0       4096              [::]:2377            [::]:*
                LISTEN  0       4096     127.0.0.53%lo:53           0.0.0.0:*
                LISTEN  0       4096                 *:80                 *:*
                """;
        assertEquals(Optional.of(List.of("0.0.0.0:22", "[::]:2377", "127.0.0.53:53", "*:80")), HostText.listeners(ss));
        String netstat = "tcp6       0      0 :::2377                 :::*                    LISTEN\n";
        assertEquals(Optional.of(List.of(":::2377")), HostText.listeners(netstat));
        assertEquals(Optional.empty(), HostText.listeners(" \n"));
        assertThrows(IllegalArgumentException.class, () -> HostText.listeners("command not found"));
    }
}
