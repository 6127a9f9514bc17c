package dev.tallyclerk.testing;

import dev.tallyclerk.http.NameResolver;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Servers in memory, by origin, and the names they have. Whatever is not there has no address, and asking it is an
 * error of the test.
 */
public final class FakeNetwork implements Transport, NameResolver {
    private final Map<String, Server> servers = new HashMap<>();
    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();

    /** Answers requests to one origin. */
    @FunctionalInterface
    public interface Server {
        Response answer(Request request) throws IOException;
    }

    /** Puts a server at an origin. */
    public FakeNetwork serve(String origin, Server server) {
        servers.put(origin, server);
        return this;
    }

    private static String origin(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == standard ? "" : ":" + uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    }

    /** Gives a name addresses. */
    public FakeNetwork name(String host, String... addresses) {
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses) {
            found.add(literal(address));
        }
        names.put(host, List.copyOf(found));
        return this;
    }

    public static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized List<InetAddress> resolve(String host) throws UnknownHostException {
        if (names.containsKey(host)) {
            return names.get(host);
        }
        if (host.startsWith("[") || host.matches("[0-9.]+")) {
            return List.of(InetAddress.getByName(host));
        }
        throw new UnknownHostException(host);
    }

    @Override
    public Response send(Request request) throws IOException {
        Server server;
        synchronized (this) {
            requests.add(request);
            server = servers.get(origin(request.uri()));
        }
        if (server == null) {
            throw new AssertionError("a request that must not be made: " + request);
        }
        return server.answer(request);
    }

    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** {@return the requests that one origin saw} */
    public List<Request> requests(String origin) {
        return requests().stream()
                .filter(request -> origin(request.uri()).equals(origin))
                .toList();
    }

    /** {@return the Authorization headers that one origin saw, with an empty text for a request without} */
    public List<String> authorizations(String origin) {
        return requests(origin).stream()
                .map(request -> String.join("|", request.headers().getOrDefault("Authorization", List.of())))
                .toList();
    }

    public static Response answer(int status, String body, String... headers) {
        return answer(status, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), headers);
    }

    /** {@return a response with headers, each a name followed by a value} */
    public static Response answer(int status, InputStream body, String... headers) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.computeIfAbsent(headers[i], name -> new ArrayList<>()).add(headers[i + 1]);
        }
        return new Response(status, all, body);
    }
}
