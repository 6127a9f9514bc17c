package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.registry.audit.Images.assertVerdict;

import dev.tallyclerk.hardening.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a container starts and listens on. */
class StartCasesTest {
    @Test
    void aLoginServerMayBeStartedAsAService() {
        for (String script : List.of(
                "service ssh start && app",
                "/usr/sbin/service sshd restart; app",
                "/etc/init.d/ssh start; app",
                "rc-service dropbear start",
                "systemctl start sshd.service")) {
            assertVerdict("IMG-034", Outcome.Kind.FAIL, script, Images.withStrings("Cmd", "sh", "-c", script));
        }
        for (String script :
                List.of("service nginx start", "service ssh status", "/etc/init.d/cron start", "app ssh start")) {
            assertVerdict("IMG-034", Outcome.Kind.PASS, script, Images.withStrings("Cmd", "sh", "-c", script));
        }
    }

    private static void assertExposed(String rule, Outcome.Kind verdict, String port) {
        assertVerdict(rule, verdict, port, Images.execution("'ExposedPorts':{'" + port + "':{}}"));
    }

    @Test
    void aRangeOfPortsHasEachOfThem() {
        assertExposed("IMG-009", Outcome.Kind.FAIL, "20-25/tcp");
        assertExposed("IMG-009", Outcome.Kind.FAIL, "22-22");
        assertExposed("IMG-009", Outcome.Kind.PASS, "24-2374/tcp");
        assertExposed("IMG-010", Outcome.Kind.FAIL, "1023-1024");
        assertExposed("IMG-010", Outcome.Kind.PASS, "1024-1030/udp");
        assertExposed("IMG-009", Outcome.Kind.UNKNOWN, "25-20/tcp");
        assertExposed("IMG-009", Outcome.Kind.UNKNOWN, "20-/tcp");
    }
}
