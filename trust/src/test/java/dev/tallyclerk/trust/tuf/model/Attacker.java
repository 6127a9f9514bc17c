package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Owner.one;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Has the mirror, sometimes the client's disk, and sometimes keys; signs with no key that it does not have. */
final class Attacker {
    /** More than any client of these tests reads. */
    private static final int ENDLESS = World.LIMIT + 1;

    private static final List<TopLevelRole> ONLINE =
            List.of(TopLevelRole.TIMESTAMP, TopLevelRole.SNAPSHOT, TopLevelRole.TARGETS);

    private final World world;
    private final SigningKey own;
    private final List<Map<String, byte[]>> seen = new ArrayList<>();

    /** The roles whose keys it has. */
    final Set<TopLevelRole> stolen = EnumSet.noneOf(TopLevelRole.class);

    Attacker(World world, SigningKey own) {
        this.world = world;
        this.own = own;
    }

    void watch(Map<String, byte[]> published) {
        seen.add(published);
    }

    /** {@return a name that the client may ask for now} */
    private String victim(Random random) {
        if (random.nextInt(8) == 0) {
            return (world.owner.repository.version(TopLevelRole.ROOT) + 1) + ".root.json";
        }
        return world.owner.fileName(one(world.owner.roles(), random));
    }

    private Optional<Document> document(String fileName) {
        return Optional.ofNullable(world.mirror.published.get(fileName)).flatMap(world.documents::of);
    }

    void answersWithNoFile(Random random) {
        String victim = victim(random);
        switch (random.nextInt(4)) {
            case 0 -> world.mirror.overruled.put(victim, (name, maxBytes) -> Optional.empty());
            case 1 ->
                world.mirror.overruled.put(victim, (name, maxBytes) -> {
                    throw new IOException("status 500");
                });
            // From a fetcher that does not count; the mirror's own refuses for itself.
            case 2 -> world.mirror.overruled.put(victim, (name, maxBytes) -> Optional.of(new byte[maxBytes + 1]));
            default -> world.mirror.answer(victim, new byte[ENDLESS]);
        }
    }

    void damagesAFile(Random random) {
        String victim = victim(random);
        byte[] file = world.mirror.published.getOrDefault(victim, new byte[10]);
        world.mirror.answer(victim, damaged(file, random));
    }

    private byte[] damaged(byte[] file, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> Arrays.copyOf(file, random.nextInt(file.length));
            case 2 -> Arrays.copyOf(file, file.length + 1);
            default -> world.documents.reformat(file);
        };
    }

    void replays(Random random) {
        switch (random.nextInt(4)) {
            case 0 -> one(seen, random).forEach(world.mirror::answer);
            case 1 -> {
                // Of the time from which most files are, some are from another.
                one(seen, random).forEach((name, file) -> {
                    if (random.nextBoolean()) {
                        world.mirror.answer(name, file);
                    }
                });
            }
            case 2 ->
                Optional.ofNullable(one(seen, random).get("timestamp.json"))
                        .ifPresent(file -> world.mirror.answer("timestamp.json", file));
            default -> world.mirror.answer(victim(random), one(world.documents.all(), random));
        }
    }

    void changesSignatures(Random random) {
        String victim = victim(random);
        document(victim).ifPresent(document -> {
            List<Document.Signature> signatures = new ArrayList<>(document.signatures());
            Document.Signature first = signatures.isEmpty()
                    ? new Document.Signature(own.keyId(), own.publicText())
                    : one(signatures, random);
            switch (random.nextInt(7)) {
                case 0 -> signatures.clear();
                case 1 -> signatures.remove(first);
                case 2 -> signatures.add(first);
                case 3 -> signatures.replaceAll(each -> new Document.Signature(each.keyId(), ""));
                case 4 -> signatures.replaceAll(each -> new Document.Signature(each.keyId(), own.publicText()));
                case 5 -> {
                    signatures.clear();
                    signatures.add(first);
                    signatures.add(new Document.Signature(
                            Owner.ALIAS + document.signed().get("_type"), first.signer()));
                }
                default -> {
                    for (int i = 0; i < 50; i++) {
                        signatures.add(random.nextInt(signatures.size() + 1), new Document.Signature("bogus " + i, ""));
                    }
                }
            }
            world.mirror.answer(victim, world.documents.write(new Document(document.signed(), signatures)));
        });
    }

    /** Signs what the owner did not say with its own key, or with keys of another role. */
    void signsWithWrongKeys(Random random) {
        String victim = victim(random);
        document(victim).ifPresent(document -> {
            Map<String, Object> signed = Document.copyOf(document.signed());
            if (random.nextBoolean()) {
                signed.put("version", document.version() + random.nextInt(3));
            }
            List<SigningKey> keys = List.of(own);
            if (random.nextBoolean()) {
                TopLevelRole role = one(ONLINE, random);
                stolen.add(role);
                keys = world.owner.repository.keysOf(role);
            }
            world.mirror.answer(victim, world.documents.write(signed, keys));
        });
    }

    /** A root of another version, or one that only the attacker, or too few of the owner's keys, have signed. */
    void offersARoot(Random random) {
        TestRepository repository = world.owner.repository;
        long next = repository.version(TopLevelRole.ROOT) + 1;
        switch (random.nextInt(3)) {
            case 0 -> {
                world.owner.publishRoot();
                world.owner.publishRoot();
                world.publish();
                world.mirror.answer(next + ".root.json", repository.rootFile(next + 1));
            }
            case 1 ->
                world.mirror.answer(
                        2L + random.nextInt((int) next) + ".root.json",
                        repository.rootFile(1L + random.nextInt((int) next - 1)));
            default -> world.mirror.answer(next + ".root.json", forgedRoot(next + random.nextInt(3) - 1, random));
        }
    }

    private byte[] forgedRoot(long version, Random random) {
        List<SigningKey> keys = world.owner.repository.keysOf(TopLevelRole.ROOT);
        Map<String, Object> root = Document.copyOf(world.owner.repository.root);
        root.put("version", version);
        Map<String, Object> declared =
                Document.object(Document.object(root.get("roles")).get("root"));
        int tooFew = (int) Document.number(declared.get("threshold")) - 1;
        List<SigningKey> signers = new ArrayList<>(keys.subList(0, tooFew));
        if (random.nextInt(3) > 0) {
            Document.object(root.get("keys")).put(own.keyId(), TestRepository.declaration(own));
            declared.put("keyids", List.of(own.keyId()));
            declared.put("threshold", 1L);
            // Either too few of the keys that are trusted already, or not its own.
            signers = new ArrayList<>(random.nextBoolean() ? keys : signers);
            if (signers.size() == tooFew) {
                signers.add(own);
            }
        }
        return world.documents.write(root, signers);
    }

    /** Has the keys of some online roles, and says what it likes with them. */
    void signsWithStolenKeys(Random random) {
        TestRepository repository = world.owner.repository;
        boolean hasTimestamp = random.nextBoolean();
        boolean hasSnapshot = !hasTimestamp || random.nextBoolean();
        boolean hasTargets = random.nextInt(3) == 0;
        Map<String, Object> targets = Document.copyOf(repository.targets);
        Map<String, Object> snapshot = Document.copyOf(repository.snapshot);
        Map<String, Object> timestamp = Document.copyOf(repository.timestamp);
        String targetsName = world.owner.fileName("targets");
        String snapshotName = world.owner.fileName("snapshot");
        if (hasTargets) {
            stolen.add(TopLevelRole.TARGETS);
            lie(targets, hasSnapshot, random);
            byte[] file = world.documents.write(targets, repository.keysOf(TopLevelRole.TARGETS));
            if (hasSnapshot) {
                Map<String, Object> meta = Document.object(snapshot.get("meta"));
                meta.put("targets.json", Map.of("version", Document.number(targets.get("version"))));
                targetsName = targetsName.replaceFirst("^[0-9]+", String.valueOf(targets.get("version")));
            }
            world.mirror.answer(targetsName, file);
        }
        if (hasSnapshot) {
            stolen.add(TopLevelRole.SNAPSHOT);
            lie(snapshot, hasTimestamp, random);
            Map<String, Object> meta = Document.object(snapshot.get("meta"));
            switch (random.nextInt(5)) {
                case 0 -> meta.put(one(List.copyOf(meta.keySet()), random), Map.of("version", 1_000L));
                case 1 -> meta.put("another.json", Map.of("version", 1L));
                case 2 -> meta.remove(one(List.copyOf(meta.keySet()), random));
                default -> {}
            }
            byte[] file = world.documents.write(snapshot, repository.keysOf(TopLevelRole.SNAPSHOT));
            if (hasTimestamp) {
                Map<String, Object> listed = Document.object(timestamp.get("meta"));
                listed.put("snapshot.json", lengthAndHash(snapshot, file, random));
                snapshotName = snapshotName.replaceFirst("^[0-9]+", String.valueOf(snapshot.get("version")));
            }
            world.mirror.answer(snapshotName, file);
        }
        if (hasTimestamp) {
            stolen.add(TopLevelRole.TIMESTAMP);
            lie(timestamp, true, random);
            world.mirror.answer(
                    "timestamp.json", world.documents.write(timestamp, repository.keysOf(TopLevelRole.TIMESTAMP)));
        }
    }

    private static Map<String, Object> lengthAndHash(Map<String, Object> signed, byte[] file, Random random) {
        Map<String, Object> listed = new LinkedHashMap<>();
        listed.put("version", Document.number(signed.get("version")));
        switch (random.nextInt(6)) {
            case 0 -> listed.put("length", (long) file.length);
            case 1 -> listed.put("length", (long) file.length - 1);
            case 2 -> listed.put("length", (long) ENDLESS);
            case 3 -> listed.put("hashes", Map.of("sha256", Sha256.hex(file)));
            case 4 -> listed.put("hashes", Map.of("sha256", Sha256.hex(new byte[1])));
            default -> listed.put("hashes", Map.of("md5", "00"));
        }
        return listed;
    }

    private void lie(Map<String, Object> signed, boolean mayChangeVersion, Random random) {
        long version = Document.number(signed.get("version"));
        switch (random.nextInt(9)) {
            case 0 -> signed.put("_type", one(List.of("root", "timestamp", "snapshot", "targets"), random));
            case 1 -> signed.put("spec_version", one(List.of("1.0.99", "2.0.0"), random));
            case 2 ->
                signed.put("expires", world.owner.now.minus(Duration.ofDays(1)).toString());
            case 3 ->
                signed.put(
                        "expires", world.owner.now.plus(Duration.ofDays(9_000)).toString());
            case 4 -> signed.put("version", mayChangeVersion ? 0L : version);
            case 5, 6 -> signed.put("version", mayChangeVersion ? version + 1_000 : version);
            case 7 -> signed.put("version", mayChangeVersion && version > 1 ? version - 1 : version);
            default -> {}
        }
    }

    /** Writes the client's disk: files that are damaged, gone, of another time or another role. */
    void writesTheStore(Random random) {
        List<StoredName> names = new ArrayList<>(world.clients.store.files.keySet());
        if (names.isEmpty()) {
            return;
        }
        names.sort((a, b) -> a.fileName().compareTo(b.fileName()));
        StoredName name = one(names, random);
        byte[] before = world.clients.store.files.getOrDefault(name, new byte[1]);
        switch (random.nextInt(4)) {
            case 0 -> world.clients.write(name, null);
            case 1 -> world.clients.write(name, before.length == 0 ? null : damaged(before, random));
            case 2 -> world.clients.write(name, new byte[ENDLESS]);
            default -> world.clients.write(name, one(world.documents.all(), random));
        }
    }
}
