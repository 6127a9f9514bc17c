package dev.tallyclerk.trust.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Cases that notation-go has judged, with the reason for each refusal. */
class NotationCasesTest {
    /** {@return the rows of the table by id: outcome, reason and logged validations} */
    private static Map<String, String> table() throws IOException {
        try (InputStream in = NotationCasesTest.class.getResourceAsStream("cases.tsv")) {
            Map<String, String> table = new LinkedHashMap<>();
            new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .forEach(row -> table.put(row[0], row[1]));
            return table;
        }
    }

    @Test
    void everyCaseHasTheVerdictOfTheTable() throws Exception {
        Map<String, String> verdicts = new LinkedHashMap<>();
        for (NotationCase one : NotationCase.all(SharedData.require("signatures"))) {
            verdicts.put(one.id(), one.verdict());
        }
        assertEquals(table(), verdicts);
    }

    @Test
    void theTableAgreesWithTheData() throws Exception {
        Map<String, String> table = table();
        List<String> wrong = new ArrayList<>();
        for (NotationCase one : NotationCase.all(SharedData.require("signatures"))) {
            String row = table.getOrDefault(one.id(), "");
            if (!row.startsWith(one.text("expect") + "\t") || !row.endsWith("\t" + logged(one))) {
                wrong.add(one.id() + " " + row);
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static String logged(NotationCase one) throws JsonException {
        Optional<JsonCursor> logged = one.entry().optional("logged");
        return logged.isPresent() ? String.join(",", logged.get().strings()) : "-";
    }

    @Test
    void copiedCasesHaveTheVerdictOfTheTable() throws Exception {
        Path copied = Path.of(Objects.requireNonNull(NotationCasesTest.class.getResource("cases"))
                .toURI());
        List<NotationCase> cases = NotationCase.all(copied);
        assertEquals(26, cases.size());
        Map<String, String> table = table();
        for (NotationCase one : cases) {
            assertEquals(table.get(one.id()), one.verdict(), one.id());
        }
    }
}
