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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests to one repository of one registry, authenticated as the registry asks for it. Not thread-safe alone. */
final class RegistrySession {
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_TOKEN_BYTES = 1 << 20;
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final Transport transport;
    private final URI base;
    private final Credentials credentials;
    private final String repository;

    /** What the registry, and no other origin, is sent as Authorization; found out by its first challenge. */
    private volatile @Nullable String authorization;

    RegistrySession(Transport transport, URI base, Credentials credentials, String repository) {
        this.transport = transport;
        this.base = base;
        this.credentials = credentials;
        this.repository = repository;
    }

    /** {@return the registry's host and port} */
    String host() {
        return base.getRawAuthority();
    }

    /**
     * Gets something of the repository.
     *
     * @param path for example {@code manifests/latest}
     * @return a response of status 200, or nothing for 404
     */
    Optional<Response> get(String path, List<String> accept) throws IOException {
        URI uri = base.resolve(repository + "/" + path);
        Answer first = follow(uri, accept);
        // Only the registry itself may ask for its credentials, and not whoever it redirects to.
        if (first.response().status() != 401 || !sameOrigin(first.uri(), base)) {
            return judged(first.response());
        }
        List<String> challenges = first.response().headers("WWW-Authenticate");
        first.response().close();
        authorization = answer(Challenge.parseAll(challenges));
        return judged(follow(uri, accept).response());
    }

    private Optional<Response> judged(Response response) throws IOException {
        if (response.status() == 200) {
            return Optional.of(response);
        }
        try (response) {
            if (response.status() == 404) {
                return Optional.empty();
            }
            throw failure(response, host());
        }
    }

    /** A response, and who gave it. */
    private record Answer(URI uri, Response response) {}

    private Answer follow(URI start, List<String> accept) throws IOException {
        URI uri = start;
        for (int redirects = 0; ; redirects++) {
            Response response = send(uri, accept);
            Optional<String> location = response.header("Location");
            if (!isRedirect(response.status()) || location.isEmpty()) {
                return new Answer(uri, response);
            }
            response.close();
            if (redirects == MAX_REDIRECTS) {
                throw new RegistryException(
                        Reason.PROTOCOL,
                        response.status(),
                        host() + " redirects more than " + MAX_REDIRECTS + " times");
            }
            uri = target(uri, location.get());
        }
    }

    private Response send(URI uri, List<String> accept) throws RegistryException {
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("Accept-Encoding", List.of("identity"));
        if (!accept.isEmpty()) {
            headers.put("Accept", accept);
        }
        String value = authorization;
        if (value != null && sameOrigin(uri, base)) {
            headers.put("Authorization", List.of(value));
        }
        return send(new Request("GET", uri, headers));
    }

    private Response send(Request request) throws RegistryException {
        try {
            return transport.send(request);
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

    private String answer(List<Challenge> challenges) throws IOException {
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                return "Bearer " + token(challenge);
            }
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("basic")) {
                return credentials
                        .basic()
                        .orElseThrow(() -> new RegistryException(
                                Reason.UNAUTHORIZED, 401, host() + " wants a user name and a password"));
            }
        }
        throw new RegistryException(
                Reason.UNAUTHORIZED, 401, host() + " wants an authentication that is not Basic or Bearer");
    }

    private String token(Challenge challenge) throws IOException {
        URI realm = realm(challenge);
        StringBuilder query = new StringBuilder(realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&");
        query.append("scope=").append(encode("repository:" + repository + ":pull"));
        String service = challenge.parameters().get("service");
        if (service != null) {
            query.append("&service=").append(encode(service));
        }
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("Accept-Encoding", List.of("identity"));
        credentials.basic().ifPresent(basic -> headers.put("Authorization", List.of(basic)));
        URI uri = URI.create(realm.getScheme() + "://" + realm.getRawAuthority() + realm.getRawPath() + "?" + query);
        try (Response response = send(new Request("GET", uri, headers))) {
            if (response.status() != 200) {
                throw failure(response, "the token service " + realm.getRawAuthority());
            }
            JsonCursor json = JsonCursor.parse(
                    response.body().readNBytes(MAX_TOKEN_BYTES + 1), JsonLimits.ofBytes(MAX_TOKEN_BYTES));
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

    private static RegistryException failure(Response response, String who) throws IOException {
        int status = response.status();
        Reason reason = switch (status) {
            case 401 -> Reason.UNAUTHORIZED;
            case 403 -> Reason.DENIED;
            case 404 -> Reason.NOT_FOUND;
            case 429 -> Reason.TOO_MANY_REQUESTS;
            default -> status >= 500 ? Reason.SERVER_ERROR : Reason.PROTOCOL;
        };
        String body = new String(response.body().readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
        return new RegistryException(
                reason, status, who + " answers " + status + (body.isBlank() ? "" : ": " + Quoted.quote(body.strip())));
    }
}
