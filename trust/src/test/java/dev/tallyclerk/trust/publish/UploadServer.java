package dev.tallyclerk.trust.publish;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.SeenRequest;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A web server that takes files by PUT, with the faults that a test wants. Files are text. */
final class UploadServer implements Closeable {
    final Map<String, byte[]> files = new TreeMap<>();

    /** Whether the server knows entity tags and conditions. */
    boolean hasConditions = true;

    /** Whether its entity tags are weak. */
    boolean isWeak;

    /** The request for a file by PUT that is answered by no response, after the file was stored; 0 for none. */
    int loseResponse;

    /** The number of files that are taken before the server denies all others. */
    int failAfter = Integer.MAX_VALUE;

    /** The Authorization header that is demanded; empty if none is. */
    String login = "";

    /** Runs before a file is stored. */
    Runnable beforePut = () -> {};

    private int puts;
    private final HostileServer server;

    UploadServer() throws IOException {
        server = HostileServer.start(this::handle);
    }

    URI uri() {
        return server.uri("/metadata/");
    }

    private void handle(Exchange exchange) throws IOException {
        SeenRequest request = exchange.request();
        if (!login.isEmpty() && !request.header("Authorization").equals(Optional.of(login))) {
            exchange.answer(401, "WWW-Authenticate: Basic realm=\"upload\"");
            return;
        }
        String name = request.path().substring("/metadata/".length());
        if (request.method().equals("GET")) {
            get(exchange, name);
        } else if (request.method().equals("PUT")) {
            put(exchange, name, request);
        } else {
            exchange.answer(405);
        }
    }

    private synchronized void get(Exchange exchange, String name) throws IOException {
        byte[] file = files.get(name);
        if (file == null) {
            exchange.answer(404);
        } else if (hasConditions) {
            exchange.answer(200, file, "ETag: " + (isWeak ? "W/" : "") + tag(file));
        } else {
            exchange.answer(200, file);
        }
    }

    private static String tag(byte[] file) {
        return "\"" + Digest.sha256Of(file).encoded() + "\"";
    }

    private void put(Exchange exchange, String name, SeenRequest request) throws IOException {
        beforePut.run();
        synchronized (this) {
            byte[] there = files.get(name);
            Optional<String> ifMatch = request.header("If-Match");
            boolean isNew = request.header("If-None-Match").isEmpty() || there == null;
            boolean isSame = ifMatch.isEmpty() || (there != null && tag(there).equals(ifMatch.get()));
            if (hasConditions && !(isNew && isSame)) {
                exchange.answer(412);
                return;
            }
            puts++;
            if (puts > failAfter) {
                exchange.answer(403);
                return;
            }
            files.put(name, request.body().getBytes(StandardCharsets.ISO_8859_1));
            if (puts != loseResponse) {
                exchange.answer(there == null ? 201 : 204);
            }
        }
    }

    int puts() {
        return puts;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
