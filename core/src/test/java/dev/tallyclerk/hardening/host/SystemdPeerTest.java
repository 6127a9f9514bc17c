package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.host.FolderHostFiles;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges unit files and drop-ins in the order in which systemd-analyze does. */
class SystemdPeerTest {
    private static final List<String> FOLDERS = List.of(
            "etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system");

    @Test
    void readsTheFilesThatSystemdReadsInItsOrder(@TempDir Path folder) throws IOException, InterruptedException {
        Path program = Peers.require("systemd-analyze");
        Random random = new Random(32);
        for (int round = 0; round < 12; round++) {
            Path root = Files.createDirectories(folder.resolve("host" + round)).toRealPath();
            for (String place : FOLDERS) {
                Path dropIns = Files.createDirectories(root.resolve(place).resolve("docker.service.d"));
                if (random.nextBoolean() || place.startsWith("usr/lib")) {
                    Files.writeString(root.resolve(place).resolve("docker.service"), "[Service]\n");
                }
                for (String name : List.of("10-a.conf", "20-b.conf", "9-c.conf", "d.conf", "e.txt")) {
                    if (random.nextBoolean()) {
                        Files.writeString(dropIns.resolve(name), "[Unit]\n");
                    }
                }
            }
            String printed = Peers.run(
                    root, program.toString(), "--root=" + root, "cat-config", "systemd/system/docker.service");
            List<String> theirs = printed.lines()
                    .filter(line -> line.startsWith("# " + root))
                    .map(line -> line.substring(("# " + root).length()))
                    .toList();
            List<String> ours = new SystemdUnits(new HostTree(FolderHostFiles.of(root)))
                    .unit("docker.service").files().stream().map(HostFile::path).toList();
            assertEquals(theirs, ours, "round " + round);
        }
    }
}
