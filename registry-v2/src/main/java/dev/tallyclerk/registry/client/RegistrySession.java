package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import dev.tallyclerk.registry.client.Transport.Request;
import dev.tallyclerk.registry.client.Transport.Response;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes calls to one registry: authenticated as the registry asks for it, and only where they may go. */
final class RegistrySession {
    private final ClientSettings settings;
    private final String registry;
    private final URI base;

    /** What the registry, and no other origin, is sent as Authorization; found out by its first challenge. */
    private volatile @Nullable String authorization;

    private RegistrySession(ClientSettings settings, String registry, URI base) {
        this.settings = settings;
        this.registry = registry;
        this.base = base;
    }

    /**
     * {@return a session with a registry}
     *
     * @param registry its name as it stands in references
     * @param base its address, up to and with {@code /v2/}
     */
    static RegistrySession of(ClientSettings settings, String registry, URI base) {
        return new RegistrySession(settings, registry, base);
    }

    /** {@return a session with the same registry under other settings} */
    RegistrySession with(ClientSettings other) {
        return new RegistrySession(other, registry, base);
    }

    ClientSettings settings() {
        return settings;
    }

    /** {@return the registry's name as it stands in references} */
    String registry() {
        return registry;
    }

    /** {@return the registry's address, up to and with {@code /v2/}, below which its paths are resolved} */
    URI base() {
        return base;
    }

    /** {@return the registry's host and port} */
    String host() {
        return base.getRawAuthority();
    }

    /**
     * Makes a call.
     *
     * @return the answer, whose status is one of those that the call accepts; the caller closes it
     * @throws RegistryException if there is no such answer
     */
    Answer execute(Call call) throws IOException {
        Answer first = follow(call);
        // Only the registry itself may ask for its credentials, and not whoever it redirects to.
        if (first.status() != 401 || !sameOrigin(first.uri(), base)) {
            return judged(call, first);
        }
        List<String> challenges = first.headers("WWW-Authenticate");
        first.close();
        authorization = answer(Challenge.parseAll(challenges), call.scope());
        return judged(call, follow(call));
    }

    private Answer judged(Call call, Answer answer) throws IOException {
        if (call.accepted().contains(answer.status())) {
            return answer;
        }
        try (answer) {
            throw failure(answer.response(), host());
        }
    }

    private Answer follow(Call call) throws IOException {
        URI uri = call.target();
        for (int redirects = 0; ; redirects++) {
            Response response = send(call, uri);
            Optional<String> location = response.header("Location");
            if (!isRedirect(response.status()) || location.isEmpty()) {
                return new Answer(uri, response);
            }
            response.close();
            if (redirects == settings.limits().maxRedirects()) {
                throw new RegistryException(
                        Reason.PROTOCOL,
                        response.status(),
                        host() + " redirects more than " + settings.limits().maxRedirects() + " times");
            }
            uri = target(uri, location.get());
        }
    }

    private Response send(Call call, URI uri) throws RegistryException {
        Request request =
                Request.of(call.method(), uri).withBody(call.body()).withHeader("Accept-Encoding", "identity");
        for (Map.Entry<String, List<String>> header : call.headers().entrySet()) {
            for (String value : header.getValue()) {
                request = request.withHeader(header.getKey(), value);
            }
        }
        String value = authorization;
        if (value != null && sameOrigin(uri, base)) {
            request = request.withHeader("Authorization", value);
        }
        return send(request);
    }

    private Response send(Request request) throws RegistryException {
        try {
            return settings.transport().send(request);
        } catch (IOException e) {
            throw new RegistryException(
                    Reason.UNREACHABLE,
                    "no answer from " + request.uri().getScheme() + "://"
                            + request.uri().getRawAuthority() + ": " + e.getMessage(),
                    e);
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private URI target(URI from, String location) throws RegistryException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    Reason.PROTOCOL, host() + " redirects to what is no address: " + Quoted.quote(location), e);
        }
        boolean http = "http".equals(to.getScheme());
        boolean https = "https".equals(to.getScheme());
        boolean safeScheme = https || (http && isHttp(from));
        if (to.getHost() == null || to.getRawUserInfo() != null || !safeScheme || !mayLeadTo(to)) {
            throw new RegistryException(
                    Reason.UNSAFE_LOCATION,
                    0,
                    host() + " redirects to " + Quoted.quote(location) + ", which is not followed");
        }
        return to;
    }

    /** A registry on the public network has no business with addresses behind the caller's firewall. */
    private boolean mayLeadTo(URI uri) {
        return uri.getHost().equals(base.getHost())
                || SpecialAddresses.isPublic(uri.getHost())
                || !SpecialAddresses.isPublic(base.getHost());
    }

    private static boolean isHttp(URI uri) {
        return "http".equals(uri.getScheme());
    }

    private static boolean sameOrigin(URI a, URI b) {
        return a.getScheme().equals(b.getScheme()) && a.getRawAuthority().equals(b.getRawAuthority());
    }

    private String answer(List<Challenge> challenges, Scope scope) throws IOException {
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                return "Bearer " + token(challenge, scope);
            }
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("basic")) {
                return settings.credentials()
                        .credentialsFor(registry)
                        .basic()
                        .orElseThrow(() -> new RegistryException(
                                Reason.UNAUTHORIZED, 401, host() + " wants a user name and a password"));
            }
        }
        throw new RegistryException(
                Reason.UNAUTHORIZED, 401, host() + " wants an authentication that is not Basic or Bearer");
    }

    private String token(Challenge challenge, Scope scope) throws IOException {
        URI realm = realm(challenge);
        StringBuilder query = new StringBuilder(realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&");
        query.append("service=").append(encode(challenge.parameters().getOrDefault("service", "")));
        scope.resources().forEach(resource -> query.append("&scope=").append(encode(resource)));
        URI uri = URI.create(realm.getScheme() + "://" + realm.getRawAuthority() + realm.getRawPath() + "?" + query);
        Request request = Request.of("GET", uri).withHeader("Accept-Encoding", "identity");
        Optional<String> basic = settings.credentials().credentialsFor(registry).basic();
        if (basic.isPresent()) {
            request = request.withHeader("Authorization", basic.get());
        }
        int most = settings.limits().maxTokenBytes();
        try (Response response = send(request)) {
            if (response.status() != 200) {
                throw failure(response, "the token service " + realm.getRawAuthority());
            }
            JsonCursor json = JsonCursor.parse(response.body().readNBytes(most + 1), JsonLimits.ofBytes(most));
            Optional<JsonCursor> token = json.optional("token");
            String text = (token.isPresent() ? token.get() : json.required("access_token")).string();
            if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new RegistryException(Reason.PROTOCOL, 200, realm.getRawAuthority() + " gives no usable token");
            }
            return text;
        } catch (JsonException e) {
            // Not its message: it could quote the token.
            throw new RegistryException(
                    Reason.PROTOCOL, 200, realm.getRawAuthority() + " gives a token document that is malformed");
        }
    }

    /** The realm comes from whoever answers for the registry, and the password goes there. */
    private URI realm(Challenge challenge) throws RegistryException {
        String text = challenge.parameters().getOrDefault("realm", "");
        URI realm;
        try {
            realm = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(Reason.PROTOCOL, host() + " names no token service: " + Quoted.quote(text), e);
        }
        boolean absolute = realm.getHost() != null && realm.getRawUserInfo() == null;
        boolean safeScheme = absolute
                && ("https".equals(realm.getScheme())
                        || (isHttp(realm) && isHttp(base) && realm.getHost().equals(base.getHost())));
        if (!safeScheme || !mayLeadTo(realm)) {
            throw new RegistryException(
                    Reason.UNSAFE_LOCATION,
                    401,
                    host() + " names a token service to which no password is sent: " + Quoted.quote(text));
        }
        return realm;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private RegistryException failure(Response response, String who) throws IOException {
        int status = response.status();
        Reason reason = switch (status) {
            case 401 -> Reason.UNAUTHORIZED;
            case 403 -> Reason.DENIED;
            case 404 -> Reason.NOT_FOUND;
            case 429 -> Reason.TOO_MANY_REQUESTS;
            default -> status >= 500 ? Reason.SERVER_ERROR : Reason.PROTOCOL;
        };
        String body = new String(response.body().readNBytes(settings.limits().maxErrorBytes()), StandardCharsets.UTF_8);
        return new RegistryException(
                reason, status, who + " answers " + status + (body.isBlank() ? "" : ": " + Quoted.quote(body.strip())));
    }
}
