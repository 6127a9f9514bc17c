package dev.tallyclerk.hardening.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.Charset;

/** Writes lines that end with a line feed on every platform. It never closes the stream below. */
final class Lines {
    private final Writer out;

    /** Characters that {@code charset} lacks become question marks. */
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
