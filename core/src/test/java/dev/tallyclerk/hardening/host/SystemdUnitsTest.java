package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SystemdUnitsTest {
    private static final String UNIT = "/usr/lib/systemd/system/docker.service";

    private static SystemdUnits.Unit unit(MemoryHost host) {
        return new SystemdUnits(new HostTree(host)).unit("docker.service");
    }

    private static List<String> command(MemoryHost host) {
        HostTree tree = new HostTree(host);
        return new SystemdUnits(tree)
                .unit("docker.service")
                .settings()
                .command(path -> ((dev.tallyclerk.hardening.Fact.Known<Optional<String>>) tree.text(path))
                        .value()
                        .or(() -> Optional.of("")));
    }

    @Test
    void theUnitOfTheAdministratorReplacesThatOfTheDistribution() {
        MemoryHost host = new MemoryHost()
                .text(UNIT, "[Service]\nExecStart=/usr/bin/dockerd --debug\n")
                .text("/etc/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n");
        assertEquals(List.of("/usr/bin/dockerd"), command(host));
    }

    @Test
    void dropInsApplyInTheOrderOfTheirNames() {
        MemoryHost host = new MemoryHost()
                .text(UNIT, "[Service]\nExecStart=/usr/bin/dockerd --one\n")
                .text("/etc/systemd/system/docker.service.d/20-b.conf", "[Service]\nExecStart=/usr/bin/dockerd --b\n")
                .text("/run/systemd/system/docker.service.d/10-a.conf", "[Service]\nExecStart=\n");
        assertEquals(List.of("/usr/bin/dockerd", "--b"), command(host));
        assertEquals(3, unit(host).files().size());
    }

    @Test
    void theFirstFolderHasADropInOfAName() {
        MemoryHost host = new MemoryHost()
                .text(UNIT, "[Service]\nExecStart=/usr/bin/dockerd\n")
                .text("/etc/systemd/system/docker.service.d/a.conf", "[Service]\nExecStart=\nExecStart=/etc-one\n")
                .text("/usr/lib/systemd/system/docker.service.d/a.conf", "[Service]\nExecStart=\nExecStart=/usr-one\n");
        assertEquals(List.of("/etc-one"), command(host));
    }

    @Test
    void aLinkToNullSwitchesADropInOff() {
        MemoryHost host = new MemoryHost()
                .text(UNIT, "[Service]\nExecStart=/usr/bin/dockerd\n")
                .link("/etc/systemd/system/docker.service.d/a.conf", "/dev/null")
                .text("/usr/lib/systemd/system/docker.service.d/a.conf", "[Service]\nExecStart=\nExecStart=/x\n");
        assertEquals(List.of("/usr/bin/dockerd"), command(host));
    }

    @Test
    void aLinkToNullMasksTheUnit() {
        MemoryHost host =
                new MemoryHost().text(UNIT, "[Service]\n").link("/etc/systemd/system/docker.service", "/dev/null");
        assertTrue(unit(host).isMasked());
        assertEquals(List.of(), unit(host).files());
    }

    @Test
    void aUnitMayBeALinkIntoAnotherFolder() {
        MemoryHost host = new MemoryHost()
                .link("/lib", "usr/lib")
                .text("/opt/units/docker.service", "[Service]\nExecStart=/opt/dockerd\n")
                .link("/etc/systemd/system/docker.service", "../../../opt/units/docker.service");
        assertEquals(List.of("/opt/dockerd"), command(host));
        assertEquals("/opt/units/docker.service", unit(host).files().get(0).target());
    }

    @Test
    void continuedLinesCommentsAndVariablesAreReadAsSystemdDoes() {
        MemoryHost host =
                new MemoryHost().text(UNIT, """
                        [Service]
                        Environment="A=--one --two" 'B=x y'
                        EnvironmentFile=-/etc/default/docker
                        ExecStart=-/usr/bin/dockerd \\
                        # a comment between
                          $A ${B} $OPTIONS \\
                          $UNSET -H fd://
                        """).text("/etc/default/docker", "# a comment\nOPTIONS=\"--group ops\"\n");
        assertEquals(
                List.of("/usr/bin/dockerd", "--one", "--two", "x y", "--group", "ops", "-H", "fd://"), command(host));
    }

    @Test
    void aFolderThatMayNotBeReadCouldHaveAnotherUnit() {
        MemoryHost host = new MemoryHost()
                .text(UNIT, "[Service]\n")
                .folder("/etc/systemd/system", 0700)
                .closed("/etc/systemd/system");
        assertEquals(1, unit(host).files().size());
        assertTrue(!unit(host).missing().isEmpty());
    }
}
