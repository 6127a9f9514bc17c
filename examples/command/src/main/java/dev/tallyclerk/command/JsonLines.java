package dev.tallyclerk.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writes JSON objects, one on each line. */
final class JsonLines {
    private final PrintStream out;

    JsonLines(PrintStream out) {
        this.out = out;
    }

    /** Writes the members of an object. */
    @FunctionalInterface
    interface Members {
        void write(JsonOutput object) throws IOException;
    }

    /** Writes an object. */
    void line(Members members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonOutput json = JsonOutput.compact(bytes);
        members.write(json.beginObject());
        json.endObject().finish();
        out.print(bytes.toString(StandardCharsets.US_ASCII));
    }
}
