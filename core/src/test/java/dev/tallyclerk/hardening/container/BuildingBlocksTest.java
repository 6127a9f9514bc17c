package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values that authors of rules share with the RUN rules. */
class BuildingBlocksTest {
    @Test
    void capabilitiesAreReadAsEnginesDo() {
        assertEquals(new Capability("NET_RAW"), Capability.parse("cap_net_raw"));
        assertTrue(Capability.parse("chown").isDefault());
        assertFalse(Capability.parse("SYS_ADMIN").isDefault());
        assertTrue(Capability.parse("SYS_ADMIN").allowsEscape());
        assertTrue(Capability.parse("all").isAll());
        assertTrue(Capability.parse("all").allowsEscape());
        assertFalse(Capability.parse("KILL").allowsEscape());
        for (String wrong : new String[] {"", "CAP_", "A B", "é"}) {
            assertThrows(IllegalArgumentException.class, () -> Capability.parse(wrong));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/var/run/docker.sock, true, false, false",
        "/var//run/, false, true, false",
        "/etc/shadow, false, false, true",
        "/srv/data, false, false, false",
    })
    void foldersOfTheHostAreJudged(String path, boolean isSocket, boolean holdsSocket, boolean isSensitive) {
        HostFolder folder = HostFolder.of(path);
        assertEquals(isSocket, folder.isEngineSocket());
        assertEquals(holdsSocket, folder.holdsEngineSocket());
        assertEquals(isSensitive, folder.isSensitive() && !holdsSocket);
    }

    @Test
    void foldersThatGiveControlAreKnownInAnyForm() {
        assertTrue(HostFolder.of("/etc/../etc/cron.d").givesControl());
        assertEquals("/etc/cron.d", HostFolder.of("/etc/../etc/cron.d").toString());
        assertFalse(HostFolder.of("/srv").givesControl());
    }

    @Test
    void kernelParametersAreJudgedWithTheirValues() {
        assertTrue(new KernelParameter("net/ipv4/ip_forward", "1").isRisky());
        assertFalse(new KernelParameter("net.ipv4.ip_forward", "0").isRisky());
        assertTrue(new KernelParameter("vm.swappiness", "1").isOfHost());
        assertFalse(new KernelParameter("net.core.somaxconn", "1").isOfHost());
    }

    @Test
    void variablesTellSecretsWithoutShowingThem() {
        Variable password = new Variable("DB_PASSWORD", "correct-horse-9");
        assertTrue(password.secret().isPresent());
        assertEquals("DB_PASSWORD", password.toString());
        assertTrue(new Variable("MONKEY", "banana").secret().isEmpty());
        assertTrue(new Variable("TOKEN_FILE", "/run/secrets/token").secret().isEmpty());
    }
}
