package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which upstream, repository and login a request is about. */
final class Routes {
    private final ProxyState state;
    private final ProxyLimits limits;
    private final List<Upstream> upstreams;
    private final @Nullable Upstream byDefault;

    Routes(ProxyState state, ProxyLimits limits, List<Upstream> upstreams, @Nullable Upstream byDefault) {
        this.state = state;
        this.limits = limits;
        this.upstreams = upstreams;
        this.byDefault = byDefault;
    }

    /** A repository of an upstream. */
    record Route(Upstream upstream, String repository) {}

    /** {@return the upstream that a request names, or the default} */
    Optional<Upstream> upstream(ProxyRequest request) throws Refusal {
        Optional<String> namespace = Target.parameter(request.query(), "ns");
        if (namespace.isEmpty()) {
            return Optional.ofNullable(byDefault);
        }
        String host = Target.host(namespace.get());
        return Optional.of(upstreams.stream()
                .filter(upstream -> upstream.registry().equals(host))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.of(403, "DENIED", "this proxy does not serve the registry " + Quoted.quote(host))));
    }

    Route route(ProxyRequest request, String name) throws Refusal {
        if (Target.parameter(request.query(), "ns").isPresent()) {
            Upstream named = upstream(request).orElseThrow();
            return allowed(named, name);
        }
        Optional<Upstream> prefixed = upstreams.stream()
                .filter(upstream -> name.startsWith(upstream.prefix() + "/"))
                .max(Comparator.comparingInt(upstream -> upstream.prefix().length()));
        if (prefixed.isPresent()) {
            return allowed(
                    prefixed.get(), name.substring(prefixed.get().prefix().length() + 1));
        }
        if (byDefault == null) {
            throw Refusal.of(
                    403,
                    "DENIED",
                    "no upstream is named: begin the repository with a registry that this proxy serves, or say ns=");
        }
        return allowed(byDefault, name);
    }

    private static Route allowed(Upstream upstream, String name) throws Refusal {
        String repository = upstream.fullName(name);
        if (repository.length() > Reference.MAX_PATH_LENGTH) {
            throw Refusal.of(400, "NAME_INVALID", "the repository's name has more than 255 characters");
        }
        if (!upstream.gives(repository)) {
            throw Refusal.of(
                    403,
                    "DENIED",
                    "this proxy does not serve the repository " + upstream.registry() + "/" + repository);
        }
        return new Route(upstream, repository);
    }

    /** {@return what the caller of a request may see of a repository} */
    View view(ProxyRequest request, Route route) throws Refusal {
        Upstream upstream = route.upstream();
        String name = upstream.registry() + "/" + route.repository();
        if (!upstream.hasCallerLogins()) {
            return view(name, upstream, known -> known == null ? stored(route, name) : known);
        }
        String login = request.header("Authorization").orElse("");
        // A hash, so that no secret is kept for longer than the client keeps it.
        String caller = Digest.sha256Of((request.caller() + "\n" + login).getBytes(StandardCharsets.UTF_8))
                .encoded();
        // A mirror has a login of its own, which would open to every caller what the mirror lets it read.
        RegistryClient client = upstream.client()
                .withMirrors(upstream.registry(), List.of())
                .withCredentials(upstream.registry(), credentials(upstream, login));
        return view(name + " " + caller, upstream, known -> {
            if (known != null && state.isWithin(known.confirmed(), limits.callerTime())) {
                return known;
            }
            return made(route, name + " " + caller, client, RepositoryIndex.inMemory());
        });
    }

    private View view(String key, Upstream upstream, ProxyState.Making making) throws Refusal {
        return state.view(key, known -> making.from(known != null && known.upstream() == upstream ? known : null));
    }

    private View stored(Route route, String key) throws Refusal {
        return made(route, key, route.upstream().client(), state.index(key));
    }

    private View made(Route route, String key, RegistryClient client, RepositoryIndex index) throws Refusal {
        Upstream upstream = route.upstream();
        return new View(upstream, route.repository(), key, client, state.origin(upstream), index, state.now());
    }

    private static Credentials credentials(Upstream upstream, String login) throws Refusal {
        int space = login.indexOf(' ');
        String secret = login.substring(space + 1).strip();
        try {
            if (login.isEmpty()) {
                return Credentials.anonymous();
            }
            if (login.regionMatches(true, 0, "Bearer ", 0, 7)) {
                return Credentials.registryToken(secret);
            }
            if (login.regionMatches(true, 0, "Basic ", 0, 6)) {
                String pair = new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                if (colon > 0) {
                    return Credentials.of(pair.substring(0, colon), pair.substring(colon + 1));
                }
            }
        } catch (IllegalArgumentException e) {
            // Said below, without the secret.
        }
        throw Refusal.of(401, "UNAUTHORIZED", "the Authorization header is neither Basic nor Bearer credentials")
                .with("WWW-Authenticate", Failures.challenge(upstream));
    }
}
