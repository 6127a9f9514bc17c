package dev.tallyclerk.http.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A socket that reads much at a time, and bounds what may come between two pieces of content.
 *
 * <p>OkHttp reads 8 KiB at a time, and TLS a record's header and the record: for content as large as layers, the system
 * calls cost nearly as much as hashing. OkHttp also keeps the line before a chunk in memory until it ends, and a server
 * need never end it.
 */
final class BufferedSocket extends Socket implements FramedSocket {
    private final Map<Ends, BufferedSocket> open;

    /** In milliseconds. */
    private final int connectingReadTimeout;

    private @Nullable SocketInput input;
    private @Nullable Ends ends;

    private BufferedSocket(Map<Ends, BufferedSocket> open, int connectingReadTimeout) {
        this.open = open;
        this.connectingReadTimeout = connectingReadTimeout;
    }

    /** None, which is what OkHttp asks for where it is not to keep one itself, is none for requests only. */
    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        super.setSoTimeout(millis == 0 ? connectingReadTimeout : millis);
    }

    @Override
    public void setRequestReadTimeout(int millis) throws SocketException {
        super.setSoTimeout(millis);
    }

    /** The two ends of a connection, which a TLS socket has in common with the one below it. */
    private record Ends(SocketAddress local, SocketAddress remote) {
        static Ends of(Socket socket) {
            return new Ends(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress());
        }
    }

    /** Makes buffered sockets, and finds them again. Safe for use by several threads. */
    static final class Factory extends SocketFactory {
        private final SocketFactory runtime = SocketFactory.getDefault();
        private final Map<Ends, BufferedSocket> open = new ConcurrentHashMap<>();
        private final int connectingReadTimeout;

        /**
         * Makes sockets.
         *
         * @param connectingReadTimeout how long a handshake waits for the next bytes, in milliseconds; 0 for ever
         */
        Factory(int connectingReadTimeout) {
            this.connectingReadTimeout = connectingReadTimeout;
        }

        /** {@return the buffered socket that is {@code connected}, or below it, or null} */
        @Nullable BufferedSocket find(Socket connected) {
            return open.get(Ends.of(connected));
        }

        @Override
        public Socket createSocket() {
            return new BufferedSocket(open, connectingReadTimeout);
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
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        super.connect(endpoint, timeout);
        Ends own = Ends.of(this);
        ends = own;
        open.put(own, this);
    }

    @Override
    public synchronized void close() throws IOException {
        Ends own = ends;
        if (own != null) {
            open.remove(own, this);
        }
        super.close();
    }

    @Override
    public synchronized SocketInput getInputStream() throws IOException {
        InputStream own = super.getInputStream(); // fails where there is none, or none any more
        SocketInput made = input;
        if (made == null) {
            made = new SocketInput(own, this::isClosed);
            input = made;
        }
        return made;
    }

    @Override
    public void beginContent() {
        SocketInput made = input;
        if (made != null) {
            made.beginContent();
        }
    }

    @Override
    public void endContent() {
        SocketInput made = input;
        if (made != null) {
            made.endContent();
        }
    }
}
