package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.signed;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A repository that changes at random: targets come and go, teams and hash bins too, roles get other keys and
 * thresholds, and some publications crash and are completed.
 */
final class RandomRepository {
    /** All paths that a target ever has. */
    static final List<String> PATHS = paths();

    private static final int EACH = 12;

    final MemoryRepository files = new MemoryRepository();
    final List<String> log = new ArrayList<>();

    /** What a client finds now. */
    final Map<String, List<Digest>> expected = new TreeMap<>();

    private final Random random;
    private final TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(files), CLOCK);

    /** Who signs for each role. */
    private final Map<String, List<OwnedKey>> signers = new LinkedHashMap<>();

    private int bins;
    private boolean hasSuccinctBins;

    RandomRepository(Random random) throws Exception {
        this.random = random;
        Publisher publisher = new Publisher();
        publisher.publishFirst(repository);
        signers.put("root", publisher.root);
        signers.put("targets", List.of(publisher.targets));
        signers.put("snapshot", List.of(publisher.snapshot));
        signers.put("timestamp", List.of(publisher.timestamp));
    }

    private static List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (String prefix : List.of("app/", "team/")) {
            for (int i = 0; i < EACH; i++) {
                paths.add(prefix + i);
            }
        }
        return paths;
    }

    /** Publishes one change, which may be none. */
    void step() throws Exception {
        int kind = random.nextInt(12);
        log.add("step " + kind);
        switch (kind) {
            case 0, 1 -> add("targets", "app/");
            case 2, 3 -> add("team", "team/");
            case 4 -> remove();
            case 5 -> rotate(List.of(TopLevelRole.values()).get(random.nextInt(4)));
            case 6 -> rotateTeam();
            case 7 -> revokeTeam();
            case 8, 9 -> bins();
            case 10 -> repository.bumpTimestamp(online());
            default -> renew();
        }
    }

    private void renew() throws Exception {
        RepositoryChange change = repository.change().withRenewed("root").withRenewed("targets");
        publish(signers.containsKey("team") ? change.withRenewed("team") : change);
    }

    private List<OwnedKey> online() {
        List<OwnedKey> online = new ArrayList<>(signers.getOrDefault("snapshot", List.of()));
        online.addAll(signers.getOrDefault("timestamp", List.of()));
        return online;
    }

    private void add(String role, String prefix) throws Exception {
        if (role.equals("team") && hasSuccinctBins) {
            return;
        }
        String path = prefix + random.nextInt(EACH);
        TargetInfo target = target(role, path, "content " + random.nextInt());
        RepositoryChange change = repository.change();
        if (role.equals("team") && !signers.containsKey("team")) {
            OwnedKey team = newKey();
            signers.put("team", List.of(team));
            change = change.withDelegation(
                    "targets", new TeamDelegation("team", keys(1, team), List.of("team/*"), false));
        }
        publish(change.withTarget(target));
        expected.put(path, target.digests());
    }

    private void remove() throws Exception {
        if (expected.isEmpty()) {
            return;
        }
        List<String> paths = List.copyOf(expected.keySet());
        String path = paths.get(random.nextInt(paths.size()));
        publish(repository.change().withoutTarget(path.startsWith("team/") ? "team" : "targets", path));
        expected.remove(path);
    }

    private List<OwnedKey> newKeys() {
        List<OwnedKey> keys = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            keys.add(newKey());
        }
        return keys;
    }

    private void rotate(TopLevelRole role) throws Exception {
        List<OwnedKey> next = newKeys();
        int threshold = 1 + random.nextInt(next.size());
        List<OwnedKey> both = new ArrayList<>(next);
        // Without the keys before there is a gap, but not after the publication.
        if (role == TopLevelRole.ROOT || random.nextBoolean()) {
            both.addAll(signers.getOrDefault(role.roleName(), List.of()));
        }
        signers.put(role.roleName(), both);
        publish(repository.change().withKeys(role, keys(threshold, next.toArray(OwnedKey[]::new))));
        signers.put(role.roleName(), next);
    }

    private void rotateTeam() throws Exception {
        if (signers.containsKey("team")) {
            List<OwnedKey> next = newKeys();
            RepositoryChange change = repository
                    .change()
                    .withDelegatedKeys("team", keys(1 + random.nextInt(next.size()), next.toArray(OwnedKey[]::new)));
            signers.put("team", next);
            publish(change);
        }
    }

    private void revokeTeam() throws Exception {
        if (signers.containsKey("team")) {
            publish(repository.change().withoutDelegation("team"));
            signers.remove("team");
            expected.keySet().removeIf(path -> path.startsWith("team/"));
        }
    }

    /** Makes bins, or changes their number. */
    private void bins() throws Exception {
        int count = 2 << random.nextInt(5);
        if (bins == 0) {
            OwnedKey key = newKey();
            signers.put("bins", List.of(key));
            hasSuccinctBins = !signers.containsKey("team") && random.nextBoolean();
            HashBins.Form form = hasSuccinctBins ? HashBins.Form.SUCCINCT : HashBins.Form.PATH_HASH_PREFIXES;
            publish(repository
                    .change()
                    .withHashBins(
                            "targets", HashBins.of("bin", count, keys(1, key)).withForm(form)));
        } else if (bins != count) {
            publish(repository.change().withBinCount("targets", count));
        }
        bins = count;
    }

    private void publish(RepositoryChange change) throws Exception {
        PendingMetadata pending = change.pending();
        for (List<OwnedKey> keys : signers.values()) {
            for (OwnedKey key : keys) {
                pending = signedIfAsked(pending, key);
            }
        }
        if (random.nextInt(4) == 0) {
            files.crashAt = files.steps + 1 + random.nextInt(6);
            log.add("crash");
        }
        try {
            repository.publish(pending, online());
        } catch (IOException e) {
            files.crashAt = 0;
            repository.publish(pending, online());
        }
        files.crashAt = 0;
    }

    private static PendingMetadata signedIfAsked(PendingMetadata pending, OwnedKey key) throws Exception {
        try {
            return signed(pending, key);
        } catch (PublishException e) {
            assertEquals(PublishException.Reason.NOT_A_SIGNER, e.reason());
            return pending;
        }
    }
}
