package dev.tallyclerk.trust.sign;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** The JSON document in the PEM block of cosign's encrypted private keys, with its members in cosign's order. */
final class CosignKeyFile {
    private static final int NONCE_BYTES = 24;
    private static final int TAG_BYTES = 16;

    /** In bytes: that of N = 131,072 and r = 8, the strongest parameters that cosign knows. */
    private static final long MAX_MEMORY = 128L << 20;

    private static final int MAX_PARALLEL = 4;

    /** Those of cosign. */
    private static final CosignKeyCipher.Scrypt NEW_SCRYPT = new CosignKeyCipher.Scrypt(65_536, 8, 1);

    private static final int NEW_SALT_BYTES = 32;

    private CosignKeyFile() {}

    /** Decrypts the key; the caller clears the result, a PrivateKeyInfo in DER. */
    static byte[] decrypt(byte[] document, char[] password, CosignKeyCipher cipher) throws SigningException {
        try (PasswordBytes secret = new PasswordBytes(password)) {
            return decrypt(
                    JsonCursor.parse(document, JsonLimits.ofBytes(SigningKeys.MAX_FILE)), secret.bytes(), cipher);
        } catch (JsonException e) {
            throw new SigningException(Reason.MALFORMED, "no encrypted key of cosign: " + e.getMessage(), e);
        }
    }

    private static byte[] decrypt(JsonCursor root, byte[] password, CosignKeyCipher cipher)
            throws JsonException, SigningException {
        JsonCursor kdf = root.required("kdf");
        require("scrypt", kdf.required("name"));
        JsonCursor params = kdf.required("params");
        CosignKeyCipher.Scrypt scrypt = new CosignKeyCipher.Scrypt(
                number(params.required("N")), number(params.required("r")), number(params.required("p")));
        refuseWhatCannotBe(scrypt);
        byte[] salt = base64(kdf.required("salt"));
        JsonCursor secretbox = root.required("cipher");
        require("nacl/secretbox", secretbox.required("name"));
        JsonCursor nonce = secretbox.required("nonce");
        byte[] nonceBytes = base64(nonce);
        JsonCursor text = root.required("ciphertext");
        byte[] box = base64(text);
        if (nonceBytes.length != NONCE_BYTES) {
            throw nonce.badValue("is not " + NONCE_BYTES + " bytes long");
        }
        if (box.length < TAG_BYTES) {
            throw text.badValue("is shorter than " + TAG_BYTES + " bytes");
        }
        return cipher.open(password, salt, scrypt, nonceBytes, box).orElseThrow(Pbes2::wrongPassword);
    }

    private static void require(String wanted, JsonCursor name) throws JsonException, SigningException {
        if (!wanted.equals(name.string())) {
            throw new SigningException(
                    Reason.UNSUPPORTED,
                    "the key is encrypted with " + Quoted.quote(name.string()) + ", supported is " + wanted);
        }
    }

    private static int number(JsonCursor number) throws JsonException {
        return (int) number.integer(1, Integer.MAX_VALUE);
    }

    private static byte[] base64(JsonCursor text) throws JsonException {
        return StrictBase64.decode(text.string()).orElseThrow(() -> text.badValue("is not base64"));
    }

    private static void refuseWhatCannotBe(CosignKeyCipher.Scrypt scrypt) throws SigningException {
        int cost = scrypt.cost();
        if (cost < 2 || Integer.bitCount(cost) != 1) {
            throw new SigningException(
                    Reason.MALFORMED, "no encrypted key of cosign: N of scrypt is no power of 2: " + cost);
        }
        // As long numbers below 2^62: neither can overflow.
        long cells = (long) cost * scrypt.blockSize();
        if (cells > MAX_MEMORY / 128 || scrypt.parallel() > MAX_PARALLEL) {
            throw new SigningException(
                    Reason.LIMIT_EXCEEDED,
                    "scrypt with N " + cost + ", r " + scrypt.blockSize() + " and p " + scrypt.parallel()
                            + " needs more than " + MAX_MEMORY + " bytes, or more than " + MAX_PARALLEL + " rounds");
        }
    }

    /** {@return the encrypted key, a PrivateKeyInfo in DER} */
    static byte[] encrypt(byte[] key, char[] password, CosignKeyCipher cipher) {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[NEW_SALT_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        byte[] box;
        try (PasswordBytes secret = new PasswordBytes(password)) {
            box = cipher.seal(secret.bytes(), salt, NEW_SCRYPT, nonce, key);
        }
        Base64.Encoder base64 = Base64.getEncoder();
        String document = "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":" + NEW_SCRYPT.cost() + ",\"r\":"
                + NEW_SCRYPT.blockSize() + ",\"p\":" + NEW_SCRYPT.parallel() + "},\"salt\":\""
                + base64.encodeToString(salt) + "\"},\"cipher\":{\"name\":\"nacl/secretbox\",\"nonce\":\""
                + base64.encodeToString(nonce) + "\"},\"ciphertext\":\"" + base64.encodeToString(box) + "\"}";
        return document.getBytes(StandardCharsets.US_ASCII);
    }
}
