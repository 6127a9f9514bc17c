package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonOutputTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void indentsAndEndsWithALineFeed() throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("a", 1).member("b", true).name("c").beginArray();
        json.value("x").endArray().endObject().finish();
        assertEquals("{\n  \"a\" : 1,\n  \"b\" : true,\n  \"c\" : [\n    \"x\"\n  ]\n}\n", written());
    }

    @Test
    void escapesWhatIsNotAscii() throws IOException {
        new JsonOutput(out).value("\u001b\u00e4\u202e\ud83d\ude00\ud800").finish();
        assertEquals("\"\\u001B\\u00E4\\u202E\\uD83D\\uDE00\\uFFFD\"\n", written());
    }

    @Test
    void aNameAppearsOnceInAnObject() throws IOException {
        JsonOutput json = new JsonOutput(out).beginObject().member("a", 1);
        assertThrows(IOException.class, () -> json.member("a", 2));
    }

    @Test
    void copiesADocumentWithTheDigitsOfItsNumbers() throws IOException {
        String document = "[1.0e5,-0,12345678901234567890.10,1E400,null,true,{\"a\":\"\\ud800\",\"b\":[]}]";
        JsonOutput json = new JsonOutput(out).beginObject().name("copy");
        json.copy(document.getBytes(StandardCharsets.UTF_8)).endObject().finish();
        String same = document.replace("\\ud800", "\\uFFFD");
        assertEquals("{\"copy\":" + same + "}", written().replaceAll("\\s", ""));
    }
}
