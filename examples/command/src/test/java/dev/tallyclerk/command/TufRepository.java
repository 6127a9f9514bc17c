package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A TUF repository on loopback whose owner, or a thief of some of its keys, can publish anything. It uses consistent
 * names and records its requests.
 */
final class TufRepository implements HostileServer.Handler, AutoCloseable {
    static final List<String> TOP_LEVEL = List.of("root", "timestamp", "snapshot", "targets");

    /** What is served, by the decoded path below the server's root. */
    final Map<String, byte[]> served = new ConcurrentHashMap<>();

    /** The path that serves up to 20 MB without a length, instead of its file. */
    volatile String unending = "";

    /** The signed parts by role. */
    final Map<String, Map<String, Object>> signed = new TreeMap<>();

    private final Map<String, List<Key>> signers = new TreeMap<>();
    private final HostileServer server;
    private int taken;

    /**
     * A key as metadata declares it.
     *
     * @param algorithm the runtime's name of the scheme
     */
    record Key(KeyPair pair, String algorithm, String keyType, String scheme, String publicText, String id) {
        private static final int PREFIX = 12;

        static Key generate() throws GeneralSecurityException {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            String hex = HexFormat.of().formatHex(Arrays.copyOfRange(encoded, PREFIX, encoded.length));
            return of(pair, "Ed25519", "ed25519", "ed25519", hex);
        }

        /** {@return a key of RSA that signs by PKCS #1 v1.5} */
        static Key pkcs1() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            String base64 = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
            String pem = "-----BEGIN PUBLIC KEY----- " + base64 + " -----END PUBLIC KEY-----";
            return of(pair, "SHA256withRSA", "rsa", "rsa-pkcs1v15-sha256", pem);
        }

        private static Key of(KeyPair pair, String algorithm, String keyType, String scheme, String publicText) {
            Digest id = Digest.sha256Of(publicText.getBytes(StandardCharsets.UTF_8));
            return new Key(pair, algorithm, keyType, scheme, publicText, id.encoded());
        }

        Map<String, Object> declaration() {
            return map("keytype", keyType, "scheme", scheme, "keyval", map("public", publicText));
        }

        String sign(String message) {
            try {
                Signature signature = Signature.getInstance(algorithm);
                signature.initSign(pair.getPrivate());
                signature.update(message.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A repository with root 1 and version 1 of the others. */
    TufRepository() throws GeneralSecurityException, IOException {
        this.server = HostileServer.start(this);
        for (String role : TOP_LEVEL) {
            signed.put(role, header(role));
        }
        role("root").put("consistent_snapshot", true);
        role("root").put("keys", map());
        role("root").put("roles", map());
        for (String role : TOP_LEVEL) {
            keys(role, 1, Key.generate());
        }
        role("timestamp").put("meta", map());
        role("snapshot").put("meta", map());
        role("targets").put("targets", map());
        writeRoot();
        writeAll();
    }

    static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> made = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            made.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return made;
    }

    private static Map<String, Object> header(String type) {
        return map("_type", type, "spec_version", "1.0.34", "version", 1L, "expires", "2100-01-01T00:00:00Z");
    }

    Map<String, Object> role(String name) {
        return signed.computeIfAbsent(name, absent -> {
            Map<String, Object> made = header("targets");
            made.put("targets", map());
            return made;
        });
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> at(Map<String, Object> parent, String name) {
        return (Map<String, Object>) parent.computeIfAbsent(name, absent -> map());
    }

    long version(String role) {
        return (Long) role(role).getOrDefault("version", 0L);
    }

    void version(String role, long version) {
        role(role).put("version", version);
    }

    /** Declares the keys of a top-level role in the next root, and signs with them from the next write on. */
    void keys(String role, long threshold, Key... keys) {
        for (Key key : keys) {
            at(role("root"), "keys").put(key.id(), key.declaration());
        }
        at(role("root"), "roles").put(role, map("keyids", ids(keys), "threshold", threshold));
        signers.put(role, List.of(keys));
    }

    private static List<String> ids(Key... keys) {
        return Arrays.stream(keys).map(Key::id).toList();
    }

    /** Delegates to a role, creating it if new; returns the delegator's entry for it. */
    @SuppressWarnings("unchecked")
    Map<String, Object> delegate(String from, String to, boolean terminating, String... paths)
            throws GeneralSecurityException {
        role(to);
        if (!signers.containsKey(to)) {
            signers.put(to, List.of(Key.generate()));
        }
        Key[] keys = signers.getOrDefault(to, List.of()).toArray(Key[]::new);
        Map<String, Object> delegations = at(role(from), "delegations");
        for (Key key : keys) {
            at(delegations, "keys").put(key.id(), key.declaration());
        }
        Map<String, Object> delegation = map("name", to, "keyids", ids(keys), "threshold", 1L);
        delegation.put("terminating", terminating);
        delegation.put("paths", List.of(paths));
        ((List<Object>) delegations.computeIfAbsent("roles", absent -> new ArrayList<>())).add(delegation);
        return delegation;
    }

    void addTarget(String role, String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String hash = Digest.sha256Of(bytes).encoded();
        at(role(role), "targets").put(path, map("length", (long) bytes.length, "hashes", map("sha256", hash)));
        int name = path.lastIndexOf('/') + 1;
        served.put("/targets/" + path.substring(0, name) + hash + "." + path.substring(name), bytes);
    }

    /** Publishes the root as it is. */
    void writeRoot(Key... moreSigners) {
        List<Key> all = new ArrayList<>(signers.getOrDefault("root", List.of()));
        all.addAll(List.of(moreSigners));
        write("root", version("root") + ".root.json", all);
    }

    /** Publishes the next root, signed by the keys of this one and by new ones. */
    void rotateRoot(Key... keys) {
        Key[] before = signers.getOrDefault("root", List.of()).toArray(Key[]::new);
        if (keys.length > 0) {
            keys("root", 1, keys);
        }
        version("root", version("root") + 1);
        writeRoot(keys.length > 0 ? before : new Key[0]);
    }

    /** Publishes all roles but the root as they are. */
    void writeAll() {
        for (String role : signed.keySet()) {
            if (!TOP_LEVEL.contains(role)) {
                writeTargets(role);
            }
        }
        writeTargets("targets");
        writeSnapshot();
        writeTimestamp();
    }

    /** Publishes all roles but the root, the top-level ones under their next versions. */
    void publish() {
        for (String role : List.of("targets", "snapshot", "timestamp")) {
            version(role, version(role) + 1);
        }
        writeAll();
    }

    void writeTargets(String role) {
        write(role, version(role) + "." + role + ".json", signers.getOrDefault(role, List.of()));
        at(role("snapshot"), "meta").put(role + ".json", map("version", version(role)));
    }

    void writeSnapshot() {
        write("snapshot", version("snapshot") + ".snapshot.json", signers.getOrDefault("snapshot", List.of()));
        at(role("timestamp"), "meta").put("snapshot.json", map("version", version("snapshot")));
    }

    void writeTimestamp() {
        write("timestamp", "timestamp.json", signers.getOrDefault("timestamp", List.of()));
    }

    private void write(String role, String name, List<Key> keys) {
        String canonical = canonical(role(role));
        List<Object> signatures = new ArrayList<>();
        for (Key key : keys) {
            signatures.add(map("keyid", key.id(), "sig", key.sign(canonical)));
        }
        // A blank that no canonical form has shows whether a client keeps the bytes that it received.
        String file = "{\"signatures\": " + canonical(signatures) + ", \"signed\": " + canonical + "}\n";
        served.put("/metadata/" + name, file.getBytes(StandardCharsets.UTF_8));
    }

    private static String canonical(Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream()
                    .map(member -> canonical(member.getKey()) + ":" + canonical(member.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> elements) {
            return elements.stream().map(TufRepository::canonical).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof String text
                ? "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\""
                : String.valueOf(value);
    }

    byte[] file(String name) {
        return served.getOrDefault("/metadata/" + name, new byte[0]);
    }

    URI metadata() {
        return server.uri("/metadata");
    }

    URI targets() {
        return server.uri("/targets/");
    }

    /** {@return the requested paths since the last call, relative to the server's root} */
    List<String> takeRequests() {
        List<String> all = server.log();
        List<String> fresh = all.subList(taken, all.size());
        taken = all.size();
        return fresh.stream().map(line -> line.substring("GET /".length())).toList();
    }

    /** {@return the number of bytes sent so far, including what is still buffered} */
    long bytesSent() {
        return server.bytesSent();
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String path = URLDecoder.decode(exchange.request().path(), StandardCharsets.UTF_8);
        byte[] body = served.get(path);
        if (path.equals(unending)) {
            exchange.head(200);
            exchange.sendRepeatedly(new byte[1_000], 20_000_000);
        } else if (body == null) {
            exchange.answerText(404, "not here");
        } else {
            exchange.answer(200, body);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
