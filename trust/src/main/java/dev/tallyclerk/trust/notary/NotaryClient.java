package dev.tallyclerk.trust.notary;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.notary.NotaryUpdate.Mode;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.VersionedStore;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;

/**
 * A client for one collection of a Notary v1 server, or a copy of one: updates and verifies its metadata.
 *
 * <pre>{@code
 * String gun = "registry.example.com/team/app";
 * NotaryClient client = NotaryClient.of(
 *                 gun, NotaryFiles.ofServer(URI.create("https://notary.example.com"), gun, http),
 *                 NotaryRootTrust.firstUse())
 *         .withStore(MetadataStore.inDirectory(folderOfThisCollection));
 * Optional<TargetInfo> target = client.update().releasedTarget("1.0");
 * }</pre>
 *
 * <p>The store keeps what was verified last. It protects from older versions, and with trust on first use it is what
 * trust rests on, so it has to outlive the process. Each collection needs its own.
 *
 * <p>Immutable, and safe for use by many threads; updates with one store wait for each other. Starts no thread, and
 * blocks while it fetches.
 */
public final class NotaryClient {
    private static final int MAX_GUN = 255;

    /** How often one update starts if other processes keep writing to a shared store. */
    private static final int ATTEMPTS = 10;

    private final String gun;
    private final MetadataFetcher files;
    private final NotaryRootTrust trust;
    private final MetadataStore store;
    private final Verification verification;
    private final Clock clock;

    private NotaryClient(
            String gun,
            MetadataFetcher files,
            NotaryRootTrust trust,
            MetadataStore store,
            Verification verification,
            Clock clock) {
        this.gun = gun;
        this.files = Objects.requireNonNull(files, "files");
        this.trust = Objects.requireNonNull(trust, "trust");
        this.store = Objects.requireNonNull(store, "store");
        this.verification = verification;
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * {@return a client with an empty store in memory, the default limits and the system's clock}
     *
     * @param gun the collection's name (globally unique name), for images the name without tag:
     *     {@code docker.io/library/debian}
     * @param files where its files come from, see {@link NotaryFiles}
     * @param trust which roots are trusted
     * @throws IllegalArgumentException if the name is empty, longer than 255 characters, or has a {@code *}
     */
    public static NotaryClient of(String gun, MetadataFetcher files, NotaryRootTrust trust) {
        if (gun.isEmpty() || gun.length() > MAX_GUN || gun.indexOf('*') >= 0) {
            throw new IllegalArgumentException("not the name of a collection: " + Quoted.quote(gun));
        }
        return new NotaryClient(
                gun,
                files,
                trust,
                MetadataStore.inMemory(),
                new Verification(NotaryLimits.defaults(), Signatures.RUNTIME),
                Clock.systemUTC());
    }

    /** {@return this client with another store, of this collection only} */
    public NotaryClient withStore(MetadataStore store) {
        return new NotaryClient(gun, files, trust, store, verification, clock);
    }

    /** {@return this client with other limits} */
    public NotaryClient withLimits(NotaryLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return new NotaryClient(gun, files, trust, store, verification.withLimits(limits), clock);
    }

    /**
     * {@return this client with an engine for the signatures of P-256 keys, which the original makes unless it is told
     * otherwise}
     *
     * <p>Without one, the runtime verifies them, which before Java 25 takes several times as long as
     * {@link dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine}. The runtime always verifies other keys, and
     * certificates by their issuers.
     */
    public NotaryClient withSignatureEngine(SignatureEngine signatureEngine) {
        return new NotaryClient(
                gun, files, trust, store, verification.withSignatures(Signatures.of(signatureEngine)), clock);
    }

    /** {@return this client with another clock, which says what has expired} */
    public NotaryClient withClock(Clock clock) {
        return new NotaryClient(gun, files, trust, store, verification, clock);
    }

    /** {@return the collection's name} */
    public String gun() {
        return gun;
    }

    /**
     * Fetches and verifies what has changed since the last update, and stores it.
     *
     * @return the collection, confirmed by the server
     * @throws NotaryException if the server, the network or the store fails, or something cannot be trusted
     */
    public NotaryCollection update() throws NotaryException {
        return run(new Mode(true, false, false));
    }

    /**
     * Updates like {@link #update}, but continues with the stored timestamp if the server gives none, as the original
     * does. Nothing may have expired.
     *
     * @return the collection; {@link NotaryCollection#isFresh} says whether the server has confirmed it
     * @throws NotaryException as {@link #update}
     */
    public NotaryCollection updateOrStored() throws NotaryException {
        return run(new Mode(true, true, false));
    }

    /**
     * Updates like {@link #update}, but accepts expired files and certificates. For saved copies of collections whose
     * server no longer exists: a timestamp is valid for 14 days.
     *
     * <p>The owner of the copy decides how old it is, but cannot roll it back behind what the store has seen.
     *
     * @return the collection
     * @throws NotaryException as {@link #update}
     */
    public NotaryCollection updateAllowingExpired() throws NotaryException {
        return run(new Mode(true, false, true));
    }

    /**
     * Verifies what earlier updates have stored. Makes no request, and changes nothing.
     *
     * @return the collection, not known to be current
     * @throws NotaryException if the store has no complete collection, or something in it has expired
     */
    public NotaryCollection offline() throws NotaryException {
        return run(new Mode(false, true, false));
    }

    /**
     * Verifies what earlier updates have stored like {@link #offline}, but accepts expired files and certificates.
     *
     * @return the collection, not known to be current
     * @throws NotaryException if the store has no complete collection
     */
    public NotaryCollection offlineAllowingExpired() throws NotaryException {
        return run(new Mode(false, true, true));
    }

    /**
     * Fetches the roots before that of a collection, and puts them with its files, so that a client that trusts any of
     * them can read the copy.
     *
     * <p>Each root that the server has must be signed by the one before it, as clients demand. The limit
     * {@link NotaryLimits#rootRotations} says how many there may be.
     *
     * @param collection the result of an update of this client
     * @return the files to keep
     * @throws NotaryException if the server or the network fails, or a root does not follow from the one before
     * @throws IllegalArgumentException if it is another collection
     */
    public SavedCollection save(NotaryCollection collection) throws NotaryException {
        if (!collection.gun().equals(gun)) {
            throw new IllegalArgumentException("the collection is that of " + collection.gun() + ", not of " + gun);
        }
        return SavedCollection.of(collection, new RootChain(gun, new CollectionFiles(files, store), verification));
    }

    private NotaryCollection run(Mode mode) throws NotaryException {
        MetadataFetcher allowed = mode.asks() ? files : MetadataFetcher.ofFiles(Map.of());
        for (int attempt = 1; ; attempt++) {
            try {
                return new NotaryUpdate(gun, allowed, store, trust, verification, mode, clock.instant()).run();
            } catch (NotaryException e) {
                // Another process was faster, and what it stored now guards against a rollback.
                if (!(e.getCause() instanceof VersionedStore.ConflictException) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
