package dev.tallyclerk.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The files of a Notary v1 collection, signed with P-256 as the original does, and a loopback server of them. */
final class NotaryCollectionFiles implements AutoCloseable {
    static final String GUN = "registry.example.org/team/app";

    /** Long enough for the original to warn of nothing. */
    private static final int DAYS = 3_650;

    private static final String PATH = "/v2/" + GUN + "/_trust/tuf/";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final HttpServer server;

    private NotaryCollectionFiles(HttpServer server) {
        this.server = server;
    }

    /** A key, as metadata declares it. */
    private record Key(KeyPair pair, String declared, String id) {
        static Key of(KeyPair pair, String type, String publicText) {
            String declared = "{\"keytype\":\"" + type + "\",\"keyval\":{\"private\":null,\"public\":\""
                    + base64(publicText.getBytes(StandardCharsets.ISO_8859_1)) + "\"}}";
            return new Key(pair, declared, Digest.sha256Of(bytes(declared)).encoded());
        }
    }

    /** {@return a served collection of that many tags} */
    static NotaryCollectionFiles serve(int tags) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        NotaryCollectionFiles collection = new NotaryCollectionFiles(server);
        collection.write(tags);
        server.createContext("/", collection::answer);
        server.start();
        return collection;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] file = path.startsWith(PATH) ? files.get(path.substring(PATH.length())) : null;
            if (file == null) {
                exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
                return;
            }
            exchange.sendResponseHeaders(200, file.length);
            exchange.getResponseBody().write(file);
        }
    }

    /** {@return the server's address} */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void write(int tags) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair rootPair = generator.generateKeyPair();
        Map<String, Key> keys = new TreeMap<>();
        keys.put("root", Key.of(rootPair, "ecdsa-x509", certificate(rootPair)));
        for (String role : new String[] {"snapshot", "targets", "timestamp"}) {
            KeyPair pair = generator.generateKeyPair();
            keys.put(
                    role,
                    Key.of(pair, "ecdsa", new String(pair.getPublic().getEncoded(), StandardCharsets.ISO_8859_1)));
        }
        Map<String, String> declared = new TreeMap<>();
        StringJoiner roles = new StringJoiner(",", "{", "}");
        keys.forEach((role, key) -> {
            declared.put(key.id(), key.declared());
            roles.add("\"" + role + "\":{\"keyids\":[\"" + key.id() + "\"],\"threshold\":1}");
        });
        byte[] root = signed(
                keys,
                "root",
                Map.of("consistent_snapshot", "false", "keys", object(declared), "roles", roles.toString()));
        Map<String, String> listed = new TreeMap<>();
        for (int i = 0; i < tags; i++) {
            String tag = String.format(Locale.ROOT, "1.%04d", i);
            listed.put(tag, entry(bytes(tag), 1_000 + i));
        }
        byte[] targets =
                signed(keys, "targets", Map.of("delegations", "{\"keys\":{},\"roles\":[]}", "targets", object(listed)));
        byte[] snapshot = signed(
                keys,
                "snapshot",
                Map.of("meta", object(new TreeMap<>(Map.of("root", entry(root), "targets", entry(targets))))));
        put("root", root);
        put("targets", targets);
        put("snapshot", snapshot);
        put("timestamp", signed(keys, "timestamp", Map.of("meta", "{\"snapshot\":" + entry(snapshot) + "}")));
    }

    private void put(String role, byte[] file) {
        files.put(role + ".json", file);
        files.put(role + '.' + Digest.sha256Of(file).encoded() + ".json", file);
    }

    private static String certificate(KeyPair pair) throws Exception {
        Instant now = Instant.now();
        X500Principal name = new X500Principal("CN=" + GUN);
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(now.minus(1, ChronoUnit.HOURS)),
                                Date.from(now.plus(DAYS, ChronoUnit.DAYS)),
                                name,
                                pair.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static String entry(byte[] content) {
        return entry(content, content.length);
    }

    /** {@return the hashes that the original writes, and a length} */
    private static String entry(byte[] content, long length) {
        return "{\"hashes\":{\"sha256\":\"" + hash(DigestAlgorithm.SHA256, content) + "\",\"sha512\":\""
                + hash(DigestAlgorithm.SHA512, content) + "\"},\"length\":" + length + "}";
    }

    private static String hash(DigestAlgorithm algorithm, byte[] content) {
        return base64(HexFormat.of().parseHex(Digest.of(algorithm, content).encoded()));
    }

    private static String object(Map<String, String> members) {
        StringJoiner all = new StringJoiner(",", "{", "}");
        members.forEach((name, value) -> all.add("\"" + name + "\":" + value));
        return all.toString();
    }

    private static byte[] signed(Map<String, Key> keys, String role, Map<String, String> body) throws Exception {
        Map<String, String> members = new TreeMap<>(body);
        members.put("_type", "\"" + role.substring(0, 1).toUpperCase(Locale.ROOT) + role.substring(1) + "\"");
        members.put("expires", "\"" + Instant.now().plus(DAYS, ChronoUnit.DAYS) + "\"");
        members.put("version", "1");
        String signed = object(members);
        Key key = Objects.requireNonNull(keys.get(role), role);
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(key.pair().getPrivate());
        signature.update(bytes(signed));
        return bytes("{\"signed\":" + signed + ",\"signatures\":[{\"keyid\":\"" + key.id()
                + "\",\"method\":\"ecdsa\",\"sig\":\"" + base64(signature.sign()) + "\"}]}");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
