package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tallyclerk.hardening.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is asked for and what is listed is matched in time that grows with both, however they are ordered. */
class ManyMountsTest {
    private static final int MANY = 20_000;

    private static Outcome.Kind verdict(boolean samePlace) {
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
                .getOrDefault("RUN-024", Outcome.Kind.ERROR);
    }

    @Test
    void asEnginesBeforeApi20ListThem() {
        StringBuilder binds = new StringBuilder("'/srv:/0:ro'");
        StringBuilder volumes = new StringBuilder("'/0':'/srv'");
        StringBuilder writable = new StringBuilder("'/0':false");
        for (int i = 1; i < 5 * MANY; i++) {
            binds.append(",'/srv:/").append(i).append(":ro'");
            volumes.append(",'/").append(i).append("':'/srv'");
            writable.append(",'/").append(i).append("':false");
        }
        String document = "{'ID':'a','Config':{},'HostConfig':{'Binds':[" + binds + "]},'Volumes':{" + volumes
                + "},'VolumesRW':{" + writable + "}}";
        int mounts = assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> Containers.read(document)
                        .mounts()
                        .<Integer>fold((all, at) -> all.size(), assumed -> -1, missing -> -1));
        assertEquals(5 * MANY, mounts);
    }

    @Test
    void inTheReverseOrder() {
        assertEquals(Outcome.Kind.PASS, assertTimeoutPreemptively(Duration.ofSeconds(60), () -> verdict(false)));
    }

    @Test
    void allAtOnePlace() {
        assertEquals(Outcome.Kind.PASS, assertTimeoutPreemptively(Duration.ofSeconds(60), () -> verdict(true)));
    }
}
