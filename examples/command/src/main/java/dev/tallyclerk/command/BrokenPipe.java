package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/**
 * What this system says, in its user's language, of a pipe that nobody reads any more: Java has no other sign of it.
 */
final class BrokenPipe {
    private BrokenPipe() {}

    /** {@return the message of a pipe that is broken here to ask for it, or nothing if none can be had} */
    static String message() {
        try {
            Pipe pipe = Pipe.open();
            try (Pipe.SinkChannel sink = pipe.sink()) {
                pipe.source().close();
                sink.write(ByteBuffer.allocate(1));
            }
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
