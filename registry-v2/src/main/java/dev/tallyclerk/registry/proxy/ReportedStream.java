package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.stream.BulkInputStream;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import java.io.IOException;
import java.io.InputStream;

/** A stream that tells the listener if it turns out that the upstream has sent wrong content. */
final class ReportedStream extends BulkInputStream {
    private final InputStream content;
    private final Events events;
    private final View view;
    private final Digest digest;

    ReportedStream(InputStream content, Events events, View view, Digest digest) {
        this.content = content;
        this.events = events;
        this.view = view;
        this.digest = digest;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return content.read(bytes, offset, length);
        } catch (IOException e) {
            events.refused(Content.BLOB, view, digest.toString(), e);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
