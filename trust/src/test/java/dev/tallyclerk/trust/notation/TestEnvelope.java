package dev.tallyclerk.trust.notation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.TargetArtifact;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An envelope to be signed, whose parts a test changes. Header values are JSON, of which COSE takes texts only. */
final class TestEnvelope {
    static final TargetArtifact TARGET = new TargetArtifact(
            "application/vnd.oci.image.manifest.v1+json",
            Digest.sha256Of("image".getBytes(StandardCharsets.UTF_8)),
            246);

    static final TestCertificate ROOT = TestCertificate.root(form -> form);
    static final TestCertificate ISSUER = ROOT.issue(TestCertificate.ISSUER_KEYS, TestCertificate.authority("issuer"));
    static final TestCertificate LEAF =
            ISSUER.issue(TestCertificate.P256, TestCertificate.leaf().signedBy("SHA384withECDSA"));

    private static final String EXPIRY = "io.cncf.notary.expiry";
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    String algorithm = "ES256";
    KeyPair keys = LEAF.keys();
    final List<X509Certificate> chain =
            new ArrayList<>(List.of(LEAF.certificate(), ISSUER.certificate(), ROOT.certificate()));
    String payload = payload(TARGET, "");
    String contentType = "application/vnd.cncf.notary.payload.v1+json";
    List<String> critical = new ArrayList<>(List.of("io.cncf.notary.signingScheme"));

    /** Signed attributes beside algorithm, content type and critical ones. */
    final Map<String, Object> attributes = new LinkedHashMap<>(Map.of(
            "io.cncf.notary.signingScheme",
            "notary.x509",
            "io.cncf.notary.signingTime",
            Instant.parse("2026-02-03T04:05:06Z")));

    /** Unsigned attributes beside the certificates. */
    final Map<String, Object> unsigned = new LinkedHashMap<>();

    static String payload(TargetArtifact target, String more) {
        return "{\"targetArtifact\":{\"mediaType\":\"" + target.mediaType() + "\",\"digest\":\"" + target.digest()
                + "\",\"size\":" + target.size() + more + "}}";
    }

    TestEnvelope expiring(String time) {
        attributes.put(EXPIRY, Instant.parse(time));
        critical.add(EXPIRY);
        return this;
    }

    TestEnvelope byAuthority(String time) {
        attributes.clear();
        attributes.put("io.cncf.notary.signingScheme", "notary.x509.signingAuthority");
        attributes.put("io.cncf.notary.authenticSigningTime", Instant.parse(time));
        critical.add("io.cncf.notary.authenticSigningTime");
        return this;
    }

    TestEnvelope signedBy(TestCertificate... certificates) {
        keys = certificates[0].keys();
        chain.clear();
        for (TestCertificate certificate : certificates) {
            chain.add(certificate.certificate());
        }
        return this;
    }

    /** {@return the text of the signed header in JWS} */
    String header() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("alg", algorithm);
        members.put("cty", contentType);
        members.putAll(attributes);
        String crit = critical.stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));
        return json(members).replaceFirst("}$", ",\"crit\":[" + crit + "]}");
    }

    private static String json(Map<String, Object> members) {
        return members.entrySet().stream()
                .map(member -> '"' + member.getKey() + "\":\"" + text(member.getValue()) + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString();
    }

    byte[] jws() {
        return jws(header());
    }

    /** {@return an envelope with another text as its signed header} */
    byte[] jws(String header) {
        String signed = url(header) + "." + url(payload);
        byte[] signature = sign(signed.getBytes(StandardCharsets.US_ASCII));
        String x5c = chain.stream().map(TestEnvelope::base64).collect(Collectors.joining("\",\"", "\"", "\""));
        String more = json(unsigned).substring(1);
        return ("{\"payload\":\"" + url(payload) + "\",\"protected\":\"" + url(header) + "\",\"header\":{\"x5c\":["
                        + (chain.isEmpty() ? "" : x5c) + "]" + (more.length() > 1 ? "," : "") + more
                        + ",\"signature\":\"" + URL.encodeToString(signature) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static String url(String text) {
        return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return a signature by the key, with the hash of its size} */
    byte[] sign(byte[] message) {
        try {
            Signature signature;
            if (keys.getPrivate() instanceof ECKey key) {
                int bits = key.getParams().getOrder().bitLength();
                signature = Signature.getInstance("SHA" + (bits == 521 ? 512 : bits) + "withECDSA");
                signature.initSign(keys.getPrivate());
                signature.update(message);
                return concatenated(signature.sign(), (bits + 7) / 8);
            }
            signature = Signature.getInstance("RSASSA-PSS");
            String hash = "SHA-" + algorithm.substring(2);
            signature.setParameter(new PSSParameterSpec(
                    hash, "MGF1", new MGF1ParameterSpec(hash), Integer.parseInt(algorithm.substring(2)) / 8, 1));
            signature.initSign(keys.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] concatenated(byte[] der, int half) {
        int at = der[1] < 0 ? 3 : 2;
        byte[] out = new byte[2 * half];
        for (int i = 1; i <= 2; i++) {
            int length = der[at + 1];
            byte[] number = new BigInteger(Arrays.copyOfRange(der, at + 2, at + 2 + length)).toByteArray();
            int skipped = Math.max(0, number.length - half);
            System.arraycopy(number, skipped, out, i * half - (number.length - skipped), number.length - skipped);
            at += 2 + length;
        }
        return out;
    }

    /** {@return the envelope in COSE} */
    byte[] cose() {
        return new TestCose(this).bytes();
    }

    /** {@return the envelope in the format of a media type} */
    byte[] bytes(String mediaType) {
        return mediaType.equals(NotationEnvelope.JWS) ? jws() : cose();
    }
}
