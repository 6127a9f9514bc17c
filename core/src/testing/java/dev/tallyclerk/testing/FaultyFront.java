package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Passes requests on to a real registry, and does something else where a test wants it to. */
public final class FaultyFront implements Closeable {
    /** Handles a request, or leaves it to the registry. */
    @FunctionalInterface
    public interface Fault {
        /** {@return whether the exchange is done with} */
        boolean handle(Exchange exchange, Answer answer) throws IOException;
    }

    /** What the registry says, if it is asked. */
    @FunctionalInterface
    public interface Answer {
        /** {@return the answer} */
        HttpResponse<byte[]> ask() throws IOException;
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Fault> fault = new AtomicReference<>((exchange, answer) -> false);
    private final String registry;
    private final HostileServer server;

    private FaultyFront(String registry) throws IOException {
        this.registry = registry;
        this.server = HostileServer.start(this::handle);
    }

    /** {@return a front of the registry at a host and port} */
    public static FaultyFront start(String registry) throws IOException {
        return new FaultyFront(registry);
    }

    /** Does this from now on. */
    public void set(Fault fault) {
        this.fault.set(fault);
    }

    /** {@return its host and port} */
    public String host() {
        return server.host();
    }

    /** {@return how often something with that part in its target was asked for} */
    public long asked(String method, String part) {
        return server.requests().stream()
                .filter(request ->
                        request.method().equals(method) && request.target().contains(part))
                .count();
    }

    private void handle(Exchange exchange) throws IOException {
        if (fault.get().handle(exchange, () -> ask(exchange))) {
            return;
        }
        pass(exchange, ask(exchange));
    }

    /** Sends what the registry has answered. */
    public static void pass(Exchange exchange, HttpResponse<byte[]> answer) throws IOException {
        if (exchange.request().method().equals("HEAD")) {
            exchange.head(answer.statusCode(), headers(answer, true));
            return;
        }
        exchange.answer(answer.statusCode(), answer.body(), headers(answer, false));
    }

    private HttpResponse<byte[]> ask(Exchange exchange) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + registry + exchange.request().target()))
                .method(exchange.request().method(), HttpRequest.BodyPublishers.noBody());
        for (String name : List.of("accept", "range")) {
            exchange.request().headers().getOrDefault(name, List.of()).forEach(value -> request.header(name, value));
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String[] headers(HttpResponse<byte[]> answer, boolean withLength) {
        List<String> kept = new ArrayList<>();
        List<String> names = new ArrayList<>(
                Arrays.asList("content-type", "docker-content-digest", "etag", "content-range", "www-authenticate"));
        if (withLength) {
            names.add("content-length");
        }
        for (String name : names) {
            answer.headers().firstValue(name).ifPresent(value -> kept.add(name + ": " + value));
        }
        return kept.toArray(String[]::new);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
