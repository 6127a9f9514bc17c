package dev.tallyclerk.registry.internal.gzip;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The two inflaters, which must not differ. */
enum Engine {
    OWN,
    RUNTIME;

    byte[] decode(byte[] stream) throws IOException {
        return decode(new ByteArrayInputStream(stream), 10_000);
    }

    /** Decodes with two buffers in turn, as the verifier does. */
    byte[] decode(InputStream stream, int chunk) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = GzipStream.newBuffer(chunk);
        byte[] other = GzipStream.newBuffer(chunk);
        try (GzipStream gzip = this == OWN ? GzipStream.of(stream) : GzipStream.ofRuntime(stream)) {
            for (int end = gzip.decode(buffer); end >= 0; end = gzip.decode(buffer)) {
                content.write(buffer, GzipStream.CONTENT, end - GzipStream.CONTENT);
                byte[] used = buffer;
                buffer = other;
                other = used;
            }
            return content.toByteArray();
        }
    }
}
