package dev.tallyclerk.http.jdk;

import dev.tallyclerk.http.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;

/** A response's body that a cancelled request ends. It belongs to one thread, apart from that. */
final class JdkBody extends FilterInputStream {
    private final Cancellation.Registration registration;

    JdkBody(ClientBody body, Cancellation cancellation) {
        super(body);
        this.registration = cancellation.onCancel(() -> body.fail(new IOException("cancelled")));
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            registration.close();
        }
    }
}
