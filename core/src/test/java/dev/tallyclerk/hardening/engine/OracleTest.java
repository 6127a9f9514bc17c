package dev.tallyclerk.hardening.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares with verdicts over recordings of real engines that were worked out by hand. */
class OracleTest {
    private static final String ORACLE = "hardening/oracle/";

    @Test
    void decidesAsTheReferenceOverEachRecordedHost() throws Exception {
        int compared = compare("hosts", "reference.json", "daemon");
        assertTrue(compared >= 168, "compared " + compared);
    }

    @Test
    void decidesAsTheReferenceOverEachConfiguration() throws Exception {
        int compared = compare("daemons", "expected.json", "reference");
        assertTrue(compared >= 250, "compared " + compared);
    }

    private static int compare(String kind, String file, String member)
            throws IOException, JsonException, MalformedSubjectException {
        Map<String, String> wanted = new TreeMap<>();
        Map<String, String> decided = new TreeMap<>();
        for (Path folder : folders(kind)) {
            Map<String, String> verdicts = Engines.verdicts(engine(folder));
            JsonCursor expected =
                    JsonCursor.parse(Files.readAllBytes(folder.resolve(file)), JsonLimits.ofBytes(1 << 24));
            for (Map.Entry<String, String> rule :
                    expected.required(member).stringMap().entrySet()) {
                String name = folder.getFileName() + " " + rule.getKey();
                wanted.put(name, rule.getValue());
                decided.put(name, String.valueOf(verdicts.get(rule.getKey())));
            }
        }
        assertEquals(wanted, decided);
        return wanted.size();
    }

    private static List<Path> folders(String kind) throws IOException {
        try (Stream<Path> folders = Files.list(SharedData.require(ORACLE + kind))) {
            return folders.sorted().toList();
        }
    }

    private static EngineSubject engine(Path folder) throws IOException, MalformedSubjectException {
        EngineSubject.Builder builder = EngineSubject.builder(String.valueOf(folder.getFileName()))
                .info(Files.readAllBytes(folder.resolve("info.json")));
        if (Files.exists(folder.resolve("daemon.json"))) {
            builder.daemonJson(Files.readAllBytes(folder.resolve("daemon.json")));
        }
        if (Files.exists(folder.resolve("dockerd-cmdline.txt"))) {
            builder.commandLine(Files.readString(folder.resolve("dockerd-cmdline.txt")));
        }
        return builder.version(Files.readAllBytes(folder.resolve("version.json")))
                .build();
    }

    @Test
    void followsTheCatalogue() throws IOException {
        Set<String> wanted = new TreeSet<>();
        Map<String, String> rows = new TreeMap<>();
        String text = new String(SharedData.read("hardening/rule-catalogue.tsv"), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            String[] columns = line.split("\t", -1);
            if (columns[0].startsWith("DMN-")) {
                List<String> sections = columns[6].isEmpty() ? List.of(columns[8]) : List.of(columns[6], columns[8]);
                rows.put(columns[0], columns[4] + " " + columns[5].toUpperCase(Locale.ROOT) + " " + sections);
                wanted.add(columns[0]);
            }
        }
        Set<String> ids = new TreeSet<>();
        for (Rule<?> rule : EngineRules.ruleSet().rules()) {
            RuleInfo info = rule.info();
            ids.add(info.id().value());
            String row = info.severity() + " " + info.profile() + " "
                    + info.references().stream().map(RuleInfo.Citation::section).toList();
            assertEquals(rows.get(info.id().value()), row, info.id().value());
        }
        assertEquals(wanted, ids);
    }
}
