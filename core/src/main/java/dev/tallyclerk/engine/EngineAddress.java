package dev.tallyclerk.engine;

import dev.tallyclerk.text.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine listens: a UNIX-domain socket, or a host and port with or without TLS.
 *
 * <p>Immutable.
 */
public final class EngineAddress {
    private static final String UNIX = "unix://";
    private static final int PLAIN_PORT = 2375;
    private static final int TLS_PORT = 2376;

    private final @Nullable Path socket;
    private final String host;

    /** -1 for the usual one. */
    private final int port;

    private final boolean usesTls;

    private EngineAddress(@Nullable Path socket, String host, int port, boolean usesTls) {
        this.socket = socket;
        this.host = host;
        this.port = port;
        this.usesTls = usesTls;
    }

    /** {@return the address of a socket in the file system} */
    public static EngineAddress unix(Path socket) {
        return new EngineAddress(Objects.requireNonNull(socket, "socket"), "localhost", -1, false);
    }

    /**
     * {@return the address in a text, as in {@code DOCKER_HOST}}
     *
     * @param text {@code unix:///PATH}, {@code tcp://HOST[:PORT]}, {@code http://HOST[:PORT]} or
     *     {@code https://HOST[:PORT]}; only the last one uses TLS
     * @throws IllegalArgumentException if it is not that, or of a kind that is not supported, such as {@code ssh}; the
     *     message says what to do
     */
    public static EngineAddress parse(String text) {
        if (text.regionMatches(true, 0, UNIX, 0, UNIX.length())) {
            return unix(text, text.substring(UNIX.length()));
        }
        int end = text.indexOf("://");
        String scheme = end < 0 ? "" : text.substring(0, end).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "tcp", "http" -> tcp(text, false);
            case "https" -> tcp(text, true);
            case "ssh" ->
                throw new IllegalArgumentException("an engine behind ssh is not supported: forward its socket with"
                        + " ssh -nNT -L /tmp/engine.sock:/run/docker.sock HOST, and give unix:///tmp/engine.sock");
            case "npipe" ->
                throw new IllegalArgumentException(
                        "named pipes are not supported: let the engine listen at tcp:// with TLS");
            default ->
                throw new IllegalArgumentException("not the address of an engine, such as unix:///run/docker.sock or"
                        + " tcp://HOST:2376: " + Quoted.quote(text));
        };
    }

    private static EngineAddress unix(String text, String path) {
        try {
            Path socket = Path.of(path);
            if (!socket.isAbsolute()) {
                throw new IllegalArgumentException(
                        "the path of a socket must be absolute, as in unix:///run/docker.sock: " + Quoted.quote(text));
            }
            return unix(socket);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not the path of a socket: " + Quoted.quote(text), e);
        }
    }

    private static EngineAddress tcp(String text, boolean usesTls) {
        URI uri;
        try {
            uri = new URI("http" + text.substring(text.indexOf("://")));
        } catch (URISyntaxException e) {
            // Not quoted: there may be a password in it.
            throw new IllegalArgumentException("not an address such as tcp://HOST:2376", e);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean hasMore = uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (uri.getHost() == null || hasMore || !(path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException(
                    "the address of an engine has a host, a port and nothing else, as in tcp://HOST:2376");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException("not a port: " + uri.getPort());
        }
        return new EngineAddress(null, uri.getHost(), uri.getPort(), usesTls);
    }

    /** {@return this address with TLS; one of a socket is returned as it is} */
    public EngineAddress withTls() {
        return socket == null ? new EngineAddress(null, host, port, true) : this;
    }

    /** {@return the socket in the file system, if it is one} */
    public Optional<Path> socket() {
        return Optional.ofNullable(socket);
    }

    /** {@return whether the connection uses TLS} */
    public boolean usesTls() {
        return usesTls;
    }

    /** {@return whether answers can be changed on the way: neither a socket, nor TLS, nor this machine} */
    public boolean isUnprotected() {
        boolean isLocal = host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
        return socket == null && !usesTls && !isLocal;
    }

    /** {@return the address that requests name; for a socket the host means nothing} */
    URI base() {
        if (socket != null) {
            return URI.create("http://" + host);
        }
        int usual = usesTls ? TLS_PORT : PLAIN_PORT;
        return URI.create((usesTls ? "https://" : "http://") + host + ':' + (port < 0 ? usual : port));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EngineAddress that
                && Objects.equals(socket, that.socket)
                && host.equals(that.host)
                && port == that.port
                && usesTls == that.usesTls;
    }

    @Override
    public int hashCode() {
        return Objects.hash(socket, host, port, usesTls);
    }

    /** {@return the address, for example {@code unix:///run/docker.sock}} */
    @Override
    public String toString() {
        return socket == null
                ? (usesTls ? "https://" : "tcp://") + base().getAuthority()
                : Quoted.printable(UNIX + socket);
    }
}
