package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A token service as Docker's registries use it, over GET and over POST (OAuth 2.0), with refresh tokens. Its tokens are
 * signed so that a real docker-registry takes them.
 */
public final class TokenServer implements Closeable {
    /** Who may pull, push and delete, and list the catalog. */
    public static final String USER = "test";

    /** That user's password. */
    public static final String PASSWORD = "testpass";

    /** Who may pull. */
    public static final String READER = "reader";

    /** That user's password. */
    public static final String READER_PASSWORD = "readpass";

    /** The service for which it gives tokens. */
    public static final String SERVICE = "loopback-registry";

    private static final Map<String, String> PASSWORDS = Map.of(USER, PASSWORD, READER, READER_PASSWORD);
    private static final Map<String, Set<String>> ACTIONS =
            Map.of(USER, Set.of("pull", "push", "delete", "*"), READER, Set.of("pull"));

    private final HostileServer server;
    private final TokenSigner signer;
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final List<TokenRequest> requests = new CopyOnWriteArrayList<>();
    private volatile Duration lifetime = Duration.ofMinutes(5);
    private volatile boolean post = true;
    private volatile Set<String> anonymousActions = Set.of();

    /**
     * A request, without its secrets.
     *
     * @param method GET or POST
     * @param grant the grant type of a POST; empty for GET
     * @param user who asked; empty for nobody, and for a refresh token that is not known
     * @param service for which service
     * @param scopes for which scopes, one for each resource
     */
    public record TokenRequest(String method, String grant, String user, String service, List<String> scopes) {}

    private TokenServer(PrivateAuthority authority, boolean tls) throws IOException {
        signer = new TokenSigner(authority);
        server = tls
                ? HostileServer.startTls(authority.serverContext(), this::handle)
                : HostileServer.start(this::handle);
    }

    /** {@return a service of plain http, whose tokens the authority's server signs} */
    public static TokenServer start(PrivateAuthority authority) throws IOException {
        return new TokenServer(authority, false);
    }

    /** {@return the same of https} */
    public static TokenServer startTls(PrivateAuthority authority) throws IOException {
        return new TokenServer(authority, true);
    }

    /**
     * Sets how long its tokens hold. A docker-registry takes them for 60 seconds more, so less than nothing can be meant;
     * what a client is told is what a docker-registry makes of it.
     */
    public void setLifetime(Duration duration) {
        lifetime = duration;
    }

    /** Takes OAuth 2.0 away, as services have it that know GET only, or gives it back. */
    public void setPost(boolean offered) {
        post = offered;
    }

    /** Lets everybody do something. */
    public void setAnonymousActions(String... actions) {
        anonymousActions = Set.of(actions);
    }

    /** {@return a refresh token for that user} */
    public String refreshToken(String user) {
        String token = "refresh-" + UUID.randomUUID();
        refreshTokens.put(token, user);
        return token;
    }

    /** {@return the address that a challenge names} */
    public URI realm() {
        return server.uri("/token");
    }

    /** {@return all requests so far, in order} */
    public List<TokenRequest> requests() {
        return List.copyOf(requests);
    }

    private void handle(Exchange exchange) throws IOException {
        if (exchange.request().method().equals("GET")) {
            get(exchange);
        } else if (post) {
            post(exchange);
        } else {
            exchange.answer(405);
        }
    }

    private void get(Exchange exchange) throws IOException {
        Map<String, List<String>> query = parse(exchange.request()
                .target()
                .substring(exchange.request().path().length())
                .replaceFirst("^\\?", ""));
        Optional<String> header = exchange.request().header("Authorization");
        String[] pair = header.filter(value -> value.startsWith("Basic "))
                .map(value -> new String(Base64.getDecoder().decode(value.substring(6)), StandardCharsets.UTF_8))
                .orElse(":")
                .split(":", 2);
        note(exchange, "", pair[0], query);
        if (header.isPresent() && !pair[1].equals(PASSWORDS.get(pair[0]))) {
            exchange.answerText(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}", "Content-Type: application/json");
            return;
        }
        issue(exchange, pair[0], query, first(query, "offline_token").equals("true"));
    }

    private void post(Exchange exchange) throws IOException {
        Map<String, List<String>> form = parse(exchange.request().body());
        String grant = first(form, "grant_type");
        String user = grant.equals("password")
                ? first(form, "username")
                : refreshTokens.getOrDefault(first(form, "refresh_token"), "");
        note(exchange, grant, user, form);
        boolean known = grant.equals("password")
                ? first(form, "password").equals(PASSWORDS.get(user))
                : grant.equals("refresh_token") && !user.isEmpty();
        if (!known) {
            exchange.answerText(401, "{\"error\":\"invalid_grant\"}", "Content-Type: application/json");
            return;
        }
        issue(exchange, user, form, first(form, "access_type").equals("offline"));
    }

    private void note(Exchange exchange, String grant, String user, Map<String, List<String>> parameters) {
        requests.add(new TokenRequest(
                exchange.request().method(), grant, user, first(parameters, "service"), scopes(parameters)));
    }

    private void issue(Exchange exchange, String user, Map<String, List<String>> parameters, boolean offline)
            throws IOException {
        Set<String> allowed = ACTIONS.getOrDefault(user, anonymousActions);
        Instant now = Instant.now();
        String token = signer.sign(user, first(parameters, "service"), now, lifetime, scopes(parameters), allowed);
        long told = lifetime.isNegative() ? lifetime.plusSeconds(60).toSeconds() : lifetime.toSeconds();
        exchange.answerText(
                200,
                "{\"token\":\"" + token + "\",\"access_token\":\"" + token + "\",\"expires_in\":" + told
                        + (offline ? ",\"refresh_token\":\"" + refreshToken(user) + "\"" : "") + "}",
                "Content-Type: application/json");
    }

    private static List<String> scopes(Map<String, List<String>> parameters) {
        return parameters.getOrDefault("scope", List.of()).stream()
                .flatMap(scopes -> Arrays.stream(scopes.split(" ", -1)))
                .filter(scope -> !scope.isEmpty())
                .toList();
    }

    private static Map<String, List<String>> parse(String form) {
        Map<String, List<String>> out = new LinkedHashMap<>();
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                out.computeIfAbsent(pair.substring(0, equals), name -> new ArrayList<>())
                        .add(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return out;
    }

    private static String first(Map<String, List<String>> parameters, String name) {
        return parameters.getOrDefault(name, List.of("")).get(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
