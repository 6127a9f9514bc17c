package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFilesTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop}
            spec:
              hostPID: true
              containers:
              - name: app
                image: example.test/app:1
            """;
    private static final String CONTAINER = "[{\"Id\":\"1\",\"Name\":\"/db\",\"HostConfig\":{\"Privileged\":true}}]";
    private static final String SECCOMP = "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}";
    private static final String DAEMON = "{\"log-driver\":\"local\",\"icc\":true}";

    @TempDir
    Path folder = Path.of("");

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void readsWhatItIsGivenByContentAndSaysWhatItIs() throws IOException {
        CommandRun run = CommandRun.of("audit", write("anything.txt", POD).toString());
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("anything.txt: Kubernetes manifest\n"), run.out());
        assertTrue(run.out().contains("RUN-005"), run.out());
        assertTrue(run.out().contains("anything.txt:5:12"), run.out());
    }

    @Test
    void readsStandardInput() {
        CommandRun run = CommandRun.reading(POD.getBytes(StandardCharsets.UTF_8), "audit", "-", "--fail-on", "HIGH");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("standard input:5:12"), run.out());
    }

    @Test
    void readsAFolderOfMixedFilesAndListsWhatItDoesNotAudit() throws IOException {
        write("deploy/web.yaml", POD + "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n");
        write("deploy/container.json", CONTAINER);
        write("deploy/profile.json", SECCOMP);
        write("deploy/engine/daemon.json", DAEMON);
        write("deploy/README.md", "# Deploy\n");
        write("deploy/.git/config", POD);
        CommandRun run = CommandRun.of("audit", folder.resolve("deploy").toString());
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        for (String line : new String[] {
            "web.yaml: Kubernetes manifest; not workloads: 1 Service",
            "container.json: container",
            "profile.json: seccomp profile; no rule of the profile L1 is about it",
            "daemon.json: engine configuration (daemon.json)",
            "not audited, unknown kind of file: ",
            "README.md",
            "kubernetes-workload Pod/web",
            "container db",
            "seccomp ",
            "engine "
        }) {
            assertTrue(run.out().contains(line), line + " in " + run.out());
        }
        assertFalse(run.out().contains(".git"), run.out());
    }

    @Test
    void otherFormatsHaveOnlyTheReportOnStandardOutput() throws IOException {
        CommandRun run = CommandRun.of("audit", write("web.yaml", POD).toString(), "--format", "sarif");
        assertTrue(run.out().startsWith("{"), run.out());
        assertTrue(run.err().contains("Kubernetes manifest"), run.err());
        assertTrue(run.out().contains("\"startLine\" : 5"), run.out());
        assertTrue(run.out().contains("\"startColumn\" : 12"), run.out());
    }

    @Test
    void aMalformedFileIsAnErrorThatDoesNotHideTheOthers() throws IOException {
        Path good = write("good.yaml", POD);
        Path broken = write("chart/templates/web.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {{ .Values.meta }}\n");
        CommandRun alone = CommandRun.of("audit", broken.toString());
        assertEquals(ExitCode.ERROR, alone.exitCode(), alone.toString());
        assertTrue(alone.err().contains("helm template"), alone.err());
        CommandRun both = CommandRun.of("audit", good.toString(), broken.toString());
        assertEquals(ExitCode.ERROR, both.exitCode(), both.toString());
        assertTrue(both.out().contains("Pod/web"), both.out());
        assertTrue(both.out().contains("cannot be read"), both.out());
        assertTrue(both.err().contains("helm template"), both.err());
    }

    @Test
    void aFolderWithoutAnythingKnownIsAnError() throws IOException {
        write("notes/a.md", "text");
        CommandRun run = CommandRun.of("audit", folder.resolve("notes").toString());
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("no file to audit in"), run.err());
    }

    @Test
    void saysHowToGiveAnImage() throws IOException {
        Path layout = Files.createDirectory(folder.resolve("layout"));
        String source = new LayeredImage().file("a", "1").write(layout);

        CommandRun asFile = CommandRun.of("audit", source);
        assertEquals(ExitCode.ERROR, asFile.exitCode());
        assertTrue(asFile.err().contains("for an image, give --image " + source), asFile.err());
        CommandRun asFolder = CommandRun.of("audit", layout.toString());
        assertEquals(ExitCode.ERROR, asFolder.exitCode());
        assertTrue(asFolder.err().contains("give --image oci:" + layout), asFolder.err());
    }

    @Test
    void judgesForTheVersionOfKubernetesThatIsNamed() throws IOException {
        String pod =
                POD.replace("hostPID: true", "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}");
        Path file = write("web.yaml", pod);
        String old = CommandRun.of("audit", file.toString(), "--kubernetes-version", "1.31")
                .out();
        assertTrue(old.contains("K8S-023"), old);
        String current = CommandRun.of("audit", file.toString()).out();
        assertFalse(current.contains("K8S-023"), current);
        CommandRun wrong = CommandRun.of("audit", file.toString(), "--kubernetes-version", "2");
        assertEquals(ExitCode.ERROR, wrong.exitCode());
    }
}
