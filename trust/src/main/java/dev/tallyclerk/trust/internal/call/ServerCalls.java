package dev.tallyclerk.trust.internal.call;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.CallRequest;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Redirects;
import dev.tallyclerk.internal.call.Secrets;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server, which follow redirects and answer the server's challenges. Safe for use by several threads.
 */
public final class ServerCalls {
    private static final int UNAUTHORIZED = 401;

    private final CallSettings settings;
    private final URI origin;
    private final Redirects redirects;
    private final HttpAuthenticator authenticator;

    /** The header of the last answer to a challenge. Threads that race ask for one each. */
    private volatile @Nullable String authorization;

    /**
     * Creates the calls to a server.
     *
     * @param base an address at the server
     * @param http the settings
     * @param authenticator answers challenges of the server
     */
    public ServerCalls(URI base, HttpSettings http, HttpAuthenticator authenticator) {
        this.settings = CallSettings.of(http, new Failures(HttpException::new));
        this.origin = Origins.of(base);
        this.redirects = new Redirects(settings, new OriginRules(base, settings));
        this.authenticator = authenticator;
    }

    /** {@return the settings of all calls} */
    public CallSettings settings() {
        return settings;
    }

    /**
     * {@return the response, which the caller closes; after a challenge the one to the request with credentials}
     *
     * @param request the request without credentials
     */
    public CallResponse send(CallRequest request, Deadline deadline) throws IOException {
        String shown = authorization;
        CallResponse response = redirects.follow(authorized(request, shown), deadline);
        // A server to which a redirect leads has no say in what is shown to this one.
        if (response.status() != UNAUTHORIZED || !Origins.of(response.uri()).equals(origin)) {
            return response;
        }
        Optional<String> answer;
        try {
            answer = authenticator.answer(request.target(), response.headers("WWW-Authenticate"));
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
        if (answer.isEmpty() || answer.get().equals(shown)) {
            return response;
        }
        response.close();
        authorization = answer.get();
        return redirects.follow(authorized(request, answer.get()), deadline);
    }

    private static CallRequest authorized(CallRequest request, @Nullable String shown) {
        return shown == null
                ? request
                : new CallRequest(
                        request.method(),
                        request.target(),
                        request.headers(),
                        request.body(),
                        false,
                        request.lane(),
                        true,
                        shown,
                        null,
                        Secrets.none().and(shown.substring(shown.indexOf(' ') + 1)));
    }
}
