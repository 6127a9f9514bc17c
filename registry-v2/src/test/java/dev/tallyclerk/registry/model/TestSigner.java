package dev.tallyclerk.registry.model;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Signs manifests of schema 1 as Docker's libtrust does, and makes the certificates for it. */
final class TestSigner {
    private final KeyPair keys;
    private final String algorithm;

    private TestSigner(KeyPair keys, String algorithm) {
        this.keys = keys;
        this.algorithm = algorithm;
    }

    static TestSigner es256() {
        return elliptic("secp256r1");
    }

    static TestSigner elliptic(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new TestSigner(generator.generateKeyPair(), "ES256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestSigner rs256(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new TestSigner(generator.generateKeyPair(), "RS256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    KeyPair keys() {
        return keys;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return where the part of a payload ends that stands unchanged in the signed document} */
    static int formatLength(String payload) {
        return payload.substring(0, payload.lastIndexOf('}')).stripTrailing().length();
    }

    static String protectedHeader(String payload) {
        int length = formatLength(payload);
        return Base64Url.encode(utf8("{\"formatLength\":" + length + ",\"formatTail\":\""
                + Base64Url.encode(utf8(payload.substring(length))) + "\",\"time\":\"2026-11-25T00:00:00Z\"}"));
    }

    /** {@return the payload with those signatures put in} */
    static String assemble(String payload, String... signatures) {
        return payload.substring(0, formatLength(payload)) + ",\"signatures\":[" + String.join(",", signatures) + "]}";
    }

    /** {@return the payload, signed with the key beside it} */
    String sign(String payload) {
        return assemble(payload, signature(payload, "\"jwk\":" + jwk()));
    }

    /** {@return one signature, whose header says that of the key} */
    String signature(String payload, String key) {
        String header = protectedHeader(payload);
        return block(key, algorithm, Base64Url.encode(rawSignature(payload, header)), header);
    }

    static String block(String key, String algorithm, String signature, String protectedHeader) {
        return "{\"header\":{" + key + ",\"alg\":\"" + algorithm + "\"},\"signature\":\"" + signature
                + "\",\"protected\":\"" + protectedHeader + "\"}";
    }

    byte[] rawSignature(String payload, String protectedHeader) {
        try {
            Signature signer =
                    Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            signer.initSign(keys.getPrivate());
            signer.update(utf8(protectedHeader + "." + Base64Url.encode(utf8(payload))));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the key as JSON, without an identifier} */
    String jwk() {
        if (keys.getPublic() instanceof RSAPublicKey rsa) {
            return "{\"kty\":\"RSA\",\"n\":\"" + Base64Url.encode(unsigned(rsa.getModulus())) + "\",\"e\":\""
                    + Base64Url.encode(unsigned(rsa.getPublicExponent())) + "\"}";
        }
        ECPublicKey elliptic = (ECPublicKey) keys.getPublic();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                + Base64Url.encode(coordinate(elliptic.getW().getAffineX())) + "\",\"y\":\""
                + Base64Url.encode(coordinate(elliptic.getW().getAffineY())) + "\"}";
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    static byte[] coordinate(BigInteger number) {
        byte[] bytes = unsigned(number);
        byte[] out = new byte[32];
        System.arraycopy(bytes, 0, out, out.length - bytes.length, bytes.length);
        return out;
    }

    /** {@return the header of a key in a certificate that it has signed itself} */
    String x5c() {
        return "\"x5c\":[\"" + Base64.getEncoder().encodeToString(certificate()) + "\"]";
    }

    /** {@return a self-signed certificate in DER: RFC 5280, 4.1} */
    byte[] certificate() {
        byte[] oid = HexFormat.of()
                .parseHex(algorithm.equals("ES256") ? "06082a8648ce3d040302" : "06092a864886f70d01010b0500");
        byte[] signatureAlgorithm = der(0x30, oid);
        byte[] name = der(0x30, der(0x31, der(0x30, HexFormat.of().parseHex("0603550403"), der(0x0c, utf8("test")))));
        byte[] validity = der(0x30, der(0x17, utf8("200101000000Z")), der(0x17, utf8("300101000000Z")));
        byte[] toBeSigned = der(
                0x30,
                der(0xa0, der(0x02, new byte[] {2})),
                der(0x02, new byte[] {1}),
                signatureAlgorithm,
                name,
                validity,
                name,
                keys.getPublic().getEncoded());
        try {
            Signature signer = Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSA" : "SHA256withRSA");
            signer.initSign(keys.getPrivate());
            signer.update(toBeSigned);
            return der(0x30, toBeSigned, signatureAlgorithm, der(0x03, new byte[] {0}, signer.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
