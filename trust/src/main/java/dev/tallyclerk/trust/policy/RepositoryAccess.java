package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.http.HttpAuthenticator;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolutionException.Reason;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.SharedStore;
import dev.tallyclerk.trust.store.StoreFolders;
import dev.tallyclerk.trust.store.VersionedStore;
import dev.tallyclerk.trust.tuf.TufClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

/**
 * Opens the TUF repositories and Notary v1 collections that a policy file names, and keeps what it trusted of each in a
 * folder or in stores that several processes share, against rollback. Immutable.
 *
 * @see TrustPolicyReader#withTuf
 * @see TrustPolicyReader#withNotary
 */
public final class RepositoryAccess implements TufAccess, NotaryAccess {
    private static final String ARTIFACT = "docker";

    private final HttpSettings http;
    private final StoreFolders stores;
    private final Opening opening;
    private final Artifacts artifacts;
    private final Logins logins;
    private final Clock clock;

    /** Opens the store of a folder, which may be no more than a name. */
    @FunctionalInterface
    private interface Opening {
        MetadataStore open(Path folder) throws IOException;
    }

    /** Opens the stores that several processes share, such as the replicas of a service. */
    @FunctionalInterface
    public interface SharedStores {
        /**
         * {@return the store of one repository or collection, for example by {@code JdbcStore.of}}
         *
         * @param name 32 of the characters {@code 0-9a-f}; the same in all processes
         * @throws IOException if the store cannot be reached; nothing of the repository is trusted then
         */
        VersionedStore store(String name) throws IOException;
    }

    /** Opens the artifact in a registry that carries the metadata of a TUF repository. */
    @FunctionalInterface
    public interface Artifacts {
        /**
         * {@return the tag of a name}
         *
         * @param name a name with a tag
         * @throws IllegalArgumentException if no metadata can be at that name
         */
        ArtifactTag tag(Reference name);
    }

    /** Logs in at the Notary server of a registry. */
    @FunctionalInterface
    public interface Logins {
        /**
         * {@return who answers the server's challenges}
         *
         * @param registry the host of the registry whose collections the server has
         * @param repository the path of the repository
         */
        HttpAuthenticator of(String registry, String repository);
    }

    private RepositoryAccess(
            HttpSettings http, StoreFolders stores, Opening opening, Artifacts artifacts, Logins logins, Clock clock) {
        this.http = Objects.requireNonNull(http, "http");
        this.stores = Objects.requireNonNull(stores, "stores");
        this.opening = opening;
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts");
        this.logins = Objects.requireNonNull(logins, "logins");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * {@return access to repositories at http, https and file addresses, without logins, by the system's clock}
     *
     * @param http the settings of all requests
     * @param stores where the metadata last trusted is kept; a program that can write there decides what is trusted
     */
    public static RepositoryAccess of(HttpSettings http, StoreFolders stores) {
        return of(http, stores, MetadataStore::inDirectory);
    }

    /**
     * {@return access to repositories at http, https and file addresses, without logins, by the system's clock}
     *
     * @param http the settings of all requests
     * @param stores where the metadata last trusted is kept, for all processes together: what one of them has seen, no
     *     other lets be rolled back
     */
    public static RepositoryAccess of(HttpSettings http, SharedStores stores) {
        Objects.requireNonNull(stores, "stores");
        return of(http, StoreFolders.in(Path.of("")), name -> SharedStore.of(stores.store(name.toString())));
    }

    private static RepositoryAccess of(HttpSettings http, StoreFolders stores, Opening opening) {
        Artifacts none = name -> {
            throw new IllegalArgumentException("no registry is read for the TUF metadata in " + name);
        };
        return new RepositoryAccess(
                http, stores, opening, none, (registry, repository) -> HttpAuthenticator.none(), Clock.systemUTC());
    }

    /**
     * {@return this access with TUF repositories in registries too, at addresses of the scheme docker}
     *
     * @param artifacts for example {@code registryClient::artifact}
     */
    public RepositoryAccess withArtifacts(Artifacts artifacts) {
        return new RepositoryAccess(http, stores, opening, artifacts, logins, clock);
    }

    /**
     * {@return this access with logins for Notary servers}
     *
     * @param logins makes them, for example with {@code RegistryAuthenticator.of}
     */
    public RepositoryAccess withLogins(Logins logins) {
        return new RepositoryAccess(http, stores, opening, artifacts, logins, clock);
    }

    /**
     * {@return this access with another clock}
     *
     * @param clock the time at which metadata must not have expired
     */
    public RepositoryAccess withClock(Clock clock) {
        return new RepositoryAccess(http, stores, opening, artifacts, logins, clock);
    }

    @Override
    public DigestResolver resolver(URI repository, byte[] trustedRoot, Optional<String> target) {
        byte[] root = trustedRoot.clone();
        return image -> {
            TufDigestResolver resolver;
            try {
                resolver = TufDigestResolver.refreshing(client(repository, root), repository.toString());
            } catch (IllegalArgumentException | IOException e) {
                throw new DigestResolutionException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()), e);
            }
            return target.isPresent() ? resolver.resolveTarget(target.get()) : resolver.resolve(image);
        };
    }

    private TufClient client(URI repository, byte[] root) throws IOException {
        return TufClient.of(metadata(repository), opening.open(stores.ofTuf(repository)), root)
                .withClock(clock);
    }

    private MetadataFetcher metadata(URI repository) {
        if (!ARTIFACT.equalsIgnoreCase(repository.getScheme())) {
            return MetadataFetcher.ofUri(repository, http);
        }
        Reference name = Reference.parseNormalized(repository.toString().substring(ARTIFACT.length() + 3));
        return MetadataFetcher.ofArtifact(artifacts.tag(name));
    }

    @Override
    public NotaryClient client(String gun, URI place, NotaryRootTrust trust) throws IOException {
        boolean isSaved = "file".equalsIgnoreCase(place.getScheme());
        Path store = stores.ofNotary(gun, isSaved ? Optional.of(place) : Optional.empty(), trust.allowsFirstUse());
        try {
            return NotaryClient.of(gun, isSaved ? NotaryFiles.ofSaved(Path.of(place)) : server(gun, place), trust)
                    .withStore(opening.open(store))
                    .withClock(clock);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private MetadataFetcher server(String gun, URI place) {
        int slash = gun.indexOf('/');
        String registry = slash < 0 ? gun : gun.substring(0, slash);
        String repository = slash < 0 ? "" : gun.substring(slash + 1);
        return NotaryFiles.ofServer(place, gun, http, logins.of(registry, repository));
    }
}
