package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with right verdicts over recordings of real engines, and with the catalogue of rules. */
class ContainerOracleTest {
    private static final String HOSTS = "hardening/oracle/hosts/";

    private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");

    private static JsonCursor json(Path file) throws IOException, JsonException {
        return JsonCursor.parse(Files.readAllBytes(file), JsonLimits.ofBytes(1 << 24));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ci", "external", "hardened", "images-host", "laptop", "swarm", "ubuntu-apparmor"})
    void givesTheRightVerdictOnEveryContainer(String host) throws Exception {
        Path folder = SharedData.require(HOSTS + host);
        Map<String, String> wrong = new TreeMap<>();
        int compared = 0;
        List<ContainerSubject> containers = containers(folder);
        Map<String, String> verdicts = new HashMap<>();
        Auditor auditor = Auditor.of(Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet());
        for (Finding finding : auditor.withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(containers)
                .findings()) {
            verdicts.put(
                    finding.subject().name() + ' ' + finding.rule().id(),
                    finding.kind().name());
        }
        for (Map.Entry<String, JsonCursor> container : json(folder.resolve("reference.json"))
                .required("containers")
                .members()
                .entrySet()) {
            for (Map.Entry<String, JsonCursor> rule :
                    container.getValue().members().entrySet()) {
                String key = container.getKey() + ' ' + rule.getKey();
                String want = rule.getValue().string();
                String have = verdicts.getOrDefault(key, "none");
                compared++;
                if (!have.equals(want)) {
                    wrong.put(key, have + " instead of " + want);
                }
            }
        }
        assertEquals(Map.of(), wrong);
        assertEquals(containers.size() * 51, compared);
    }

    private static List<ContainerSubject> containers(Path folder) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder.resolve("containers"))) {
            files = all.sorted().toList();
        }
        List<ContainerSubject> containers = new ArrayList<>();
        for (Path file : files) {
            for (ContainerSubject container : ContainerReader.create().read(Files.readAllBytes(file))) {
                containers.add(withRecords(container, folder));
            }
        }
        return containers;
    }

    /** Where no command line was recorded, the other documents are those of the host on which it was replayed. */
    private static ContainerSubject withRecords(ContainerSubject container, Path folder) throws Exception {
        Path commandLine = folder.resolve("dockerd-cmdline.txt");
        if (!Files.exists(commandLine)) {
            return container;
        }
        EngineSubject.Builder engine = EngineSubject.builder("engine")
                .commandLine(Files.readString(commandLine))
                .info(Files.readAllBytes(folder.resolve("info.json")))
                .version(Files.readAllBytes(folder.resolve("version.json")));
        if (Files.exists(folder.resolve("daemon.json"))) {
            engine.daemonJson(Files.readAllBytes(folder.resolve("daemon.json")));
        }
        ContainerRecordReader records = ContainerRecordReader.create();
        ContainerSubject known = container
                .withEngine(engine.build())
                .withImages(records.images(Files.readAllBytes(folder.resolve("api/images.json"))));
        JsonCursor run = json(folder.resolve("api/exec-ps.json"))
                .required(container.ref().name());
        return run.required("exit").integer(0, 255) == 0
                ? known.withProcesses(
                        records.processes(run.required("stdout").string().getBytes(StandardCharsets.UTF_8)))
                : known;
    }

    @Test
    void followsTheCatalogue() throws IOException {
        Map<String, String[]> catalogue = new TreeMap<>();
        String text = new String(SharedData.read("hardening/rule-catalogue.tsv"), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("RUN-")) {
                String[] columns = line.split("\t", -1);
                catalogue.put(columns[0], columns);
            }
        }
        Set<String> ids = new TreeSet<>();
        for (Rule<?> rule : ContainerRules.ruleSet().rules()) {
            RuleInfo info = rule.info();
            String id = info.id().value();
            String[] columns = catalogue.getOrDefault(id, new String[13]);
            ids.add(id);
            assertEquals(columns[4], info.severity().name(), id);
            assertEquals(columns[5].toUpperCase(Locale.ROOT), info.profile().name(), id);
            List<String> sections = columns[6].isEmpty() ? List.of(columns[8]) : List.of(columns[6], columns[8]);
            assertEquals(
                    sections,
                    info.references().stream().map(RuleInfo.Citation::section).toList(),
                    id);
        }
        assertEquals(catalogue.keySet(), ids);
    }
}
