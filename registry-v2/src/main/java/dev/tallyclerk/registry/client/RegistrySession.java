package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.ErrorResponse;
import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Redirects;
import dev.tallyclerk.registry.internal.auth.AnonymousLogin;
import dev.tallyclerk.registry.internal.auth.AuthState;
import dev.tallyclerk.registry.internal.auth.Authorization;
import dev.tallyclerk.registry.internal.auth.CredentialLookup;
import dev.tallyclerk.registry.internal.auth.RegistryLogin;
import dev.tallyclerk.registry.internal.auth.RegistryLogin.Asked;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.auth.TokenService;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls to one registry: authenticated as the registry asks for it, repeated as far as that is safe, and only
 * where they may go.
 */
final class RegistrySession {
    /**
     * Without, with what was kept, with what is new, and with what is new for what the registry, or another one to
     * which it redirects, wants beyond.
     */
    private static final int MAX_ROUNDS = 4;

    private static final String CHALLENGE = "WWW-Authenticate";

    private final ClientSettings settings;
    private final String registry;
    private final URI base;
    private final CredentialLookup lookup;
    private final OriginRules rules;
    private final Redirects redirects;
    private final TokenService service;

    private RegistrySession(ClientSettings settings, String registry, URI base, String repository) {
        this.settings = settings;
        this.registry = registry;
        this.base = base;
        this.lookup = new CredentialLookup(settings.credentials(), registry, repository);
        this.rules = new OriginRules(base, settings.calls());
        this.redirects = new Redirects(settings.calls(), rules);
        this.service = tokenService(redirects, settings.state().auth());
    }

    private TokenService tokenService(Redirects redirects, AuthState auth) {
        return new TokenService(
                settings.calls(), redirects, auth.tokens(), settings.limits().maxTokenBytes());
    }

    /**
     * {@return a session with a registry}
     *
     * @param registry its name as it stands in references
     * @param base its address, up to and with {@code /v2/}
     */
    static RegistrySession of(ClientSettings settings, String registry, URI base) {
        return new RegistrySession(settings, registry, base, "");
    }

    /** {@return a session with the same registry, with the credentials for that repository} */
    RegistrySession about(String path) {
        return new RegistrySession(settings, registry, base, path);
    }

    /** {@return a session with the same registry under other settings} */
    RegistrySession with(ClientSettings settings) {
        return new RegistrySession(settings, registry, base, lookup.repository());
    }

    /** {@return a session with the same registry under other HTTP settings} */
    RegistrySession withHttp(UnaryOperator<HttpSettings> change) {
        return with(settings.withHttp(change));
    }

    /** {@return a session with the same registry, whose calls all end by {@code deadline}} */
    RegistrySession within(Deadline deadline) {
        return with(settings.withCalls(settings.calls().withOuter(deadline)));
    }

    /** {@return this session, whose calls all end within the one time that a call was given, if it was} */
    RegistrySession withinItsTimeout() {
        return settings.http().timeout().isEmpty() ? this : within(deadline(false));
    }

    /**
     * {@return a deadline that counts from now}
     *
     * @param content whether the call moves content, and may take the time for that
     */
    Deadline deadline(boolean content) {
        return settings.calls().deadline(host(), content);
    }

    /** {@return the attempts of one call} */
    Attempts attempts(Deadline deadline) {
        return new Attempts(settings.calls(), host(), deadline);
    }

    ClientSettings settings() {
        return settings;
    }

    RegistryListener listener() {
        return settings.listener();
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
     * @throws HttpException if there is no such answer
     */
    CallResponse execute(Call call) throws HttpException {
        Deadline deadline = deadline(call.flags().content());
        boolean repeatable = call.body().isRepeatable();
        AuthState auth = settings.state().auth();
        RegistryLogin login = new RegistryLogin(lookup, auth, rules, service, call.scope(), repeatable, deadline);
        Attempts attempts = attempts(deadline);
        while (true) {
            try {
                return attempt(call, login, deadline);
            } catch (HttpException e) {
                attempts.retry(e, call.mayFollow(e));
            }
        }
    }

    private CallResponse attempt(Call call, RegistryLogin login, Deadline deadline) throws HttpException {
        rules.refuseUnsafe(base, call.target(), "an address");
        // Nothing is found out for an address that may not have it.
        Authorization shown = call.flags().trusted() && rules.mayReceiveCredentials(call.target())
                ? login.remembered().orElse(null)
                : null;
        if (shown == null && mayBeLessForStrangers(call)) {
            shown = login.unasked(false, () -> asked(call, deadline)).orElse(null);
        }
        AnonymousLogin anonymous = null;
        for (int round = 1; ; round++) {
            CallResponse answer = redirects.follow(call.request(shown, anonymous), deadline);
            boolean accepted = call.accepted().contains(answer.status());
            boolean mayHide = shown == null && mayHideFromStrangers(call, answer);
            if (accepted && !mayHide) {
                return answer;
            }
            HttpException failure = null;
            // Closed before a token is fetched, which may have to wait for this answer's place.
            try (answer) {
                failure = accepted ? null : failure(call, answer);
            }
            Optional<Authorization> better = Optional.empty();
            Optional<AnonymousLogin> other = Optional.empty();
            try {
                if (mayHide) {
                    better = login.unasked(answer.status() == 401, () -> asked(call, deadline));
                } else if (isChallenge(answer) && round < MAX_ROUNDS) {
                    better = login.answer(answer.headers(CHALLENGE), shown);
                } else if (failure != null
                        && !failure.details().redirected()
                        && isChallengeToAnonymous(call, answer)
                        && round < MAX_ROUNDS) {
                    other = anonymousLogin(call, answer, anonymous, deadline);
                }
            } catch (HttpException e) {
                throw answer.secrets().hide(e);
            }
            if (better.isPresent() && call.body().isRepeatable()) {
                shown = better.get();
            } else if (other.isPresent()) {
                anonymous = other.get();
            } else if (failure != null) {
                boolean refused = answer.status() == 401 || answer.status() == 403;
                throw refused ? login.withheld().orElse(failure) : failure;
            } else {
                return answer; // nobody reads the body of a 404
            }
        }
    }

    /** Only the registry itself may ask for its credentials, and not a server that it redirects to. */
    private boolean isChallenge(CallResponse answer) {
        return answer.status() == 401 && answer.trusted() && rules.isOwn(answer.uri());
    }

    /** Another registry, to which this one redirects who reads, may ask for what it gives anybody. */
    private boolean isChallengeToAnonymous(Call call, CallResponse answer) {
        boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
        return answer.status() == 401 && reads && rules.isOwn(call.target()) && !rules.isOwn(answer.uri());
    }

    /**
     * {@return the anonymous authorization to send there; nothing if it was sent already, or there is none}
     *
     * <p>The exchange is anonymous: its token service keeps to the rules for that registry, and the token is for what
     * that registry says, because a repository may have another name there.
     */
    private Optional<AnonymousLogin> anonymousLogin(
            Call call, CallResponse answer, @Nullable AnonymousLogin before, Deadline deadline) throws HttpException {
        URI origin = Origins.of(answer.uri());
        rules.hasLedTo(origin);
        AuthState auth = settings.state().auth().redirected();
        OriginRules there = new OriginRules(origin.resolve("/v2/"), settings.calls());
        TokenService tokens = tokenService(new Redirects(settings.calls(), there), auth);
        CredentialLookup nobody = CredentialLookup.anonymous(Origins.host(origin));
        boolean repeatable = call.body().isRepeatable();
        RegistryLogin login = new RegistryLogin(nobody, auth, there, tokens, Scope.none(), repeatable, deadline);
        Authorization shown = before != null && before.origin().equals(origin) ? before.shown() : null;
        List<String> challenges = answer.headers(CHALLENGE);
        return login.isAnswerable(challenges)
                ? login.answer(challenges, shown).map(token -> new AnonymousLogin(origin, token))
                : Optional.empty();
    }

    /**
     * {@return whether a registry may answer so to an anonymous request, and otherwise to one with credentials}
     *
     * <p>Some ask for credentials at {@code /v2/} only, and have nothing elsewhere for anonymous requests.
     */
    private boolean mayHideFromStrangers(Call call, CallResponse answer) {
        boolean hides = switch (answer.status()) {
            case 401 -> answer.headers(CHALLENGE).isEmpty();
            case 403, 404 -> true;
            default -> false;
        };
        return hides
                && answer.trusted()
                && rules.isOwn(answer.uri())
                && rules.isOwn(call.target())
                && call.body().isRepeatable();
    }

    /** {@return whether a registry may give anonymous clients a part of it that looks like all of it} */
    private boolean mayBeLessForStrangers(Call call) {
        return call.scope().isCatalog() && call.flags().trusted() && rules.isOwn(call.target());
    }

    /**
     * {@return what the registry asks for at its {@code /v2/}, or nothing if that could not be found out}
     *
     * <p>Some admit anonymous clients there and send a challenge all the same, for clients that want to log in.
     */
    private Optional<Asked> asked(Call call, Deadline deadline) throws HttpException {
        Call asking = Call.reading("GET", base, Scope.none());
        Call permitted = call.flags().permitted() ? asking.permitted() : asking;
        try (CallResponse answer = redirects.follow(permitted.request(null, null), deadline)) {
            if (isChallenge(answer)) {
                return Optional.of(new Asked(answer.headers(CHALLENGE), false));
            }
            // Anything else may be different tomorrow, or come from a server that the registry redirects to.
            boolean open = answer.status() / 100 == 2 && rules.isOwn(answer.uri());
            List<String> challenges = answer.trusted() ? answer.headers(CHALLENGE) : List.of();
            return open ? Optional.of(new Asked(challenges, true)) : Optional.empty();
        } catch (HttpException e) {
            deadline.checkAfter(e);
            return Optional.empty();
        }
    }

    /**
     * {@return the address that a header of an answer names}
     *
     * @param what what it is, for a person to read
     * @throws HttpException if nothing may be sent there
     */
    URI resolve(CallResponse answer, String location, String what) throws HttpException {
        try {
            return rules.resolve(answer.uri(), location, what);
        } catch (HttpException e) {
            throw answer.secrets().hide(e);
        }
    }

    private HttpException failure(Call call, CallResponse answer) {
        boolean sameOrigin = Origins.of(answer.uri()).equals(Origins.of(call.target()));
        String asked = Origins.host(call.target());
        // A redirect to another server of the same API is the registry's own response; one to an HTML page is not.
        boolean sameApi = sameOrigin || end(answer.uri()).equals(end(call.target()));
        return ErrorResponse.failure(
                settings.calls(),
                answer,
                sameOrigin ? asked : Origins.host(answer.uri()) + ", to which " + asked + " redirects,",
                call.method(),
                call.target(),
                !sameApi);
    }

    /** {@return the last two segments of the path} */
    private static String end(URI uri) {
        String path = String.valueOf(uri.getRawPath());
        return path.substring(path.lastIndexOf('/', Math.max(0, path.lastIndexOf('/') - 1)) + 1);
    }
}
