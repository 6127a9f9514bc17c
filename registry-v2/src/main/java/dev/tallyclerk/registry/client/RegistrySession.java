package dev.tallyclerk.registry.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls to one registry: authenticated as the registry asks for it, repeated as far as that is safe, and only
 * where they may go.
 */
final class RegistrySession {
    /** Without, with what was kept, with what is new, and with what is new for what the registry wants beyond. */
    private static final int MAX_ROUNDS = 4;

    private final ClientSettings settings;
    private final String registry;
    private final URI base;
    private final OriginRules rules;
    private final Redirects redirects;
    private final TokenService service;
    private final Retries retries;

    private RegistrySession(ClientSettings settings, String registry, URI base) {
        this.settings = settings;
        this.registry = registry;
        this.base = base;
        this.rules = new OriginRules(base, settings.origins(), settings.resolver());
        this.redirects = new Redirects(
                rules, new Exchange(settings, rules), settings.limits().maxRedirects());
        this.service = new TokenService(settings, redirects);
        this.retries = new Retries(settings.retries(), settings.waits());
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

    /** {@return a session with the same registry, whose calls all end by then} */
    RegistrySession within(Deadline deadline) {
        return with(settings.withDeadline(deadline));
    }

    /** {@return this, or where a call was given a time one whose calls all end within that} */
    RegistrySession withinItsTimeout() {
        return settings.timeout() == null ? this : within(Deadline.of(this, false));
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
    Answer execute(Call call) throws RegistryException {
        Deadline deadline = Deadline.of(this, call.content());
        var authentication = new CallAuthentication(settings, registry, rules, service, call, deadline);
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(call, authentication, deadline);
            } catch (RegistryException e) {
                Duration wait = retries.waitAfter(attempt, call, e);
                deadline.refuseToSleep(wait, e);
                settings.listener().retrying(host(), attempt, wait, e.reason());
                deadline.sleep(wait);
            }
        }
    }

    private Answer attempt(Call call, CallAuthentication authentication, Deadline deadline) throws RegistryException {
        rules.refuseUnsafe(base, call.target(), "an address");
        // Nothing is found out for an address that may not have it.
        Authorization shown = call.trusted() && rules.mayReceiveCredentials(call.target())
                ? authentication.remembered().orElse(null)
                : null;
        for (int round = 1; ; round++) {
            Answer answer = redirects.follow(outgoing(call, shown), deadline);
            if (call.accepted().contains(answer.status())) {
                return answer;
            }
            RegistryException failure;
            // Closed before a token is fetched, which may have to wait for this answer's place.
            try (answer) {
                failure = failure(call, answer, shown);
            }
            // Only the registry itself may ask for its credentials, and not whoever it redirects to.
            boolean challenged = answer.status() == 401 && answer.trusted() && rules.isOwn(answer.uri());
            if (!challenged || round == MAX_ROUNDS) {
                throw failure;
            }
            Optional<Authorization> better;
            try {
                better = authentication.answer(answer.headers("WWW-Authenticate"), shown);
            } catch (RegistryException e) {
                throw answer.secrets().hide(e);
            }
            if (better.isEmpty() || !call.body().isRepeatable()) {
                throw failure;
            }
            shown = better.get();
        }
    }

    /**
     * {@return the address that a header of an answer names}
     *
     * @param what what it is, for a person to read
     * @throws RegistryException if nothing may be sent there
     */
    URI resolve(Answer answer, String location, String what) throws RegistryException {
        try {
            return rules.resolve(answer.uri(), location, what);
        } catch (RegistryException e) {
            throw answer.secrets().hide(e);
        }
    }

    private static Outgoing outgoing(Call call, @Nullable Authorization shown) {
        return shown == null
                ? Outgoing.of(call, null, Secrets.none())
                : Outgoing.of(call, shown.header(), shown.secrets());
    }

    private RegistryException failure(Call call, Answer answer, @Nullable Authorization shown) {
        RegistryException failure = Failures.of(
                OriginRules.host(answer.uri()),
                call.method(),
                call.target(),
                answer.response(),
                settings.limits().maxErrorBytes(),
                shown == null ? Secrets.none() : shown.secrets(),
                settings.clock().instant());
        boolean sameOrigin = OriginRules.origin(answer.uri()).equals(OriginRules.origin(call.target()));
        return sameOrigin ? failure : failure.elsewhere();
    }
}
