package dev.tallyclerk.internal.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the runtime's sockets, which ask the system for much at a time. OkHttp reads 8 KiB at a time, and for content
 * as large as layers the calls of the system cost nearly as much as hashing does.
 */
public final class ReadAheadSockets extends SocketFactory {
    /** As much as the runtime asks the system for at the most. */
    private static final int AHEAD = 128 * 1024;

    private final SocketFactory runtime = SocketFactory.getDefault();
    private final FramingLimit limit;

    /** Makes sockets that count what they give against {@code limit}. */
    public ReadAheadSockets(FramingLimit limit) {
        this.limit = limit;
    }

    @Override
    public Socket createSocket() {
        return new ReadAheadSocket(limit);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return runtime.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return runtime.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return runtime.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return runtime.createSocket(address, port, localAddress, localPort);
    }

    private static final class ReadAheadSocket extends Socket {
        private final FramingLimit limit;
        private @Nullable InputStream input;

        ReadAheadSocket(FramingLimit limit) {
            this.limit = limit;
        }

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            InputStream own = super.getInputStream(); // fails where there is none, or none any more
            if (input == null) {
                input = new ReadAheadStream(own, this, limit);
            }
            return input;
        }
    }

    private static final class ReadAheadStream extends InputStream {
        private final InputStream in;
        private final Socket socket;
        private final FramingLimit limit;
        private final byte[] ahead = new byte[AHEAD];
        private int position;
        private int end;

        ReadAheadStream(InputStream in, Socket socket, FramingLimit limit) {
            this.in = in;
            this.socket = socket;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (position == end) {
                if (length >= AHEAD) {
                    return in.read(bytes, offset, length);
                }
                position = 0;
                end = 0;
                int n = in.read(ahead, 0, AHEAD);
                if (n < 0) {
                    return n;
                }
                end = n;
            } else if (socket.isClosed()) {
                // Who closed it, to cancel a call or because its time is over, wants no more of it.
                throw new SocketException("the socket is closed");
            }
            int n = Math.min(length, end - position);
            System.arraycopy(ahead, position, bytes, offset, n);
            position += n;
            limit.spend(n);
            return n;
        }

        @Override
        public int available() throws IOException {
            return end > position ? end - position : in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
