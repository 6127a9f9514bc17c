package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.Workflow;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A TUF client for one repository: refreshes its trusted metadata and reads what earlier refreshes have stored.
 *
 * <pre>{@code
 * TufClient client = TufClient.of(
 *         MetadataFetcher.ofUri(URI.create("https://example.org/metadata/"), http),
 *         MetadataStore.inDirectory(cacheDirectory),
 *         shippedRoot);
 * Optional<TargetInfo> target = client.refresh().target("app/1.0");
 * }</pre>
 *
 * <p>Safe for use by many threads; refreshes of one store wait for each other. Starts no thread, and blocks while it
 * fetches. Remembers what its last refresh verified and does not verify the signatures of the same bytes again, so keep
 * one client for the life of the process. The clients that the {@code with} methods return share none of that memory.
 */
public final class TufClient {
    private static final TargetFetcher OFFLINE = path -> {
        throw new IOException("the client is offline");
    };

    private final ClientOptions options;
    private final Workflow workflow;

    private TufClient(ClientOptions options) {
        this.options = options;
        this.workflow = options.newWorkflow();
    }

    /**
     * {@return a client that trusts a root shipped with the program; making it reads nothing and makes no request}
     *
     * <p>Every refresh follows the chain of roots from the shipped one, so a store that others can write is trusted
     * only for what it can prove.
     *
     * <p>The stored files are what guards against a rollback: with {@link MetadataStore#inMemory} a new process knows
     * nothing of what the one before has seen, and accepts old metadata as long as it has not expired.
     *
     * <p>Programs that are shipped with different roots of one repository may share a store. If the stored root is the
     * next one, it is followed without fetching it. If it is later than that and the repository does not show the roots
     * between, refreshes fail with {@link TufException.Reason#ROLLBACK} and change nothing, until a newer root is
     * shipped or the repository publishes every root again. A next root that the keys before it have not signed counts
     * as another repository's, so ship a root with all of its signatures.
     *
     * @param fetcher fetches the metadata files of the repository
     * @param store a store for this repository alone
     * @param trustedRoot the root file as it was published, with all of its signatures; of any version, even expired;
     *     copied
     */
    public static TufClient of(MetadataFetcher fetcher, MetadataStore store, byte[] trustedRoot) {
        return new TufClient(ClientOptions.of(fetcher, store, Optional.of(trustedRoot.clone())));
    }

    /**
     * {@return a client that trusts the root in the store, as an administrator or the last refresh left it; making it
     * reads nothing and makes no request}
     *
     * <p>Only for a store that nobody else can write. Refreshes keep a copy beside the root,
     * {@link StoredName#ROOT_COPY}, which is used if the root is lost or damaged.
     *
     * @param fetcher fetches the metadata files of the repository
     * @param store a store for this repository alone
     */
    public static TufClient ofStoredRoot(MetadataFetcher fetcher, MetadataStore store) {
        return new TufClient(ClientOptions.of(fetcher, store, Optional.empty()));
    }

    /** {@return this client with another engine for signatures; the default is {@link SignatureEngine#runtime}} */
    public TufClient withEngine(SignatureEngine engine) {
        Objects.requireNonNull(engine, "engine");
        return new TufClient(options.withVerification(options.verification().withEngine(engine)));
    }

    /** {@return this client with other limits; the default is {@link TufLimits#defaults}} */
    public TufClient withLimits(TufLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return new TufClient(options.withVerification(options.verification().withLimits(limits)));
    }

    /** {@return this client with another rule for key ids; the default is {@link KeyIds#ANY}} */
    public TufClient withKeyIds(KeyIds keyIds) {
        Objects.requireNonNull(keyIds, "keyIds");
        return new TufClient(options.withVerification(options.verification().withKeyIds(keyIds)));
    }

    /**
     * {@return this client with another engine for the hashes of metadata and targets}
     *
     * <p>The default is {@link HashEngine#runtime}, which has SHA-2. Other engines can have SHA-3 and BLAKE2b, the only
     * hash of some repositories.
     */
    public TufClient withHashEngine(HashEngine hashEngine) {
        return new TufClient(options.withHashEngine(Objects.requireNonNull(hashEngine, "hashEngine")));
    }

    /**
     * {@return this client with another clock; the default is the system clock}
     *
     * @param clock read once per refresh, for its start time (TUF 5.1)
     */
    public TufClient withClock(Clock clock) {
        return new TufClient(options.withClock(Objects.requireNonNull(clock, "clock")));
    }

    /** {@return this client with a listener that is told what refreshes do; the default ignores everything} */
    public TufClient withListener(TufListener listener) {
        return new TufClient(options.withListener(Objects.requireNonNull(listener, "listener")));
    }

    /**
     * {@return this client, whose refreshes make no request within a time after the last answer of the repository}
     *
     * <p>The last answer may be one to another process with the same store. The repository is asked nevertheless if a
     * stored file has expired.
     *
     * <p>The store keeps the time of the last answer, unsigned: a process that can write to the store can delay updates
     * until the timestamp expires.
     *
     * @param freshnessWindow how long the last answer counts as fresh; zero, the default, asks every time
     * @throws IllegalArgumentException if {@code freshnessWindow} is negative
     */
    public TufClient withFreshnessWindow(Duration freshnessWindow) {
        return new TufClient(options.withFreshnessWindow(freshnessWindow));
    }

    /**
     * {@return this client, which reports files that expire soon to {@link TufListener#expiresSoon}}
     *
     * @param expiryNotice how long before its expiry a file is reported; zero, the default, reports nothing
     * @throws IllegalArgumentException if {@code expiryNotice} is negative
     */
    public TufClient withExpiryNotice(Duration expiryNotice) {
        return new TufClient(options.withExpiryNotice(expiryNotice));
    }

    /**
     * {@return this client with a fetcher for target files}
     *
     * <p>Only downloads need it; looking up targets needs metadata alone.
     *
     * @param targets fetches the target files of the repository
     */
    public TufClient withTargets(TargetFetcher targets) {
        Objects.requireNonNull(targets, "targets");
        return new TufClient(options.withTargets(options.targets().withFetcher(targets)));
    }

    /**
     * {@return this client, which expects a hash before the names of target files if the repository has consistent
     * snapshots (TUF 6.2), the default, or never}
     *
     * <p>Some repositories have consistent snapshots of metadata only.
     *
     * @param prefixTargetsWithHash false to fetch target files under their plain names
     */
    public TufClient withPrefixTargetsWithHash(boolean prefixTargetsWithHash) {
        return new TufClient(options.withTargets(options.targets().withPrefixed(prefixTargetsWithHash)));
    }

    /**
     * Runs the client workflow (TUF 1.0.34, section 5) up to the top-level targets.
     *
     * <p>Fetches the next roots that the store does not have, until there is none; then the timestamp; then the
     * snapshot and the targets, unless the stored ones are current. Each file is stored as soon as it is verified, so a
     * refresh that fails or is killed at any step does not prevent the next one from working.
     *
     * @return the trusted metadata, valid at the start of the refresh; delegated roles are fetched when a search needs
     *     them
     * @throws TufException if the repository, the network or the store fails; what was verified until then stays stored
     */
    public FreshMetadata refresh() throws TufException {
        return fresh(workflow.refresh(false));
    }

    /**
     * Runs the client workflow like {@link #refresh}, but asks the repository even inside the
     * {@linkplain #withFreshnessWindow freshness window}. For callers that know of a new release, or that a target is
     * missing from what they have.
     *
     * @return the trusted metadata, valid at the start of the refresh
     * @throws TufException as {@link #refresh}
     */
    public FreshMetadata refreshNow() throws TufException {
        return fresh(workflow.refresh(true));
    }

    private FreshMetadata fresh(Workflow.Fresh fresh) {
        return new FreshMetadata(fresh.lookup(), options.targets(), fresh.confirmed());
    }

    private TargetDownload.Source noTargets() {
        return options.targets().withFetcher(OFFLINE);
    }

    /**
     * Runs the client workflow like {@link #refresh}, but accepts expired files. For mirrors that are carried to a
     * network without access to the repository, and are older than its signers intended.
     *
     * <p>The owner of the mirror decides how old the metadata is, but cannot roll it back behind what this store has
     * seen.
     *
     * @return the trusted metadata; its type says that it may be out of date
     * @throws TufException as {@link #refresh}, but never for {@link TufException.Reason#EXPIRED}
     */
    public StaleMetadata refreshAllowingExpired() throws TufException {
        return new StaleMetadata(workflow.refreshAllowingExpired(), options.targets());
    }

    /**
     * Reads what earlier refreshes have stored. Makes no request, now or later: a search that needs a delegated role
     * which is not stored fails, and target files cannot be downloaded. All files are verified again, starting from the
     * trusted root.
     *
     * <p>After a refresh that ended between the timestamp and the targets, the stored files do not fit together. They
     * cannot be read offline before a refresh has succeeded.
     *
     * @return the trusted metadata; its type says that it may be out of date
     * @throws TufException if a file is missing, damaged or expired
     */
    public StaleMetadata offline() throws TufException {
        return new StaleMetadata(workflow.offline(false), noTargets());
    }

    /**
     * Reads what is stored like {@link #offline}, but accepts expired files.
     *
     * @return the trusted metadata; its type says that it may be out of date, {@link StaleMetadata#expired} says what
     *     has expired
     * @throws TufException if a file is missing or damaged
     */
    public StaleMetadata offlineAllowingExpired() throws TufException {
        return new StaleMetadata(workflow.offline(true), noTargets());
    }
}
