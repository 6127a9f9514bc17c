package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.Failures;
import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Redirects;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.internal.auth.AuthState;
import dev.tallyclerk.registry.internal.auth.Authorization;
import dev.tallyclerk.registry.internal.auth.CredentialLookup;
import dev.tallyclerk.registry.internal.auth.RegistryLogin;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.auth.TokenService;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Logs in at a server beside a registry that asks for the registry's tokens, such as a Notary server.
 *
 * <p>Follows the rules of a {@link RegistryClient}: a token service at another origin gets no credentials unless the
 * settings trust it, and an anonymous token is asked for then. Safe for use by several threads.
 */
public final class RegistryAuthenticator implements HttpAuthenticator {
    private final CredentialLookup lookup;
    private final CallSettings calls;
    private final RegistryLimits limits;
    private final AuthState state;

    private RegistryAuthenticator(CredentialLookup lookup, CallSettings calls, RegistryLimits limits) {
        this.lookup = lookup;
        this.calls = calls;
        this.limits = limits;
        this.state = AuthState.of(limits.maxCachedTokens());
    }

    /**
     * {@return an authenticator with the credentials for a repository}
     *
     * @param registry host and port as they stand in references, such as {@code docker.io}
     * @param repository the path of the repository, such as {@code library/debian}
     * @param credentials finds the credentials
     * @param http how to ask token services, and which of them get credentials
     */
    public static RegistryAuthenticator of(
            String registry, String repository, CredentialProvider credentials, HttpSettings http) {
        Objects.requireNonNull(credentials, "credentials");
        return new RegistryAuthenticator(
                new CredentialLookup(credentials, registry, repository),
                CallSettings.of(http, new Failures(HttpException::new)),
                RegistryLimits.defaults());
    }

    /**
     * {@inheritDoc}
     *
     * @throws HttpException if a token service gives no token, or a challenge cannot be read
     */
    @Override
    public Optional<String> answer(URI target, List<String> challenges) throws HttpException {
        OriginRules rules = new OriginRules(target, calls);
        TokenService service =
                new TokenService(calls, new Redirects(calls, rules), state.tokens(), limits.maxTokenBytes());
        Deadline deadline = calls.deadline(Origins.host(target), false);
        RegistryLogin login = new RegistryLogin(lookup, state, rules, service, Scope.none(), true, deadline);
        return login.answer(challenges, null).map(Authorization::header);
    }
}
