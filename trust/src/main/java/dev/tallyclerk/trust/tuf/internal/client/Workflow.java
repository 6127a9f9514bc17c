package dev.tallyclerk.trust.tuf.internal.client;

import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.ROOT;
import static dev.tallyclerk.trust.tuf.internal.read.MetadataRole.TIMESTAMP;

import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.internal.state.TrustedState;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The ways of a client to get trusted metadata. Safe for use by several threads. */
public record Workflow(ClientParts parts, Clock clock, Duration freshnessWindow) {
    /** Earlier than any expiry. */
    private static final Instant ALLOW_EXPIRED = Instant.MIN;

    /**
     * Metadata that the repository has confirmed.
     *
     * @param confirmed when it did
     */
    public record Fresh(TargetLookup lookup, Instant confirmed) {}

    /** Work to do while the store is claimed. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws TufException;
    }

    /** Runs the workflow; {@code now} means that the freshness window does not matter. */
    public Fresh refresh(boolean now) throws TufException {
        // TUF 5.1: read once, so that no file can expire in the middle of a refresh.
        Instant start = clock.instant();
        return claimed(parts.files(), () -> {
            Optional<Fresh> confirmed = now ? Optional.empty() : confirmedRecently(start);
            if (confirmed.isPresent()) {
                return confirmed.get();
            }
            TargetLookup lookup = Refresh.upToTargets(parts, start, start);
            confirm(start);
            return new Fresh(lookup, start);
        });
    }

    public TargetLookup refreshAllowingExpired() throws TufException {
        Instant start = clock.instant();
        return claimed(parts.files(), () -> Refresh.upToTargets(parts, start, ALLOW_EXPIRED));
    }

    public TargetLookup offline(boolean allowExpired) throws TufException {
        Instant start = clock.instant();
        Instant reference = allowExpired ? ALLOW_EXPIRED : start;
        MetadataFiles stored = parts.files().offline();
        return claimed(stored, () -> {
            TrustedState state = StoredState.roots(parts, stored).upToTargets(reference);
            return parts.lookup(stored, start, reference, state);
        });
    }

    /** Starts again if another process was faster, because its files now guard against a rollback. */
    private <T> T claimed(MetadataFiles claimable, Work<T> work) throws TufException {
        for (int attempt = 1; ; attempt++) {
            try {
                return claimedOnce(claimable, work);
            } catch (TufException e) {
                if (!MetadataFiles.isConflict(e)
                        || attempt >= parts.verification().limits().storeAttempts()) {
                    throw e;
                }
            }
        }
    }

    @SuppressWarnings("try") // the claim is held, not used
    private static <T> T claimedOnce(MetadataFiles files, Work<T> work) throws TufException {
        try (MetadataStore.Claim claim = files.claim(ROOT, "5.2")) {
            return work.run();
        } catch (IOException e) {
            throw IoFailures.of(Reason.STORE_FAILED, ROOT, "5.2", "cannot use the metadata store", e);
        }
    }

    private Optional<Fresh> confirmedRecently(Instant start) throws TufException {
        if (freshnessWindow.isZero()) {
            return Optional.empty();
        }
        Optional<Confirmation> last = parts.files()
                .load(TIMESTAMP, Confirmation.NAME, Confirmation.MAX_BYTES)
                .flatMap(Confirmation::parse);
        Optional<byte[]> timestamp = parts.files().load(TIMESTAMP);
        if (last.isEmpty() || timestamp.isEmpty() || !last.get().covers(timestamp.get(), start, freshnessWindow)) {
            return Optional.empty();
        }
        try {
            StoredState stored = StoredState.roots(parts, parts.files());
            TargetLookup lookup = parts.lookup(parts.files(), start, start, stored.upToTargets(start));
            parts.memory().remember(stored.chain(), lookup);
            return Optional.of(new Fresh(lookup, last.get().at()));
        } catch (TufException e) {
            // Something has expired or is damaged, so the repository has to be asked.
            return Optional.empty();
        }
    }

    private void confirm(Instant start) throws TufException {
        if (!freshnessWindow.isZero()) {
            byte[] timestamp = parts.files().load(TIMESTAMP).orElse(new byte[0]);
            parts.files()
                    .store(
                            TIMESTAMP,
                            Confirmation.NAME,
                            Confirmation.of(start, timestamp).text());
        }
    }
}
