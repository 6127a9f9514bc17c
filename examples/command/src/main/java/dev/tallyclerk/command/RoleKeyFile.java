package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.publish.RoleKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of TUF roles in PEM files: a block PUBLIC KEY and, in the file of a signer, a block PRIVATE KEY with it, as
 * OpenSSL writes them.
 */
final class RoleKeyFile {
    private static final int MAX_FILE = 64 << 10;
    private static final int ED25519_BYTES = 32;

    private RoleKeyFile() {}

    /** {@return the public key in a file} */
    static VerificationKey publicKey(Path file) throws IOException {
        return publicKey(file, read(file));
    }

    private static VerificationKey publicKey(Path file, String text) throws IOException {
        try {
            return verificationKey(TrustedKey.parse(block(file, text, "PUBLIC KEY")));
        } catch (MalformedKeyException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** {@return the private key in a file, with its public key} */
    static RoleKey privateKey(Path file) throws IOException {
        String text = read(file);
        VerificationKey key = publicKey(file, text);
        String base64 = block(file, text, "PRIVATE KEY").replaceAll("-----[^-]*-----|\\s", "");
        try {
            PKCS8EncodedKeySpec encoded =
                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
            return RoleKey.of(key, KeyFactory.getInstance(algorithm(key)).generatePrivate(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without the cause, whose message may quote the key.
            throw new IOException(file + ": the block PRIVATE KEY is no private key of the public one");
        }
    }

    private static String read(Path file) throws IOException {
        return new String(InputFile.read(file, MAX_FILE), StandardCharsets.ISO_8859_1);
    }

    private static String block(Path file, String text, String label) throws IOException {
        Matcher block = Pattern.compile("-----BEGIN " + label + "-----[^-]*-----END " + label + "-----")
                .matcher(text);
        if (!block.find()) {
            throw new IOException(Quoted.printable(file.toString()) + ": has no PEM block " + label);
        }
        return block.group() + '\n';
    }

    private static VerificationKey verificationKey(TrustedKey trusted) {
        PublicKey key = trusted.publicKey();
        byte[] encoded = key.getEncoded();
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return VerificationKey.parse("ecdsa", "ecdsa-sha2-nistp" + bits, pem(encoded));
        }
        if (key.getAlgorithm().equals("RSA")) {
            return VerificationKey.parse("rsa", SignatureScheme.RSASSA_PSS_SHA256.schemeName(), pem(encoded));
        }
        String hex = HexFormat.of().formatHex(encoded, encoded.length - ED25519_BYTES, encoded.length);
        return VerificationKey.parse("ed25519", "ed25519", hex);
    }

    private static String pem(byte[] encoded) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String algorithm(VerificationKey key) {
        return switch (key.scheme()) {
            case ED25519 -> "Ed25519";
            case ECDSA_SHA2_NISTP256, ECDSA_SHA2_NISTP384, ECDSA_SHA2_NISTP521 -> "EC";
            case RSASSA_PSS_SHA256, RSASSA_PSS_SHA512, RSA_PKCS1V15_SHA256, RSA_PKCS1V15_SHA512 -> "RSA";
        };
    }
}
