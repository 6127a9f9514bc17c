package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.client.ClientParts;
import dev.tallyclerk.trust.tuf.internal.client.MetadataFiles;
import dev.tallyclerk.trust.tuf.internal.client.RefreshMemory;
import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.Workflow;
import dev.tallyclerk.trust.tuf.internal.state.Verification;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TUF client for one repository: refreshes its trusted metadata and reads what earlier refreshes have stored.
 *
 * <pre>{@code
 * TufClient client = TufClient.builder(MetadataFetcher.ofUri(URI.create("https://example.org/metadata/"), http))
 *         .trustedRoot(shippedRoot)
 *         .store(MetadataStore.inDirectory(cacheDirectory))
 *         .build();
 * Optional<TargetInfo> target = client.refresh().target("app/1.0");
 * }</pre>
 *
 * <p>Safe for use by many threads; refreshes of one store wait for each other. Starts no thread, and blocks while it
 * fetches. Remembers what its last refresh verified and does not verify the signatures of the same bytes again, so keep
 * one client for the life of the process.
 */
public final class TufClient {
    private static final TargetFetcher OFFLINE = path -> {
        throw new IOException("the client is offline");
    };

    private final Workflow workflow;
    private final TargetDownload.Source targets;

    private TufClient(Workflow workflow, TargetDownload.Source targets) {
        this.workflow = workflow;
        this.targets = targets;
    }

    /**
     * {@return a builder of a client}
     *
     * @param fetcher fetches the metadata files of the repository
     */
    public static Builder builder(MetadataFetcher fetcher) {
        return new Builder(fetcher);
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
     * {@linkplain Builder#freshnessWindow freshness window}. For callers that know of a new release, or that a target
     * is missing from what they have.
     *
     * @return the trusted metadata, valid at the start of the refresh
     * @throws TufException as {@link #refresh}
     */
    public FreshMetadata refreshNow() throws TufException {
        return fresh(workflow.refresh(true));
    }

    private FreshMetadata fresh(Workflow.Fresh fresh) {
        return new FreshMetadata(fresh.lookup(), targets, fresh.confirmed());
    }

    private TargetDownload.Source noTargets() {
        return new TargetDownload.Source(OFFLINE, targets.prefixed(), targets.hashes());
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
        return new StaleMetadata(workflow.refreshAllowingExpired(), targets);
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

    /**
     * Collects the parts of a client. Everything but the trusted root and the store has a default. Not for use by two
     * threads.
     */
    public static final class Builder {
        private final MetadataFetcher fetcher;
        private @Nullable MetadataStore store;
        private byte @Nullable [] trustedRoot;
        private boolean anchored;
        private SignatureEngine engine = SignatureEngine.runtime();
        private TufLimits limits = TufLimits.defaults();
        private Clock clock = Clock.systemUTC();
        private TufListener listener = TufListener.silent();
        private Duration freshnessWindow = Duration.ZERO;
        private Duration expiryNotice = Duration.ZERO;
        private HashEngine hashEngine = HashEngine.runtime();
        private boolean prefixTargetsWithHash = true;
        private KeyIds keyIds = KeyIds.ANY;
        private TargetFetcher targets = path -> {
            throw new IllegalStateException(
                    "a client that downloads targets needs a TargetFetcher: call targets first");
        };

        private Builder(MetadataFetcher fetcher) {
            this.fetcher = Objects.requireNonNull(fetcher, "fetcher");
        }

        /**
         * Trusts a root that is shipped with the program. Every refresh follows the chain of roots from it, so a store
         * that others can write is trusted only for what it can prove.
         *
         * <p>Programs that are shipped with different roots of one repository may share a store. If the stored root is
         * the next one, it is followed without fetching it. If it is later than that and the repository does not show
         * the roots between, refreshes fail with {@link TufException.Reason#ROLLBACK} and change nothing, until a newer
         * root is shipped or the repository publishes every root again. A next root that the keys before it have not
         * signed counts as another repository's, so ship a root with all of its signatures.
         *
         * @param trustedRoot the root file as it was published, with all of its signatures; of any version, even
         *     expired; copied
         * @return this builder
         */
        public Builder trustedRoot(byte[] trustedRoot) {
            this.trustedRoot = trustedRoot.clone();
            this.anchored = true;
            return this;
        }

        /**
         * Trusts the root in the store, as an administrator or the last refresh left it. Only for a store that nobody
         * else can write. Refreshes keep a copy beside it, {@link StoredName#ROOT_COPY}, which is used if the root is
         * lost or damaged.
         *
         * @return this builder
         */
        public Builder trustedRootFromStore() {
            this.trustedRoot = null;
            this.anchored = true;
            return this;
        }

        /**
         * Sets the store for metadata. The stored files are what guards against a rollback: with
         * {@link MetadataStore#inMemory} a new process knows nothing of what the one before has seen, and accepts old
         * metadata as long as it has not expired.
         *
         * @param store a store for this repository alone
         * @return this builder
         */
        public Builder store(MetadataStore store) {
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /**
         * Sets the engine that verifies signatures. The default is {@link SignatureEngine#runtime}.
         *
         * @param engine the engine
         * @return this builder
         */
        public Builder engine(SignatureEngine engine) {
            this.engine = Objects.requireNonNull(engine, "engine");
            return this;
        }

        /**
         * Sets the limits. The default is {@link TufLimits#defaults}.
         *
         * @param limits the limits
         * @return this builder
         */
        public Builder limits(TufLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Sets what key ids have to be. The default is {@link KeyIds#ANY}.
         *
         * @param keyIds the rule for key ids
         * @return this builder
         */
        public Builder keyIds(KeyIds keyIds) {
            this.keyIds = Objects.requireNonNull(keyIds, "keyIds");
            return this;
        }

        /**
         * Sets the clock for the start time of a refresh (TUF 5.1). The default is the system clock.
         *
         * @param clock read once per refresh
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the listener that is told what refreshes do. The default ignores everything.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(TufListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Sets the fetcher for target files. Only downloads need it; looking up targets needs metadata alone.
         *
         * @param targets fetches the target files of the repository
         * @return this builder
         */
        public Builder targets(TargetFetcher targets) {
            this.targets = Objects.requireNonNull(targets, "targets");
            return this;
        }

        /**
         * Sets how long the last answer of the repository counts as fresh. A refresh that follows another one within
         * this time, even one of another process, makes no request if no stored file has expired.
         *
         * <p>The store keeps the time of the last answer, unsigned: a process that can write to the store can delay
         * updates until the timestamp expires.
         *
         * @param freshnessWindow how long, not negative; zero, the default, asks the repository every time
         * @return this builder
         */
        public Builder freshnessWindow(Duration freshnessWindow) {
            if (freshnessWindow.isNegative()) {
                throw new IllegalArgumentException("freshnessWindow is negative: " + freshnessWindow);
            }
            this.freshnessWindow = freshnessWindow;
            return this;
        }

        /**
         * Sets how long before its expiry a file is reported to {@link TufListener#expiresSoon}. The default is zero,
         * which reports nothing.
         *
         * @param expiryNotice how long, not negative
         * @return this builder
         */
        public Builder expiryNotice(Duration expiryNotice) {
            if (expiryNotice.isNegative()) {
                throw new IllegalArgumentException("expiryNotice is negative: " + expiryNotice);
            }
            this.expiryNotice = expiryNotice;
            return this;
        }

        /**
         * Sets the engine that computes the hashes of metadata and targets. The default is {@link HashEngine#runtime},
         * which has SHA-2. Other engines can have SHA-3 and BLAKE2b, the only hash of some repositories.
         *
         * @param hashEngine the engine
         * @return this builder
         */
        public Builder hashEngine(HashEngine hashEngine) {
            this.hashEngine = Objects.requireNonNull(hashEngine, "hashEngine");
            return this;
        }

        /**
         * Sets whether the names of target files have a hash before them if the repository has consistent snapshots
         * (TUF 6.2). The default is true. Some repositories have consistent snapshots of metadata only.
         *
         * @param prefixTargetsWithHash false to fetch target files under their plain names
         * @return this builder
         */
        public Builder prefixTargetsWithHash(boolean prefixTargetsWithHash) {
            this.prefixTargetsWithHash = prefixTargetsWithHash;
            return this;
        }

        /**
         * {@return the client; building it reads nothing and makes no request}
         *
         * @throws IllegalStateException if {@link #store} was not called, or neither {@link #trustedRoot} nor
         *     {@link #trustedRootFromStore}
         */
        public TufClient build() {
            if (!anchored) {
                throw new IllegalStateException(
                        "a client needs a root to trust: call trustedRoot or trustedRootFromStore first");
            }
            if (store == null) {
                throw new IllegalStateException(
                        "a client needs a store, which guards against rollbacks: call store with"
                                + " MetadataStore.inDirectory, or with MetadataStore.inMemory for this process only");
            }
            Verification verification = new Verification(engine, limits, keyIds, hashEngine);
            return new TufClient(
                    new Workflow(
                            new ClientParts(
                                    new MetadataFiles(fetcher, store, limits),
                                    Optional.ofNullable(trustedRoot),
                                    verification,
                                    listener,
                                    expiryNotice,
                                    new RefreshMemory()),
                            clock,
                            freshnessWindow),
                    new TargetDownload.Source(targets, prefixTargetsWithHash, hashEngine));
        }
    }
}
