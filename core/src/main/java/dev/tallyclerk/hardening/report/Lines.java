package dev.tallyclerk.hardening.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/** Writes text in lines that end with a line feed, whatever the platform. It never closes the stream below. */
final class Lines {
    private final Writer out;

    /** A character that {@code charset} does not have becomes a question mark. */
    Lines(OutputStream out, Charset charset) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, charset));
    }

    Lines add(String text) throws IOException {
        out.write(text);
        return this;
    }

    Lines line(String text) throws IOException {
        out.write(text);
        return line();
    }

    Lines line() throws IOException {
        out.write('\n');
        return this;
    }

    void flush() throws IOException {
        out.flush();
    }
}
