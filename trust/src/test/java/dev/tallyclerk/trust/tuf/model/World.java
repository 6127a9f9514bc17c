package dev.tallyclerk.trust.tuf.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.model.Clients.Sessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A repository, its mirror, who attacks them, and two clients: the library's and the reference. */
final class World {
    /** The longest file of any role, in bytes. */
    static final int LIMIT = 20_000;

    final Documents documents = new Documents();
    final Mirror mirror = new Mirror();
    final Owner owner;
    final Attacker attacker;
    final Clients clients;

    private final SymbolicSignatures signatures = new SymbolicSignatures();
    private final TufLimits limits;
    private final Duration window;
    private final boolean clientsLiveOn;
    private TufClient client;

    /** @param settings a bit for each choice that a repository or client makes once */
    World(int settings) {
        limits = TufLimits.defaults()
                .withRootBytes(LIMIT)
                .withTimestampBytes(LIMIT)
                .withSnapshotBytes(LIMIT)
                .withTargetsBytes(LIMIT)
                .withRootRotations((settings & 1) == 0 ? 256 : 2)
                .withDelegations((settings & 2) == 0 ? 32 : 2);
        window = (settings & 96) == 96 ? Duration.ofHours(2) : Duration.ZERO;
        clientsLiveOn = (settings & 128) != 0;
        owner = new Owner(documents, signatures, (settings & 4) == 0, (settings & 24) == 24);
        attacker = new Attacker(this, signatures.newKey());
        ReferenceClient reference = new ReferenceClient(documents, owner.repository.rootFile(1), limits, window);
        clients = new Clients(mirror, reference, this::client);
        client = newClient();
        publish();
    }

    /** The owner publishes, and the mirror has that. */
    void publish() {
        owner.publish();
        mirror.published.clear();
        mirror.published.putAll(owner.published());
        mirror.targets.putAll(owner.repository.targetFiles);
        attacker.watch(owner.published());
    }

    void waits(Random random) {
        owner.now = owner.now.plus(Duration.ofHours(1L + random.nextInt(24 * (random.nextBoolean() ? 4 : 80))));
    }

    /** {@return what a process has that starts now, or what the one has that goes on} */
    private TufClient client() {
        if (!clientsLiveOn) {
            client = newClient();
        }
        return client;
    }

    private TufClient newClient() {
        Clock clock = ((InstantSource) () -> owner.now).withZone(ZoneOffset.UTC);
        return TufClient.of(mirror, clients.store, owner.repository.rootFile(1))
                .withTargets(mirror::openTarget)
                .withEngine(signatures)
                .withLimits(limits)
                .withFreshnessWindow(window)
                .withClock(clock);
    }

    Optional<Sessions> refresh() {
        return clients.compare(TufClient::refresh, reference -> reference.refresh(mirror, owner.now));
    }

    /** As {@link #refresh}, but nothing expires, and no result claims to be fresh. */
    void refreshAllowingExpired() {
        clients.compare(TufClient::refreshAllowingExpired, reference -> reference.ask(mirror, Instant.MIN));
    }

    void offline() {
        offline(TufClient::offline, owner.now);
    }

    void offlineAllowingExpired() {
        offline(TufClient::offlineAllowingExpired, Instant.MIN);
    }

    private void offline(Clients.Way way, Instant start) {
        clients.compare(way, reference -> ReferenceSession.ofStored(reference, Mirror.unreachable(), start));
    }

    /** After a refresh both download two targets, and who has the mirror may have tampered with some. */
    void downloads(Random random) {
        for (int i = 0; i < 4; i++) {
            owner.addTarget(random);
        }
        publish();
        Optional<Sessions> sessions = refresh();
        if (sessions.isPresent()) {
            for (int i = 0; i < 2; i++) {
                while (random.nextInt(3) > 0) {
                    TargetTamperer.tamper(mirror, random);
                }
                List<byte[]> before = new ArrayList<>(mirror.targets.values());
                before.add(new byte[0]);
                boolean isThere = random.nextInt(3) == 0;
                clients.download(
                        sessions.get(), Owner.one(Owner.PATHS, random), isThere ? Owner.one(before, random) : null);
            }
        }
    }

    void crashes(Random random) {
        clients.reference.window.starts.add(owner.now);
        clients.crash(random.nextInt(6));
        client = newClient();
    }

    /** The owner has the repository to itself again: whatever was before, the client gets to what it publishes. */
    void recovers(Random random) {
        mirror.restore();
        owner.now = owner.now.plus(window);
        owner.recoverFrom(attacker.stolen, random);
        attacker.stolen.clear();
        owner.changeEverything();
        publish();
    }

    /** {@return what the owner has published last} */
    private List<Long> current() {
        TestRepository repository = owner.repository;
        return List.of(
                repository.version(TopLevelRole.ROOT),
                repository.version(TopLevelRole.TIMESTAMP),
                repository.version(TopLevelRole.SNAPSHOT),
                repository.version(TopLevelRole.TARGETS));
    }

    void assertRecovered() {
        // A refresh that goes only a part of the way through the roots may well be accepted: the others follow it.
        long refreshes = 1 + current().get(0) / limits.rootRotations();
        boolean accepted = false;
        for (long i = 0; i < refreshes; i++) {
            accepted = refresh().isPresent();
            owner.now = owner.now.plus(window);
        }
        assertTrue(accepted, () -> "recovers: " + clients.outcomes);
        try {
            FreshMetadata metadata = client().refresh();
            assertEquals(current(), Clients.versions(metadata.trusted()));
            for (String path : Owner.PATHS) {
                if (limits.delegations() > 2) {
                    metadata.target(path);
                }
            }
        } catch (TufException e) {
            throw new AssertionError("an honest repository is refused", e);
        }
        mirror.takeRequests();
    }
}
