package dev.tallyclerk.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a private key in PEM: PKCS #8, and the older forms of RSA (RFC 8017, A.1.2) and of elliptic curves (RFC 5915),
 * which Java reads only within PKCS #8.
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([^-]*)-----END \\1-----");

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_ID = 0x06;
    private static final int PARAMETERS = 0xA0;

    private static final byte[] VERSION = {2, 1, 0};

    /** rsaEncryption, 1.2.840.113549.1.1.1, with its parameters, NULL. */
    private static final byte[] RSA = {6, 9, 42, (byte) 134, 72, (byte) 134, (byte) 247, 13, 1, 1, 1, 5, 0};

    /** id-ecPublicKey, 1.2.840.10045.2.1. */
    private static final byte[] EC = {6, 7, 42, (byte) 134, 72, (byte) 206, 61, 2, 1};

    private PemKey() {}

    static PrivateKey parse(byte[] pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new GeneralSecurityException("the key is not a private key in PEM");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the private key is not base64", e);
        }
        return switch (block.group(1)) {
            case "RSA PRIVATE KEY" -> pkcs8(sequence(VERSION, sequence(RSA), value(OCTETS, der)));
            case "EC PRIVATE KEY" ->
                pkcs8(sequence(VERSION, sequence(EC, curve(der)), value(OCTETS, withoutCurve(der))));
            case "ENCRYPTED PRIVATE KEY" ->
                throw new GeneralSecurityException("the private key is encrypted: store it without a passphrase");
            default -> pkcs8(der);
        };
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        Optional<PrivateKey> key = Optional.empty();
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            key = key.isPresent() ? key : keyOf(algorithm, der);
        }
        return key.orElseThrow(
                () -> new InvalidKeySpecException("the private key is none of RSA, an elliptic curve or EdDSA"));
    }

    /** {@return the key; empty if it is one of another algorithm} */
    private static Optional<PrivateKey> keyOf(String algorithm, byte[] der) throws GeneralSecurityException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        }
    }

    /** {@return the curve's object identifier, the first element of the parameters, tagged 0} */
    private static byte[] curve(byte[] der) throws GeneralSecurityException {
        for (int at = element(der, 0, SEQUENCE)[0]; at < der.length; ) {
            int[] part = element(der, at, der[at] & 0xFF);
            if ((der[at] & 0xFF) == PARAMETERS) {
                int[] id = element(der, part[0], OBJECT_ID);
                return Arrays.copyOfRange(der, part[0], id[1]);
            }
            at = part[1];
        }
        throw new InvalidKeySpecException("the private key names no curve");
    }

    /** {@return the key's version and number alone, because Java refuses the curve within PKCS #8} */
    private static byte[] withoutCurve(byte[] der) throws GeneralSecurityException {
        int begin = element(der, 0, SEQUENCE)[0];
        int number = element(der, begin, INTEGER)[1];
        int end = element(der, number, OCTETS)[1];
        return sequence(Arrays.copyOfRange(der, begin, end));
    }

    /** {@return where the content of an element begins and ends} */
    private static int[] element(byte[] der, int at, int tag) throws GeneralSecurityException {
        if (at + 2 > der.length || (der[at] & 0xFF) != tag) {
            throw new InvalidKeySpecException("the private key is malformed");
        }
        int length = der[at + 1] & 0xFF;
        int begin = at + 2;
        if (length >= 0x80) {
            int bytes = length - 0x80;
            if (bytes < 1 || bytes > 2 || begin + bytes > der.length) {
                throw new InvalidKeySpecException("the private key is malformed");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (der[begin++] & 0xFF);
            }
        }
        if (begin + length > der.length) {
            throw new InvalidKeySpecException("the private key is malformed");
        }
        return new int[] {begin, begin + length};
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return value(SEQUENCE, all.toByteArray());
    }

    private static byte[] value(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length & 0xFF);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
