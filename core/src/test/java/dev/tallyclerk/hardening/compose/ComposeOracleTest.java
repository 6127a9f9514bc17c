package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares with right verdicts over Compose files. */
class ComposeOracleTest {
    @Test
    void givesTheRightVerdictsOnEveryService() throws Exception {
        Path folder = SharedData.require("hardening/oracle/compose");
        Map<String, String> wrong = new TreeMap<>();
        int compared = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".compose.yaml"))
                    .toList()) {
                String name = String.valueOf(file.getFileName()).replace(".compose.yaml", "");
                JsonCursor expected = JsonCursor.parse(
                        Files.readAllBytes(folder.resolve(name + ".expected.json")), JsonLimits.ofBytes(1 << 22));
                SubjectFile read = SubjectFinder.of(List.of(ComposeKind.create()))
                        .read(
                                SourceDocument.of(name + ".compose.yaml", Files.readAllBytes(file)),
                                SourceContext.create());
                assertEquals("compose", read.kind().orElse(""), name);
                for (Map.Entry<String, JsonCursor> service :
                        expected.required("services").members().entrySet()) {
                    ComposeService subject = read.subjects().stream()
                            .filter(ComposeService.class::isInstance)
                            .map(ComposeService.class::cast)
                            .filter(one -> one.name().equals(service.getKey()))
                            .findFirst()
                            .orElseThrow();
                    assertEquals(name + "/" + service.getKey(), subject.ref().name());
                    Map<String, Outcome.Kind> kinds = Projects.kinds(subject);
                    for (Map.Entry<String, JsonCursor> rule :
                            service.getValue().members().entrySet()) {
                        compared++;
                        String actual = String.valueOf(kinds.get(rule.getKey()));
                        if (!Arrays.asList(rule.getValue().string().split("\\|", -1))
                                .contains(actual)) {
                            wrong.put(
                                    name + "/" + service.getKey() + " " + rule.getKey(),
                                    "expected " + rule.getValue().string() + ", was " + actual);
                        }
                    }
                }
            }
        }
        assertEquals(Map.of(), wrong);
        assertTrue(compared > 900, "compared " + compared);
    }
}
