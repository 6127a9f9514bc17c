package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.HashEngine;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.internal.client.ClientParts;
import dev.tallyclerk.trust.tuf.internal.client.MetadataFiles;
import dev.tallyclerk.trust.tuf.internal.client.RefreshMemory;
import dev.tallyclerk.trust.tuf.internal.client.TargetDownload;
import dev.tallyclerk.trust.tuf.internal.client.Workflow;
import dev.tallyclerk.trust.tuf.internal.state.Verification;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of a {@link TufClient}. Immutable.
 *
 * @param trustedRoot the shipped root; empty if the stored one is trusted
 * @param targets where target files come from, with the hash engine of {@code verification}
 */
record ClientOptions(
        MetadataFetcher fetcher,
        MetadataStore store,
        Optional<byte[]> trustedRoot,
        Verification verification,
        TargetDownload.Source targets,
        TufListener listener,
        Clock clock,
        Duration freshnessWindow,
        Duration expiryNotice) {
    private static final TargetFetcher NO_TARGETS = path -> {
        throw new IllegalStateException(
                "a client that downloads targets needs a TargetFetcher: call TufClient.withTargets first");
    };

    ClientOptions {
        Objects.requireNonNull(fetcher, "fetcher");
        Objects.requireNonNull(store, "store");
        if (freshnessWindow.isNegative()) {
            throw new IllegalArgumentException("freshnessWindow is negative: " + freshnessWindow);
        }
        if (expiryNotice.isNegative()) {
            throw new IllegalArgumentException("expiryNotice is negative: " + expiryNotice);
        }
    }

    static ClientOptions of(MetadataFetcher fetcher, MetadataStore store, Optional<byte[]> trustedRoot) {
        HashEngine hashEngine = HashEngine.runtime();
        return new ClientOptions(
                fetcher,
                store,
                trustedRoot,
                new Verification(SignatureEngine.runtime(), TufLimits.defaults(), KeyIds.ANY, hashEngine),
                new TargetDownload.Source(NO_TARGETS, true, hashEngine),
                TufListener.silent(),
                Clock.systemUTC(),
                Duration.ZERO,
                Duration.ZERO);
    }

    /** {@return a workflow with these settings, which remembers nothing yet} */
    Workflow newWorkflow() {
        MetadataFiles files = new MetadataFiles(fetcher, store, verification.limits());
        return new Workflow(
                new ClientParts(files, trustedRoot, verification, listener, expiryNotice, new RefreshMemory()),
                clock,
                freshnessWindow);
    }

    ClientOptions withVerification(Verification verification) {
        return new ClientOptions(
                fetcher, store, trustedRoot, verification, targets, listener, clock, freshnessWindow, expiryNotice);
    }

    ClientOptions withTargets(TargetDownload.Source targets) {
        return new ClientOptions(
                fetcher, store, trustedRoot, verification, targets, listener, clock, freshnessWindow, expiryNotice);
    }

    ClientOptions withHashEngine(HashEngine hashEngine) {
        return withVerification(verification.withHashes(hashEngine)).withTargets(targets.withHashes(hashEngine));
    }

    ClientOptions withListener(TufListener listener) {
        return new ClientOptions(
                fetcher, store, trustedRoot, verification, targets, listener, clock, freshnessWindow, expiryNotice);
    }

    ClientOptions withClock(Clock clock) {
        return new ClientOptions(
                fetcher, store, trustedRoot, verification, targets, listener, clock, freshnessWindow, expiryNotice);
    }

    ClientOptions withFreshnessWindow(Duration freshnessWindow) {
        return new ClientOptions(
                fetcher, store, trustedRoot, verification, targets, listener, clock, freshnessWindow, expiryNotice);
    }

    ClientOptions withExpiryNotice(Duration expiryNotice) {
        return new ClientOptions(
                fetcher, store, trustedRoot, verification, targets, listener, clock, freshnessWindow, expiryNotice);
    }
}
