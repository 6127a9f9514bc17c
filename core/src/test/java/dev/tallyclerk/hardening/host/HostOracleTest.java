package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares with docker-bench-security over recordings of hosts, and with the catalogue of rules. */
class HostOracleTest {
    @Test
    void decidesAsDockerBenchWhereItsVerdictIsRight() throws Exception {
        Map<String, String> wrong = new TreeMap<>();
        int compared = 0;
        for (Path folder : folders()) {
            if (!Files.exists(folder.resolve("hostfiles.json"))) {
                continue;
            }
            Map<String, String> byId = sections();
            JsonCursor checks = JsonCursor.parse(
                            Files.readAllBytes(folder.resolve("expected.json")), JsonLimits.ofBytes(1 << 24))
                    .required("checks");
            Map<String, Outcome.Kind> kinds = MemoryHost.kinds(read(folder));
            for (Map.Entry<String, Outcome.Kind> kind : kinds.entrySet()) {
                String section = byId.getOrDefault(kind.getKey(), "");
                Optional<JsonCursor> check = checks.member(section);
                if (check.isEmpty() || section.startsWith("1.2") || section.matches("1\\.1\\.[12]")) {
                    continue;
                }
                String result = check.get().required("result").string();
                compared++;
                if (!agrees(result, section, kind.getValue())) {
                    wrong.put(folder.getFileName() + " " + kind.getKey(), result + " is " + kind.getValue());
                }
            }
        }
        assertEquals(Map.of(), wrong);
        assertTrue(compared >= 190, "compared " + compared);
    }

    /** The listings have no audit rules and not every folder, so nothing is known about those. */
    private static boolean agrees(String result, String section, Outcome.Kind kind) {
        boolean isOpen = kind == Outcome.Kind.UNKNOWN || kind == Outcome.Kind.NOT_APPLICABLE;
        return switch (result) {
            case "PASS" -> kind == Outcome.Kind.PASS || (section.startsWith("1.1") && isOpen);
            case "WARN" -> kind == Outcome.Kind.FAIL || (section.startsWith("1.1") && isOpen);
            default -> isOpen;
        };
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(SharedData.require("hardening/oracle/hosts"))) {
            return folders.sorted().toList();
        }
    }

    private static HostSubject read(Path folder) throws Exception {
        SourceContext context = SourceContext.create().withFiles(name -> {
            Path file = folder.resolve(name.substring(name.lastIndexOf('/') + 1));
            try {
                return Files.exists(file)
                        ? Optional.of(SourceDocument.of(name, Files.readAllBytes(file)))
                        : Optional.empty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        SourceDocument listing =
                SourceDocument.of("hosts/hostfiles.json", Files.readAllBytes(folder.resolve("hostfiles.json")));
        return HostListingKind.create().read(listing, context).get(0);
    }

    private static Map<String, String> sections() {
        Map<String, String> sections = new TreeMap<>();
        for (Rule<?> rule : HostRules.ruleSet().rules()) {
            sections.put(
                    rule.info().id().value(), rule.info().references().get(0).section());
        }
        return sections;
    }

    @Test
    void followsTheCatalogue() throws IOException {
        Set<String> wanted = new TreeSet<>();
        Map<String, String> rows = new TreeMap<>();
        String text = new String(SharedData.read("hardening/rule-catalogue.tsv"), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            String[] columns = line.split("\t", -1);
            if (columns[0].startsWith("HST-")) {
                rows.put(
                        columns[0],
                        columns[4] + " " + columns[5].toUpperCase(Locale.ROOT) + " " + List.of(columns[6], columns[8]));
                wanted.add(columns[0]);
            }
        }
        Set<String> ids = new TreeSet<>();
        for (Rule<?> rule : HostRules.ruleSet().rules()) {
            RuleInfo info = rule.info();
            ids.add(info.id().value());
            String row = info.severity() + " " + info.profile() + " "
                    + info.references().stream().map(RuleInfo.Citation::section).toList();
            assertEquals(rows.get(info.id().value()), row, info.id().value());
        }
        assertEquals(wanted, ids);
    }
}
