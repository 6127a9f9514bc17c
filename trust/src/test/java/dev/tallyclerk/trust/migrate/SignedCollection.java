package dev.tallyclerk.trust.migrate;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A collection of Notary v1 with any delegations, each of whose roles has its own P-256 key. */
final class SignedCollection {
    private static final String EXPIRES = "2036-01-01T00:00:00Z";

    private final Map<String, Map<String, String>> listed = new LinkedHashMap<>();
    private final Map<String, List<String>> paths = new LinkedHashMap<>();
    private final Map<String, Key> keys = new LinkedHashMap<>();

    SignedCollection(String gun) {
        for (String role : List.of("root", "targets", "snapshot", "timestamp")) {
            keys.put(role, Key.make(role.equals("root") ? gun : ""));
        }
        listed.put("targets", new TreeMap<>());
    }

    private record Key(KeyPair pair, String declared, String id) {
        static Key make(String certified) {
            KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
            byte[] content = certified.isEmpty() ? pair.getPublic().getEncoded() : certificate(pair, certified);
            String declared = "{\"keytype\":\"" + (certified.isEmpty() ? "ecdsa" : "ecdsa-x509")
                    + "\",\"keyval\":{\"private\":null,\"public\":\""
                    + Base64.getEncoder().encodeToString(content) + "\"}}";
            return new Key(pair, declared, Digest.sha256Of(bytes(declared)).encoded());
        }

        private static byte[] certificate(KeyPair pair, String name) {
            X500Name subject = new X500Name("CN=" + name);
            try {
                byte[] der = new X509v3CertificateBuilder(
                                subject,
                                BigInteger.ONE,
                                Date.from(Instant.parse("2026-01-01T00:00:00Z")),
                                Date.from(Instant.parse(EXPIRES)),
                                subject,
                                SubjectPublicKeyInfo.getInstance(
                                        pair.getPublic().getEncoded()))
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                        .getEncoded();
                return bytes("-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END CERTIFICATE-----\n");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Delegates to a role, which may list names that begin with one of the paths. */
    SignedCollection delegate(String role, String... paths) {
        keys.put(role, Key.make(""));
        this.paths.put(role, List.of(paths));
        listed.put(role, new TreeMap<>());
        return this;
    }

    /** Lists a tag, whose digest is that of the content. */
    SignedCollection list(String role, String tag, String content) {
        Objects.requireNonNull(listed.get(role), role).put(tag, entry(bytes(content)));
        return this;
    }

    /** {@return the files, by the names that a server has them under} */
    MetadataFetcher files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, String> roles = new TreeMap<>();
        for (String role : List.of("root", "targets", "snapshot", "timestamp")) {
            roles.put(role, "{\"keyids\":[\"" + key(role).id() + "\"],\"threshold\":1}");
        }
        Map<String, String> snapshot = new TreeMap<>();
        put(
                files,
                snapshot,
                "root",
                Map.of(
                        "consistent_snapshot", "false",
                        "keys", declared(roles.keySet()),
                        "roles", object(roles)));
        for (String role : listed.keySet()) {
            put(
                    files,
                    snapshot,
                    role,
                    Map.of(
                            "delegations",
                            delegations(role),
                            "targets",
                            object(Objects.requireNonNull(listed.get(role)))));
        }
        Map<String, String> timestamp = new TreeMap<>();
        put(files, timestamp, "snapshot", Map.of("meta", object(snapshot)));
        put(files, new TreeMap<>(), "timestamp", Map.of("meta", object(timestamp)));
        return MetadataFetcher.ofFiles(files);
    }

    private Key key(String role) {
        return Objects.requireNonNull(keys.get(role), role);
    }

    private String declared(Iterable<String> roles) {
        Map<String, String> declared = new TreeMap<>();
        roles.forEach(role -> declared.put(key(role).id(), key(role).declared()));
        return object(declared);
    }

    private String delegations(String delegator) {
        List<String> children = new ArrayList<>();
        for (String role : paths.keySet()) {
            if (role.substring(0, role.lastIndexOf('/')).equals(delegator)) {
                children.add(role);
            }
        }
        return "{\"keys\":" + declared(children) + ",\"roles\":"
                + children.stream().map(this::delegation).collect(Collectors.joining(",", "[", "]")) + "}";
    }

    private String delegation(String role) {
        return "{\"keyids\":[\"" + key(role).id() + "\"],\"name\":\"" + role + "\",\"paths\":"
                + Objects.requireNonNull(paths.get(role)).stream()
                        .map(path -> '"' + path + '"')
                        .collect(Collectors.joining(",", "[", "]"))
                + ",\"threshold\":1}";
    }

    private void put(Map<String, byte[]> files, Map<String, String> listing, String role, Map<String, String> body) {
        Map<String, String> members = new TreeMap<>(body);
        boolean isTopLevel = !role.startsWith("targets/");
        String type = isTopLevel ? role : "targets";
        members.put("_type", '"' + type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1) + '"');
        members.put("expires", '"' + EXPIRES + '"');
        members.put("version", "1");
        String signed = object(members);
        byte[] file = bytes("{\"signed\":" + signed + ",\"signatures\":[{\"keyid\":\""
                + key(role).id() + "\",\"method\":\"ecdsa\",\"sig\":\"" + signature(key(role), signed) + "\"}]}");
        files.put(role + ".json", file);
        files.put(role + '.' + Digest.sha256Of(file).encoded() + ".json", file);
        listing.put(role, entry(file));
    }

    private static String signature(Key key, String signed) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key.pair().getPrivate());
            signature.update(bytes(signed));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String entry(byte[] content) {
        byte[] hash = HexFormat.of().parseHex(Digest.sha256Of(content).encoded());
        return "{\"hashes\":{\"sha256\":\"" + Base64.getEncoder().encodeToString(hash) + "\"},\"length\":"
                + content.length + "}";
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> '"' + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
