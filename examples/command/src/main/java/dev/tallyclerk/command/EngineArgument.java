package dev.tallyclerk.command;

import dev.tallyclerk.engine.EngineAddress;
import dev.tallyclerk.engine.EngineDocuments;
import dev.tallyclerk.engine.EngineException;
import dev.tallyclerk.engine.EngineLocator;
import dev.tallyclerk.engine.EngineRecorder;
import dev.tallyclerk.engine.EngineTls;
import dev.tallyclerk.engine.LiveEngine;
import dev.tallyclerk.engine.LocatedEngine;
import dev.tallyclerk.engine.RecordedEngine;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The engine of the option {@code --engine}: running or recorded.
 *
 * @param documents its documents
 * @param name its name for reports
 * @param folder the folder with a recording; null for a running engine
 */
record EngineArgument(
        EngineDocuments documents, String name, @Nullable Path folder) {
    /** The value that stands for the engine that Docker's client would use. */
    static final String DEFAULT = "default";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    /**
     * {@return the engine}
     *
     * @param text a folder, an address, the path of a socket or {@link #DEFAULT}
     * @param record the folder to record into, or null
     * @throws IllegalArgumentException if it is none of these
     */
    static EngineArgument of(String text, @Nullable Path record, Terminal terminal) throws IOException {
        EngineLocator locator = EngineLocator.of(terminal.environment());
        Optional<EngineAddress> address = address(text);
        if (!text.equals(DEFAULT) && address.isEmpty()) {
            if (record != null) {
                throw new IllegalArgumentException("--record records a running engine, and --engine is a folder");
            }
            return ofFolder(Path.of(text));
        }
        LocatedEngine located = address.isPresent() ? locator.at(address.get()) : locator.locate();
        warn(located, terminal);
        EngineDocuments live = connect(located, terminal);
        String name = name(located);
        if (record == null) {
            return new EngineArgument(live, name, null);
        }
        EngineRecorder.create().record(live, record);
        return new EngineArgument(RecordedEngine.open(record), name, record);
    }

    /** Warns of a connection on which answers can be forged. */
    static void warn(LocatedEngine located, Terminal terminal) {
        if (located.address().isUnprotected()) {
            terminal.err()
                    .println("tallyclerk: warning: the connection to " + located.address()
                            + " is not protected: its answers can be forged; use TLS (DOCKER_CERT_PATH)");
        }
    }

    private static EngineArgument ofFolder(Path folder) throws IOException {
        RecordedEngine recorded = RecordedEngine.open(folder);
        Path last = recorded.folder().getFileName();
        return new EngineArgument(recorded, last == null ? "engine" : last.toString(), folder);
    }

    private static Optional<EngineAddress> address(String text) {
        if (text.contains("://")) {
            return Optional.of(EngineAddress.parse(text));
        }
        try {
            Path path = Path.of(text);
            // A socket is neither a file nor a folder nor a link.
            boolean isSocket = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
            return isSocket ? Optional.of(EngineAddress.unix(path.toAbsolutePath())) : Optional.empty();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not the path of a folder or socket: " + Quoted.quote(text), e);
        }
    }

    private static EngineDocuments connect(LocatedEngine engine, Terminal terminal) throws IOException {
        try {
            return LiveEngine.connect(engine.address(), transport(engine, READ_TIMEOUT));
        } catch (EngineException e) {
            if (e.reason() != HttpException.Reason.DENIED && e.reason() != HttpException.Reason.UNAUTHORIZED) {
                throw e;
            }
            terminal.err().println("tallyclerk: " + Quoted.printable(Messages.of(e)));
            return EngineDocuments.unread(Messages.of(e));
        }
    }

    /**
     * {@return the connection to an engine}
     *
     * @param patience how long an answer may pause
     */
    static Transport transport(LocatedEngine engine, Duration patience) throws IOException {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(patience)
                .connectionSpecs(
                        List.of(ConnectionSpec.RESTRICTED_TLS, ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT));
        Optional<Path> certificates = engine.certificates();
        if (certificates.isPresent()) {
            EngineTls tls = EngineTls.read(certificates.get());
            client.sslSocketFactory(tls.context().getSocketFactory(), tls.trusted());
        }
        OkHttpTransport transport = OkHttpTransport.of(client.build());
        Optional<Path> socket = engine.address().socket();
        return socket.isPresent() ? transport.withUnixSocket(socket.get()) : transport;
    }

    private static String name(LocatedEngine engine) {
        return engine.address().toString();
    }
}
