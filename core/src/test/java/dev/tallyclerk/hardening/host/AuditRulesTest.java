package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRulesTest {
    private static final String FILE = "/etc/docker/daemon.json";

    private static AuditRules read(String text) {
        return new AuditRules.Reader(path -> Optional.empty()).read(text).rules();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-w /etc/docker/daemon.json -p rwxa -k docker",
                "-w /etc/docker -k docker",
                "-w /etc/docker/ -p wa",
                "-w /etc",
                "  -w   /etc/docker\t-p wa  ",
                "-a always,exit -F path=/etc/docker/daemon.json -F perm=wa -F key=docker",
                "-a exit,always -F dir=/etc/docker -F perm=wa -k docker",
                "-a always,exit -S all -F dir=/etc/docker -F perm=wa -F key=docker",
                "-a always,exit -F arch=b64 -S openat,open -F dir=/etc/docker",
                "-a always,exit -F path=/etc/docker/daemon.json -F auid>=1000 -F auid!=unset -F perm=x",
                "-D\n-b 8192\n-f 1\n# comment\n\n-w /etc/docker -p wa",
                "-A always,exit -F dir=/etc/docker",
                "-e 0\n-e 1\n-w /etc/docker",
                "-w /etc/docker\n-a never,exit -F dir=/etc",
                "-a never,exit -F dir=/etc -F exe=/usr/bin/backup\n-w /etc/docker"
            })
    void covers(String rules) {
        assertTrue(read(rules).covers(FILE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "No rules",
                "# -w /etc/docker",
                "-w /etc/docker-old -p wa",
                "-w /etc/docke",
                "-w /etc/docker/daemon.json.bak",
                "-w /etc/docker -p r",
                "-a always,exit -F path=/etc/docker",
                "-a never,exit -F dir=/etc/docker\n-w /etc/docker",
                "-a never,exit\n-w /etc/docker",
                "-a never,task\n-w /etc/docker",
                "-a always,exit -F dir=/etc/docker -F exe=/usr/bin/vi",
                "-a always,exit -F dir!=/etc/docker",
                "-a always,exit -F arch=b32 -S open -F dir=/etc/docker",
                "-a always,exit -S chmod -F dir=/etc/docker",
                "-a always,exclude -F dir=/etc/docker",
                "-a always,exit -F dir=/etc/docker -C uid!=euid",
                "-w /etc/docker\n-D",
                "-w /etc/docker\n-W /etc/docker",
                "-a always,exit -F dir=/etc/docker\n-d always,exit -F dir=/etc/docker",
                "-w /etc/docker\n-e 0",
                "-w",
                "-a always,exit -F",
                "-a"
            })
    void doesNotCover(String rules) {
        assertFalse(read(rules).covers(FILE));
    }

    @Test
    void readsIncludedFilesAndStopsAtTheirEnd() {
        Map<String, String> files = Map.of("/a", "-R /b", "/b", "-w /etc/docker\n-R /b");
        AuditRules rules = new AuditRules.Reader(path -> Optional.ofNullable(files.get(path)))
                .read("-R /a")
                .rules();
        assertTrue(rules.covers(FILE));
        assertEquals(1, rules.unread().size());
    }

    @Test
    void tellsWhatItCouldNotInclude() {
        assertEquals(1, read("-R /etc/audit/more.rules").unread().size());
    }
}
