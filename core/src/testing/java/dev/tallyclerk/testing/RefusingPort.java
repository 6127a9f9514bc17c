package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A loopback port that refuses every connection until it is closed.
 *
 * <p>It is bound and does not listen. The port of a server that was closed would not do: another process may get it, and
 * the kernel accepts connections until the thread that waited for them has noticed.
 */
public final class RefusingPort implements Closeable {
    private final Socket bound = new Socket();

    private RefusingPort() throws IOException {
        bound.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    }

    /** {@return a free port, now taken} */
    public static RefusingPort open() throws IOException {
        return new RefusingPort();
    }

    /** {@return host and port, as an image's name begins with them} */
    public String host() {
        return "127.0.0.1:" + bound.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
