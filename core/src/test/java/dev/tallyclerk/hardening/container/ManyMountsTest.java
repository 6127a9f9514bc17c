package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tallyclerk.hardening.audit.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is asked for and what is listed is matched in time that grows with both, however they are ordered. */
class ManyMountsTest {
    private static final int MANY = 20_000;

    private static Verdict verdict(boolean samePlace) {
        StringBuilder binds = new StringBuilder();
        StringBuilder mounts = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            String target = samePlace ? "/t" : "/t" + i;
            String before = i == 0 ? "" : ",";
            binds.append(before)
                    .append("'/srv/")
                    .append(i)
                    .append(':')
                    .append(target)
                    .append("'");
            String mount = "{'Type':'bind','Source':'/srv/" + i + "','Destination':'" + target
                    + "','RW':true,'Propagation':'rprivate'}";
            mounts.insert(0, mount + (i == 0 ? "" : ","));
        }
        return Containers.verdicts(Containers.read(
                        "{'Id':'a','Config':{},'HostConfig':{'Binds':[" + binds + "]},'Mounts':[" + mounts + "]}"))
                .getOrDefault("RUN-024", Verdict.ERROR);
    }

    @Test
    void inTheReverseOrder() {
        assertEquals(Verdict.PASS, assertTimeoutPreemptively(Duration.ofSeconds(60), () -> verdict(false)));
    }

    @Test
    void allAtOnePlace() {
        assertEquals(Verdict.PASS, assertTimeoutPreemptively(Duration.ofSeconds(60), () -> verdict(true)));
    }
}
