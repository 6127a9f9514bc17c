package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers to what users ask for: each row of the page has commands, which do what it says. */
class ScannerRequestsTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern PLACE = Pattern.compile(
            "(?<=[ :=])(app|base|old|distroless|empty|osv|usb|mirror|policy\\.json|vex\\.json)(?=[ /]|$)");
    private static final String STATUS = """
            Package: libc6
            Status: install ok installed
            Architecture: amd64
            Source: glibc
            Version: 2.41-12

            """;

    @TempDir
    Path folder = Path.of("");

    private static LayeredImage debian(String status) {
        return new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=13\n")
                .file("var/lib/dpkg/status", status);
    }

    private static LayeredImage app(LayeredImage base) {
        return base.next()
                .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}")
                .file("root/.npmrc", "//registry.npmjs.org/:_authToken=npm_q8Z1bV2mK4tR7wX0cN3fH6jL9pD5sA0aXyZk\n");
    }

    private void write(String name, LayeredImage image) throws IOException {
        image.write(Files.createDirectory(folder.resolve(name)));
    }

    private static String record(String id, String ecosystem, String name, String end) {
        return "{\"id\":\"" + id
                + "\",\"modified\":\"2026-10-01T00:00:00Z\",\"affected\":[{\"package\":{\"ecosystem\":\""
                + ecosystem + "\",\"name\":\"" + name
                + "\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":"
                + "\"0\"}" + end + "]}]}]}";
    }

    private void zip(String name, String record) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("record.json"));
            zip.write(record.getBytes(StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void writeInputs() throws IOException {
        write("old", debian(STATUS));
        write("base", debian(STATUS.replace("-12", "-13")));
        write("app", app(debian(STATUS)));
        write("empty", new LayeredImage().file("bin/program", "none"));
        write(
                "distroless",
                new LayeredImage()
                        .file("etc/os-release", "ID=debian\nVERSION_ID=13\n")
                        .file("var/lib/dpkg/status.d/libc6", STATUS.replace("Status: install ok installed\n", "")));
        String glibc = record("DEBIAN-1", "Debian:13", "glibc", ",{\"fixed\":\"2.41-13\"}");
        for (String mirror : List.of("osv", "usb")) {
            zip(mirror + "/npm/all.zip", record("GHSA-1", "npm", "ms", ""));
            zip(mirror + "/Debian/all.zip", glibc);
            zip(mirror + "/Ubuntu/all.zip", record("USN-1", "Ubuntu:24.04:LTS", "glibc", ""));
        }
        Files.writeString(
                folder.resolve("policy.json"),
                "{\"schemaVersion\":1,\"name\":\"known\",\"waivers\":[{\"rule\":\"FS-016\",\"scope\":{\"name\":\"*\"},\"reason\":\"known\",\"owner\":\"team\",\"expires\":\"2027-01-31\"}]}");
        Files.writeString(
                folder.resolve("vex.json"),
                "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"timestamp\":\"2026-10-01T00:00:00Z\",\"statements\":[{"
                        + "\"vulnerability\":{\"name\":\"GHSA-1\"},\"products\":[{\"@id\":\"pkg:npm/ms\"}],\"status\":"
                        + "\"not_affected\",\"justification\":\"vulnerable_code_not_present\"}]}");
    }

    private CommandRun run(String command) {
        String there =
                PLACE.matcher(command).replaceAll(match -> Matcher.quoteReplacement(folder + "/" + match.group(1)));
        return CommandRun.of(there.split(" ", -1));
    }

    private static List<List<String>> rows() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(ProjectFiles.root().resolve("docs/scanner-requests.md"))) {
            if (line.startsWith("| ") && !line.startsWith("| Request") && !line.startsWith("| ---")) {
                String last = line.substring(line.lastIndexOf("| ", line.length() - 3));
                rows.add(CODE.matcher(last).results().map(each -> each.group(1)).toList());
            }
        }
        return rows;
    }

    @Test
    void eachAnswerHasACommandThatWorks() throws IOException {
        List<List<String>> rows = rows();
        assertEquals(16, rows.size());
        for (List<String> commands : rows) {
            assertTrue(!commands.isEmpty(), "a row without a command");
            for (String command : commands) {
                CommandRun run = run(command);
                assertTrue(run.exitCode() <= ExitCode.INCOMPLETE, () -> command + ": " + run);
                assertEquals("", run.err(), command);
                if (!command.startsWith("db ")) {
                    assertEquals(run.out(), run(command).out(), command);
                }
            }
        }
    }

    @Test
    void theAnswersAreTrue() {
        Map<String, List<String>> said = Map.ofEntries(
                Map.entry("vulnerabilities oci:app --database osv", List.of("GHSA-1", "DEBIAN-1", "libc6 (glibc)")),
                Map.entry(
                        "vulnerabilities oci:app --database osv/npm/all.zip", List.of("GHSA-1", "Unknown: 1 package")),
                Map.entry(
                        "rebuild-plan oci:app --base base:1=oci:base --former-base base:1=oci:old --database osv",
                        List.of("removes 1 of 1 HIGH")),
                Map.entry(
                        "vulnerabilities oci:app --database osv --only-fixed --fail-on NONE",
                        List.of("Total 1:", "ACCEPTED")),
                Map.entry("audit --image oci:app", List.of("FS-0")),
                Map.entry(
                        "vulnerabilities oci:app --database osv --format json",
                        List.of("\"comparedName\" : \"glibc\"")),
                Map.entry(
                        "vulnerabilities oci:app --database osv --vex vex.json",
                        List.of("not affected: vulnerable_code_not_present")),
                Map.entry("packages oci:distroless", List.of("status.d/libc6")),
                Map.entry("packages oci:empty", List.of("No packages were found")),
                Map.entry(
                        "vulnerabilities oci:empty --database osv",
                        List.of("Unknown: all packages: none were found", "INCOMPLETE")));
        said.forEach((command, texts) -> {
            CommandRun run = run(command);
            texts.forEach(text -> assertTrue(run.out().contains(text), () -> command + ": " + run));
        });
        assertEquals(
                ExitCode.REJECTED,
                run("vulnerabilities oci:app --database osv --fail-on HIGH").exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                run("vulnerabilities oci:app --database osv --fail-on NONE").exitCode());
        assertEquals(
                ExitCode.INCOMPLETE,
                run("vulnerabilities oci:empty --database osv").exitCode());
    }
}
