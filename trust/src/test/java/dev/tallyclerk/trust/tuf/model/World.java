package dev.tallyclerk.trust.tuf.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.TopLevelRole;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.TufException;
import dev.tallyclerk.trust.tuf.TufLimits;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A repository, its mirror, who attacks them, and two clients: the library's and the reference. */
final class World {
    /** The longest file of any role, in bytes. */
    static final int LIMIT = 20_000;

    final Documents documents = new Documents();
    final Mirror mirror = new Mirror();
    final MapStore client = new MapStore();
    final Owner owner;
    final Attacker attacker;

    /** Where each comparison ended, {@code accepted} or a role and a step. */
    final List<String> outcomes = new ArrayList<>();

    /** One of the ways in which the library refreshes. */
    @FunctionalInterface
    private interface Refresh {
        RepositoryMetadata of(TufClient client) throws TufException;
    }

    private final SymbolicSignatures signatures = new SymbolicSignatures();
    private final TufLimits limits;
    private final ReferenceClient reference;

    /** @param settings a bit for each choice that a repository or client makes once */
    World(int settings) {
        limits = TufLimits.defaults()
                .withRootBytes(LIMIT)
                .withTimestampBytes(LIMIT)
                .withSnapshotBytes(LIMIT)
                .withTargetsBytes(LIMIT)
                .withRootRotations((settings & 1) == 0 ? 256 : 2)
                .withDelegations((settings & 2) == 0 ? 32 : 2);
        owner = new Owner(documents, signatures, (settings & 4) == 0, (settings & 24) == 24);
        attacker = new Attacker(this, signatures.newKey());
        reference = new ReferenceClient(documents, owner.repository.rootFile(1), limits);
        publish();
    }

    /** The owner publishes, and the mirror has that. */
    void publish() {
        owner.publish();
        mirror.published.clear();
        mirror.published.putAll(owner.published());
        attacker.watch(owner.published());
    }

    void waits(Random random) {
        owner.now = owner.now.plus(Duration.ofHours(1L + random.nextInt(24 * (random.nextBoolean() ? 4 : 80))));
    }

    void writeStore(StoredName name, byte @Nullable [] file) {
        if (file == null) {
            client.files.remove(name);
            reference.store.remove(name);
        } else {
            client.files.put(name, file);
            reference.store.put(name, file);
        }
    }

    private TufClient client() {
        return TufClient.builder(mirror)
                .trustedRoot(owner.repository.rootFile(1))
                .store(client)
                .engine(signatures)
                .limits(limits)
                .clock(Clock.fixed(owner.now, ZoneOffset.UTC))
                .build();
    }

    /** Both clients refresh and look every path up; both say, ask for and keep the same. */
    boolean compare() {
        return compare(owner.now, TufClient::refresh);
    }

    /** As {@link #compare()}, but nothing has expired. */
    void compareAllowingExpired() {
        compare(Instant.MIN, TufClient::refreshAllowingExpired);
    }

    private boolean compare(Instant start, Refresh refresh) {
        RepositoryMetadata ours = null;
        String weSay = "accepted";
        try {
            ours = refresh.of(client());
        } catch (TufException e) {
            weSay = said(e);
        }
        List<String> weAsked = mirror.takeRequests();
        ReferenceSession theirs = null;
        String theySay = "accepted";
        try {
            theirs = reference.refresh(mirror, start);
        } catch (Stop e) {
            theySay = e.getMessage();
        }
        outcomes.add(String.valueOf(theySay));
        assertEquals(theySay, weSay);
        assertEquals(mirror.takeRequests(), weAsked);
        assertSameStores();
        if (ours == null || theirs == null) {
            return false;
        }
        assertEquals(theirs.versions(), versions(ours.trusted()));
        for (String path : Owner.PATHS) {
            String weFind = lookUp(ours, path);
            List<String> weAskedFor = mirror.takeRequests();
            String theyFind;
            try {
                theyFind = theirs.lookUp(path);
            } catch (Stop e) {
                theyFind = String.valueOf(e.getMessage());
                outcomes.add("looking up: " + theyFind.substring(theyFind.lastIndexOf(' ') + 1));
            }
            assertEquals(theyFind, weFind, path);
            assertEquals(mirror.takeRequests(), weAskedFor, path);
            assertSameStores();
        }
        return true;
    }

    private void assertSameStores() {
        assertEquals(reference.store.keySet(), client.files.keySet());
        reference.store.forEach((name, file) -> assertArrayEquals(file, client.files.get(name), name.fileName()));
    }

    private static String said(TufException e) {
        return e.role() + " " + e.specStep();
    }

    private static String lookUp(RepositoryMetadata metadata, String path) {
        try {
            return metadata.target(path)
                    .map(target ->
                            target.length() + " " + target.digests().get(0).encoded())
                    .orElse("nobody");
        } catch (TufException e) {
            return said(e);
        }
    }

    private static List<Long> versions(TrustedMetadata trusted) {
        return List.of(
                trusted.root().version(),
                trusted.timestamp().orElseThrow().version(),
                trusted.snapshot().orElseThrow().version(),
                trusted.targets().orElseThrow().version());
    }

    /** The machine is switched off in the middle of a refresh: where, no client need agree with another about. */
    void crashes(Random random) {
        client.changesLeft = random.nextInt(6);
        try {
            client().refresh();
        } catch (TufException e) {
            outcomes.add("crashed");
        }
        client.changesLeft = Integer.MAX_VALUE;
        mirror.takeRequests();
        reference.store.clear();
        reference.store.putAll(client.files);
    }

    /** The owner has the repository to itself again: whatever was before, the client gets to what it publishes. */
    void recovers(Random random) {
        mirror.overruled.clear();
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
            accepted = compare();
        }
        outcomes.add("recovered");
        assertTrue(accepted, () -> "recovers: " + outcomes);
        try {
            FreshMetadata metadata = client().refresh();
            assertEquals(current(), versions(metadata.trusted()));
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
