package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.registry.audit.Images.assertVerdict;

import dev.tallyclerk.hardening.audit.Verdict;
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
            assertVerdict("IMG-034", Verdict.FAIL, script, Images.withStrings("Cmd", "sh", "-c", script));
        }
        for (String script :
                List.of("service nginx start", "service ssh status", "/etc/init.d/cron start", "app ssh start")) {
            assertVerdict("IMG-034", Verdict.PASS, script, Images.withStrings("Cmd", "sh", "-c", script));
        }
    }
}
