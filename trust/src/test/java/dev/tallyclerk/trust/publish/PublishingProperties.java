package dev.tallyclerk.trust.publish;

import static dev.tallyclerk.trust.publish.Publisher.CLOCK;
import static dev.tallyclerk.trust.publish.Publisher.keys;
import static dev.tallyclerk.trust.publish.Publisher.newKey;
import static dev.tallyclerk.trust.publish.Publisher.signed;
import static dev.tallyclerk.trust.publish.Publisher.target;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.trust.publish.Publisher.OwnedKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random sequences of changes, some with a crash while they are published: a client that has seen every state and one
 * that has seen none both find exactly the targets that were published.
 */
class PublishingProperties {
    private static final int STEPS = 12;

    @Property(tries = 20)
    void clientsReadEveryStateOfARandomRepository(@ForAll long seed) throws Exception {
        Run run = new Run(new Random(seed));
        for (int i = 0; i < STEPS; i++) {
            run.step();
            run.check();
        }
    }

    private static final class Run {
        private final Random random;
        private final Publisher publisher = new Publisher();
        private final MemoryRepository files = new MemoryRepository();
        private final TufRepository repository = TufRepository.at(RepositoryPlace.ofFiles(files), CLOCK);
        private final TufClient client;
        private final List<String> log = new ArrayList<>();

        /** Who signs for each role. */
        private final Map<String, List<OwnedKey>> signers = new LinkedHashMap<>();

        private final Map<String, TargetInfo> expected = new TreeMap<>();
        private boolean hasBins;

        Run(Random random) throws Exception {
            this.random = random;
            publisher.publishFirst(repository);
            signers.put("root", publisher.root);
            signers.put("targets", List.of(publisher.targets));
            signers.put("snapshot", List.of(publisher.snapshot));
            signers.put("timestamp", List.of(publisher.timestamp));
            client = client(MetadataStore.inMemory());
        }

        private TufClient client(MetadataStore store) {
            return TufClient.of(files, store, files.firstRoot()).withClock(CLOCK);
        }

        void step() throws Exception {
            int kind = random.nextInt(9);
            log.add("step " + kind);
            switch (kind) {
                case 0, 1 -> add("targets", "app/");
                case 2 -> add("team", "team/");
                case 3 -> remove();
                case 4 -> rotate(List.of(TopLevelRole.values()).get(random.nextInt(4)));
                case 5 -> rotateTeam();
                case 6 -> bins();
                case 7 -> repository.bumpTimestamp(online());
                default -> publish(repository.change().withRenewed("root").withRenewed("targets"));
            }
        }

        private List<OwnedKey> online() {
            List<OwnedKey> online = new ArrayList<>(signers.getOrDefault("snapshot", List.of()));
            online.addAll(signers.getOrDefault("timestamp", List.of()));
            return online;
        }

        private void add(String role, String prefix) throws Exception {
            String path = prefix + random.nextInt(20);
            TargetInfo target = target(role, path, "content " + random.nextInt());
            RepositoryChange change = repository.change();

            if (role.equals("team") && hasBins) {
                return;
            }
            if (role.equals("team") && !signers.containsKey("team")) {
                OwnedKey team = newKey();
                signers.put("team", List.of(team));
                change = change.withDelegation(
                        "targets", new TeamDelegation("team", keys(1, team), List.of("team/*"), false));
            }
            publish(change.withTarget(target));
            expected.put(path, new TargetInfo(path, target.length(), target.digests(), role, ""));
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

        private void rotate(TopLevelRole role) throws Exception {
            List<OwnedKey> next = new ArrayList<>();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                next.add(newKey());
            }
            int threshold = 1 + random.nextInt(count);
            List<OwnedKey> before = signers.getOrDefault(role.roleName(), List.of());
            List<OwnedKey> both = new ArrayList<>(next);
            // Without the keys before there is a gap, but not after the publication.
            boolean isSmooth = role == TopLevelRole.ROOT || random.nextBoolean();
            if (isSmooth) {
                both.addAll(before);
            }
            signers.put(role.roleName(), both);
            publish(repository.change().withKeys(role, keys(threshold, next.toArray(OwnedKey[]::new))));
            signers.put(role.roleName(), next);
        }

        private void rotateTeam() throws Exception {
            if (signers.containsKey("team")) {
                OwnedKey next = newKey();
                RepositoryChange change = repository.change().withDelegatedKeys("team", keys(1, next));
                signers.put("team", List.of(next));
                publish(change);
            }
        }

        private void bins() throws Exception {
            if (!hasBins && !signers.containsKey("team")) {
                OwnedKey bins = newKey();
                signers.put("bins", List.of(bins));
                publish(repository
                        .change()
                        .withHashBins(
                                "targets",
                                HashBins.of("bin", 2 << random.nextInt(5), keys(1, bins))
                                        .withForm(
                                                random.nextBoolean()
                                                        ? HashBins.Form.SUCCINCT
                                                        : HashBins.Form.PATH_HASH_PREFIXES)));
                hasBins = true;
            }
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

        void check() throws Exception {
            for (TufClient each : List.of(client, client(MetadataStore.inMemory()))) {
                FreshMetadata metadata = each.refresh();
                for (String prefix : List.of("app/", "team/")) {
                    for (int i = 0; i < 20; i++) {
                        String path = prefix + i;
                        assertEquals(
                                Optional.ofNullable(expected.get(path)).map(TargetInfo::digests),
                                metadata.target(path).map(TargetInfo::digests),
                                () -> log + " " + path);
                    }
                }
            }
        }
    }
}
