package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditHostTest {
    private static final Pattern VERDICT =
            Pattern.compile("\"rule\"\\s*:\\s*\"(HST-[0-9]+)\".*?\"verdict\"\\s*:\\s*\"([A-Z_]+)\"");

    @TempDir
    Path folder = Path.of("");

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return file;
    }

    private static SortedMap<String, String> verdicts(String path) {
        CommandRun run = CommandRun.of("audit", "--host-files", path, "--format", "jsonl", "--fail-on", "none");
        return verdictsIn(run.out());
    }

    private static SortedMap<String, String> verdictsIn(String lines) {
        TreeMap<String, String> verdicts = new TreeMap<>();
        lines.lines().forEach(line -> {
            Matcher matcher = VERDICT.matcher(line);
            if (matcher.find()) {
                verdicts.merge(matcher.group(1), matcher.group(2), (old, more) -> old);
            }
        });
        return verdicts;
    }

    @Test
    void auditsAMountedFileSystemAndItsEngine() throws IOException {
        Path file = write("root/etc/docker/daemon.json", "{\"icc\": true}");
        assertTrue(file.toFile().setWritable(true, false));
        CommandRun run =
                CommandRun.of("audit", "--host-files", folder.resolve("root").toString(), "--fail-on", "high");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("HST-018"), run.out());
        assertTrue(run.out().contains("DMN-"), run.out());
    }

    @Test
    void auditsAListing() throws IOException {
        Path listing = write(
                "host.json",
                "[{\"path\": \"/etc/docker/daemon.json\", \"exists\": true, \"mode\": \"666\", \"uid\": 0, \"gid\": 0}]");
        assertEquals("FAIL", verdicts(listing.toString()).get("HST-018"));
        assertEquals("UNKNOWN", verdicts(listing.toString()).get("HST-025"));
        CommandRun run = CommandRun.of("audit", listing.toString());
        assertTrue(run.out().contains("listing of a host"), run.out());
    }

    @Test
    void refusesAListingThatIsNone() throws IOException {
        CommandRun run =
                CommandRun.of("audit", "--host-files", write("host.json", "{}").toString());
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("host-listing.sh"), run.err());
    }

    @Test
    void theScriptListsWhatTheCommandReads() throws IOException, InterruptedException {
        Peers.require("stat");
        Path script = ProjectFiles.root().resolve("docs/host-listing.sh");
        Path listing = folder.resolve("host.json");
        Process process = new ProcessBuilder("sh", script.toString())
                .redirectOutput(listing.toFile())
                .redirectErrorStream(false)
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), errors);
        assertEquals("", errors);
        assertEquals(verdicts("/"), verdicts(listing.toString()));
    }

    @Test
    void anUnprivilegedUserLearnsNoLessThanUnknown() throws IOException, InterruptedException {
        Path program = Peers.require("setpriv");
        if (!System.getProperty("user.name").equals("root")) {
            throw Peers.skip("only root can become another user");
        }
        Path listing = folder.resolve("unprivileged.json");
        Path script = ProjectFiles.root().resolve("docs/host-listing.sh");
        Process process = new ProcessBuilder(
                        List.of(program.toString(), "--reuid=65534", "--regid=65534", "--clear-groups", "sh"))
                // The user may not be able to enter the folder of the script.
                .redirectInput(script.toFile())
                .redirectOutput(listing.toFile())
                .start();
        assertEquals(0, process.waitFor());
        SortedMap<String, String> known = verdicts("/");
        verdicts(listing.toString()).forEach((rule, verdict) -> {
            if (!verdict.equals("UNKNOWN")) {
                assertEquals(known.get(rule), verdict, rule);
            }
        });
        assertFalse(verdicts(listing.toString()).isEmpty());
    }
}
