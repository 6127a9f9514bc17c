package dev.tallyclerk.trust.sign;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.encoding.DerWriter;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypted private keys by PBES2: PBKDF2 and AES-CBC, as OpenSSL writes them.
 *
 * <p>Read here and not by the runtime, which knows PBES2 by other names in each version, and does not limit the
 * iterations.
 *
 * @param hash the name of the hash of PBKDF2, as in Java's names
 * @param salt the salt
 * @param iterations the iterations of PBKDF2
 * @param keyBits the length of the AES key
 * @param iv the initialization vector
 * @param content the encrypted key
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8018#appendix-A.4">RFC 8018, A.4, PBES2</a>
 */
@SuppressWarnings("ArrayRecordComponent")
record Pbes2(String hash, byte[] salt, int iterations, int keyBits, byte[] iv, byte[] content) {
    /** A few seconds. */
    private static final int MAX_ITERATIONS = 5_000_000;

    private static final int NEW_ITERATIONS = 600_000;
    private static final int BLOCK = 16;

    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String PBKDF2 = "1.2.840.113549.1.5.12";

    private static final Map<String, String> HASHES = Map.of(
            "1.2.840.113549.2.7", "SHA1",
            "1.2.840.113549.2.9", "SHA256",
            "1.2.840.113549.2.10", "SHA384",
            "1.2.840.113549.2.11", "SHA512");

    private static final Map<String, Integer> KEY_BITS = Map.of(
            "2.16.840.1.101.3.4.1.2", 128,
            "2.16.840.1.101.3.4.1.22", 192,
            "2.16.840.1.101.3.4.1.42", 256);

    /** Decrypts an EncryptedPrivateKeyInfo; the caller clears the result. */
    static byte[] decrypt(byte[] encoded, char[] password) throws SigningException {
        Pbes2 read;
        try {
            read = parse(encoded);
        } catch (EvidenceException e) {
            throw new SigningException(Reason.MALFORMED, "no encrypted private key: " + e.getMessage(), e);
        }
        try {
            return read.cipher(Cipher.DECRYPT_MODE, password).doFinal(read.content);
        } catch (BadPaddingException | IllegalBlockSizeException e) {
            throw wrongPassword();
        } catch (GeneralSecurityException e) {
            throw new SigningException(Reason.UNSUPPORTED, "the runtime does not decrypt the key", e);
        }
    }

    static SigningException wrongPassword() {
        return new SigningException(Reason.PASSWORD_WRONG, "the password is wrong, or the encrypted key was changed");
    }

    private static Pbes2 parse(byte[] encoded) throws EvidenceException, SigningException {
        DerReader info = DerReader.only(DerReader.SEQUENCE, encoded);
        DerReader scheme = info.enter(DerReader.SEQUENCE);
        byte[] content = info.content(DerReader.OCTET_STRING);
        info.end();
        require(PBES2, scheme.identifier(), "encryption");
        DerReader parameters = scheme.enter(DerReader.SEQUENCE);
        scheme.end();
        DerReader derivation = parameters.enter(DerReader.SEQUENCE);
        DerReader encryption = parameters.enter(DerReader.SEQUENCE);
        parameters.end();
        require(PBKDF2, derivation.identifier(), "key derivation");
        DerReader settings = derivation.enter(DerReader.SEQUENCE);
        derivation.end();
        byte[] salt = settings.content(DerReader.OCTET_STRING);
        int iterations = iterations(new BigInteger(1, settings.content(DerReader.INTEGER)));
        if (settings.tag() == DerReader.INTEGER) {
            settings.content(DerReader.INTEGER); // the cipher says the length of its key
        }
        String hash = "SHA1";
        if (settings.tag() == DerReader.SEQUENCE) {
            hash = known(HASHES, settings.enter(DerReader.SEQUENCE).identifier());
        }
        settings.end();
        int keyBits = known(KEY_BITS, encryption.identifier());
        byte[] iv = encryption.content(DerReader.OCTET_STRING);
        encryption.end();
        if (iv.length != BLOCK || salt.length == 0) {
            throw new SigningException(Reason.MALFORMED, "no encrypted private key: salt or vector has a wrong length");
        }
        return new Pbes2(hash, salt, iterations, keyBits, iv, content);
    }

    private static int iterations(BigInteger number) throws SigningException {
        if (number.signum() == 0) {
            throw new SigningException(Reason.MALFORMED, "no encrypted private key: no iterations");
        }
        if (number.bitLength() > Integer.SIZE - 1 || number.intValue() > MAX_ITERATIONS) {
            throw new SigningException(
                    Reason.LIMIT_EXCEEDED, "the key is encrypted with more than " + MAX_ITERATIONS + " iterations");
        }
        return number.intValue();
    }

    private static void require(String wanted, String found, String what) throws SigningException {
        if (!wanted.equals(found)) {
            throw new SigningException(
                    Reason.UNSUPPORTED,
                    what + " of the key has the object identifier " + found + ", supported is " + wanted
                            + "; convert the key with openssl pkcs8 -topk8 -v2 aes-256-cbc");
        }
    }

    private static <T> T known(Map<String, T> known, String found) throws SigningException {
        T value = known.get(found);
        if (value == null) {
            throw new SigningException(
                    Reason.UNSUPPORTED,
                    "the key is encrypted with the algorithm " + found + ", supported are " + known.keySet());
        }
        return value;
    }

    private Cipher cipher(int mode, char[] password) throws GeneralSecurityException {
        PBEKeySpec secret = new PBEKeySpec(password, salt, iterations, keyBits);
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash)
                .generateSecret(secret)
                .getEncoded();
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            return cipher;
        } finally {
            secret.clearPassword();
            Arrays.fill(key, (byte) 0);
        }
    }

    /** {@return the EncryptedPrivateKeyInfo of a key: AES-256 and PBKDF2 with SHA-256} */
    static byte[] encrypt(byte[] key, char[] password) throws GeneralSecurityException {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[BLOCK];
        byte[] iv = new byte[BLOCK];
        random.nextBytes(salt);
        random.nextBytes(iv);
        Pbes2 made = new Pbes2("SHA256", salt, NEW_ITERATIONS, 256, iv, key);
        byte[] content = made.cipher(Cipher.ENCRYPT_MODE, password).doFinal(key);
        byte[] prf = sequence(hex("06082a864886f70d0209"), hex("0500"));
        byte[] settings = sequence(
                DerWriter.element(DerReader.OCTET_STRING, salt),
                DerWriter.element(
                        DerReader.INTEGER, BigInteger.valueOf(NEW_ITERATIONS).toByteArray()),
                prf);
        byte[] derivation = sequence(hex("06092a864886f70d01050c"), settings);
        byte[] encryption = sequence(hex("060960864801650304012a"), DerWriter.element(DerReader.OCTET_STRING, iv));
        byte[] scheme = sequence(hex("06092a864886f70d01050d"), sequence(derivation, encryption));
        return sequence(scheme, DerWriter.element(DerReader.OCTET_STRING, content));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] sequence(byte[]... elements) {
        return DerWriter.element(DerReader.SEQUENCE, elements);
    }
}
