package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.TestRepository.declaration;
import static dev.tallyclerk.trust.tuf.TestRepository.object;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The honest owner of a repository, who publishes nothing but coherent states with new versions. */
final class Owner {
    static final List<String> PATHS = List.of("a", "b", "dir/a", "dir/b", "dir/sub/a", ".hidden", "d*r/b");
    private static final List<String> PATTERNS = List.of("*", "a", "?", "dir/*", "*/a", "*/*/*", "d?r/*", ".*", "*a*");
    private static final List<String> ROLES = List.of("r", "R", "a/b", "../x", "r r", "\u00fc");
    private static final String BINS = "bin";

    /** With the role's name, the second key id of one of its keys. */
    static final String ALIAS = "alias-";

    /** The time for which it publishes. */
    Instant now = TestRepository.NOW;

    final TestRepository repository;
    private final SymbolicSignatures signatures;
    private final boolean withBins;

    /** The targets roles whose next version says something else. */
    private final Set<String> changed = new LinkedHashSet<>();

    Owner(Documents documents, SymbolicSignatures signatures, boolean listLengthsAndHashes, boolean withBins) {
        this.signatures = signatures;
        this.withBins = withBins;
        this.repository = new TestRepository(documents::write, signatures::newKey);
        repository.listLengthsAndHashes = listLengthsAndHashes;
        if (withBins) {
            SigningKey key = signatures.newKey();
            repository.delegateToBins("targets", 2, BINS, key);
            for (int bin = 0; bin < 4; bin++) {
                repository.targetsOf(BINS + "-" + bin);
                repository.delegatedKeys.put(BINS + "-" + bin, List.of(key));
            }
        }
        changeEverything();
        publish();
    }

    static <T> T one(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    /** {@return the top-level targets and the delegated roles} */
    List<String> targetsRoles() {
        List<String> roles = new ArrayList<>(repository.delegated.keySet());
        roles.add("targets");
        return roles;
    }

    private List<Object> delegations(String from) {
        return Document.list(
                Document.object(repository.targetsOf(from).get("delegations")).get("roles"));
    }

    void addTarget(Random random) {
        String role = one(targetsRoles(), random);
        String path = one(PATHS, random);
        byte[] content = new byte[random.nextInt(4) == 0 ? random.nextInt(100) : 1];
        random.nextBytes(content);
        repository.addTarget(role, path, content);
        // Without consistent snapshots, where two roles may list other contents of one file.
        repository.targetFiles.put(path, content);
        Map<String, Object> hashes = object(repository.targetsOf(role), "targets", path, "hashes");
        switch (random.nextInt(6)) {
            case 0 -> hashes.put("sha512", sha512(content));
            case 1 -> hashes.put("sha512", sha512(new byte[2]));
            case 2 -> {
                hashes.put("sha512", sha512(content));
                int name = path.lastIndexOf('/') + 1;
                repository.targetFiles.remove(
                        path.substring(0, name) + hashes.get("sha256") + "." + path.substring(name));
                repository.targetFiles.put(
                        path.substring(0, name) + sha512(content) + "." + path.substring(name), content);
            }
            default -> {}
        }
        changed.add(role);
    }

    private static String sha512(byte[] content) {
        return Digest.of(DigestAlgorithm.SHA512, content).encoded();
    }

    void delegate(Random random) {
        List<String> delegators = targetsRoles();
        if (withBins) {
            delegators.remove("targets");
        }
        String from = one(delegators, random);
        String to = one(ROLES, random);
        if (delegations(from).stream()
                .anyMatch(role -> to.equals(Document.object(role).get("name")))) {
            return;
        }
        if (repository.keysOf(to).isEmpty()) {
            repository.targetsOf(to);
            repository.delegatedKeys.put(to, List.of(signatures.newKey(), signatures.newKey()));
        }
        boolean byHash = random.nextInt(4) == 0;
        List<String> selected = byHash
                ? List.of(
                        HexFormat.of().formatHex(Sha256.of(one(PATHS, random))).substring(0, 1 + random.nextInt(2)))
                : List.of(one(PATTERNS, random), one(PATTERNS, random));
        // One delegator's mistake is no reason to refuse the role where another one leads to it.
        List<SigningKey> declared =
                random.nextInt(3) == 0 ? List.of(signatures.newKey(), signatures.newKey()) : repository.keysOf(to);
        Map<String, Object> role =
                repository.delegate(from, to, byHash ? "path_hash_prefixes" : "paths", selected, declared);
        role.put("terminating", random.nextInt(3) == 0);
        role.put("threshold", 1 + random.nextInt(2));
        changed.add(from);
        changed.add(to);
    }

    /** Takes a delegation away, gives it other paths or another place. */
    void changeDelegation(Random random) {
        String from = one(targetsRoles(), random);
        List<Object> roles = delegations(from);
        if (roles.isEmpty()) {
            return;
        }
        Object role = roles.remove(random.nextInt(roles.size()));
        switch (random.nextInt(3)) {
            case 0 -> {}
            case 1 -> roles.add(0, role);
            default -> {
                Document.object(role).remove("path_hash_prefixes");
                Document.object(role).put("paths", List.of(one(PATTERNS, random)));
                roles.add(role);
            }
        }
        changed.add(from);
    }

    /** Gives a delegated role new keys, all of them or one, of which not every delegator may hear. */
    void changeDelegatedKeys(Random random) {
        List<String> roles = targetsRoles();
        roles.remove("targets");
        roles.removeIf(role -> role.startsWith(BINS));
        if (roles.isEmpty()) {
            return;
        }
        String role = one(roles, random);
        if (random.nextInt(3) == 0) {
            // A delegator's change of mind, of which the role itself does not hear, so that its file is the same.
            targetsRoles().forEach(delegator -> declareKeys(delegator, role, List.of(signatures.newKey())));
            return;
        }
        SigningKey kept = repository.keysOf(role).get(0);
        SigningKey first = random.nextBoolean() ? signatures.newKey() : kept;
        repository.delegatedKeys.put(role, List.of(first, signatures.newKey()));
        changed.add(role);
        for (String delegator : targetsRoles()) {
            if (random.nextInt(3) > 0) {
                declareKeys(delegator, role, repository.keysOf(role));
            }
        }
    }

    private void declareKeys(String delegator, String role, List<SigningKey> keys) {
        for (Object delegation : delegations(delegator)) {
            if (role.equals(Document.object(delegation).get("name"))) {
                Map<String, Object> declared = object(repository.targetsOf(delegator), "delegations", "keys");
                keys.forEach(key -> declared.put(key.keyId(), declaration(key)));
                Document.object(delegation)
                        .put("keyids", keys.stream().map(SigningKey::keyId).toList());
                changed.add(delegator);
            }
        }
    }

    /** Publishes a root that gives a role between one and three keys, of which most are new, and another threshold. */
    void changeKeys(Random random) {
        TopLevelRole role = one(List.of(TopLevelRole.values()), random);
        List<SigningKey> before = repository.keysOf(role);
        List<SigningKey> next = new ArrayList<>(random.nextInt(4) == 0 ? before : List.of(signatures.newKey()));
        if (next.size() > 1 && random.nextBoolean()) {
            next.remove(random.nextInt(next.size()));
        }
        if (random.nextInt(3) == 0 && Collections.disjoint(before, next)) {
            next.add(one(before, random));
        }
        if (random.nextInt(3) == 0 && next.size() < 3) {
            next.add(signatures.newKey());
        }
        setKeys(role, 1 + random.nextInt(next.size()), next);
        if (random.nextInt(4) == 0) {
            // One key under two key ids, which has one vote.
            Map<String, Object> declared = object(repository.root, "roles", role.roleName());
            String alias = ALIAS + role.roleName();
            object(repository.root, "keys").put(alias, declaration(next.get(0)));
            List<Object> keyIds = new ArrayList<>(Document.list(declared.get("keyids")));
            keyIds.add(1, alias);
            declared.put("keyids", keyIds);
        }
        publishRoot(before);
    }

    /** Recovers from a theft: nobody has the new keys, and versions may start again. */
    void recoverFrom(Set<TopLevelRole> stolen, Random random) {
        for (TopLevelRole role : stolen) {
            setKeys(role, 1, List.of(signatures.newKey()));
        }
        if (stolen.contains(TopLevelRole.TIMESTAMP) && stolen.contains(TopLevelRole.SNAPSHOT) && random.nextBoolean()) {
            repository.timestamp.put("version", 0L);
            repository.snapshot.put("version", 0L);
        }
        publishRoot();
    }

    private void setKeys(TopLevelRole role, long threshold, List<SigningKey> keys) {
        repository.setKeys(role, threshold, keys.toArray(SigningKey[]::new));
        changed.add(role.roleName());
    }

    void switchConsistentSnapshot() {
        boolean before = Boolean.TRUE.equals(repository.root.get("consistent_snapshot"));
        repository.root.put("consistent_snapshot", !before);
        changed.addAll(targetsRoles());
        publishRoot(repository.keysOf(TopLevelRole.ROOT));
    }

    /** Publishes a root that says nothing new. */
    void publishRoot() {
        publishRoot(repository.keysOf(TopLevelRole.ROOT));
    }

    private void publishRoot(List<SigningKey> before) {
        Set<SigningKey> signers = new LinkedHashSet<>(before);
        signers.addAll(repository.keysOf(TopLevelRole.ROOT));
        next(repository.root, now.plus(Duration.ofDays(365)));
        repository.writeRoot(signers);
    }

    /** New versions of all targets roles, whose delegators agree on all keys. */
    void changeEverything() {
        changed.addAll(targetsRoles());
        targetsRoles()
                .forEach(delegator ->
                        targetsRoles().forEach(role -> declareKeys(delegator, role, repository.keysOf(role))));
    }

    /** Publishes what has changed, and nothing else under a version that was there before. */
    void publish() {
        for (String role : targetsRoles()) {
            if (changed.contains(role)) {
                Map<String, Object> signed = repository.targetsOf(role);
                signed.put("version", Document.number(signed.get("version")) + 1);
                signed.put("expires", now.plus(Duration.ofDays(60)).toString());
                if (role.equals("targets")) {
                    repository.writeTargets();
                } else {
                    repository.writeDelegated(role);
                }
            }
        }
        changed.clear();
        next(repository.snapshot, now.plus(Duration.ofDays(14)));
        repository.writeSnapshot();
        next(repository.timestamp, now.plus(Duration.ofDays(3)));
        repository.writeTimestamp();
    }

    private static void next(Map<String, Object> signed, Instant expires) {
        signed.put("version", Document.number(signed.get("version")) + 1);
        signed.put("expires", expires.toString());
    }

    /** {@return the name under which a role's newest file is published} */
    String fileName(String role) {
        if (role.equals("timestamp")) {
            return "timestamp.json";
        }
        if (role.equals("root")) {
            return repository.version(TopLevelRole.ROOT) + ".root.json";
        }
        Map<String, Object> signed = role.equals("snapshot") ? repository.snapshot : repository.targetsOf(role);
        boolean consistent = Boolean.TRUE.equals(repository.root.get("consistent_snapshot"));
        return (consistent ? signed.get("version") + "." : "") + role + ".json";
    }

    /** {@return every role that has a file} */
    List<String> roles() {
        List<String> roles = new ArrayList<>(List.of("root", "timestamp", "snapshot"));
        roles.addAll(targetsRoles());
        return roles;
    }

    Map<String, byte[]> published() {
        return new LinkedHashMap<>(repository.files);
    }
}
