package dev.tallyclerk.engine;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonPlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads the recorded output of {@code ps} in each container: {@code {"NAME": {"exit": 0, "stdout": TEXT}, ...}}. */
final class ProcessTables {
    private ProcessTables() {}

    /** {@return the tables by container, without those where {@code ps} failed} */
    static Map<String, byte[]> parse(byte[] document) throws IOException {
        try {
            Map<String, byte[]> tables = new HashMap<>();
            JsonCursor root = JsonCursor.parse(document, JsonLimits.ofBytes(Math.max(1, document.length)));
            for (Map.Entry<String, JsonCursor> container : root.members().entrySet()) {
                JsonCursor table = container.getValue();
                boolean isKnown = table.required("exit").integer(Integer.MIN_VALUE, Integer.MAX_VALUE) == 0;
                if (isKnown) {
                    tables.put(
                            container.getKey(),
                            table.required("stdout").string().getBytes(StandardCharsets.UTF_8));
                }
            }
            return tables;
        } catch (JsonException e) {
            JsonPlace at = e.place().orElseGet(() -> JsonPlace.of(document, e.pointer()));
            throw new IOException(
                    "not the output of ps by container: " + e.detail() + " (line " + at.line() + ", column "
                            + at.column() + ")",
                    e);
        }
    }
}
