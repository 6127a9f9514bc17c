package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.internal.client.MetadataFiles;
import dev.tallyclerk.trust.tuf.internal.client.RefreshMemory;
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
 * Brings the trusted metadata of one repository up to date.
 *
 * <pre>{@code
 * TufClient client = TufClient.builder(MetadataFetcher.ofUri(URI.create("https://example.org/metadata/"), http))
 *         .trustedRoot(shippedRoot)
 *         .store(MetadataStore.inDirectory(cacheDirectory))
 *         .build();
 * Optional<TargetInfo> target = client.refresh().target("app/1.0");
 * }</pre>
 *
 * <p>A client may be used by many threads; refreshes of one store wait for each other. It starts no thread, and blocks
 * while it fetches. It remembers what its last refresh verified, and does not verify the same bytes again: keep one for
 * as long as the process lives.
 */
public final class TufClient {
    private static final TargetFetcher OFFLINE = path -> {
        throw new IOException("the client is offline");
    };

    private final Workflow workflow;
    private final TargetFetcher targets;

    private TufClient(Workflow workflow, TargetFetcher targets) {
        this.workflow = workflow;
        this.targets = targets;
    }

    /**
     * {@return a builder of a client}
     *
     * @param fetcher gets the files of the repository
     */
    public static Builder builder(MetadataFetcher fetcher) {
        return new Builder(fetcher);
    }

    /**
     * Runs the client workflow (TUF 1.0.34, section 5) up to the top-level targets.
     *
     * <p>It asks for the next roots that the store does not have until there is none, the timestamp, and, unless the
     * stored ones are the current ones, the snapshot and the targets: in this order, each once. Every file is stored
     * when it holds and not before, so a refresh that failed at any step, or was killed there, does not keep the next
     * one from working.
     *
     * @return the trusted metadata, valid at the start of the refresh; delegated roles are fetched as it is asked
     * @throws TufException if the repository, the network or the store kept it from getting there; what was verified up
     *     to then stays stored
     */
    public FreshMetadata refresh() throws TufException {
        Workflow.Fresh fresh = workflow.refresh();
        return new FreshMetadata(fresh.lookup(), targets, fresh.confirmed());
    }

    /**
     * Runs the client workflow as {@link #refresh} does, but takes files that have expired too. For mirrors that are
     * carried to where the repository cannot be reached, and are older than its signers meant.
     *
     * <p>Who controls the mirror decides how old it is, as long as it is not older than what this store has seen.
     *
     * @return the trusted metadata, whose type says that it may be out of date
     * @throws TufException as {@link #refresh}, but never for {@link TufException.Reason#EXPIRED}
     */
    public StaleMetadata refreshAllowingExpired() throws TufException {
        return new StaleMetadata(workflow.refreshAllowingExpired(), targets);
    }

    /**
     * Reads what earlier refreshes have stored, without a request, now and later: a delegated role that is not stored
     * cannot be searched, and target files cannot be fetched. Everything is verified again from the trusted root on.
     *
     * <p>After a refresh that ended between the timestamp and the targets, what is stored is not complete: nothing can
     * be read then before a refresh has come to its end.
     *
     * @return the trusted metadata, whose type says that it may be out of date
     * @throws TufException if something is not stored, damaged or has expired
     */
    public StaleMetadata offline() throws TufException {
        return new StaleMetadata(workflow.offline(false), OFFLINE);
    }

    /**
     * Reads what is stored as {@link #offline} does, and takes files that have expired too.
     *
     * @return the trusted metadata, whose type says that it may be out of date; {@link StaleMetadata#expired} says what
     *     is
     * @throws TufException if something is not stored or damaged
     */
    public StaleMetadata offlineAllowingExpired() throws TufException {
        return new StaleMetadata(workflow.offline(true), OFFLINE);
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
        private KeyIds keyIds = KeyIds.ANY;
        private TargetFetcher targets = path -> {
            throw new IllegalStateException("a client that downloads targets needs a fetcher: call targets first");
        };

        private Builder(MetadataFetcher fetcher) {
            this.fetcher = Objects.requireNonNull(fetcher, "fetcher");
        }

        /**
         * Trusts this root, as shipped with the program. Every refresh follows the chain of roots from it, so a store
         * that somebody else can write is not trusted for more than it can prove.
         *
         * <p>A store may be shared with programs that were shipped with other roots of the repository. Where its root
         * is the next one, that is followed without asking. Where it is later than that and the repository does not
         * show the roots between, refreshes are refused as {@link TufException.Reason#ROLLBACK} and forget nothing,
         * until a newer root is shipped or the repository has every root again. A next root without the signatures of
         * the keys before it is taken for another repository's, so ship a root with all of its signatures.
         *
         * @param trustedRoot the root file as it was published, with all of its signatures, of any version and even if
         *     expired; copied
         * @return this builder
         */
        public Builder trustedRoot(byte[] trustedRoot) {
            this.trustedRoot = trustedRoot.clone();
            this.anchored = true;
            return this;
        }

        /**
         * Trusts the root that is in the store, as somebody put it there or the last refresh left it. Only for a store
         * that nobody else can write. Refreshes keep {@link StoredName#ROOT_COPY} beside it, which is trusted where it
         * is lost or damaged.
         *
         * @return this builder
         */
        public Builder trustedRootFromStore() {
            this.trustedRoot = null;
            this.anchored = true;
            return this;
        }

        /**
         * Keeps metadata in this store. How old a repository may be is known from what is stored: with
         * {@link MetadataStore#inMemory} a new process knows nothing of what the one before has seen, and believes an
         * old repository for as long as that has not expired.
         *
         * @param store a store of this repository alone
         * @return this builder
         */
        public Builder store(MetadataStore store) {
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /**
         * Verifies signatures with this engine instead of the Java runtime's.
         *
         * @param engine the engine
         * @return this builder
         */
        public Builder engine(SignatureEngine engine) {
            this.engine = Objects.requireNonNull(engine, "engine");
            return this;
        }

        /**
         * Sets other limits than {@link TufLimits#defaults}.
         *
         * @param limits the limits
         * @return this builder
         */
        public Builder limits(TufLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Wants ids of keys to be something else than {@link KeyIds#ANY}.
         *
         * @param keyIds what they must be
         * @return this builder
         */
        public Builder keyIds(KeyIds keyIds) {
            this.keyIds = Objects.requireNonNull(keyIds, "keyIds");
            return this;
        }

        /**
         * Takes the start time of each refresh from this clock instead of the system's.
         *
         * @param clock read once a refresh
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Tells this listener what refreshes do.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(TufListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Downloads target files with this fetcher. Needed only for that; looking targets up takes metadata alone.
         *
         * @param targets gets the target files of the repository
         * @return this builder
         */
        public Builder targets(TargetFetcher targets) {
            this.targets = Objects.requireNonNull(targets, "targets");
            return this;
        }

        /**
         * Takes the repository's last answer for its present one for a while: a refresh that follows another one within
         * this time, also of another process, makes no request if nothing in the store has expired. Without it every
         * refresh asks.
         *
         * <p>When the repository was asked is kept in the store, unsigned: who can write there can delay news until the
         * timestamp expires.
         *
         * @param freshnessWindow how long, not negative; zero, the default, asks every time
         * @return this builder
         */
        public Builder freshnessWindow(Duration freshnessWindow) {
            if (freshnessWindow.isNegative()) {
                throw new IllegalArgumentException("the window is negative: " + freshnessWindow);
            }
            this.freshnessWindow = freshnessWindow;
            return this;
        }

        /**
         * {@return the client; nothing is read or asked yet}
         *
         * @throws IllegalStateException if {@link #store} was not called, or neither {@link #trustedRoot} nor
         *     {@link #trustedRootFromStore}
         */
        public TufClient build() {
            if (!anchored) {
                throw new IllegalStateException("a client needs a root to trust: call trustedRoot first");
            }
            if (store == null) {
                throw new IllegalStateException("a client needs a store, which keeps the repository from going back:"
                        + " call store with MetadataStore.inDirectory, or with MetadataStore.inMemory"
                        + " if the next process need not know");
            }
            Verification verification = new Verification(engine, limits, keyIds);
            return new TufClient(
                    new Workflow(
                            new MetadataFiles(fetcher, store, limits),
                            Optional.ofNullable(trustedRoot),
                            verification,
                            listener,
                            clock,
                            freshnessWindow,
                            new RefreshMemory()),
                    targets);
        }
    }
}
