package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.client.Repository;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import java.time.Instant;

/** A repository of an upstream, as those may see it who use the same login. */
final class View {
    private final Upstream upstream;
    private final String path;
    private final String key;
    private final RegistryClient client;
    private final Origin origin;
    private final RepositoryIndex index;

    /** When the upstream last gave a manifest. */
    private volatile Instant confirmed;

    View(
            Upstream upstream,
            String path,
            String key,
            RegistryClient client,
            Origin origin,
            RepositoryIndex index,
            Instant now) {
        this.upstream = upstream;
        this.path = path;
        this.key = key;
        this.client = client;
        this.origin = origin;
        this.index = index;
        this.confirmed = now;
    }

    Upstream upstream() {
        return upstream;
    }

    /** {@return what tells it from all others} */
    String key() {
        return key;
    }

    RegistryClient client() {
        return client;
    }

    Origin origin() {
        return origin;
    }

    RepositoryIndex index() {
        return index;
    }

    Instant confirmed() {
        return confirmed;
    }

    void confirm(Instant now) {
        confirmed = now;
    }

    Reference name() {
        return Reference.parse(upstream.registry() + "/" + path);
    }

    Reference name(String tag) {
        return ReferenceParts.withTag(upstream.registry(), path, tag);
    }

    Reference name(Digest digest) {
        return ReferenceParts.withDigest(upstream.registry(), path, digest);
    }

    /** {@return the repository, for blobs} */
    Repository blobs() {
        return client.repository(name());
    }

    /** {@return the repository, for what takes no longer than a document may} */
    Repository documents() {
        return blobs().withTimeout(upstream.documentTime());
    }
}
