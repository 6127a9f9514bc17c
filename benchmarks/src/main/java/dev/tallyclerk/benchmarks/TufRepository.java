package dev.tallyclerk.benchmarks;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** A TUF repository in memory, with one key for all roles and files in canonical form. */
final class TufRepository implements MetadataFetcher {
    private static final String META = "meta";
    private static final String TARGETS = "targets";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Scheme scheme;
    private final KeyPair key;
    private final String keyId;
    private final String keys;

    /** The kind of the signing key. */
    private enum Scheme {
        ED25519("Ed25519", "Ed25519", "ed25519", "ed25519"),
        P256("EC", "SHA256withECDSA", "ecdsa", "ecdsa-sha2-nistp256");

        final String algorithm;
        final String signature;
        final String keyType;
        final String scheme;

        Scheme(String algorithm, String signature, String keyType, String scheme) {
            this.algorithm = algorithm;
            this.signature = signature;
            this.keyType = keyType;
            this.scheme = scheme;
        }

        KeyPair generate() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (this == P256) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        }

        /** {@return the key as metadata declares it} */
        String text(KeyPair key) {
            byte[] encoded = key.getPublic().getEncoded();
            return this == P256
                    ? "-----BEGIN PUBLIC KEY-----\\n" + Base64.getEncoder().encodeToString(encoded)
                            + "\\n-----END PUBLIC KEY-----\\n"
                    : HexFormat.of().formatHex(encoded, encoded.length - 32, encoded.length);
        }
    }

    private TufRepository(Scheme scheme) throws GeneralSecurityException {
        this.scheme = scheme;
        key = scheme.generate();
        String declared = "{\"keytype\":\"" + scheme.keyType + "\",\"keyval\":{\"public\":\"" + scheme.text(key)
                + "\"},\"scheme\":\"" + scheme.scheme + "\"}";
        keyId = Digest.sha256Of(canonical(declared)).encoded();
        keys = "{\"" + keyId + "\":" + declared + "}";
    }

    /** {@return the bytes to sign: canonical JSON does not escape line feeds} */
    private static byte[] canonical(String json) {
        return json.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** {@return a repository with that many root versions and targets, signed with Ed25519} */
    static TufRepository of(int roots, int targets) throws GeneralSecurityException {
        return of(Scheme.ED25519, roots, targets);
    }

    /** {@return the same, signed with P-256} */
    static TufRepository ofP256(int roots, int targets) throws GeneralSecurityException {
        return of(Scheme.P256, roots, targets);
    }

    private static TufRepository of(Scheme scheme, int roots, int targets) throws GeneralSecurityException {
        TufRepository repository = new TufRepository(scheme);
        StringJoiner all = new StringJoiner(",", "{", "}");
        for (int i = 0; i < targets; i++) {
            String path = path(i);
            String hash = Digest.sha256Of(path.getBytes(StandardCharsets.UTF_8)).encoded();
            all.add("\"" + path + "\":{\"hashes\":{\"sha256\":\"" + hash + "\"},\"length\":" + (1000 + i) + "}");
        }
        repository.publish(roots, Map.of(TARGETS, all.toString()), "");
        return repository;
    }

    /** {@return the path of a target of the top-level role} */
    static String path(int number) {
        return String.format(Locale.ROOT, "packages/some-package-%06d.tar.gz", number);
    }

    /** {@return a repository that delegates to empty hash bins; up to 12 bits, their files exist} */
    static TufRepository ofBins(int bits) throws GeneralSecurityException {
        TufRepository repository = new TufRepository(Scheme.ED25519);
        int digits = (bits + 3) / 4;
        String bins = "{\"bit_length\":" + bits + "," + repository.signers() + ",\"name_prefix\":\"bins\","
                + "\"threshold\":1}";
        String listed = repository.publishRoles(
                1 << bits, bin -> String.format(Locale.ROOT, "bins-%0" + digits + "x", bin), bits <= 12);
        String delegations = "{\"keys\":" + repository.keys + ",\"succinct_roles\":" + bins + "}";
        repository.publish(1, Map.of(TARGETS, "{}", "delegations", delegations), listed);
        return repository;
    }

    /** {@return a repository that delegates to empty roles, each with the value of {@code by} as its selector} */
    static TufRepository ofRoles(int count, String selector, IntFunction<String> by) throws GeneralSecurityException {
        TufRepository repository = new TufRepository(Scheme.ED25519);
        IntFunction<String> name = role -> String.format(Locale.ROOT, "role-%05d", role);
        StringJoiner roles = new StringJoiner(",", "[", "]");
        for (int i = 0; i < count; i++) {
            roles.add("{" + repository.signers() + ",\"name\":\"" + name.apply(i) + "\",\"" + selector + "\":[\""
                    + by.apply(i) + "\"],\"terminating\":false,\"threshold\":1}");
        }
        String listed = repository.publishRoles(count, name, true);
        String delegations = "{\"keys\":" + repository.keys + ",\"roles\":" + roles + "}";
        repository.publish(1, Map.of(TARGETS, "{}", "delegations", delegations), listed);
        return repository;
    }

    private String signers() {
        return "\"keyids\":[\"" + keyId + "\"]";
    }

    private String publishRoles(int count, IntFunction<String> name, boolean withFiles)
            throws GeneralSecurityException {
        StringBuilder listed = new StringBuilder();
        for (int i = 0; i < count; i++) {
            listed.append('"').append(name.apply(i)).append(".json\":{\"version\":1},");
            if (withFiles) {
                files.put("1." + name.apply(i) + ".json", sign(TARGETS, 1, Map.of(TARGETS, "{}")));
            }
        }
        return listed.toString();
    }

    private void publish(int roots, Map<String, String> targets, String listed) throws GeneralSecurityException {
        StringJoiner roles = new StringJoiner(",", "{", "}");
        for (String role : new String[] {"root", "snapshot", TARGETS, "timestamp"}) {
            roles.add("\"" + role + "\":{" + signers() + ",\"threshold\":1}");
        }
        Map<String, String> root = Map.of("consistent_snapshot", "true", "keys", keys, "roles", roles.toString());
        for (int version = 1; version <= roots; version++) {
            files.put(version + ".root.json", sign("root", version, root));
        }
        files.put("1.targets.json", sign(TARGETS, 1, targets));
        files.put(
                "1.snapshot.json",
                sign("snapshot", 1, Map.of(META, "{" + listed + "\"targets.json\":{\"version\":1}}")));
        files.put("timestamp.json", sign("timestamp", 1, Map.of(META, "{\"snapshot.json\":{\"version\":1}}")));
    }

    private byte[] sign(String type, int version, Map<String, String> body) throws GeneralSecurityException {
        Map<String, String> members = new TreeMap<>(body);
        members.put("_type", "\"" + type + "\"");
        members.put("expires", "\"2099-01-01T00:00:00Z\"");
        members.put("spec_version", "\"1.0.31\"");
        members.put("version", String.valueOf(version));
        StringJoiner signed = new StringJoiner(",", "{", "}");
        members.forEach((name, value) -> signed.add("\"" + name + "\":" + value));
        Signature signature = Signature.getInstance(scheme.signature);
        signature.initSign(key.getPrivate());
        signature.update(canonical(signed.toString()));
        String hex = HexFormat.of().formatHex(signature.sign());
        String file =
                "{\"signatures\":[{\"keyid\":\"" + keyId + "\",\"sig\":\"" + hex + "\"}],\"signed\":" + signed + "}";
        return file.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return an existing file} */
    byte[] file(String name) {
        byte[] file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException(name);
        }
        return file;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) {
        return Optional.ofNullable(files.get(fileName));
    }

    void writeTo(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
