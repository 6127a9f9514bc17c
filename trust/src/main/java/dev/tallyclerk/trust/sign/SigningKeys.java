package dev.tallyclerk.trust.sign;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads private keys from files, and makes and writes new ones.
 *
 * <pre>{@code
 * SigningKey key = SigningKeys.create()
 *         .withCosignKeys(BouncyCastleKeyCipher.create())
 *         .read(Files.readAllBytes(Path.of("cosign.key")), password);
 * }</pre>
 *
 * <p>Reads PEM files with one key: PKCS #8, plain or encrypted by PBES2 with PBKDF2 and AES-CBC, and the encrypted keys
 * of cosign. Copies of passwords and of decrypted files are cleared; the key itself stays in memory. Immutable, and
 * safe for use by several threads.
 */
public final class SigningKeys {
    /** The longest file, in bytes: that of an RSA key of 16,384 bits, twice in base64. */
    static final int MAX_FILE = 64 << 10;

    private static final Map<String, String> ALGORITHMS =
            Map.of("1.2.840.10045.2.1", "EC", "1.2.840.113549.1.1.1", "RSA", "1.3.101.112", "Ed25519");

    private final @Nullable CosignKeyCipher cosign;

    private SigningKeys(@Nullable CosignKeyCipher cosign) {
        this.cosign = cosign;
    }

    /** The kinds of keys to make. */
    public enum Kind {
        /** ECDSA on P-256, as cosign makes. */
        ECDSA_P256("EC", new ECGenParameterSpec("secp256r1")),
        /** ECDSA on P-384. */
        ECDSA_P384("EC", new ECGenParameterSpec("secp384r1")),
        /** Ed25519. */
        ED25519("Ed25519", NamedParameterSpec.ED25519);

        private final String algorithm;

        @SuppressWarnings("ImmutableEnumChecker") // all of them are immutable
        private final AlgorithmParameterSpec parameters;

        Kind(String algorithm, AlgorithmParameterSpec parameters) {
            this.algorithm = algorithm;
            this.parameters = parameters;
        }
    }

    /**
     * {@return a reader of keys that needs nothing but the Java runtime, and so does not read encrypted cosign keys}
     */
    public static SigningKeys create() {
        return new SigningKeys(null);
    }

    /** {@return this reader, which also reads the encrypted keys of cosign} */
    public SigningKeys withCosignKeys(CosignKeyCipher cipher) {
        return new SigningKeys(Objects.requireNonNull(cipher, "cipher"));
    }

    /**
     * {@return the key of a PEM file that is not encrypted}
     *
     * @param pem one PEM block with the label {@code PRIVATE KEY}
     * @throws SigningException if it is no such key; with {@link Reason#PASSWORD_MISSING} if it is encrypted
     */
    public SigningKey read(byte[] pem) throws SigningException {
        return opened(pem, null).key();
    }

    /**
     * {@return the key of a PEM file}
     *
     * @param pem one PEM block with the label {@code PRIVATE KEY}, {@code ENCRYPTED PRIVATE KEY}, {@code ENCRYPTED
     *     SIGSTORE PRIVATE KEY} or {@code ENCRYPTED COSIGN PRIVATE KEY}
     * @param password the password, may be empty; not kept, and not used for a key that is not encrypted
     * @throws SigningException if it is no such key, if the password is wrong, or if decrypting would take more memory
     *     or time than allowed: 128 MiB for scrypt, and 5,000,000 iterations of PBKDF2
     */
    public SigningKey read(byte[] pem, char[] password) throws SigningException {
        return opened(pem, Objects.requireNonNull(password, "password")).key();
    }

    /**
     * {@return both halves of the key of a PEM file, for example to write it in another form}
     *
     * @param pem as for {@link #read(byte[])}
     * @throws SigningException as for {@link #read(byte[])}
     */
    public KeyPair readPair(byte[] pem) throws SigningException {
        return opened(pem, null).pair();
    }

    /**
     * {@return both halves of the key of a PEM file, for example to write it in another form}
     *
     * @param pem as for {@link #read(byte[], char[])}
     * @param password the password, may be empty; not kept, and not used for a key that is not encrypted
     * @throws SigningException as for {@link #read(byte[], char[])}
     */
    public KeyPair readPair(byte[] pem, char[] password) throws SigningException {
        return opened(pem, Objects.requireNonNull(password, "password")).pair();
    }

    private record Opened(KeyPair pair, SigningKey key) {}

    private Opened opened(byte[] pem, char @Nullable [] password) throws SigningException {
        if (pem.length > MAX_FILE) {
            throw new SigningException(
                    Reason.LIMIT_EXCEEDED, "a key file of " + pem.length + " bytes, allowed are " + MAX_FILE);
        }
        KeyPem block = KeyPem.parse(pem);
        byte[] encoded = block.content();
        try {
            encoded = plain(block, password);
            PrivateKey key = privateKey(encoded);
            PublicKey half = PublicHalf.of(key);
            return new Opened(new KeyPair(half, key), of(key, half));
        } catch (SigningException e) {
            // The padding of one wrong password in 256 is right.
            boolean garbled = e.reason() == Reason.MALFORMED && encoded != block.content();
            throw garbled ? Pbes2.wrongPassword() : e;
        } finally {
            Arrays.fill(block.content(), (byte) 0);
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private byte[] plain(KeyPem block, char @Nullable [] password) throws SigningException {
        return switch (block.label()) {
            case "PRIVATE KEY" -> block.content();
            case "ENCRYPTED PRIVATE KEY" -> Pbes2.decrypt(block.content(), required(password));
            case "ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY" -> {
                CosignKeyCipher cipher = cosign;
                if (cipher == null) {
                    throw new SigningException(
                            Reason.UNSUPPORTED, "a key of cosign, whose encryption the Java runtime does not have");
                }
                yield CosignKeyFile.decrypt(block.content(), required(password), cipher);
            }
            default ->
                throw new SigningException(
                        Reason.UNSUPPORTED,
                        "a PEM block with the label " + block.label() + ", wanted is PRIVATE KEY"
                                + (block.label().endsWith(" PRIVATE KEY")
                                        ? "; convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc"
                                        : ""));
        };
    }

    private static char[] required(char @Nullable [] password) throws SigningException {
        if (password == null) {
            throw new SigningException(Reason.PASSWORD_MISSING, "the key is encrypted, and there is no password");
        }
        return password;
    }

    private static PrivateKey privateKey(byte[] encoded) throws SigningException {
        try {
            DerReader info = DerReader.of(encoded).enter(DerReader.SEQUENCE);
            info.content(DerReader.INTEGER);
            String identifier = info.enter(DerReader.SEQUENCE).identifier();
            String algorithm = ALGORITHMS.get(identifier);
            if (algorithm == null) {
                throw new SigningException(
                        Reason.UNSUPPORTED,
                        "a key of the algorithm " + identifier + ", supported are EC, RSA and Ed25519");
            }
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (EvidenceException | GeneralSecurityException | RuntimeException e) {
            // Without the cause, whose message may quote the key.
            throw new SigningException(Reason.MALFORMED, "no private key in the form of PKCS #8");
        }
    }

    /**
     * {@return a key of a security provider that is registered with the runtime, such as one of a KeyStore}
     *
     * <p>Signs once, to see that the halves belong together.
     *
     * @param publicKey its public half, for example that of a certificate
     * @throws SigningException if they do not belong together, the key does not sign, or no verifier would accept it
     */
    public static SigningKey of(PrivateKey key, PublicKey publicKey) throws SigningException {
        return ProviderKey.of(Objects.requireNonNull(key, "key"), publicKey, null);
    }

    /**
     * {@return a key of a security provider, such as one of a PKCS #11 token, which need not be registered}
     *
     * <p>Signs once, to see that the halves belong together.
     *
     * @param publicKey its public half, for example that of a certificate
     * @param provider makes the signatures
     * @throws SigningException if they do not belong together, the key does not sign, or no verifier would accept it
     */
    public static SigningKey of(PrivateKey key, PublicKey publicKey, Provider provider) throws SigningException {
        return ProviderKey.of(
                Objects.requireNonNull(key, "key"), publicKey, Objects.requireNonNull(provider, "provider"));
    }

    /** {@return a new key} */
    public static KeyPair generate(Kind kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.algorithm);
            generator.initialize(kind.parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the runtime makes no keys of the kind " + kind, e);
        }
    }

    /**
     * {@return a key as an encrypted PEM file that OpenSSL reads}
     *
     * <p>PKCS #8 by PBES2, with AES-256-CBC and PBKDF2 with SHA-256.
     *
     * @param password the password, not kept
     * @throws IllegalArgumentException if the password is empty, or the key cannot leave its provider
     */
    public static byte[] encryptedPem(PrivateKey key, char[] password) {
        byte[] encoded = encoded(key, password);
        try {
            return KeyPem.write("ENCRYPTED PRIVATE KEY", Pbes2.encrypt(encoded, password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the runtime does not encrypt keys", e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * {@return a key as an encrypted PEM file that cosign reads}
     *
     * <p>By scrypt and NaCl's secretbox, with the parameters of {@code cosign generate-key-pair}; takes 64 MiB and a
     * fraction of a second.
     *
     * @param password the password, not kept
     * @param cipher encrypts the key
     * @throws IllegalArgumentException if the password is empty, or the key cannot leave its provider
     */
    public static byte[] encryptedCosignPem(PrivateKey key, char[] password, CosignKeyCipher cipher) {
        byte[] encoded = encoded(key, password);
        try {
            return KeyPem.write("ENCRYPTED SIGSTORE PRIVATE KEY", CosignKeyFile.encrypt(encoded, password, cipher));
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static byte[] encoded(PrivateKey key, char[] password) {
        if (password.length == 0) {
            throw new IllegalArgumentException("the password is empty");
        }
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            throw new IllegalArgumentException("the key cannot leave its provider");
        }
        return encoded;
    }

    /** {@return the public half of a key as a PEM file, which verifiers read} */
    public static String publicPem(TrustedKey key) {
        return new String(KeyPem.write("PUBLIC KEY", key.publicKey().getEncoded()), StandardCharsets.ISO_8859_1);
    }
}
