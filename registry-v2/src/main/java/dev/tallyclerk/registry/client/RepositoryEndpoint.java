package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.client.ReadingPolicy.KnownMirror;
import dev.tallyclerk.registry.internal.auth.Scope;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A registry or a mirror of it, and a repository there.
 *
 * @param session the session with it
 * @param path the repository's name there
 * @param namespace of a mirror, the registry's name; empty for the registry itself
 * @param tags whether it says what tags stand for
 */
record RepositoryEndpoint(RegistrySession session, String path, String namespace, boolean tags) {
    static RepositoryEndpoint of(RegistrySession session, String path) {
        return new RepositoryEndpoint(session, path, "", true);
    }

    static RepositoryEndpoint of(KnownMirror known, RegistrySession registry, String path) {
        Mirror mirror = known.mirror();
        // Its own credentials, its own tokens; and one attempt, because there is somewhere else to go.
        ClientSettings settings = registry.settings()
                .withCredentials(CredentialProvider.of(mirror.credentials()))
                .withState(known.state())
                .withHttp(http -> http.withRetries(RetryPolicy.never()));
        String name = mirror.base().getRawAuthority();
        return new RepositoryEndpoint(
                RegistrySession.of(settings, name, mirror.base()),
                mirror.path(path),
                registry.registry(),
                mirror.tags());
    }

    /** {@return this place, at which all calls end by then} */
    RepositoryEndpoint within(Deadline deadline) {
        return new RepositoryEndpoint(session.within(deadline), path, namespace, tags);
    }

    /** {@return an address below the repository} */
    URI uri(String below) {
        // distribution-spec, main, Registry Proxying: a proxy is told which registry it stands for.
        String query = namespace.isEmpty()
                ? ""
                : (below.indexOf('?') < 0 ? "?" : "&") + "ns=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8);
        return session.base().resolve(path + "/" + below + query);
    }

    Scope pull() {
        return Scope.pull(path);
    }

    BlobAddress blob(Digest digest) {
        return new BlobAddress(session, uri("blobs/" + digest), pull());
    }
}
