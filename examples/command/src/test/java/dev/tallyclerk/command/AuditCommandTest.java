package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditCommandTest {
    @TempDir
    Path folder = Path.of("");

    private static String inspect(String name, String hostConfig) {
        return ("{'Id':'" + "ab".repeat(32) + "','Name':'/" + name + "','Config':{'Image':'web:1'},'HostConfig':{"
                        + hostConfig + "},'Mounts':[]}")
                .replace('\'', '"');
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static CommandRun piped(String document, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "audit";
        args[1] = "--container";
        args[2] = "-";
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.reading(document.getBytes(StandardCharsets.UTF_8), args);
    }

    @Test
    void rejectsAPrivilegedContainerThatIsPipedIn() {
        CommandRun run = piped("[" + inspect("web", "'Privileged':true") + "]");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("container web"), run.out());
        assertTrue(run.out().contains("RUN-001"), run.out());
        assertTrue(run.out().contains("container#/HostConfig/Privileged"), run.out());
    }

    @Test
    void isIncompleteWhereTheDocumentDoesNotSay() {
        CommandRun run = piped(inspect("web", "'CapAdd':[]"));
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
    }

    @Test
    void acceptsWhereNothingCounts() {
        assertEquals(
                ExitCode.ACCEPTED,
                piped(inspect("web", "'Privileged':true"), "--fail-on", "none").exitCode());
    }

    @Test
    void writesALineForEachFindingWithTheHostBeforeTheName() {
        CommandRun run = piped(inspect("web", "'Privileged':true"), "--format", "jsonl", "--host", "laptop");
        String line = run.out()
                .lines()
                .filter(text -> text.contains("\"RUN-001\""))
                .findFirst()
                .orElseThrow();
        assertTrue(line.startsWith("{\"kind\":\"container\",\"subject\":\"laptop/web\",\"rule\":\"RUN-001\","), line);
        assertTrue(line.contains("\"verdict\":\"FAIL\""), line);
    }

    @Test
    void auditsTheContainersOfARecordedHostWithItsEngine() throws IOException {
        write("containers/a.json", inspect("a", "'SecurityOpt':null"));
        write("containers/b.json", inspect("b", "'SecurityOpt':null"));
        write("daemon.json", "{\"no-new-privileges\":true}");
        write(
                "api/exec-ps.json",
                "{\"a\":{\"exit\":0,\"stdout\":\"PID CMD\\n1 sshd\\n\"},\"b\":{\"exit\":1,\"stdout\":\"\"}}");
        CommandRun run = CommandRun.of("audit", "--engine", folder.toString(), "--format", "jsonl");
        assertTrue(has(run, "a", "RUN-019", "PASS") && has(run, "b", "RUN-019", "PASS"), run.out());
        assertTrue(has(run, "a", "RUN-040", "FAIL") && has(run, "b", "RUN-040", "UNKNOWN"), run.out());
        CommandRun alone = CommandRun.of(
                "audit", "--container", folder.resolve("containers/a.json").toString(), "--format", "jsonl");
        assertTrue(has(alone, "a", "RUN-019", "FAIL"), alone.out());
    }

    @Test
    void auditsTheEngineOfTheFolderUnderItsName() throws IOException {
        write("daemon.json", "{\"icc\":false,\"hosts\":[\"tcp://10.0.0.1:2375\"]}");
        write("api/images.json", "[{\"Id\":\"sha256:a\"},{\"Id\":\"sha256:b\"},{\"Id\":\"sha256:c\"}]");
        write("api/containers.json", "[{\"ImageID\":\"sha256:a\"},{\"ImageID\":\"sha256:gone\"}]");
        CommandRun run = CommandRun.of("audit", "--engine", folder.toString(), "--format", "jsonl");
        String name = String.valueOf(folder.getFileName());
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(has(run, name, "DMN-001", "PASS") && has(run, name, "DMN-007", "FAIL"), run.out());
        assertTrue(has(run, name, "DMN-038", "FAIL"), run.out());
        CommandRun named = CommandRun.of("audit", "--engine", folder.toString(), "--host", "ci", "--format", "jsonl");
        assertTrue(has(named, "ci", "DMN-001", "PASS"), named.out());
    }

    @Test
    void auditsSeccompProfiles() throws IOException {
        Path profile = write("weak.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        CommandRun run =
                CommandRun.of("audit", "--seccomp", profile.toString(), "--profile", "L2", "--format", "jsonl");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(has(run, profile.toString(), "SEC-001", "FAIL"), run.out());
        Path broken = write("broken.json", "{");
        CommandRun error = CommandRun.of("audit", "--seccomp", broken.toString());
        assertEquals(ExitCode.ERROR, error.exitCode());
        assertTrue(error.err().contains("NOT_JSON"), error.err());
    }

    @Test
    void judgesAnEngineByTheProfileThatItNames() throws IOException {
        Path profile = write("weak.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        write("host/daemon.json", "{\"seccomp-profile\":\"" + profile + "\"}");
        String host = folder.resolve("host").toString();
        CommandRun without = CommandRun.of("audit", "--engine", host, "--profile", "L2", "--format", "jsonl");
        assertTrue(has(without, "host", "DMN-020", "UNKNOWN"), without.out());
        CommandRun with = CommandRun.of(
                "audit", "--engine", host, "--seccomp", profile.toString(), "--profile", "L2", "--format", "jsonl");
        assertTrue(has(with, "host", "DMN-020", "FAIL"), with.out());
    }

    @Test
    void takesFromTheImageWhatARequestLeavesToIt() throws IOException {
        String request = "{\"Image\":\"web:1\",\"HostConfig\":{}}";
        Path image =
                write("image.json", "[{\"Id\":\"sha256:a\",\"RepoTags\":[\"web:1\"],\"Config\":{\"User\":\"7\"}}]");
        assertTrue(has(piped(request, "--format", "jsonl"), "web:1", "RUN-043", "UNKNOWN"));
        CommandRun with = piped(request, "--image-document", image.toString(), "--format", "jsonl");
        assertTrue(has(with, "web:1", "RUN-043", "PASS"), with.out());
        Files.createDirectories(folder.resolve("host/images"));
        Files.move(image, folder.resolve("host/images/web.json"));
        String host = folder.resolve("host").toString();
        CommandRun recorded = piped(request, "--engine", host, "--format", "jsonl");
        assertTrue(has(recorded, "web:1", "RUN-043", "PASS"), recorded.out());
        write("host/api/images.json", "[{\"Id\":\"sha256:a\",\"RepoTags\":[\"web:1\"]}]");
        CommandRun listed = piped(request, "--engine", host, "--format", "jsonl");
        assertTrue(has(listed, "web:1", "RUN-043", "PASS"), listed.out());
    }

    @Test
    void takesEnvironmentAndSelinuxFromWhatCommandsPrint() throws IOException {
        write("daemon.json", "{}");
        write("environment.txt", "PATH=/bin\nDOCKER_CONTENT_TRUST=1\n");
        write("getenforce.txt", "Enforcing\n");
        String name = String.valueOf(folder.getFileName());
        String[] args = {"audit", "--engine", folder.toString(), "--profile", "L2", "--format", "jsonl"};
        CommandRun run = CommandRun.of(args);
        assertTrue(has(run, name, "DMN-040", "PASS") && has(run, name, "DMN-024", "FAIL"), run.out());
        write("environment.txt", "Environment=HTTP_PROXY=http://proxy.example.test\n");
        write("getenforce.txt", "Disabled\n");
        CommandRun other = CommandRun.of(args);
        assertTrue(has(other, name, "DMN-040", "FAIL") && has(other, name, "DMN-024", "NOT_APPLICABLE"), other.out());
        write("environment.txt", "\n");
        write("getenforce.txt", "");
        CommandRun blank = CommandRun.of(args);
        assertTrue(has(blank, name, "DMN-040", "UNKNOWN") && has(blank, name, "DMN-024", "UNKNOWN"), blank.out());
        write("getenforce.txt", "bash: getenforce: command not found\n");
        CommandRun wrong = CommandRun.of(args);
        assertEquals(ExitCode.ERROR, wrong.exitCode());
        assertTrue(wrong.err().contains("getenforce.txt"), wrong.err());
    }

    private static boolean has(CommandRun run, String subject, String rule, String verdict) {
        return run.out()
                .lines()
                .anyMatch(line -> line.contains("\"subject\":\"" + subject + "\"")
                        && line.contains("\"rule\":\"" + rule + "\"")
                        && line.contains("\"verdict\":\"" + verdict + "\""));
    }

    @Test
    void saysWhatIsWrongWithADocumentAndWhere() throws IOException {
        Path file = write("bad.json", "[{\"Name\":\"a\",\"Config\":{}},5]");
        CommandRun run = CommandRun.of("audit", "--container", file.toString());
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("WRONG_TYPE") && run.err().contains("/1"), run.err());
        assertFalse(run.err().contains("defect"), run.err());
    }

    @Test
    void tellsContainersOfOneNameApartByTheirPlaces() {
        CommandRun run = piped("[" + inspect("web", "") + "," + inspect("web", "") + "]");
        assertTrue(run.out().contains("container web in - (1)"), run.toString());
        assertTrue(run.out().contains("container web in - (2)"), run.toString());
    }

    @Test
    void tellsRequestsForOneImageApartByTheirFiles() throws IOException {
        Path first = write("first.json", "{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true}}");
        Path second = write("second.json", "{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true}}");
        CommandRun run = CommandRun.of("audit", "--container", first.toString(), "--container", second.toString());
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("container a in " + first), run.out());
        assertTrue(run.out().contains("container a in " + second), run.out());
    }

    @Test
    void auditsTheFilesOfAnImage() throws IOException {
        String image = new LayeredImage()
                .file("etc/shadow", "root:!:1\n")
                .next()
                .file("etc/shadow", "root::1\n")
                .write(Files.createDirectories(folder.resolve("image")));
        CommandRun run = CommandRun.of("audit", "--image", image, "--format", "jsonl");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        String line = run.out()
                .lines()
                .filter(text -> text.contains("\"FS-006\""))
                .findFirst()
                .orElseThrow();
        assertTrue(line.startsWith("{\"kind\":\"image-filesystem\","), line);
        assertTrue(line.contains("\"layer\":2,\"path\":\"etc/shadow\""), line);
        assertTrue(run.out().contains("\"rule\":\"IMG-035\""), run.out());
        assertTrue(run.out().endsWith("{\"kind\":\"done\",\"image\":\"" + image + "\"}\n"), run.out());
    }

    @Test
    void listsThePackagesOfAnImageAndWhatWasNotRead() throws IOException {
        String stanza = "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-12\n\n";
        String image = new LayeredImage()
                .file("etc/os-release", "ID=debian\n")
                .next()
                .file("var/lib/dpkg/status", stanza)
                .file("usr/lib/sysimage/rpm/rpmdb.sqlite", "no database")
                .write(Files.createDirectories(folder.resolve("image")));
        CommandRun run = CommandRun.of("audit", "--image", image, "--format", "jsonl");
        assertTrue(
                run.out()
                        .contains("{\"kind\":\"package\",\"image\":\"" + image
                                + "\",\"type\":\"deb\",\"name\":\"libc6\",\"version\":\"2.41-12\",\"layer\":2,"),
                run.out());
        assertTrue(
                run.out()
                        .contains("{\"kind\":\"unknown\",\"image\":\"" + image
                                + "\",\"what\":\"inventory\",\"reason\":\""),
                run.out());
    }

    @Test
    void reportsAnImageWhoseLayersCannotBeMergedAndTheOnesAfterIt() throws IOException {
        String bad = new LayeredImage().file("../x", "").write(Files.createDirectories(folder.resolve("bad")));
        String good = new LayeredImage().file("x", "").write(Files.createDirectories(folder.resolve("good")));
        CommandRun run = CommandRun.of("audit", "--image", bad, good, "--format", "jsonl");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("\"layer\":1,\"path\":\"../x\""), run.out());
        assertTrue(run.out().contains("{\"kind\":\"unknown\",\"image\":\"" + bad + "\",\"what\":\"files\""), run.out());
        assertTrue(
                run.out().contains("{\"kind\":\"error\",\"image\":\"" + bad + "\",\"code\":\"AMBIGUOUS_FILES\""),
                run.out());
        assertTrue(run.out().contains("{\"kind\":\"done\",\"image\":\"" + good + "\"}"), run.out());
    }

    @Test
    void auditsTheOtherImagesIfOneCannotBeRead() throws IOException {
        String good = new LayeredImage().file("x", "").write(Files.createDirectories(folder.resolve("good")));
        CommandRun run =
                CommandRun.of("audit", "--image", "oci:" + folder.resolve("missing"), good, "--format", "jsonl");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.out().contains("\"code\":\"UNREADABLE\""), run.out());
        assertTrue(run.out().contains("{\"kind\":\"done\",\"image\":\"" + good + "\"}"), run.out());
    }

    @Test
    void takesPatternsOfSecretsFromAFile() throws IOException {
        String image = new LayeredImage().file("a", "extok_0a1b2c3d\n").write(folder.resolve("image"));
        Path patterns = write("patterns.txt", "# ours\nExample token | cloud | any | extok_ | [0-9a-f]{8} | -\n");
        CommandRun run =
                CommandRun.of("audit", "--image", image, "--secret-patterns", patterns.toString(), "--format", "jsonl");
        assertTrue(
                run.out().lines().anyMatch(line -> line.contains("\"FS-019\"") && line.contains("\"FAIL\"")),
                run.toString());
        assertTrue(
                CommandRun.of("verify", image, "--secret-patterns", patterns.toString())
                        .out()
                        .contains("FS-019"),
                run.toString());

        Path wrong = write("wrong.txt", "\nExample token | clouds | any | extok_ | x | -\n");
        CommandRun refused = CommandRun.of("audit", "--image", image, "--secret-patterns", wrong.toString());
        assertEquals(ExitCode.ERROR, refused.exitCode(), refused.toString());
        assertTrue(
                refused.err().contains("wrong.txt: line 2: ") && refused.err().contains("clouds"), refused.err());
    }

    @Test
    void asksForSomethingToAudit() {
        assertEquals(ExitCode.ERROR, CommandRun.of("audit").exitCode());
    }

    @Test
    void namesAllInputsAndGuessesWhatAFileIs() throws IOException {
        CommandRun nothing = CommandRun.of("audit");
        for (String option : List.of("--container", "--image", "--engine", "--seccomp")) {
            assertTrue(nothing.err().contains(option), nothing.err());
        }
        Map<String, String> guesses = Map.of(
                "services:\n- name: web\n", "Compose file",
                "[{\"Id\":\"x\",\"RootFS\":{},\"RepoTags\":[]}]", "--image-document",
                "?", "unknown kind of file; audit knows Kubernetes manifest, Dockerfile, Compose file, container");
        for (Map.Entry<String, String> guess : guesses.entrySet()) {
            Path file = folder.resolve("input");
            Files.writeString(file, guess.getKey());
            CommandRun run = CommandRun.of("audit", file.toString());
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("unknown kind of file"), run.err());
            assertTrue(run.err().contains(guess.getValue()), run.err());
        }
        Path compose = folder.resolve("compose.yaml");
        Files.writeString(compose, "services:\n  web:\n    image: nginx\n");
        CommandRun asContainer = CommandRun.of("audit", "--container", compose.toString());
        assertTrue(asContainer.err().contains("Compose file"), asContainer.err());
        Path dockerfile = folder.resolve("Dockerfile");
        Files.writeString(dockerfile, "FROM debian:12\nRUN true\n");
        CommandRun asOther = CommandRun.of("audit", "--container", dockerfile.toString());
        assertTrue(asOther.err().contains("name it without an option"), asOther.err());
        Path broken = folder.resolve("broken.json");
        Files.writeString(broken, "[{\"HostConfig\":");
        String err = CommandRun.of("audit", "--container", broken.toString()).err();
        assertFalse(err.contains("looks like"), err);
        CommandRun alone = CommandRun.of("audit", "--image-document", compose.toString());
        assertTrue(alone.err().contains("--image-document only adds facts to a --container"), alone.err());
    }

    @Test
    void aFolderThatIsNotThereOrIsNoneIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "{}");
        Path odd = Files.createDirectories(folder.resolve("odd"));
        Files.createDirectory(odd.resolve("daemon.json"));
        for (Path named : List.of(folder.resolve("missing"), file, odd)) {
            CommandRun run = CommandRun.of("audit", "--engine", named.toString());
            assertEquals(3, run.exitCode(), run.toString());
            assertTrue(run.err().contains(named.toString()), run.err());
        }
    }

    @Test
    void tellsRecordedContainersOfOneNameApartByTheirFiles() throws IOException {
        write("containers/a.json", inspect("web", "'Privileged':true"));
        write("containers/b.json", inspect("web", "").replace("web:1", "other:1"));
        write("containers/c.json", inspect("db", ""));
        write("diff/web.txt", "A /etc/x\n");
        CommandRun run = CommandRun.of("audit", "--engine", folder.toString(), "--format", "jsonl");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(has(run, "web in containers/a.json", "RUN-001", "FAIL"), run.out());
        assertTrue(run.out().contains("\"web in containers/b.json\""), run.out());
        assertTrue(run.out().contains("\"subject\":\"db\""), run.out());
        assertFalse(run.out().contains("\"subject\":\"web\""), run.out());
    }

    @Test
    void aFileThatIsTooLongIsRefusedByItsName() throws IOException {
        Path file = folder.resolve("long.json");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 29);
        }
        Path profile = write("weak.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        for (String option : List.of("--container", "--seccomp", "--image-document", "--baseline", "--policy")) {
            CommandRun run = CommandRun.of("audit", "--seccomp", profile.toString(), option, file.toString());
            assertEquals(ExitCode.ERROR, run.exitCode(), option);
            assertTrue(run.err().contains(file + ": LIMIT_EXCEEDED"), run.err());
        }
    }

    @Test
    void standardInputIsReadNoFurtherThanItMayBeLong() {
        InputStream endless = new InputStream() {
            private long left = 1L << 32;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                left -= length;
                return left > 0 ? length : -1;
            }
        };
        IOException refused = assertThrows(IOException.class, () -> InputFile.read("standard input", endless, 1 << 20));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("standard input: LIMIT_EXCEEDED"));
    }

    @Test
    void aFolderInPlaceOfAFileIsRefusedByItsName() throws IOException {
        Path profile = write("weak.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        for (String option : List.of("--container", "--seccomp", "--image-document", "--baseline", "--policy")) {
            CommandRun run = CommandRun.of("audit", "--seccomp", profile.toString(), option, folder.toString());
            assertEquals(ExitCode.ERROR, run.exitCode(), option);
            assertTrue(run.err().contains(folder.toString()), option + run.err());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "daemon.json",
                "info.json",
                "version.json",
                "api/exec-ps.json",
                "diff/web.txt",
                "exec/web.json",
                "images/web.json",
                "containers/web.json"
            })
    void aDocumentOfARecordingThatCannotBeReadIsNamed(String name) throws IOException {
        write("containers/web.json", inspect("web", ""));
        write(name, "[5");
        CommandRun run = CommandRun.of("audit", "--engine", folder.toString());
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains(folder.resolve(name).toString()), run.err());
    }

    @Test
    void aTableOfProcessesThatCannotBeReadIsNamedWithItsContainer() throws IOException {
        write("containers/web.json", inspect("web", ""));
        write("api/exec-ps.json", "{\"web\":{\"exit\":0,\"stdout\":\"{\"}}");
        CommandRun run = CommandRun.of("audit", "--engine", folder.toString());
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("api/exec-ps.json: container \"web\""), run.err());
    }

    @Test
    void standardInputIsReadOnceOnly() {
        CommandRun run = piped(inspect("web", ""), "--seccomp", "-");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("standard input can be read only once"), run.err());
    }

    @Test
    void sarifHasWhatPassesOnlyIfThatIsAskedFor() throws IOException {
        Path all = folder.resolve("all.sarif");
        String passes = "\"kind\" : \"pass\"";
        CommandRun run =
                piped(inspect("web", "'Privileged':true"), "--format", "sarif", "--report", "sarif-all=" + all);
        assertTrue(run.out().contains("\"kind\" : \"fail\"") && !run.out().contains(passes), run.out());
        assertTrue(Files.readString(all).contains(passes));
        assertTrue(piped(inspect("web", ""), "--format", "sarif-all").out().contains(passes));
    }

    @Test
    void writesEachReportThatIsAskedFor() throws IOException {
        Path first = folder.resolve("a.json");
        Path second = folder.resolve("b.json");
        String document = inspect("web", "'Privileged':true");
        CommandRun run = piped(document, "--report", "json=" + first, "--report", "JSON=" + second);
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(Files.size(first) > 0 && Files.mismatch(first, second) == -1);
        CommandRun twice = piped(document, "--report", "json=" + first, "--report", "sarif=" + first);
        assertEquals(ExitCode.ERROR, twice.exitCode(), twice.toString());
        for (String wrong : List.of("json", "=x", "json=", "xml=x", "json=-")) {
            CommandRun refused = piped(document, "--report", wrong);
            assertEquals(ExitCode.ERROR, refused.exitCode(), wrong);
            assertTrue(refused.err().contains("--report"), refused.err());
        }
    }

    @Test
    void sarifNamesTheFileAndLineThatWereGiven() throws IOException {
        Path one = write(
                "deploy/cron.json",
                "[\n" + inspect("cron", "'Privileged':false") + ",\n" + inspect("web", "\n'Privileged':true") + "]\n");
        CommandRun run = CommandRun.of("audit", "--container", one.toString(), "--format", "sarif");
        String after = run.out().substring(run.out().indexOf("container web: the container is privileged"));
        assertTrue(after.contains("\"uri\" : \"" + one + "\""), after);
        assertEquals(4, Integer.parseInt(after.replaceFirst("(?s).*?\"startLine\" : (\\d+).*", "$1")), after);
    }

    @Test
    void writesNoReportThroughASymbolicLink() throws IOException {
        Path precious = write("precious", "mine");
        Path link = Files.createSymbolicLink(folder.resolve("report.json"), precious);
        CommandRun run = piped(inspect("web", "'Privileged':true"), "--report", "json=" + link);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("symbolic link"), run.err());
        assertEquals("mine", Files.readString(precious));
    }
}
