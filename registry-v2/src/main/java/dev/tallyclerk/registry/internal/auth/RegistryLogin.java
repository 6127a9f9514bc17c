package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.auth.Credentials.Kind;
import dev.tallyclerk.registry.internal.auth.TokenCache.Grant;
import dev.tallyclerk.text.Quoted;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The login of one call: what it shows to its registry, by the registry's challenges and the caller's credentials. */
public final class RegistryLogin {
    private static final String BEARER = "bearer";
    private static final String BASIC = "basic";

    private final CredentialLookup lookup;
    private final AuthState state;
    private final OriginRules rules;
    private final TokenService service;
    private final Scope scope;
    private final boolean repeatable;
    private final Deadline deadline;
    private @Nullable Credentials credentials;

    /** Why the credentials were kept back, if the call went on anonymously because of that. */
    private @Nullable HttpException withheld;

    /**
     * Makes the login of a call; nothing is looked up yet.
     *
     * @param state what calls with the same credentials have found out
     * @param rules the rules for the registry
     * @param service asks the registry's token services
     * @param scope what a token must allow
     * @param repeatable whether the call can be sent again
     */
    public RegistryLogin(
            CredentialLookup lookup,
            AuthState state,
            OriginRules rules,
            TokenService service,
            Scope scope,
            boolean repeatable,
            Deadline deadline) {
        this.lookup = lookup;
        this.state = state;
        this.rules = rules;
        this.service = service;
        this.scope = scope;
        this.repeatable = repeatable;
        this.deadline = deadline;
    }

    /**
     * {@return what the registry will ask for, going by what it asked for before}
     *
     * @throws HttpException if that is known and cannot be had
     */
    public Optional<Authorization> remembered() throws HttpException {
        Optional<Challenge> challenge = state.challenge(rules.origin());
        if (challenge.isEmpty()) {
            return Optional.empty();
        }
        try {
            return isAnswerable(challenge.get()) ? Optional.of(answer(challenge.get(), scope)) : Optional.empty();
        } catch (HttpException e) {
            if (isUntrusted(challenge.get()) && scope.isPullOnly()) {
                return Optional.of(anonymously(challenge.get(), scope, e));
            }
            if (!mayBeOutdated(e)) {
                throw e;
            }
            // The registry may have moved to another token service, and says so only to a client without a token.
            state.forget(rules.origin());
            return Optional.empty();
        }
    }

    private boolean mayBeOutdated(HttpException failure) {
        return switch (failure.reason()) {
            case NOT_FOUND, UNSUPPORTED, UNREACHABLE, SERVER_ERROR, PROTOCOL, UNSAFE_LOCATION -> repeatable;
            default -> false;
        };
    }

    /**
     * {@return what to show after the registry has answered 401; nothing if it is nothing new}
     *
     * @param headers its WWW-Authenticate headers
     * @param shown what it was shown, or nothing
     * @throws HttpException if it asks for what cannot be had
     */
    public Optional<Authorization> answer(List<String> headers, @Nullable Authorization shown) throws HttpException {
        if (shown != null && shown.token() != null) {
            service.drop(shown.token());
        }
        state.forget(rules.origin());
        List<Challenge> challenges =
                answerable(Challenge.parseAll(deadline.failures(), Origins.host(rules.origin()), headers));
        HttpException unusable = null;
        Challenge untrusted = null;
        for (Challenge challenge : challenges) {
            Scope wanted = scope.andChallenged(challenge.parameters().getOrDefault("scope", ""));
            if (shown != null && shown.isAllFor(challenge, wanted)) {
                continue;
            }
            try {
                Authorization answer = answer(challenge, wanted);
                state.remember(rules.origin(), challenge);
                return Optional.of(answer);
            } catch (HttpException e) {
                if (e.reason() != Reason.UNSAFE_LOCATION && address(challenge).isPresent()) {
                    throw e;
                }
                unusable = unusable == null ? e : unusable;
                untrusted = untrusted == null && isUntrusted(challenge) ? challenge : untrusted;
            }
        }
        if (unusable != null) {
            Scope wanted = untrusted == null
                    ? scope
                    : scope.andChallenged(untrusted.parameters().getOrDefault("scope", ""));
            if (untrusted == null || !wanted.isPullOnly()) {
                throw unusable;
            }
            Authorization answer = anonymously(untrusted, wanted, unusable);
            state.remember(rules.origin(), untrusted);
            return Optional.of(answer);
        }
        return Optional.empty();
    }

    /** Finds out what a registry asks for where nothing of the call's is looked at. */
    @FunctionalInterface
    public interface Root {
        /** {@return what it asks for there, or nothing if that cannot be found out now} */
        Optional<Asked> ask() throws HttpException;
    }

    /**
     * What a registry asks for at its root.
     *
     * @param challenges the WWW-Authenticate headers
     * @param admitting whether it lets in who shows nothing, and so need not be answered
     */
    public record Asked(List<String> challenges, boolean admitting) {}

    /**
     * {@return what to show to a registry that was shown nothing and asked for nothing; nothing if it does not ask
     * elsewhere either, or there is no need to}
     *
     * @param refused whether it has required credentials; otherwise the challenge matters only to a client that has
     *     some
     * @param root asked once for a registry that asks for nothing there either
     * @throws HttpException if it asks for what cannot be had
     */
    public Optional<Authorization> unasked(boolean refused, Root root) throws HttpException {
        if (state.isOpen(rules.origin()) || (!refused && !mayHaveCredentials())) {
            return Optional.empty();
        }
        if (state.challenge(rules.origin()).isPresent()) {
            return remembered(); // another call has found it out in the meantime
        }
        Optional<Asked> asked = root.ask();
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        List<String> headers = asked.get().challenges();
        if (headers.isEmpty() || (asked.get().admitting() && !isAnswerable(headers))) {
            // For another repository there may be credentials that answer it.
            if (headers.isEmpty() || mayHaveCredentials()) {
                state.rememberOpen(rules.origin());
            }
            return Optional.empty();
        }
        try {
            return answer(headers, null);
        } catch (HttpException e) {
            boolean isUnfit = e.reason() == Reason.UNSAFE_LOCATION || e.reason() == Reason.PROTOCOL;
            if (!asked.get().admitting() || e.details().unprocessed() || !isUnfit) {
                throw e;
            }
            // What it lets strangers see is not lost because the rest is offered in a way that is not taken.
            state.rememberOpen(rules.origin());
            return Optional.empty();
        }
    }

    /** {@return whether one of the challenges can be read and is one that the caller's credentials answer} */
    public boolean isAnswerable(List<String> headers) throws HttpException {
        List<Challenge> challenges;
        try {
            challenges = Challenge.parseAll(deadline.failures(), Origins.host(rules.origin()), headers);
        } catch (HttpException e) {
            return false;
        }
        for (Challenge challenge : challenges) {
            if (isAnswerable(challenge)) {
                return true;
            }
        }
        return false;
    }

    /** Credentials that cannot be found out may be there, which matters only if the registry asks for them. */
    private boolean mayHaveCredentials() throws HttpException {
        try {
            return credentials().kind() != Kind.ANONYMOUS;
        } catch (HttpException e) {
            deadline.check();
            return true;
        }
    }

    /** {@return the challenges that the caller's credentials answer, tokens first} */
    private List<Challenge> answerable(List<Challenge> challenges) throws HttpException {
        List<Challenge> out = new ArrayList<>();
        for (String scheme : List.of(BEARER, BASIC)) {
            for (Challenge challenge : challenges) {
                if (challenge.scheme().equals(scheme) && isAnswerable(challenge)) {
                    out.add(challenge);
                }
            }
        }
        if (out.isEmpty() && !challenges.isEmpty()) {
            boolean basic = challenges.stream().anyMatch(c -> c.scheme().equals(BASIC));
            throw deadline.failures()
                    .of(
                            Reason.UNAUTHORIZED,
                            401,
                            Origins.host(rules.origin())
                                    + (basic
                                            ? " wants a user name and a password, and is asked by " + credentials()
                                            : " wants an authentication that is neither Basic nor Bearer"));
        }
        return out;
    }

    private boolean isAnswerable(Challenge challenge) throws HttpException {
        return challenge.scheme().equals(BEARER)
                || (challenge.scheme().equals(BASIC) && credentials().kind() == Kind.PASSWORD);
    }

    private Authorization answer(Challenge challenge, Scope wanted) throws HttpException {
        Credentials who = credentials();
        if (challenge.scheme().equals(BASIC)) {
            return new Authorization(who.basic().orElseThrow(), who, null, true);
        }
        if (who.kind() == Kind.REGISTRY_TOKEN) {
            return new Authorization("Bearer " + who.secret(), who, null, true);
        }
        return token(challenge, realm(challenge), wanted, who);
    }

    private Authorization token(Challenge challenge, URI realm, Scope wanted, Credentials who) throws HttpException {
        Grant grant = new Grant(rules.origin(), realm, challenge.parameters().getOrDefault("service", ""), who);
        Optional<Token> kept = service.cached(grant, wanted);
        if (kept.isPresent()) {
            return new Authorization(kept.get().header(), who, kept.get(), false);
        }
        try {
            Token token = service.fetch(grant, scope, wanted, deadline);
            return new Authorization(token.header(), who, token, true);
        } catch (HttpException e) {
            throw Failures.unprocessed(e);
        }
    }

    /**
     * {@return what the token service, which is not trusted with the credentials, gives anonymous callers}
     *
     * <p>A public repository can be read so, and a caller with a login must not fail where one without succeeds.
     *
     * @param refused why the credentials are kept back, which is the failure if anonymous callers get nothing
     */
    private Authorization anonymously(Challenge challenge, Scope wanted, HttpException refused) throws HttpException {
        withheld = refused;
        try {
            return token(challenge, safeRealm(challenge), wanted, Credentials.anonymous());
        } catch (HttpException e) {
            throw switch (e.reason()) {
                case UNAUTHORIZED, DENIED, NOT_FOUND, REJECTED, PROTOCOL, UNSUPPORTED, UNREACHABLE -> refused;
                default -> e;
            };
        }
    }

    /** {@return whether only a lack of trust keeps the caller's credentials from the token service} */
    private boolean isUntrusted(Challenge challenge) throws HttpException {
        Credentials who = credentials();
        if (!challenge.scheme().equals(BEARER)
                || who.kind() == Kind.ANONYMOUS
                || who.kind() == Kind.REGISTRY_TOKEN
                || address(challenge).isEmpty()) {
            return false;
        }
        try {
            return !rules.mayReceiveCredentials(safeRealm(challenge));
        } catch (HttpException e) {
            return false;
        }
    }

    /**
     * {@return why the caller's credentials were not sent, if the call went on anonymously: the reason for a 401 or 403
     * that follows}
     */
    public Optional<HttpException> withheld() {
        return Optional.ofNullable(withheld);
    }

    /** The realm comes from the server that answers for the registry, and the password goes there. */
    private URI realm(Challenge challenge) throws HttpException {
        URI realm = safeRealm(challenge);
        if (credentials().kind() != Kind.ANONYMOUS && !rules.mayReceiveCredentials(realm)) {
            throw deadline.failures()
                    .of(
                            Reason.UNSAFE_LOCATION,
                            401,
                            "the token service of "
                                    + Quoted.quote(Origins.of(rules.origin()).toString()) + " is "
                                    + Quoted.quote(Origins.of(realm).toString())
                                    + ", another origin, and gets no credentials unless it is trusted with them");
        }
        return realm;
    }

    private URI safeRealm(Challenge challenge) throws HttpException {
        URI realm = rules.overTls(
                rules.origin(),
                address(challenge)
                        .orElseThrow(() -> deadline.failures()
                                .of(
                                        Reason.PROTOCOL,
                                        401,
                                        Origins.host(rules.origin()) + " names a token service that is no address: "
                                                + Origins.shown(
                                                        challenge.parameters().getOrDefault("realm", "")))));
        rules.refuseUnsafe(rules.origin(), realm, "a token service");
        return realm;
    }

    private static Optional<URI> address(Challenge challenge) {
        try {
            return Optional.of(URI.create(challenge.parameters().getOrDefault("realm", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Credentials credentials() throws HttpException {
        Credentials known = credentials;
        if (known == null) {
            known = lookup.find(deadline);
            credentials = known;
        }
        return known;
    }
}
