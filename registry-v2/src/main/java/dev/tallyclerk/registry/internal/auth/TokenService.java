package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.internal.call.CallRequest;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.ErrorResponse;
import dev.tallyclerk.internal.call.Lane;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Redirects;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.Credentials.Kind;
import dev.tallyclerk.registry.internal.auth.TokenCache.Grant;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks token services for tokens: with a password or nothing by GET, with an identity token by the OAuth 2.0 form.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution, Token Authentication
 *     Specification</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">Distribution, OAuth2 Token
 *     Authentication</a>
 */
public final class TokenService {
    private static final String CLIENT_ID = "tallyclerk";
    private static final long MOST_SECONDS = 1L << 40;
    /** Whole seconds and an ignored fraction; a token is used for an hour at most, whatever the exponent. */
    private static final Pattern SECONDS = Pattern.compile("-?0*([0-9]{1,15})(?:\\.[0-9]+)?");

    private static final Map<String, List<String>> JSON = Map.of("Accept", List.of("application/json"));
    private static final Map<String, List<String>> FORM =
            Map.of("Accept", List.of("application/json"), "Content-Type", List.of("application/x-www-form-urlencoded"));

    private final CallSettings calls;
    private final Redirects redirects;
    private final TokenCache tokens;
    private final int maxTokenBytes;

    /**
     * Fetches tokens within the rules for one registry.
     *
     * @param redirects follows redirects by those rules
     * @param maxTokenBytes the largest response of a token service, in bytes
     */
    public TokenService(CallSettings calls, Redirects redirects, TokenCache tokens, int maxTokenBytes) {
        this.calls = calls;
        this.redirects = redirects;
        this.tokens = tokens;
        this.maxTokenBytes = maxTokenBytes;
    }

    /** {@return a cached token that allows at least {@code scope}} */
    Optional<Token> cached(Grant grant, Scope scope) {
        return tokens.find(grant, scope, calls.http().clock().instant());
    }

    /** Drops a token that the registry has rejected from the cache. */
    void drop(Token token) {
        tokens.drop(token);
    }

    /**
     * {@return a new token, or the one that another call is fetching meanwhile}
     *
     * @param grant the client and the service; a password or an identity token may be sent to its realm
     * @param scope the scope of the call; calls of the same scope share a token
     * @param wanted the scope that the token is asked for
     * @throws HttpException if the service gives none
     */
    Token fetch(Grant grant, Scope scope, Scope wanted, Deadline deadline) throws HttpException {
        return tokens.fetch(grant, scope, calls.http().clock(), () -> request(grant, wanted, deadline), deadline);
    }

    private Token request(Grant grant, Scope scope, Deadline deadline) throws HttpException {
        if (grant.identity().kind() != Kind.IDENTITY_TOKEN) {
            return answer(get(grant, scope), grant, scope, deadline);
        }
        Optional<String> newer = tokens.refreshToken(grant);
        if (newer.isPresent()) {
            try {
                return answer(post(grant, scope, newer.get()), grant, scope, deadline);
            } catch (HttpException e) {
                if (e.reason() != Reason.UNAUTHORIZED) {
                    throw e;
                }
                tokens.dropRefreshToken(grant);
            }
        }
        return answer(post(grant, scope, grant.identity().secret()), grant, scope, deadline);
    }

    private static CallRequest get(Grant grant, Scope scope) {
        StringBuilder query = new StringBuilder();
        if (!grant.service().isEmpty()) {
            query.append("&service=").append(encode(grant.service()));
        }
        scope.resources().forEach(resource -> query.append("&scope=").append(encode(resource)));
        String authorization = grant.identity().basic().orElse(null);
        return new CallRequest(
                "GET",
                withQuery(grant.realm(), query.toString()),
                JSON,
                RequestBody.none(),
                false,
                Lane.SHORT,
                true,
                authorization,
                null,
                Authorization.secrets(authorization, grant.identity()));
    }

    private static URI withQuery(URI realm, String query) {
        if (query.isEmpty()) {
            return realm;
        }
        String text = realm.toString();
        if (realm.getRawFragment() != null) {
            text = text.substring(0, text.indexOf('#'));
        }
        return URI.create(realm.getRawQuery() == null ? text + "?" + query.substring(1) : text + query);
    }

    private static CallRequest post(Grant grant, Scope scope, String refreshToken) {
        StringBuilder form = new StringBuilder("grant_type=refresh_token&client_id=").append(CLIENT_ID);
        if (!grant.service().isEmpty()) {
            form.append("&service=").append(encode(grant.service()));
        }
        if (!scope.resources().isEmpty()) {
            form.append("&scope=").append(encode(String.join(" ", scope.resources())));
        }
        form.append("&refresh_token=").append(encode(refreshToken));
        return new CallRequest(
                "POST",
                grant.realm(),
                FORM,
                RequestBody.of(form.toString().getBytes(StandardCharsets.US_ASCII)),
                true,
                Lane.SHORT,
                true,
                null,
                null,
                Authorization.secrets("Bearer " + refreshToken, grant.identity()));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Token answer(CallRequest outgoing, Grant grant, Scope scope, Deadline deadline) throws HttpException {
        Instant asked = calls.http().clock().instant();
        try (CallResponse answer = redirects.follow(outgoing, deadline)) {
            String who = "the token service " + Origins.host(answer.uri());
            if (answer.status() != 200) {
                throw refusal(who, outgoing, answer);
            }
            byte[] document = answer.body().readNBytes((int) Math.min(maxTokenBytes + 1L, Integer.MAX_VALUE));
            if (document.length > maxTokenBytes) {
                throw calls.failures()
                        .of(Reason.LIMIT_EXCEEDED, 200, who + " gives more than " + maxTokenBytes + " bytes");
            }
            return read(who, document, grant, scope, asked);
        } catch (HttpException e) {
            throw e;
        } catch (IOException e) {
            throw deadline.broken(grant.realm(), e);
        }
    }

    private HttpException refusal(String who, CallRequest outgoing, CallResponse answer) {
        HttpException failure = ErrorResponse.failure(calls, answer, who, outgoing.method(), outgoing.target(), false);
        // RFC 6749, section 5.2: a refresh token that is worth nothing is a bad request.
        if (answer.status() == 400 && outgoing.secretBody()) {
            return as(Reason.UNAUTHORIZED, failure);
        }
        // It is the service that is not there, and not what the token is for.
        boolean absent = failure.reason() == Reason.NOT_FOUND || failure.reason() == Reason.UNSUPPORTED;
        return absent ? as(Reason.PROTOCOL, failure) : failure;
    }

    private static HttpException as(Reason reason, HttpException failure) {
        return failure.copy(failure.details().withReason(reason), failure.getMessage(), null);
    }

    private Token read(String who, byte[] document, Grant grant, Scope scope, Instant asked) throws HttpException {
        try {
            JsonCursor json = JsonCursor.parse(document, JsonLimits.ofBytes(maxTokenBytes));
            Optional<JsonCursor> token = json.optional("token");
            String text = token.isPresent() ? token.get().string() : "";
            if (text.isEmpty()) {
                text = json.required("access_token").string();
            }
            if (!Credentials.isToken(text)) {
                throw calls.failures().of(Reason.PROTOCOL, 200, who + " gives no usable token");
            }
            Optional<JsonCursor> refresh = json.optional("refresh_token");
            if (refresh.isPresent() && grant.identity().kind() == Kind.IDENTITY_TOKEN) {
                String newer = refresh.get().string();
                if (Credentials.isToken(newer)) {
                    tokens.keepRefreshToken(grant, newer);
                }
            }
            return Token.of(text, scope, asked, time(json));
        } catch (JsonException e) {
            // Not its message, nor itself as the cause: they could quote the token.
            throw calls.failures().of(Reason.PROTOCOL, 200, who + " gives a token document that is malformed");
        }
    }

    private static Duration time(JsonCursor json) throws JsonException {
        Optional<JsonCursor> seconds = json.optional("expires_in");
        if (seconds.isEmpty()) {
            return Token.USUAL_TIME;
        }
        // Some services write a string, and some a fraction.
        Matcher number = SECONDS.matcher(seconds.get().numberOrString());
        if (!number.matches()) {
            throw seconds.get().wrongType("a number of seconds");
        }
        boolean negative = number.group().startsWith("-");
        return Duration.ofSeconds(negative ? 0 : Math.min(MOST_SECONDS, Long.parseLong(number.group(1))));
    }
}
