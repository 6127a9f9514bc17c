package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Outcome.Kind;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.engine.EngineOption;
import dev.tallyclerk.host.FolderHostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostSubjectTest {
    private static final String GROUPS = "root:x:0:\ndocker:x:999:ann,bob\n";

    private static MemoryHost host() {
        return new MemoryHost()
                .link("/var/run", "/run")
                .text("/etc/group", GROUPS)
                .text("/etc/passwd", "root:x:0:0::/root:/bin/sh\neve:x:1000:999::/home/eve:/bin/sh\n");
    }

    private static MemoryHost socket(int mode, long gid) {
        return host().with("/run/docker.sock", HostEntry.of(HostEntry.Type.SOCKET, mode, 0, gid));
    }

    @ParameterizedTest
    @CsvSource({"644, PASS", "600, PASS", "444, PASS", "666, FAIL", "477, FAIL", "755, FAIL", "4644, FAIL", "0, PASS"})
    void modesAreSetsOfBits(String mode, Kind kind) {
        MemoryHost host = host().file("/etc/docker/daemon.json", Integer.parseInt(mode, 8), 0, 0);
        assertEquals(kind, host.kind("HST-018"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, PASS", "1000, 0, FAIL", "0, 1000, FAIL"})
    void ownersAreUserAndGroup(long uid, long gid, Kind kind) {
        assertEquals(
                kind, host().file("/etc/docker/daemon.json", 0644, uid, gid).kind("HST-017"));
    }

    @Test
    void aFileThatIsCertainlyAbsentHasNoRule() {
        assertEquals(Kind.NOT_APPLICABLE, host().kind("HST-017"));
    }

    @Test
    void aFileBehindAClosedFolderIsUnknownAndNotAbsent() {
        MemoryHost host = host().folder("/etc/docker", 0700).closed("/etc/docker");
        assertEquals(Kind.UNKNOWN, host.kind("HST-017"));
        assertEquals(Kind.PASS, host.kind("HST-006"));
        assertEquals(Kind.UNKNOWN, host.kind("HST-009"));
    }

    @Test
    void theSocketBelongsToTheGroupOfTheEngine() {
        assertEquals(Kind.PASS, socket(0660, 999).kind("HST-015"));
        assertEquals(Kind.FAIL, socket(0660, 100).kind("HST-015"));
        assertEquals(Kind.FAIL, socket(0666, 999).kind("HST-016"));
        MemoryHost other = socket(0660, 100)
                .text("/etc/group", GROUPS + "ops:x:100:\n")
                .text("/etc/docker/daemon.json", "{\"group\": \"ops\"}");
        assertEquals(Kind.PASS, other.kind("HST-015"));
    }

    @Test
    void aLinkIsJudgedByItsTargetAndBothAreNamed() {
        MemoryHost host =
                host().file("/srv/daemon.json", 0666, 0, 0).link("/etc/docker/daemon.json", "../../srv/daemon.json");
        Outcome outcome = host.outcome("HST-018");
        Problem problem = ((Outcome.Fail) outcome).problems().get(0);
        assertEquals("/etc/docker/daemon.json -> /srv/daemon.json", problem.at().toString());
    }

    @Test
    void linksInACircleAreUnknown() {
        MemoryHost host = host().link("/etc/docker", "/etc/other").link("/etc/other", "/etc/docker");
        assertEquals(Kind.UNKNOWN, host.kind("HST-005"));
    }

    @Test
    void certificatesAreFoundBelowTheirFolder() {
        MemoryHost host = host().file("/etc/docker/certs.d/registry.example.org:5000/ca.crt", 0644, 0, 0)
                .file("/etc/docker/certs.d/registry.example.org:5000/client.key", 0666, 5, 5);
        assertEquals(Kind.FAIL, host.kind("HST-008"));
        assertEquals(Kind.PASS, host.kind("HST-007"));
    }

    @Test
    void keysOfTheApiAreFoundInFlagsOfTheUnit() {
        MemoryHost host = host().text(
                        "/lib/systemd/system/docker.service",
                        "[Service]\nExecStart=/usr/bin/dockerd --tlsverify --tlskey=/etc/pki/key.pem\n")
                .file("/etc/pki/key.pem", 0440, 0, 0)
                .file("/root/.docker/ca.pem", 0444, 0, 0);
        assertEquals(Kind.FAIL, host.kind("HST-014"));
        assertEquals(Kind.PASS, host.kind("HST-013"));
        assertEquals(Kind.PASS, host.kind("HST-010"));
        assertEquals(Kind.NOT_APPLICABLE, host.kind("HST-012"));
    }

    @Test
    void theRunningProcessCountsBeforeTheUnit() {
        MemoryHost host = host().text(
                        "/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd --group a\n")
                .text("/proc/77/comm", "dockerd\n")
                .text("/proc/77/cmdline", "/usr/bin/dockerd\0--group\0b\0");
        assertEquals(
                "b",
                host.read()
                        .engine()
                        .orElseThrow()
                        .configured(EngineOption.GROUP)
                        .fold((value, at) -> value, assumed -> "default", missing -> missing.what()));
    }

    @Test
    void aBrokenConfigurationIsUnknown() {
        MemoryHost host = host().text("/etc/docker/daemon.json", "{");
        assertEquals(Kind.UNKNOWN, host.kind("HST-013"));
        assertTrue(host.read().engine().isEmpty());
    }

    @Test
    void auditRulesComeFromAllTheirFiles() {
        MemoryHost host = host().file("/usr/bin/dockerd", 0755, 0, 0)
                .folder("/etc/docker", 0755)
                .text("/etc/audit/audit.rules", "-w /usr/bin/dockerd -p wax\n")
                .text("/etc/audit/rules.d/50-docker.rules", "-w /etc/docker\n-D\n");
        assertEquals(Kind.PASS, host.kind("HST-025"));
        assertEquals(Kind.PASS, host.kind("HST-028"));
    }

    @Test
    void withoutRootAuditRulesAreUnknown() {
        MemoryHost host = host().file("/usr/bin/dockerd", 0755, 0, 0)
                .folder("/etc/audit", 0750)
                .closed("/etc/audit");
        assertEquals(Kind.UNKNOWN, host.kind("HST-025"));
    }

    @Test
    void withoutAuditRulesTheyFail() {
        assertEquals(Kind.FAIL, host().file("/usr/bin/dockerd", 0755, 0, 0).kind("HST-025"));
    }

    @Test
    void loadedRulesCountBeforeTheFiles() {
        MemoryHost host = host().file("/usr/bin/dockerd", 0755, 0, 0)
                .text("/etc/audit/audit.rules", "-w /usr/bin/dockerd -p wax\n");
        HostSubject subject =
                HostSubject.builder("host", host).auditRules("No rules\n").read();
        assertEquals(Kind.FAIL, MemoryHost.outcome(subject, "HST-025").kind());
    }

    @Test
    void aWatchThroughALinkedFolderCoversTheFile() {
        MemoryHost host = host().link("/lib", "usr/lib")
                .text("/usr/lib/systemd/system/docker.service", "")
                .text("/etc/audit/audit.rules", "-w /lib/systemd/system/docker.service\n");
        assertEquals(Kind.PASS, host.kind("HST-029"));
    }

    @Test
    void aWatchOnALinkDoesNotCoverItsTarget() {
        MemoryHost host = host().link("/usr/bin/runc", "/usr/local/sbin/runc")
                .file("/usr/local/sbin/runc", 0755, 0, 0)
                .text("/etc/audit/audit.rules", "-w /usr/bin/runc\n");
        assertEquals(Kind.FAIL, host.kind("HST-040"));
    }

    @Test
    void theDataFolderNeedsAMountOfAnotherFileSystem() {
        String root = "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
        MemoryHost host = host().folder("/var/lib/docker", 0710);
        assertEquals(Kind.UNKNOWN, host.kind("HST-041"));
        assertEquals(Kind.FAIL, host.text("/proc/self/mountinfo", root).kind("HST-041"));
        String bind = root + "22 21 8:1 /d /var/lib/docker rw - ext4 /dev/sda1 rw\n";
        assertEquals(Kind.FAIL, host.text("/proc/self/mountinfo", bind).kind("HST-041"));
        String own = root + "22 21 8:2 / /var/lib/docker rw shared:1 - ext4 /dev/sda2 rw\n";
        assertEquals(Kind.PASS, host.text("/proc/self/mountinfo", own).kind("HST-041"));
    }

    @Test
    void membersOfTheGroupAreListedOrHaveItAsTheirFirst() {
        Outcome.Fail outcome = (Outcome.Fail) host().outcome("HST-042");
        assertEquals(
                List.of("ann", "bob", "eve"),
                outcome.problems().stream()
                        .map(problem -> problem.evidence().get(0).value())
                        .sorted()
                        .toList());
        assertEquals(
                Kind.NOT_APPLICABLE,
                new MemoryHost().text("/etc/group", "root:x:0:\n").kind("HST-042"));
        assertEquals(
                Kind.PASS,
                new MemoryHost().text("/etc/group", "docker:x:5:root\n").kind("HST-042"));
    }

    @Test
    void podmansFilesCountWherePodmanIs() {
        MemoryHost host = host().file("/usr/bin/podman", 0755, 0, 0)
                .folder("/etc/containers", 0777)
                .with("/run/podman/podman.sock", HostEntry.of(HostEntry.Type.SOCKET, 0660, 0, 0))
                .text("/usr/lib/systemd/system/podman.service", "");
        assertEquals(Kind.FAIL, host.kind("HST-006"));
        assertEquals(Kind.PASS, host.kind("HST-015"));
        assertEquals(Kind.PASS, host.kind("HST-001"));
        assertEquals(Kind.FAIL, host.kind("HST-025"));
    }

    @Test
    void everyRuleHasAnOutcomeForAnEmptyHost() {
        assertFalse(MemoryHost.kinds(new MemoryHost().read()).containsValue(Kind.ERROR));
        assertFalse(MemoryHost.kinds(new MemoryHost().read()).containsValue(Kind.PASS));
    }

    @Test
    void aListingKnowsNothingAboutOtherPaths() throws MalformedSubjectException {
        HostListing listing = listing("[{\"path\":\"/etc/docker\",\"exists\":true,\"type\":\"dir\",\"mode\":\"755\"}]");
        Map<String, Kind> kinds =
                MemoryHost.kinds(HostSubject.builder("host", listing).read());
        assertEquals(Kind.PASS, kinds.get("HST-006"));
        assertEquals(Kind.UNKNOWN, kinds.get("HST-005"));
        assertEquals(Kind.UNKNOWN, kinds.get("HST-017"));
        assertEquals(Kind.UNKNOWN, kinds.get("HST-025"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | WRONG_TYPE",
                "[{\"path\":\"etc\",\"exists\":false}] | BAD_VALUE",
                "[{\"path\":\"/a/../b\",\"exists\":false}] | BAD_VALUE",
                "[{\"path\":\"/a\",\"exists\":false},{\"path\":\"/a\",\"exists\":false}] | BAD_VALUE",
                "[{\"path\":\"/a\",\"exists\":true,\"mode\":\"689\"}] | BAD_VALUE",
                "[{\"path\":\"/a\"}] | MISSING_MEMBER",
                "[{\"path\":\"/a\",\"exists\":true,\"hex\":\"0\"}] | BAD_VALUE",
                "[{\"path\":\"/a\",\"exists\":true,\"type\":\"link\"}] | MISSING_MEMBER",
                "[ | NOT_JSON"
            })
    void refusesAMalformedListing(String document, MalformedSubjectException.Reason reason) {
        assertEquals(
                reason,
                assertThrows(MalformedSubjectException.class, () -> listing(document))
                        .reason());
    }

    private static HostListing listing(String document) throws MalformedSubjectException {
        return HostListing.parse(document.getBytes(StandardCharsets.UTF_8), SubjectLimits.defaults());
    }

    @Test
    void aFolderIsNeverLeftThroughALink(@TempDir Path folder) throws IOException {
        Path root = folder.resolve("root");
        Files.createDirectories(root.resolve("etc"));
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("daemon.json"), "{}");
        Files.createSymbolicLink(root.resolve("etc/docker"), outside);
        HostFiles files = FolderHostFiles.of(root);
        assertEquals(
                HostAnswer.Kind.FAILED, files.entry("/etc/docker/daemon.json").kind());
        assertEquals(
                HostAnswer.Kind.FAILED,
                files.content("/etc/docker/daemon.json", 100).kind());
        assertEquals(HostAnswer.Kind.ABSENT, files.names("/etc/docker").kind());
        assertEquals(
                HostAnswer.Kind.FAILED, files.entry("/../outside/daemon.json").kind());
        // For the host itself, the link leads to a path within the root, where nothing is.
        HostSubject host = HostSubject.builder("host", files).read();
        assertEquals(Kind.NOT_APPLICABLE, MemoryHost.outcome(host, "HST-017").kind());
    }

    @Test
    void aFolderHasModesAndOwners(@TempDir Path root) throws IOException {
        Path file = Files.createDirectories(root.resolve("etc/docker")).resolve("daemon.json");
        Files.writeString(file, "{}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        HostSubject host = HostSubject.builder("host", FolderHostFiles.of(root)).read();
        assertEquals(Kind.FAIL, MemoryHost.outcome(host, "HST-018").kind());
        assertNotEquals(Kind.UNKNOWN, MemoryHost.outcome(host, "HST-017").kind());
    }

    @Test
    void aLongerFileIsNotCut(@TempDir Path root) throws IOException {
        Files.write(root.resolve("long"), new byte[11]);
        HostFiles files = FolderHostFiles.of(root);
        assertEquals(HostAnswer.Kind.FAILED, files.content("/long", 10).kind());
        assertEquals(11, files.content("/long", 11).value().orElseThrow().length);
        assertEquals(HostAnswer.Kind.ABSENT, files.content("/none", 11).kind());
        assertEquals(HostAnswer.Kind.FAILED, files.content("/", 11).kind());
    }
}
