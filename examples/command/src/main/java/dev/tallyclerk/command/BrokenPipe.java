package dev.tallyclerk.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/** Finds the system's message for a broken pipe, which depends on the locale; Java has no other sign of one. */
final class BrokenPipe {
    private BrokenPipe() {}

    /** {@return the message of a pipe that is broken on purpose; empty if none can be had} */
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
