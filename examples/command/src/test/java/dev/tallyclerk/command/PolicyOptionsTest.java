package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies, baselines and reports of the command {@code audit}, over a container that is privileged. */
class PolicyOptionsTest {
    private static final String PRIVILEGED = "{\"Id\":\"" + "ab".repeat(32)
            + "\",\"Name\":\"/web\",\"Config\":{\"Image\":\"web:1\"},\"HostConfig\":{\"Privileged\":true},\"Mounts\":[]}";
    private static final String WAIVER = """
            schemaVersion: 1
            gate: {failOn: CRITICAL, unknownFails: false}
            waivers:
              - rule: RUN-001
                scope: {kind: container, name: w*}
                reason: it builds images
                owner: ci team
                expires: 2027-01-31
            """;

    @TempDir
    Path folder = Path.of("");

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static CommandRun audit(String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "audit";
        args[1] = "--container";
        args[2] = "-";
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.reading(PRIVILEGED.getBytes(StandardCharsets.UTF_8), args);
    }

    private static String rules(RulesCommand.Format format) {
        return CommandRun.of("rules", "--format", format.name()).out();
    }

    @Test
    void aPolicyInYamlSaysWhatIsAcceptedForNow() throws IOException {
        CommandRun run = audit("--policy", write("policy.yaml", WAIVER));
        assertTrue(run.out().contains("waived (it builds images; ci team, until 2027-01-31)"), run.toString());
        CommandRun none = audit();
        assertEquals(ExitCode.REJECTED, none.exitCode(), none.toString());
        CommandRun expired = audit("--policy", write("old.yml", WAIVER.replace("2027-01-31", "2026-11-25")));
        assertEquals(ExitCode.REJECTED, expired.exitCode(), expired.toString());
    }

    @Test
    void theOptionsChangeThePolicy() throws IOException {
        String policy = write("policy.json", "{\"schemaVersion\": 1, \"gate\": {\"failOn\": \"CRITICAL\"}}");
        assertEquals(ExitCode.REJECTED, audit("--policy", policy).exitCode());
        assertEquals(
                ExitCode.ACCEPTED,
                audit("--policy", policy, "--fail-on", "none").exitCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy.json | {\"schemaVersion\": 1, \"rulse\": {}} | did you mean rules?",
                "policy.yaml | schemaVersion: 1~rules: {RUN-0001: {enabled: true}} | did you mean RUN-001?",
                "policy.json | schemaVersion: 1 | SYNTAX",
            })
    void aWrongPolicyIsAnErrorThatSaysWhatWasMeant(String name, String text, String said) throws IOException {
        CommandRun run = audit("--policy", write(name, text.replace('~', '\n')));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains(said), run.err());
    }

    @Test
    void aFormerReportIsABaseline() throws IOException {
        String former = folder.resolve("former.json").toString();
        CommandRun first = audit("--report", "json=" + former);
        assertEquals(ExitCode.REJECTED, first.exitCode(), first.toString());
        CommandRun second = audit("--baseline", former);
        assertEquals(ExitCode.ACCEPTED, second.exitCode(), second.toString());
        assertEquals(ExitCode.ERROR, audit("--baseline", write("no.json", "{}")).exitCode());
    }

    @Test
    void severalReportsAreWrittenInOneRun() throws IOException {
        CommandRun run = audit(
                "--report", "sarif=" + folder.resolve("a.sarif"),
                "--report", "html=" + folder.resolve("a.html"),
                "--report", "junit=" + folder.resolve("a.xml"),
                "--format", "markdown");
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.out().startsWith("# Hardening: rejected"), run.out());
        assertTrue(Files.readString(folder.resolve("a.sarif")).contains("\"2.1.0\""));
        assertTrue(Files.readString(folder.resolve("a.html")).startsWith("<!DOCTYPE html>"));
        assertTrue(Files.readString(folder.resolve("a.xml")).contains("<testsuite "));
        assertEquals(ExitCode.ERROR, audit("--report", "pdf=x").exitCode());
    }

    @Test
    void theRulesArePrintedForPeopleProgramsAndEditors() {
        assertTrue(rules(RulesCommand.Format.JSON).contains("\"id\" : \"RUN-001\""));
        assertTrue(rules(RulesCommand.Format.SCHEMA).contains("\"RUN-001\""));
    }

    @Test
    void theRulePageIsInStepWithTheRules() throws IOException {
        assertEquals(
                rules(RulesCommand.Format.MARKDOWN),
                Files.readString(Path.of("RULES.md")),
                "run: tallyclerk rules > examples/RULES.md");
    }
}
