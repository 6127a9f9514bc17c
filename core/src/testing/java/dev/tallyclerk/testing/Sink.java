package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** An attacker's server: it asks for credentials by every scheme, and remembers what it was sent. */
public final class Sink implements Closeable {
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{4,}={0,2}");

    private final HostileServer server;
    private final List<String> secrets;

    private Sink(HostileServer server, List<String> secrets) {
        this.server = server;
        this.secrets = secrets;
    }

    /** {@return one that asks everybody for credentials} */
    public static Sink start(String... secrets) throws IOException {
        return start(Sink::challenge, secrets);
    }

    /** {@return one that does something else} */
    public static Sink start(HostileServer.Handler handler, String... secrets) throws IOException {
        return new Sink(HostileServer.start(handler), List.of(secrets));
    }

    /** {@return one of https that asks everybody for credentials} */
    public static Sink startTls(SSLContext context, String... secrets) throws IOException {
        return new Sink(HostileServer.startTls(context, Sink::challenge), List.of(secrets));
    }

    private static void challenge(Exchange exchange) throws IOException {
        String host = exchange.request().header("Host").orElse("");
        exchange.answer(
                401,
                "WWW-Authenticate: Basic realm=\"sink\"",
                "WWW-Authenticate: Bearer realm=\"http://" + host + "/token\",service=\"sink\",scope=\"x\"");
    }

    /** {@return an address at this server} */
    public URI uri(String target) {
        return server.uri(target);
    }

    /** {@return host and port} */
    public String host() {
        return server.host();
    }

    /** {@return all requests so far} */
    public List<SeenRequest> requests() {
        return server.requests();
    }

    /** {@return method and target of all requests so far, in order} */
    public List<String> log() {
        return server.log();
    }

    /** Fails if a request had a header for credentials, or one of the secrets anywhere, in whatever coding. */
    public void assertSawNoCredentials() {
        for (SeenRequest request : requests()) {
            for (String name : List.of("authorization", "proxy-authorization", "cookie")) {
                assertFalse(request.headers().containsKey(name), request.toString());
            }
            String all = request.target() + " " + request.headers() + " " + request.body();
            for (String secret : secrets) {
                assertFalse(decoded(all).contains(secret), all);
            }
        }
    }

    /** Fails if anybody asked for anything. */
    public void assertSawNothing() {
        assertEquals(List.of(), log());
        assertEquals(0, server.connections(), "connections");
    }

    private static String decoded(String text) {
        StringBuilder out = new StringBuilder(text);
        out.append(' ').append(URLDecoder.decode(text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25"), StandardCharsets.UTF_8));
        for (Matcher found = BASE64.matcher(text); found.find(); ) {
            String base64 = found.group().replace('-', '+').replace('_', '/').replace("=", "");
            if (base64.length() % 4 != 1) {
                out.append(' ')
                        .append(new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1));
            }
        }
        return out.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
