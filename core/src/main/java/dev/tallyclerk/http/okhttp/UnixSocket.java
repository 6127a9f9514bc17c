package dev.tallyclerk.http.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * A UNIX-domain socket for a client that knows only {@link Socket}.
 *
 * <p>Channels have no read timeout, so the channel does not block and a selector waits. Closing the socket ends a wait
 * in another thread, as OkHttp does when a call is cancelled or its time is over.
 */
final class UnixSocket extends Socket implements FramedSocket {
    private final UnixDomainSocketAddress address;

    /** In milliseconds. */
    private final int connectingReadTimeout;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final SocketInput input;
    private volatile int readTimeout;
    private volatile boolean connected;
    private volatile boolean closed;

    private UnixSocket(UnixDomainSocketAddress address, int connectingReadTimeout) throws IOException {
        this.address = address;
        this.connectingReadTimeout = connectingReadTimeout;
        this.readTimeout = connectingReadTimeout;
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        this.selector = Selector.open();
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
        this.input = new SocketInput(new Input(), this::isClosed);
    }

    /** Makes sockets to one path. Safe for use by several threads. */
    static final class Factory extends SocketFactory {
        private final UnixDomainSocketAddress address;
        private final int connectingReadTimeout;

        Factory(Path socket, int connectingReadTimeout) {
            this.address = UnixDomainSocketAddress.of(socket);
            this.connectingReadTimeout = connectingReadTimeout;
        }

        @Override
        public Socket createSocket() throws IOException {
            return new UnixSocket(address, connectingReadTimeout);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort)
                throws IOException {
            return connected();
        }

        private Socket connected() throws IOException {
            Socket socket = createSocket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 0);
            return socket;
        }
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    /** Connects to the path; {@code endpoint} only stands for it. */
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        try {
            if (!channel.connect(address)) {
                await(SelectionKey.OP_CONNECT, timeout);
                channel.finishConnect();
            }
            connected = true;
        } catch (ClosedChannelException e) {
            throw closed(e);
        } finally {
            if (!connected) {
                close();
            }
        }
    }

    /** Waits until the channel is ready for an operation. */
    private void await(int operation, int millis) throws IOException {
        try {
            key.interestOps(operation);
            selector.selectedKeys().clear();
            int ready = selector.select(Math.max(0, millis));
            if (closed) {
                throw new SocketException("the socket is closed");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            if (ready == 0 && millis > 0) {
                throw new SocketTimeoutException("nothing came in " + millis + " ms");
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw closed(e);
        }
    }

    private static SocketException closed(Exception cause) {
        SocketException closed = new SocketException("the socket is closed");
        closed.initCause(cause);
        return closed;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer into = ByteBuffer.wrap(bytes, offset, length);
            try {
                int n = channel.read(into);
                while (n == 0 && length > 0) {
                    await(SelectionKey.OP_READ, readTimeout);
                    n = channel.read(into);
                }
                return n;
            } catch (ClosedChannelException e) {
                throw closed(e);
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer from = ByteBuffer.wrap(bytes, offset, length);
            try {
                while (from.hasRemaining()) {
                    if (channel.write(from) == 0) {
                        await(SelectionKey.OP_WRITE, 0);
                    }
                }
            } catch (ClosedChannelException e) {
                throw closed(e);
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireOpen();
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireOpen();
        return new Output();
    }

    private void requireOpen() throws SocketException {
        if (closed || !connected) {
            throw new SocketException(closed ? "the socket is closed" : "the socket is not connected");
        }
    }

    /** None, which is what OkHttp asks for where it is not to keep one itself, is none for requests only. */
    @Override
    public synchronized void setSoTimeout(int millis) {
        readTimeout = millis == 0 ? connectingReadTimeout : millis;
    }

    @Override
    public synchronized int getSoTimeout() {
        return readTimeout;
    }

    @Override
    public void setRequestReadTimeout(int millis) {
        readTimeout = millis;
    }

    @Override
    public void beginContent() {
        input.beginContent();
    }

    @Override
    public void endContent() {
        input.endContent();
    }

    /** {@return the loopback address, because there is none} */
    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return address;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return closed;
    }

    @Override
    public boolean isOutputShutdown() {
        return closed;
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
        selector.close();
    }

    @Override
    public String toString() {
        return "unix:" + address;
    }
}
