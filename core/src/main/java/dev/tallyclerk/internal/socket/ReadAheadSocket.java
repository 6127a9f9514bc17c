package dev.tallyclerk.internal.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the runtime's which asks the system for much at a time. OkHttp reads 8 KiB at a time, and for content as
 * large as layers the calls of the system cost nearly as much as hashing does.
 */
public final class ReadAheadSocket extends Socket {
    private final FramingLimit limit;
    private @Nullable ReadAheadStream input;

    ReadAheadSocket(FramingLimit limit) {
        this.limit = limit;
    }

    @Override
    public synchronized ReadAheadStream getInputStream() throws IOException {
        InputStream own = super.getInputStream(); // fails where there is none, or none any more
        ReadAheadStream made = input;
        if (made == null) {
            made = new ReadAheadStream(own, this, limit);
            input = made;
        }
        return made;
    }
}
