package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessTablesTest {
    private static Map<String, byte[]> parse(String document) throws IOException {
        return ProcessTables.parse(document.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTableIsKnownWherePsSucceeded() throws IOException {
        Map<String, byte[]> tables = parse("""
                {"web": {"stdout": "{}", "stderr": [{}], "exit": 0}, "gone": {"exit": 1}}""");
        assertEquals(Set.of("web"), tables.keySet());
        assertEquals("{}", new String(tables.get("web"), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{} {}",
                "{\"a\":1}",
                "{\"a\":{}}",
                "{\"a\":{\"exit\":0}}",
                "{\"a\":{\"exit\":0.5,\"stdout\":\"\"}}",
                "{\"a\":{\"exit\":99999999999,\"stdout\":\"\"}}",
                "{\"a\":{\"exit\":0,\"stdout\":[]}}",
                "{\"a\":{\"exit\":1},\"a\":{\"exit\":1}}"
            })
    void refusesWhatIsNotARecording(String document) {
        IOException e = assertThrows(IOException.class, () -> parse(document));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.matches("not the output of ps.*line \\d+, column \\d+\\)"), message);
        assertFalse(message.contains("\n"), message);
    }
}
