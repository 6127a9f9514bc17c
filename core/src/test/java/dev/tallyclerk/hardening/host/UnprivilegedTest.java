package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.host.FolderHostFiles;
import dev.tallyclerk.testing.JavaProcess;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another user than root may not see is unknown, and nothing else changes. */
class UnprivilegedTest {
    private static void write(Path root, String path, String text, String mode) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static Path host(Path folder) throws IOException {
        Path root = folder.resolve("host");
        write(root, "usr/bin/dockerd", "", "rwxr-xr-x");
        write(root, "etc/group", "docker:x:999:ann\n", "rw-r--r--");
        write(root, "etc/docker/daemon.json", "{\"tlskey\": \"/etc/pki/private/key.pem\"}", "rw-r--r--");
        write(root, "etc/pki/private/key.pem", "", "r--------");
        write(root, "etc/audit/audit.rules", "-w /etc/docker\n", "rw-r-----");
        Files.createDirectories(root.resolve("var/lib/docker"));
        for (String closed : List.of("etc/audit", "etc/pki/private")) {
            Files.setPosixFilePermissions(root.resolve(closed), PosixFilePermissions.fromString("rwx------"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return root;
    }

    @Test
    void closedFoldersMakeVerdictsUnknown(@TempDir Path folder) throws IOException, InterruptedException {
        Path program = Peers.require("setpriv");
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.skip("only root can become another user");
        }
        Path root = host(folder);
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(JavaProcess.command(List.of("-Xmx64m"), PrintedVerdicts.class));
        command.add(root.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 && output.contains("ClassNotFoundException")) {
            throw Peers.skip("another user may not read the compiled tests");
        }
        Map<String, String> theirs = new TreeMap<>();
        output.lines().map(line -> line.split(" ")).forEach(words -> theirs.put(words[0], words[1]));
        Map<String, Outcome.Kind> roots = MemoryHost.kinds(
                HostSubject.builder("host", FolderHostFiles.of(root)).read());
        assertEquals(Outcome.Kind.PASS, roots.get("HST-014"));
        assertEquals(Outcome.Kind.PASS, roots.get("HST-028"));
        assertEquals(Outcome.Kind.FAIL, roots.get("HST-025"));
        List<String> hidden = List.of("HST-013", "HST-014", "HST-025", "HST-027", "HST-028", "HST-033");
        hidden.forEach(rule -> assertEquals("UNKNOWN", theirs.get(rule), rule + " in " + output));
        assertTrue(theirs.keySet().containsAll(roots.keySet()), output);
        roots.forEach((rule, kind) -> {
            if (!hidden.contains(rule)) {
                assertEquals(kind.name(), theirs.get(rule), rule);
            }
        });
    }
}
