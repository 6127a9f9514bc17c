package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.verify.store.ContentStore;
import dev.tallyclerk.verify.store.StoredBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pull-through cache of registries: answers the requests of the pull side of the distribution specification.
 *
 * <pre>{@code
 * PullThrough proxy = PullThrough.of(store, folder, threads, clock).withDefaultUpstream(Upstream.of("docker.io", client));
 * try (ProxyAnswer answer = proxy.answer(ProxyRequest.of("GET", "/v2/library/debian/manifests/12"))) {
 *     // send answer.status(), answer.headers() and the body
 * }
 * }</pre>
 *
 * <p>Answers {@code GET} and {@code HEAD} of {@code /v2/}, manifests, blobs, tags and referrers; anything else gets the
 * specification's error with 404 or 405. The upstream is the one that the parameter {@code ns} names, or whose prefix
 * the repository's name begins with (the longest such prefix), or the default. An {@code ns} of any other registry is
 * refused; without it, a name that begins with no prefix is a repository of the default upstream, whatever it begins
 * with.
 *
 * <p><b>What may be relied on.</b> Content enters the cache only if its size and digest match, and no client gets the
 * last bytes of content that does not; a manifest is parsed before it is given. Blobs are given only in a repository
 * whose own manifests have led to them, and whose upstream has shown to have them there; content that came from another
 * upstream, by giving all of it once. A tag is answered for {@link ProxyLimits#tagTime} without a request, and for
 * {@link ProxyLimits#staleTime} more if the upstream fails. Callers who want the same of a registry at a time share one
 * request, which does not end when one of them goes away. A disk that is full or cannot be written costs the cache and
 * not the answer: content is then given past it, verified all the same, and the listener is told.
 *
 * <p><b>Lists.</b> A page of tags has at most 10,000. For each page, the upstream's whole list is read, which is why
 * the limits of its client ({@link dev.tallyclerk.registry.client.RegistryLimits}) bound the memory of a request: a
 * list beyond them is 502.
 *
 * <p><b>Policy.</b> With {@link #withPolicy}, an image is given only if it is admitted. A refusal is 403 {@code DENIED}
 * with the reasons, and the rules in its detail; it is never 404. Clients print no body of a {@code HEAD}, so that of a
 * refused manifest is answered with 200 and a {@code Warning}, and the {@code GET} that follows has the reason.
 *
 * <p>Immutable but for the cache, and safe for use by several threads. {@link #answer} blocks. Starts no thread;
 * fetches run on the executor, which must not be one whose threads answer requests, unless it has no limit: these wait
 * for the fetches. It needs two threads at least: images that are only observed are decided on one at a time, by a
 * thread that waits for fetches too. Proxies made from one another share cache and fetches; several on one folder are
 * safe, but do not share fetches. A proxy with a folder of its own gives a blob only after it has itself given a
 * manifest that names it, so a client has to stay with one of several such replicas for a pull.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull">OCI distribution-spec
 *     v1.1.1, Pull</a>
 */
public final class PullThrough {
    private final ProxyState state;
    private final List<Upstream> upstreams;
    private final @Nullable Upstream byDefault;
    private final ProxyLimits limits;
    private final ProxyListener listener;
    private final Function<Reference, ProxyPolicy> policies;
    private final ProxyCall calls;

    private PullThrough(
            ProxyState state,
            List<Upstream> upstreams,
            @Nullable Upstream byDefault,
            ProxyLimits limits,
            ProxyListener listener,
            Function<Reference, ProxyPolicy> policies) {
        this.state = state;
        this.upstreams = List.copyOf(upstreams);
        this.byDefault = byDefault;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.policies = Objects.requireNonNull(policies, "policies");
        this.calls =
                new ProxyCall(state, new Routes(state, limits, this.upstreams, byDefault), limits, listener, policies);
    }

    /**
     * {@return a proxy without upstreams, with the default limits and no policy}
     *
     * @param store has the content
     * @param index a folder for what each repository's manifests have led to, and which blobs each upstream has given,
     *     created where it is missing. A program that can write into it decides which blobs are given in which
     *     repository
     * @param executor runs the requests to upstreams, and decisions that are only observed
     * @param clock the present time, for the age of what is known
     * @throws IOException if the folder cannot be created
     */
    public static PullThrough of(ContentStore store, Path index, Executor executor, Clock clock) throws IOException {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(clock, "clock");
        Files.createDirectories(index);
        return new PullThrough(
                new ProxyState(store, index, executor, clock),
                List.of(),
                null,
                ProxyLimits.defaults(),
                ProxyListener.silent(),
                any -> ProxyPolicy.none());
    }

    /**
     * {@return this proxy with one more upstream}
     *
     * @throws IllegalArgumentException if there is one of that registry or prefix
     */
    public PullThrough withUpstream(Upstream upstream) {
        return with(upstream, byDefault);
    }

    /**
     * {@return this proxy with one more upstream, which is also asked where a request names none}
     *
     * @throws IllegalArgumentException if there is one of that registry or prefix
     */
    public PullThrough withDefaultUpstream(Upstream upstream) {
        return with(upstream, upstream);
    }

    private PullThrough with(Upstream upstream, @Nullable Upstream chosen) {
        for (Upstream other : upstreams) {
            if (other.registry().equals(upstream.registry()) || other.prefix().equals(upstream.prefix())) {
                throw new IllegalArgumentException("there is an upstream for " + upstream.registry() + " already");
            }
        }
        List<Upstream> all = new ArrayList<>(upstreams);
        all.add(upstream);
        return new PullThrough(state, all, chosen, limits, listener, policies);
    }

    /** {@return this proxy with other limits} */
    public PullThrough withLimits(ProxyLimits limits) {
        return new PullThrough(state, upstreams, byDefault, limits, listener, policies);
    }

    /** {@return this proxy with another listener} */
    public PullThrough withListener(ProxyListener listener) {
        return new PullThrough(state, upstreams, byDefault, limits, listener, policies);
    }

    /**
     * {@return this proxy with a policy for each repository}
     *
     * @param policies asked with each request, by the repository's whole name such as {@code docker.io/library/debian};
     *     what it returns may change at any time, and counts from the next request on
     */
    public PullThrough withPolicy(Function<Reference, ProxyPolicy> policies) {
        return new PullThrough(state, upstreams, byDefault, limits, listener, policies);
    }

    /**
     * {@return the answer to a request}
     *
     * <p>Blocks until status and headers are known, which may be until the upstream's times have passed, or, under a
     * policy that decides first, until the whole image is there. Never throws because of a request or an upstream.
     */
    public ProxyAnswer answer(ProxyRequest request) {
        return calls.answer(Objects.requireNonNull(request, "request"));
    }

    /**
     * Deletes content beyond the limits of the cache, and what broken fetches have left beyond those of the store. This
     * happens with the first content that is added, and now and then after it; a program calls it too if the age of
     * content counts.
     *
     * @return the deleted content
     * @throws IOException if the store cannot be read, or content cannot be deleted
     */
    public List<StoredBlob> evict() throws IOException {
        return new Events(listener, state, limits.cache()).evict();
    }

    /** {@return the endpoints, for people} */
    @Override
    public String toString() {
        return "proxy of " + upstreams.stream().map(Upstream::registry).toList();
    }
}
