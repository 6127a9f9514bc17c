package dev.tallyclerk.internal.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes {@link ReadAheadSocket}s. */
public final class ReadAheadSockets extends SocketFactory {
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
}
