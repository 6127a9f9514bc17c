package dev.tallyclerk.registry.client;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.ReadingPolicy.KnownMirror;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Reads from and writes to registries that speak the Docker Registry HTTP API v2 or the OCI distribution specification.
 *
 * <p>Immutable, and safe for use by several threads if what it was given is. It starts no thread. Clients made from one
 * another share their tokens and their limit of requests per host, unless their credentials or limits differ. An
 * interrupt of the calling thread ends a call as a cancellation does, as far as the transport notices it.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution-spec
 *     v1.1.1</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution, Token Authentication</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1">RFC 9110, 11.6.1 WWW-Authenticate</a>
 */
public final class RegistryClient {
    private final ClientSettings settings;

    private RegistryClient(ClientSettings settings) {
        this.settings = settings;
    }

    /** {@return an anonymous client with default settings, over {@code transport}} */
    public static RegistryClient of(Transport transport) {
        return of(HttpSettings.of(transport));
    }

    /** {@return an anonymous client with the settings {@code http}} */
    public static RegistryClient of(HttpSettings http) {
        return new RegistryClient(ClientSettings.of(Objects.requireNonNull(http, "http")));
    }

    /**
     * {@return this client with changed HTTP settings}
     *
     * @param change derives the new settings from the current ones, for example {@code http ->
     *     http.withRetries(retries)}
     */
    public RegistryClient withHttp(UnaryOperator<HttpSettings> change) {
        return new RegistryClient(settings.withHttp(change));
    }

    /**
     * {@return this client with credentials for one registry, sent only if it asks for them}
     *
     * <p>The credentials for other registries stay as they were, which is none by default.
     *
     * @param registry host and port as in a reference, ignoring case, such as {@code docker.io}, which includes
     *     {@code index.docker.io}, {@code registry-1.docker.io} and {@code registry.hub.docker.com}
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port
     */
    public RegistryClient withCredentials(String registry, Credentials credentials) {
        return withCredentials(CredentialProvider.of(registry, credentials, settings.credentials()));
    }

    /**
     * {@return this client with the same credentials for every registry, sent only to one that asks for them}
     *
     * <p>Every registry that the client contacts may ask, so <strong>an attacker who chooses the name of an image
     * chooses who learns the password</strong>. If image names are untrusted, bind the credentials to their registry
     * with {@link #withCredentials(String, Credentials)}.
     */
    public RegistryClient withCredentialsForEveryRegistry(Credentials credentials) {
        return withCredentials(CredentialProvider.of(credentials));
    }

    /** {@return this client with credentials for each registry, sent only to one that asks for them} */
    public RegistryClient withCredentials(CredentialProvider credentials) {
        return new RegistryClient(settings.withCredentials(Objects.requireNonNull(credentials, "credentials")));
    }

    /** {@return this client with other limits on documents} */
    public RegistryClient withDocumentLimits(DocumentLimits documentLimits) {
        return new RegistryClient(settings.withDocuments(Objects.requireNonNull(documentLimits, "documentLimits")));
    }

    /** {@return this client with other limits on what registries send besides documents} */
    public RegistryClient withLimits(RegistryLimits limits) {
        return new RegistryClient(settings.withLimits(Objects.requireNonNull(limits, "limits")));
    }

    /** {@return this client with another listener} */
    public RegistryClient withListener(RegistryListener listener) {
        return new RegistryClient(settings.withListener(Objects.requireNonNull(listener, "listener")));
    }

    /**
     * {@return this client, each of whose calls takes at most {@code timeout}, blobs included}
     *
     * <p>A push that fails cancels its upload at the registry within the same time, and within
     * {@link UploadPolicy#cancelTime}. If less than a second is left, or the call was cancelled, that takes up to a
     * second more. A {@link CredentialProvider} that exceeds its time limit is not interrupted.
     *
     * @throws IllegalArgumentException if {@code timeout} is not positive
     * @see HttpSettings#withTimeout
     */
    public RegistryClient withTimeout(Duration timeout) {
        return withHttp(http -> http.withTimeout(timeout));
    }

    /** {@return this client, whose calls end when {@code cancellation} is cancelled} */
    public RegistryClient withCancellation(Cancellation cancellation) {
        return withHttp(http -> http.withCancellation(cancellation));
    }

    /** {@return this client with another policy of sending blobs} */
    public RegistryClient withUploads(UploadPolicy uploads) {
        return new RegistryClient(settings.withUploads(Objects.requireNonNull(uploads, "uploads")));
    }

    /**
     * {@return this client, which tries these mirrors before a registry, in their order}
     *
     * <p>Mirrors are used for manifests and blobs, not for lists. A mirror that fails, or whose content does not match,
     * is skipped. If a blob turns out wrong only at its end, that read fails, and the next read of it, by
     * {@link Repository#blob} or from the same {@link ImageSource}, skips the mirror.
     *
     * @param registry host and port as in a reference, ignoring case, such as {@code docker.io}, which includes
     *     {@code index.docker.io}, {@code registry-1.docker.io} and {@code registry.hub.docker.com}
     * @param mirrors its mirrors, which replace the previous ones
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port
     */
    public RegistryClient withMirrors(String registry, List<Mirror> mirrors) {
        ReferenceParts.requireDomain(registry);
        List<KnownMirror> known = mirrors.stream()
                .map(mirror -> new KnownMirror(mirror, ClientState.of(settings.limits())))
                .toList();
        return new RegistryClient(settings.withReading(settings.reading().withMirrors(registry, known)));
    }

    /**
     * {@return this client, which fetches content that a registry lacks from the URLs in descriptors, or does not,
     * which is the default}
     *
     * <p>The author of a manifest then chooses where requests go, within the rules for redirects. No credentials are
     * sent there, and no token is fetched.
     */
    public RegistryClient withForeignUrls(boolean foreignUrls) {
        return new RegistryClient(settings.withReading(settings.reading().withForeignUrls(foreignUrls)));
    }

    /**
     * {@return the image of that name; contacts the registry only when the image is used}
     *
     * <p>The tag is resolved once for the life of the source; to notice a moved tag, make another source. Only one
     * thread at a time may resolve it and read manifests; several may read blobs, if the client is safe for several
     * threads. The source holds nothing open between requests, so it need not be closed.
     *
     * @param reference a name with a domain, and with a tag or a digest; a digest wins
     * @throws IllegalArgumentException if {@code reference} has no domain, or one that is not a host of a URI, or
     *     neither tag nor digest
     */
    public ImageSource image(Reference reference) {
        if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
            throw new IllegalArgumentException("neither tag nor digest in " + reference);
        }
        return new RegistryImage(reference, repository(reference));
    }

    /**
     * {@return a destination for an image of that name; contacts the registry only when an image is written}
     *
     * <p>Blobs that the registry has are not sent, and blobs of a source in the same registry are mounted if the
     * registry supports it. Manifests follow, children first, and the tag last. Safe for use by several threads if the
     * client is.
     *
     * @param reference a name with a domain, and with the tag that the image gets or the digest that it must have; with
     *     both, the tag is for an image of that digest only
     * @throws IllegalArgumentException if {@code reference} has no domain, or one that is not a host of a URI, or
     *     neither tag nor digest
     */
    public ImageDestination destination(Reference reference) {
        if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
            throw new IllegalArgumentException("neither tag nor digest in " + reference);
        }
        return new RegistryDestination(reference, repository(reference).session());
    }

    /**
     * {@return the repository of that name; contacts the registry only when the repository is used}
     *
     * @param reference a name with a domain; tag and digest are ignored
     * @throws IllegalArgumentException if {@code reference} has no domain, or one that is not a host of a URI
     */
    public Repository repository(Reference reference) {
        RegistrySession session = RegistrySession.of(settings, domain(reference), base(domain(reference)));
        return new Repository(session.about(reference.path()), reference.path());
    }

    /**
     * {@return the tag of a name, which carries files, such as metadata, as the layers of an artifact}
     *
     * <p>Read from the registry itself, without mirrors. Contacts the registry only when it is used. Safe for use by
     * several threads if the client is.
     *
     * @param reference a name with a domain and a tag, and without a digest
     * @throws IllegalArgumentException if {@code reference} is another kind of name, or has a domain that is not a host
     *     of a URI
     */
    public ArtifactTag artifact(Reference reference) {
        if (reference.tag().isEmpty() || reference.digest().isPresent()) {
            throw new IllegalArgumentException("an artifact that is replaced has a name with a tag: " + reference);
        }
        return new RepositoryTag(repository(reference), reference.tag().get());
    }

    /**
     * {@return a resolver that trusts the registry's tags, the least trustworthy of all resolvers}
     *
     * <p>A name with a digest resolves to the digest without a request. Safe for use by several threads if the client
     * is.
     */
    public DigestResolver digestResolver() {
        return new RegistryResolver(this::image);
    }

    /**
     * Asks a registry whether it takes this client's credentials, at {@code /v2/}.
     *
     * <p>A registry that asks nobody for credentials, or has other ones for each repository, takes any.
     *
     * @param registry host and port as in a reference
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port
     * @throws HttpException with {@link HttpException.Reason#UNAUTHORIZED} or {@link HttpException.Reason#DENIED} if it
     *     does not take them, and with other reasons if it could not be asked
     * @see <a href="https://distribution.github.io/distribution/spec/api/#api-version-check">Docker Registry HTTP API
     *     V2, API Version Check</a>
     */
    public void authenticate(String registry) throws IOException {
        ReferenceParts.requireDomain(registry);
        RegistrySession session = RegistrySession.of(settings, registry, base(registry));
        session.execute(Call.reading("GET", session.base(), Scope.none())).close();
    }

    /**
     * {@return the names of all repositories that a registry lists, in its order, without duplicates}
     *
     * <p>The list is not part of the OCI specification, and many registries do not offer it. Names that are invalid are
     * skipped and reported to {@link RegistryListener#ignored}. Some registries list only a part of them to anonymous
     * clients: a client with credentials first asks at {@code /v2/} whether they are required.
     *
     * @param registry host and port as in a reference
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port
     * @throws HttpException as {@link Pages#next} does
     */
    public List<String> repositories(String registry) throws IOException {
        return repositoryPages(registry, Repository.PAGE).all();
    }

    /**
     * {@return the names of all repositories that a registry lists, page by page}
     *
     * @param registry host and port as in a reference
     * @param pageSize the requested number of names per page, at most {@link RegistryLimits#maxListEntries}; the
     *     registry may send fewer or more
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port, or {@code pageSize} is
     *     below 1
     * @see <a href="https://distribution.github.io/distribution/spec/api/#listing-repositories">Docker Registry HTTP
     *     API V2, Listing Repositories</a>
     */
    public Pages<String> repositoryPages(String registry, int pageSize) {
        return repositoryPages(registry, pageSize, "");
    }

    /**
     * {@return the names of the repositories after a given one, in the registry's order, page by page}
     *
     * @param registry host and port as in a reference
     * @param pageSize the requested number of names per page, at most {@link RegistryLimits#maxListEntries}; the
     *     registry may send fewer or more, and some give all
     * @param last the name after which the list begins, which need not be there; empty for the whole list
     * @throws IllegalArgumentException if {@code registry} is not a host with an optional port, {@code pageSize} is
     *     below 1, or {@code last} cannot be the name of a repository
     */
    public Pages<String> repositoryPages(String registry, int pageSize, String last) {
        ReferenceParts.requireDomain(registry);
        RegistrySession session = RegistrySession.of(settings, registry, base(registry));
        String after = "";
        if (!last.isEmpty()) {
            ReferenceParts.requirePath(last);
            after = "&last=" + URLEncoder.encode(last, StandardCharsets.UTF_8);
        }
        Call call = Call.reading(
                "GET", session.base().resolve("_catalog?" + Pages.size(pageSize, session) + after), Scope.catalog());
        return new Pages<>(session, call, NameList.ofRepositories(settings));
    }

    private static String domain(Reference reference) {
        if (reference.domain().isEmpty()) {
            throw new IllegalArgumentException("no registry in " + reference);
        }
        return reference.domain();
    }

    private URI base(String domain) {
        // Docker Hub's API has its own host; every other registry's is the name's.
        String host = domain.equals(Reference.DEFAULT_DOMAIN) ? "registry-1.docker.io" : domain;
        URI base = URI.create((settings.http().isPlainHttp(domain) ? "http://" : "https://") + host + "/v2/");
        if (base.getHost() == null) {
            throw new IllegalArgumentException("not a host that can be asked: " + Quoted.quote(domain));
        }
        return base;
    }
}
