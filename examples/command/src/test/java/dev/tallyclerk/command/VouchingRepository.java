package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A small TUF repository in a folder, signed with one key, with documents in canonical form. */
final class VouchingRepository {
    private static final int ED25519_PREFIX = 12;

    private final Path folder;
    private final KeyPair key;
    private final String keyId;
    private final String publicHex;
    private final Map<String, String> targets = new TreeMap<>();
    private String expires = "2030-01-01T00:00:00Z";

    VouchingRepository(Path folder) throws GeneralSecurityException, IOException {
        this.folder = Files.createDirectories(folder);
        this.key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = key.getPublic().getEncoded();
        this.publicHex = HexFormat.of().formatHex(Arrays.copyOfRange(encoded, ED25519_PREFIX, encoded.length));
        this.keyId = Digest.sha256Of(keyJson().getBytes(StandardCharsets.UTF_8)).encoded();
        String role = "{\"keyids\":[\"" + keyId + "\"],\"threshold\":1}";
        write(
                "1.root.json",
                "{\"_type\":\"root\",\"consistent_snapshot\":true,\"expires\":\"2030-01-01T00:00:00Z\",\"keys\":{\""
                        + keyId + "\":" + keyJson() + "},\"roles\":{\"root\":" + role + ",\"snapshot\":" + role
                        + ",\"targets\":" + role + ",\"timestamp\":" + role
                        + "},\"spec_version\":\"1.0.34\",\"version\":1}");
    }

    private String keyJson() {
        return "{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\"" + publicHex + "\"},\"scheme\":\"ed25519\"}";
    }

    VouchingRepository vouchFor(String path, Digest digest, long size) {
        targets.put(
                path,
                "{\"hashes\":{\"" + digest.algorithm() + "\":\"" + digest.encoded() + "\"},\"length\":" + size + "}");
        return this;
    }

    /** Lists several hashes for one target. */
    VouchingRepository vouchFor(String path, List<Digest> digests, long size) {
        String hashes = digests.stream()
                .map(digest -> "\"" + digest.algorithm() + "\":\"" + digest.encoded() + "\"")
                .sorted()
                .collect(Collectors.joining(","));
        targets.put(path, "{\"hashes\":{" + hashes + "},\"length\":" + size + "}");
        return this;
    }

    VouchingRepository expires(String time) {
        expires = time;
        return this;
    }

    /** Signs and writes everything but the root as that version. */
    VouchingRepository publish(int version) throws GeneralSecurityException, IOException {
        String listed = targets.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(","));
        String header = "\"expires\":\"" + expires + "\",";
        String tail = "\"spec_version\":\"1.0.34\"";
        write(
                version + ".targets.json",
                "{\"_type\":\"targets\"," + header + tail + ",\"targets\":{" + listed + "},\"version\":" + version
                        + "}");
        write(
                version + ".snapshot.json",
                "{\"_type\":\"snapshot\"," + header + meta("targets", version) + tail + ",\"version\":" + version
                        + "}");
        write(
                "timestamp.json",
                "{\"_type\":\"timestamp\"," + header + meta("snapshot", version) + tail + ",\"version\":" + version
                        + "}");
        return this;
    }

    private static String meta(String role, int version) {
        return "\"meta\":{\"" + role + ".json\":{\"version\":" + version + "}},";
    }

    private void write(String name, String signed) throws GeneralSecurityException, IOException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                folder.resolve(name),
                "{\"signatures\":[{\"keyid\":\"" + keyId + "\",\"sig\":\""
                        + HexFormat.of().formatHex(signature.sign()) + "\"}],\"signed\":" + signed + "}");
    }

    /** {@return the argument of {@code --trust}} */
    String spelling() {
        return "tuf:" + folder.resolve("1.root.json") + "," + folder.toUri();
    }
}
