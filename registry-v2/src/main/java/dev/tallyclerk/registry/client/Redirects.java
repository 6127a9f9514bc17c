package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Response;
import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Sends what is to be sent, and again to wherever it is redirected, as far as that is safe. */
final class Redirects {
    private static final String REDIRECT = "a redirect";

    private final OriginRules rules;
    private final Exchange exchange;
    private final int most;

    Redirects(OriginRules rules, Exchange exchange, int most) {
        this.rules = rules;
        this.exchange = exchange;
        this.most = most;
    }

    /**
     * {@return the answer, which the caller closes}
     *
     * @throws RegistryException if there is none, or it is a redirect that is not to be followed
     */
    Answer follow(Outgoing outgoing, Deadline deadline) throws RegistryException {
        URI uri = outgoing.target();
        boolean trusted = outgoing.trusted();
        Set<URI> seen = new HashSet<>();
        while (true) {
            seen.add(uri);
            // Whoever is outside chooses no address at which credentials are used, even if it is the registry's.
            trusted = trusted && rules.mayReceiveCredentials(uri);
            if (outgoing.secretBody() && !trusted) {
                throw new RegistryException(
                        Reason.UNSAFE_LOCATION,
                        0,
                        "credentials would be sent on to " + OriginRules.origin(uri) + ", which may not receive them");
            }
            Response response = exchange.send(outgoing.to(uri, trusted), outgoing.lane(), outgoing.secrets(), deadline);
            Answer answer = new Answer(uri, response, trusted, outgoing.secrets());
            Optional<String> location = response.header("Location");
            if (!isRedirect(response.status()) || location.isEmpty()) {
                return answer;
            }
            answer.close();
            refuseUnrepeatable(outgoing, uri, response.status());
            URI next = withoutFragment(target(answer, location.get()));
            if (seen.contains(next) || seen.size() > most) {
                throw new RegistryException(
                        Reason.PROTOCOL,
                        response.status(),
                        OriginRules.host(outgoing.target()) + " redirects "
                                + (seen.contains(next) ? "in a circle" : "more than " + most + " times"));
            }
            uri = next;
        }
    }

    private URI target(Answer redirect, String location) throws RegistryException {
        try {
            return rules.resolve(redirect.uri(), location, REDIRECT);
        } catch (RegistryException e) {
            throw redirect.secrets().hide(e);
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Only 307 and 308 say that the same request is to be made again; for a reading one it makes no difference. */
    private static void refuseUnrepeatable(Outgoing outgoing, URI from, int status) throws RegistryException {
        boolean reads = outgoing.method().equals("GET") || outgoing.method().equals("HEAD");
        boolean sameRequest = status == 307 || status == 308;
        if (!reads && !sameRequest) {
            throw new RegistryException(
                    Reason.PROTOCOL,
                    status,
                    OriginRules.host(from) + " redirects " + outgoing.method() + " by " + status
                            + ", after which it would be another request");
        }
        if (!outgoing.body().isRepeatable()) {
            throw new RegistryException(
                    Reason.PROTOCOL, status, OriginRules.host(from) + " redirects a body that cannot be sent again");
        }
    }

    private static URI withoutFragment(URI uri) {
        return uri.getRawFragment() == null
                ? uri
                : URI.create(uri.toString().substring(0, uri.toString().indexOf('#')));
    }
}
