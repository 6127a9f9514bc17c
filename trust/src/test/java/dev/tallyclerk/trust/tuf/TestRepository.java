package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.CanonicalJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.fetch.BodyTooLargeException;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A repository whose owner can be told to do anything, also what no honest owner does.
 *
 * <p>The public maps are the signed parts; a test changes them and calls a {@code write} method, which signs and
 * publishes.
 */
public final class TestRepository implements MetadataFetcher {
    public static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    public final Map<String, byte[]> files = new TreeMap<>();
    public final List<String> requests = new ArrayList<>();

    /** The target files by the names that they have with consistent snapshots. */
    public final Map<String, byte[]> targetFiles = new TreeMap<>();

    public final Map<String, Object> root = new LinkedHashMap<>();
    public final Map<String, Object> timestamp = new LinkedHashMap<>();
    public final Map<String, Object> snapshot = new LinkedHashMap<>();
    public final Map<String, Object> targets = new LinkedHashMap<>();
    public final Map<TopLevelRole, List<SigningKey>> keys = new EnumMap<>(TopLevelRole.class);

    /** The signed parts of delegated roles by name, and who signs them. */
    public final Map<String, Map<String, Object>> delegated = new LinkedHashMap<>();

    public final Map<String, List<SigningKey>> delegatedKeys = new LinkedHashMap<>();
    public boolean listLengthsAndHashes;
    public @Nullable String failOn;

    private final Signing signing;
    private final Supplier<SigningKey> newKeys;

    /** Makes a file that these keys have signed. */
    @FunctionalInterface
    public interface Signing {
        byte[] sign(Object signed, Collection<SigningKey> signers);
    }

    public TestRepository() {
        this(TestRepository::sign, SigningKey::ed25519);
    }

    public TestRepository(Signing signing, Supplier<SigningKey> newKeys) {
        this.signing = signing;
        this.newKeys = newKeys;
        Map<String, Object> roles = new LinkedHashMap<>();
        for (TopLevelRole role : TopLevelRole.values()) {
            header(role);
            roles.put(role.roleName(), new LinkedHashMap<>());
        }
        root.put("consistent_snapshot", true);
        root.put("keys", new LinkedHashMap<>());
        root.put("roles", roles);
        for (TopLevelRole role : TopLevelRole.values()) {
            setKeys(role, 1, newKeys.get());
        }
        timestamp.put("meta", new LinkedHashMap<>());
        snapshot.put("meta", new LinkedHashMap<>());
        targets.put("targets", new LinkedHashMap<>());
        writeRoot();
        writeAll();
    }

    private void header(TopLevelRole role) {
        header(signed(role), role);
    }

    private static void header(Map<String, Object> signed, TopLevelRole type) {
        signed.put("_type", type.roleName());
        signed.put("spec_version", "1.0.34");
        signed.put("version", 1L);
        signed.put("expires", NOW.plus(Duration.ofDays(30)).toString());
    }

    /** {@return the name under which a store keeps a role's file} */
    public static StoredName storedName(TopLevelRole role) {
        return new StoredName(role.fileName());
    }

    /** {@return the name of a role's file with a version} */
    public static String fileName(TopLevelRole role, long version) {
        return version + "." + role.fileName();
    }

    public Map<String, Object> signed(TopLevelRole role) {
        return switch (role) {
            case ROOT -> root;
            case TIMESTAMP -> timestamp;
            case SNAPSHOT -> snapshot;
            case TARGETS -> targets;
        };
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Map<String, Object> parent, String... path) {
        Map<String, Object> at = parent;
        for (String step : path) {
            Object child = at.get(step);
            if (child == null) {
                child = new LinkedHashMap<String, Object>();
                at.put(step, child);
            }
            at = (Map<String, Object>) child;
        }
        return at;
    }

    /** Declares the keys for a role in the next root; they sign from the next write on. */
    public void setKeys(TopLevelRole role, long threshold, SigningKey... roleKeys) {
        List<String> ids = new ArrayList<>();
        for (SigningKey key : roleKeys) {
            ids.add(key.keyId());
            declare(key.keyId(), key);
        }
        Map<String, Object> declared = object(root, "roles", role.roleName());
        declared.put("keyids", ids);
        declared.put("threshold", threshold);
        keys.put(role, List.of(roleKeys));
    }

    public void declare(String keyId, SigningKey key) {
        object(root, "keys").put(keyId, declaration(key));
    }

    public static Map<String, Object> declaration(SigningKey key) {
        Map<String, Object> declaration = new LinkedHashMap<>();
        declaration.put("keytype", key.keyType());
        declaration.put("scheme", key.scheme());
        declaration.put("keyval", new LinkedHashMap<>(Map.of("public", key.publicText())));
        return declaration;
    }

    public List<SigningKey> keysOf(TopLevelRole role) {
        return keys.getOrDefault(role, List.of());
    }

    public List<SigningKey> keysOf(String delegatedRole) {
        return delegatedKeys.getOrDefault(delegatedRole, List.of());
    }

    public long version(TopLevelRole role) {
        return (Long) signed(role).getOrDefault("version", 0L);
    }

    public void bump(TopLevelRole role) {
        signed(role).put("version", version(role) + 1);
    }

    /** {@return the signed part of the top-level targets or of a delegated role, made when it is new} */
    public Map<String, Object> targetsOf(String role) {
        if (role.equals("targets")) {
            return targets;
        }
        return delegated.computeIfAbsent(role, name -> {
            Map<String, Object> signed = new LinkedHashMap<>();
            header(signed, TopLevelRole.TARGETS);
            signed.put("targets", new LinkedHashMap<>());
            delegatedKeys.put(name, List.of(newKeys.get()));
            return signed;
        });
    }

    /** Delegates paths to a role, which is made when it is new. */
    public Map<String, Object> delegate(String from, String to, String... paths) {
        targetsOf(to);
        return delegate(from, to, "paths", List.of(paths), keysOf(to));
    }

    /** Delegates to a role, of which {@code from} declares these keys whether the role signs with them or not. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> delegate(
            String from, String to, String selector, List<String> selected, List<SigningKey> declared) {
        targetsOf(to);
        Map<String, Object> role = new LinkedHashMap<>();
        role.put("name", to);
        role.put("keyids", declared.stream().map(SigningKey::keyId).toList());
        role.put("threshold", 1);
        role.put("terminating", false);
        role.put(selector, selected);
        Map<String, Object> delegations = object(targetsOf(from), "delegations");
        declare(delegations, declared);
        ((List<Object>) delegations.computeIfAbsent("roles", name -> new ArrayList<>())).add(role);
        return role;
    }

    /** Delegates to hash bins (TAP 15) that one key signs; each is made when it is first used. */
    public void delegateToBins(String from, int bitLength, String prefix, SigningKey key) {
        Map<String, Object> delegations = object(targetsOf(from), "delegations");
        declare(delegations, List.of(key));
        delegations.put(
                "succinct_roles",
                Map.of("keyids", List.of(key.keyId()), "threshold", 1, "bit_length", bitLength, "name_prefix", prefix));
    }

    private static void declare(Map<String, Object> delegations, List<SigningKey> keys) {
        Map<String, Object> declared = object(delegations, "keys");
        keys.forEach(key -> declared.put(key.keyId(), declaration(key)));
    }

    public void addTarget(String role, String path, byte[] content) {
        object(targetsOf(role), "targets").put(path, target(content));
        int name = path.lastIndexOf('/') + 1;
        String hash = Digest.sha256Of(content).encoded();
        targetFiles.put(path.substring(0, name) + hash + "." + path.substring(name), content);
    }

    public void addTarget(String path, byte[] content) {
        addTarget("targets", path, content);
    }

    public Optional<InputStream> openTarget(String path) throws IOException {
        requests.add(path);
        if (path.equals(failOn)) {
            throw new IOException("connection reset");
        }
        return Optional.ofNullable(targetFiles.get(path)).map(ByteArrayInputStream::new);
    }

    private static Map<String, Object> target(byte[] content) {
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("length", content.length);
        target.put(
                "hashes",
                new LinkedHashMap<>(Map.of("sha256", Digest.sha256Of(content).encoded())));
        return target;
    }

    /** Publishes a root of the next version, signed by the keys of this one and the next. */
    public void rotateRoot(SigningKey... next) {
        List<SigningKey> signers = new ArrayList<>(keysOf(TopLevelRole.ROOT));
        if (next.length > 0) {
            setKeys(TopLevelRole.ROOT, 1, next);
            signers.addAll(List.of(next));
        }
        bump(TopLevelRole.ROOT);
        writeRoot(signers);
    }

    /** An attack on the snapshot's version that a client has seen, and what the owner does about it: TUF 5.3.11. */
    public void fastForwardAndChangeTheKeyOfTheSnapshot(MetadataStore seen) throws TufException {
        snapshot.put("version", 1_000L);
        bump(TopLevelRole.TIMESTAMP);
        writeAll();
        client(seen).refresh();
        setKeys(TopLevelRole.SNAPSHOT, 1, newKeys.get());
        rotateRoot();
        snapshot.put("version", 2L);
        bump(TopLevelRole.TIMESTAMP);
        writeAll();
    }

    public void writeRoot() {
        writeRoot(keysOf(TopLevelRole.ROOT));
    }

    public void writeRoot(Collection<SigningKey> signers) {
        files.put(fileName(TopLevelRole.ROOT, version(TopLevelRole.ROOT)), signing.sign(root, signers));
    }

    /** Publishes targets, snapshot and timestamp as they are. */
    public void writeAll() {
        delegated.keySet().forEach(this::writeDelegated);
        writeTargets();
        writeSnapshot();
        writeTimestamp();
    }

    /** Publishes targets, snapshot and timestamp, each one version up. */
    public void publish() {
        bump(TopLevelRole.TARGETS);
        bump(TopLevelRole.SNAPSHOT);
        bump(TopLevelRole.TIMESTAMP);
        writeAll();
    }

    public void writeTargets() {
        byte[] file = signing.sign(targets, keysOf(TopLevelRole.TARGETS));
        files.put(name(TopLevelRole.TARGETS), file);
        object(snapshot, "meta").put("targets.json", meta(version(TopLevelRole.TARGETS), file));
    }

    public void writeDelegated(String role) {
        byte[] file = signing.sign(targetsOf(role), keysOf(role));
        long version = (Long) targetsOf(role).getOrDefault("version", 0L);
        files.put(isConsistent() ? version + "." + role + ".json" : role + ".json", file);
        object(snapshot, "meta").put(role + ".json", meta(version, file));
    }

    public void writeSnapshot() {
        byte[] file = signing.sign(snapshot, keysOf(TopLevelRole.SNAPSHOT));
        files.put(name(TopLevelRole.SNAPSHOT), file);
        object(timestamp, "meta").put("snapshot.json", meta(version(TopLevelRole.SNAPSHOT), file));
    }

    public void writeTimestamp() {
        files.put("timestamp.json", signing.sign(timestamp, keysOf(TopLevelRole.TIMESTAMP)));
    }

    private String name(TopLevelRole role) {
        return isConsistent() ? fileName(role, version(role)) : role.fileName();
    }

    private boolean isConsistent() {
        return Boolean.TRUE.equals(root.get("consistent_snapshot"));
    }

    private Map<String, Object> meta(long version, byte[] file) {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("version", version);
        if (listLengthsAndHashes) {
            meta.put("length", file.length);
            meta.put(
                    "hashes",
                    new HashMap<>(Map.of("sha256", Digest.sha256Of(file).encoded())));
        }
        return meta;
    }

    public static byte[] sign(Object signed, Collection<SigningKey> signers) {
        List<Object> signatures = new ArrayList<>();
        for (SigningKey key : signers) {
            signatures.add(signature(key.keyId(), key, signed));
        }
        return file(signed, signatures);
    }

    public static Map<String, Object> signature(String keyId, SigningKey key, Object signed) {
        String hex = HexFormat.of().formatHex(key.sign(canonical(signed)));
        return new LinkedHashMap<>(Map.of("keyid", keyId, "sig", hex));
    }

    public static byte[] file(Object signed, List<?> signatures) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("signatures", signatures);
        file.put("signed", signed);
        return JsonText.of(file).getBytes(StandardCharsets.UTF_8);
    }

    /** What has no canonical form, such as a fraction, is signed as text: the client must refuse it before. */
    public static byte[] canonical(Object signed) {
        byte[] text = JsonText.of(signed).getBytes(StandardCharsets.UTF_8);
        try {
            return CanonicalJson.encode(JsonCursor.parse(text, JsonLimits.ofBytes(10_000_000)));
        } catch (JsonException e) {
            return text;
        }
    }

    public byte[] rootFile(long version) {
        return fileNamed(fileName(TopLevelRole.ROOT, version));
    }

    public byte[] fileNamed(String name) {
        byte[] found = files.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no " + name + " in " + files.keySet());
        }
        return found;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
        requests.add(fileName);
        if (fileName.equals(failOn)) {
            throw new IOException("connection reset");
        }
        byte[] found = files.get(fileName);
        if (found != null && found.length > maxBytes) {
            throw new BodyTooLargeException(fileName, maxBytes);
        }
        return Optional.ofNullable(found);
    }

    /** {@return a client that trusts the first root, with its clock at {@link #NOW}} */
    public TufClient client(MetadataStore store) {
        return client(store, rootFile(1));
    }

    public TufClient client(MetadataStore store, byte[] trustedRoot) {
        return configured(TufClient.of(this, store, trustedRoot));
    }

    public TufClient clientOfStoredRoot(MetadataStore store) {
        return configured(TufClient.ofStoredRoot(this, store));
    }

    private TufClient configured(TufClient client) {
        return client.withTargets(this::openTarget).withClock(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** {@return the file names that were asked for since the last call} */
    public List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }
}
