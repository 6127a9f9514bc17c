package dev.tallyclerk.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the recorded output of {@code ps} in each container: {@code {"NAME": {"exit": 0, "stdout": TEXT}, ...}}. */
final class ProcessTables {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ProcessTables() {}

    /** {@return the tables by container, without those where {@code ps} failed} */
    static Map<String, byte[]> parse(byte[] document) throws IOException {
        Map<String, byte[]> tables = new HashMap<>();
        try (JsonParser in = FACTORY.createParser(document)) {
            require(in, in.nextToken(), JsonToken.START_OBJECT);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String container = in.currentName();
                String table = table(in);
                if (table != null) {
                    tables.put(container, table.getBytes(StandardCharsets.UTF_8));
                }
            }
            if (in.nextToken() != null) {
                throw new JsonParseException(in, "expected the end of the document");
            }
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "not the output of ps by container: " + e.getOriginalMessage() + " (line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")",
                    e);
        }
        return tables;
    }

    private static @Nullable String table(JsonParser in) throws IOException {
        require(in, in.nextToken(), JsonToken.START_OBJECT);
        Integer exit = null;
        String output = null;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            switch (name) {
                case "exit" -> {
                    require(in, value, JsonToken.VALUE_NUMBER_INT);
                    exit = in.getIntValue();
                }
                case "stdout" -> {
                    require(in, value, JsonToken.VALUE_STRING);
                    output = in.getText();
                }
                default -> in.skipChildren();
            }
        }
        if (exit == null || (exit == 0 && output == null)) {
            throw new JsonParseException(in, exit == null ? "missing \"exit\"" : "missing \"stdout\"");
        }
        return exit == 0 ? output : null;
    }

    private static void require(JsonParser in, @Nullable JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw new JsonParseException(in, "expected " + expected + ", not " + found);
        }
    }
}
