package dev.tallyclerk.internal.call;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Sends a request, and follows redirects as far as that is safe. */
public final class Redirects {
    private static final String REDIRECT = "a redirect";

    private final OriginRules rules;
    private final Failures failures;
    private final Exchange exchange;
    private final int most;

    /** Follows redirects under the rules for one origin. */
    public Redirects(CallSettings settings, OriginRules rules) {
        this.rules = rules;
        this.failures = settings.failures();
        this.exchange = new Exchange(settings, rules);
        this.most = settings.http().limits().maxRedirects();
    }

    /**
     * {@return the response, which the caller closes}
     *
     * @throws HttpException if there is none, or it is a redirect that is not to be followed
     */
    public CallResponse follow(CallRequest request, Deadline deadline) throws HttpException {
        URI uri = request.target();
        boolean trusted = request.trusted();
        Set<URI> seen = new HashSet<>();
        while (true) {
            seen.add(uri);
            // No other server chooses an address at which credentials are used, even one at the own origin.
            trusted = trusted && rules.mayReceiveCredentials(uri);
            if (request.secretBody() && !trusted) {
                throw failures.of(
                        Reason.UNSAFE_LOCATION,
                        0,
                        "credentials would be sent on to " + Origins.of(uri) + ", which may not receive them");
            }
            CallResponse response = exchange.send(request, uri, trusted, deadline);
            Optional<String> location = response.header("Location");
            if (!isRedirect(response.status()) || location.isEmpty()) {
                return response;
            }
            response.close();
            refuseUnrepeatable(request, uri, response.status());
            URI next = withoutFragment(target(response, location.get()));
            if (seen.contains(next) || seen.size() > most) {
                throw failures.of(
                        Reason.PROTOCOL,
                        response.status(),
                        Origins.host(request.target()) + " redirects "
                                + (seen.contains(next) ? "in a circle" : "more than " + most + " times"));
            }
            uri = next;
        }
    }

    private URI target(CallResponse redirect, String location) throws HttpException {
        try {
            return rules.resolve(redirect.uri(), location, REDIRECT);
        } catch (HttpException e) {
            throw redirect.secrets().hide(e);
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Only 307 and 308 ask for the same request again; for GET and HEAD it makes no difference. */
    private void refuseUnrepeatable(CallRequest request, URI from, int status) throws HttpException {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        boolean sameRequest = status == 307 || status == 308;
        if (!reads && !sameRequest) {
            throw failures.of(
                    Reason.PROTOCOL,
                    status,
                    Origins.host(from) + " redirects " + request.method() + " by " + status
                            + ", after which it would be another request");
        }
        if (!request.body().isRepeatable()) {
            throw failures.of(
                    Reason.PROTOCOL, status, Origins.host(from) + " redirects a body that cannot be sent again");
        }
    }

    private static URI withoutFragment(URI uri) {
        return uri.getRawFragment() == null
                ? uri
                : URI.create(uri.toString().substring(0, uri.toString().indexOf('#')));
    }
}
