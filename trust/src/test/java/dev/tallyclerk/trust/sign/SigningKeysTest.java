package dev.tallyclerk.trust.sign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleKeyCipher;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeysTest {
    private static final String COSIGN = "signatures/cosign/made-by-cosign/";
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    /** The letters are not ASCII, and one is beyond the first plane. */
    private static final char[] PASSWORD = "Schlüssel \uD83D\uDD11".toCharArray();

    private static final SigningKeys KEYS = SigningKeys.create().withCosignKeys(BouncyCastleKeyCipher.create());

    private static final String SECRETBOX =
            "{\"name\":\"nacl/secretbox\",\"nonce\":\"" + Base64.getEncoder().encodeToString(new byte[24]) + "\"}";

    private static final String BOX = Base64.getEncoder().encodeToString(new byte[64]);

    @TempDir
    Path folder = Path.of("");

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean signs(SigningKey key) throws SigningException {
        return PlainSignatures.verify(
                key.publicKey().publicKey(), PlainSignatures.Hash.SHA256, MESSAGE, key.sign(MESSAGE));
    }

    private static Reason reason(byte[] pem, String password) {
        SigningException refused = assertThrows(SigningException.class, () -> KEYS.read(pem, password.toCharArray()));
        String message = String.valueOf(refused.getMessage());
        assertFalse(message.contains(password), message);
        return refused.reason();
    }

    private static byte[] cosignKey(String kdf, String cipher, String ciphertext) {
        String json = "{\"kdf\":" + kdf + ",\"cipher\":" + cipher + ",\"ciphertext\":\"" + ciphertext + "\"}";
        return KeyPem.write("ENCRYPTED SIGSTORE PRIVATE KEY", bytes(json));
    }

    private static String scrypt(String parameters) {
        return "{\"name\":\"scrypt\",\"params\":" + parameters + ",\"salt\":\"c2FsdA==\"}";
    }

    @Test
    void readsAKeyOfCosign() throws IOException, SigningException {
        byte[] pem = SharedData.read(COSIGN + "cosign.key");
        String password = text(SharedData.read(COSIGN + "cosign.key.password")).strip();
        SigningKey key = KEYS.read(pem, password.toCharArray());
        assertEquals(TrustedKey.parse(text(SharedData.read(COSIGN + "cosign.pub"))), key.publicKey());
        assertTrue(signs(key));
        assertEquals(Reason.PASSWORD_WRONG, reason(pem, password + "-"));
        assertEquals(
                Reason.PASSWORD_MISSING,
                assertThrows(SigningException.class, () -> KEYS.read(pem)).reason());
        assertEquals(
                Reason.UNSUPPORTED,
                assertThrows(SigningException.class, () -> SigningKeys.create().read(pem, password.toCharArray()))
                        .reason());
        // Everything that was changed is noticed: the salt, the nonce, the authenticator and the text.
        String json = text(KeyPem.parse(pem).content());
        for (String member : new String[] {"\"salt\":\"", "\"nonce\":\"", "\"ciphertext\":\""}) {
            int at = json.indexOf(member) + member.length();
            char other = json.charAt(at) == 'A' ? 'B' : 'A';
            String changed = json.substring(0, at) + other + json.substring(at + 1);
            assertEquals(
                    Reason.PASSWORD_WRONG,
                    reason(KeyPem.write("ENCRYPTED SIGSTORE PRIVATE KEY", bytes(changed)), password),
                    member);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"N":2147483647,"r":8,"p":1}          | MALFORMED
            {"N":0,"r":8,"p":1}                   | MALFORMED
            {"N":1,"r":8,"p":1}                   | MALFORMED
            {"N":-65536,"r":8,"p":1}              | MALFORMED
            {"N":65536.5,"r":8,"p":1}             | MALFORMED
            {"N":65537,"r":8,"p":1}               | MALFORMED
            {"N":4294967296,"r":8,"p":1}          | MALFORMED
            {"N":1073741824,"r":8,"p":1}          | LIMIT_EXCEEDED
            {"N":262144,"r":8,"p":1}              | LIMIT_EXCEEDED
            {"N":65536,"r":2147483647,"p":1}      | LIMIT_EXCEEDED
            {"N":65536,"r":17,"p":1}              | LIMIT_EXCEEDED
            {"N":65536,"r":8,"p":5}               | LIMIT_EXCEEDED
            {"N":65536,"r":8,"p":2147483647}      | LIMIT_EXCEEDED
            {"N":65536,"r":0,"p":1}               | MALFORMED
            {"N":65536,"r":8}                     | MALFORMED
            []                                    | MALFORMED
            """)
    void refusesHostileParametersOfScryptBeforeItRuns(String parameters, Reason wanted) {
        assertEquals(wanted, reason(cosignKey(scrypt(parameters), SECRETBOX, BOX), "open sesame"));
    }

    static Stream<Arguments> brokenFiles() {
        String small = scrypt("{\"N\":2,\"r\":8,\"p\":1}");
        return Stream.of(
                arguments(cosignKey(small, SECRETBOX, BOX), Reason.PASSWORD_WRONG),
                arguments(cosignKey(small, SECRETBOX, ""), Reason.MALFORMED),
                arguments(cosignKey(small, SECRETBOX, "????"), Reason.MALFORMED),
                arguments(cosignKey(small, SECRETBOX.replace("AAAA\"", "\""), BOX), Reason.MALFORMED),
                arguments(cosignKey(small, SECRETBOX.replace("nacl", "salt"), BOX), Reason.UNSUPPORTED),
                arguments(cosignKey(small.replace("scrypt", "bcrypt"), SECRETBOX, BOX), Reason.UNSUPPORTED),
                arguments(KeyPem.write("ENCRYPTED COSIGN PRIVATE KEY", bytes("no JSON")), Reason.MALFORMED),
                arguments(KeyPem.write("ENCRYPTED PRIVATE KEY", bytes("no DER")), Reason.MALFORMED),
                arguments(KeyPem.write("PRIVATE KEY", bytes("no DER")), Reason.MALFORMED),
                arguments(KeyPem.write("EC PRIVATE KEY", bytes("SEC 1")), Reason.UNSUPPORTED),
                arguments(bytes(""), Reason.MALFORMED),
                arguments(bytes("-----BEGIN PRIVATE KEY-----"), Reason.MALFORMED),
                arguments(bytes("-----BEGIN PRIVATE KEY-----\nAA==\n-----END OTHER KEY-----"), Reason.MALFORMED),
                arguments(bytes("-----BEGIN PRIVATE KEY-----\nA?==\n-----END PRIVATE KEY-----"), Reason.MALFORMED),
                arguments(new byte[SigningKeys.MAX_FILE + 1], Reason.LIMIT_EXCEEDED));
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void refusesBrokenFiles(byte[] pem, Reason wanted) {
        assertEquals(wanted, reason(pem, "open sesame"));
    }

    @ParameterizedTest
    @EnumSource(SigningKeys.Kind.class)
    void readsWhatItWrote(SigningKeys.Kind kind) throws SigningException {
        KeyPair made = SigningKeys.generate(kind);
        byte[] pem = SigningKeys.encryptedPem(made.getPrivate(), PASSWORD);
        SigningKey read = KEYS.read(pem, PASSWORD);
        assertEquals(made.getPublic(), read.publicKey().publicKey());
        assertEquals(read.publicKey(), TrustedKey.parse(SigningKeys.publicPem(read.publicKey())));
        assertTrue(signs(read));
        assertEquals(Reason.PASSWORD_WRONG, reason(pem, "another"));
        assertThrows(IllegalArgumentException.class, () -> SigningKeys.encryptedPem(made.getPrivate(), new char[0]));
        byte[] plain = KeyPem.write("PRIVATE KEY", made.getPrivate().getEncoded());
        assertEquals(read.publicKey(), KEYS.read(plain).publicKey());
        assertEquals(read.publicKey(), KEYS.read(plain, PASSWORD).publicKey());
    }

    @ParameterizedTest
    @EnumSource(SigningKeys.Kind.class)
    void readsTheCosignKeysThatItWrote(SigningKeys.Kind kind) throws SigningException {
        KeyPair made = SigningKeys.generate(kind);
        byte[] pem = SigningKeys.encryptedCosignPem(made.getPrivate(), PASSWORD, BouncyCastleKeyCipher.create());
        assertTrue(text(pem).startsWith("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"), text(pem));
        KeyPair read = KEYS.readPair(pem, PASSWORD);
        assertEquals(made.getPublic(), read.getPublic());
        assertArrayEquals(made.getPrivate().getEncoded(), read.getPrivate().getEncoded());
        assertEquals(Reason.PASSWORD_WRONG, reason(pem, "another"));
        // Salt and nonce are new each time.
        byte[] again = SigningKeys.encryptedCosignPem(made.getPrivate(), PASSWORD, BouncyCastleKeyCipher.create());
        for (String member : new String[] {"\"salt\":\"", "\"nonce\":\"", "\"ciphertext\":\""}) {
            assertNotEquals(member(pem, member), member(again, member), member);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> SigningKeys.encryptedCosignPem(made.getPrivate(), new char[0], BouncyCastleKeyCipher.create()));
    }

    private static String member(byte[] pem, String member) throws SigningException {
        String json = text(KeyPem.parse(pem).content());
        int at = json.indexOf(member) + member.length();
        return json.substring(at, json.indexOf('"', at));
    }

    /** The document of cosign, but for salt, nonce and cipher text, which are random. */
    @Test
    void writesTheMembersOfCosign() throws IOException, SigningException {
        PrivateKey key = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256).getPrivate();
        String random = "\"(salt|nonce|ciphertext)\":\"[^\"]*\"";
        assertEquals(
                text(KeyPem.parse(SharedData.read(COSIGN + "cosign.key")).content())
                        .replaceAll(random, "$1"),
                text(KeyPem.parse(SigningKeys.encryptedCosignPem(key, PASSWORD, BouncyCastleKeyCipher.create()))
                                .content())
                        .replaceAll(random, "$1"));
    }

    /** The y of half of them is odd. */
    @ParameterizedTest
    @EnumSource(SigningKeys.Kind.class)
    void computesThePublicHalf(SigningKeys.Kind kind) throws SigningException {
        for (int i = 0; i < 10; i++) {
            KeyPair pair = SigningKeys.generate(kind);
            assertEquals(pair.getPublic(), PublicHalf.of(pair.getPrivate()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
                "genpkey -algorithm ed25519",
                "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
            })
    void readsKeysOfOpenssl(String arguments) throws IOException, InterruptedException, SigningException {
        openssl(arguments + " -out plain.pem");
        openssl("pkey -in plain.pem -pubout -out key.pub");
        TrustedKey wanted = TrustedKey.parse(Files.readString(folder.resolve("key.pub")));
        SigningKey plain = KEYS.read(Files.readAllBytes(folder.resolve("plain.pem")));
        assertEquals(wanted, plain.publicKey());
        assertTrue(signs(plain));
        for (String options : new String[] {"", " -v2 aes-128-cbc -v2prf hmacWithSHA512", " -v2 aes-192-cbc"}) {
            openssl("pkcs8 -topk8 -in plain.pem -out key.pem -passout pass:secret" + options);
            byte[] pem = Files.readAllBytes(folder.resolve("key.pem"));
            assertEquals(wanted, KEYS.read(pem, "secret".toCharArray()).publicKey());
            assertEquals(Reason.PASSWORD_WRONG, reason(pem, "another"));
        }
        for (String options : new String[] {"-scrypt", "-v1 PBE-SHA1-3DES"}) {
            openssl("pkcs8 -topk8 -in plain.pem -out key.pem -passout pass:secret " + options);
            assertEquals(Reason.UNSUPPORTED, reason(Files.readAllBytes(folder.resolve("key.pem")), "secret"));
        }
    }

    @Test
    void refusesTooManyIterations() throws SigningException {
        PrivateKey key = SigningKeys.generate(SigningKeys.Kind.ED25519).getPrivate();
        byte[] encrypted = KeyPem.parse(SigningKeys.encryptedPem(key, PASSWORD)).content();
        // 600,000 iterations as an INTEGER of 3 bytes
        String hex = HexFormat.of().formatHex(encrypted);
        assertTrue(hex.contains("02030927c0"), hex);
        byte[] more = HexFormat.of().parseHex(hex.replace("02030927c0", "02037fffff"));
        assertEquals(Reason.LIMIT_EXCEEDED, reason(KeyPem.write("ENCRYPTED PRIVATE KEY", more), "another"));
        byte[] none = HexFormat.of().parseHex(hex.replace("02030927c0", "0203000000"));
        assertEquals(Reason.MALFORMED, reason(KeyPem.write("ENCRYPTED PRIVATE KEY", none), "another"));
        byte[] negative = HexFormat.of().parseHex(hex.replace("02030927c0", "0203ffffff"));
        assertEquals(Reason.LIMIT_EXCEEDED, reason(KeyPem.write("ENCRYPTED PRIVATE KEY", negative), "another"));
    }

    @Test
    void opensslReadsWhatWasWritten() throws IOException, InterruptedException {
        KeyPair made = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256);
        Files.write(folder.resolve("key.pem"), SigningKeys.encryptedPem(made.getPrivate(), "secret".toCharArray()));
        openssl("pkey -in key.pem -passin pass:secret -pubout -outform DER -out key.der");
        assertArrayEquals(made.getPublic().getEncoded(), Files.readAllBytes(folder.resolve("key.der")));
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Peers.run(folder, (Peers.require("openssl") + " " + arguments).split(" "));
    }

    @Test
    void refusesHalvesOfTwoKeysAndWeakKeys() throws Exception {
        PrivateKey one = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256).getPrivate();
        PublicKey other = SigningKeys.generate(SigningKeys.Kind.ECDSA_P256).getPublic();
        PublicKey edwards = SigningKeys.generate(SigningKeys.Kind.ED25519).getPublic();
        assertEquals(
                Reason.KEY_MISMATCH,
                assertThrows(SigningException.class, () -> SigningKeys.of(one, other))
                        .reason());
        assertEquals(
                Reason.KEY_UNAVAILABLE,
                assertThrows(SigningException.class, () -> SigningKeys.of(one, edwards))
                        .reason());
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        KeyPair weak = rsa.generateKeyPair();
        assertEquals(
                Reason.UNSUPPORTED,
                assertThrows(SigningException.class, () -> SigningKeys.of(weak.getPrivate(), weak.getPublic()))
                        .reason());
        assertEquals(
                Reason.UNSUPPORTED,
                reason(KeyPem.write("PRIVATE KEY", weak.getPrivate().getEncoded()), "secret"));
    }

    /** A cipher whose boxes all hold one text. */
    private static final class PlainBox implements CosignKeyCipher {
        private final byte[] plain;

        PlainBox(byte[] plain) {
            this.plain = plain;
        }

        @Override
        public Optional<byte[]> open(byte[] password, byte[] salt, Scrypt scrypt, byte[] nonce, byte[] box) {
            return Optional.of(plain.clone());
        }

        @Override
        public byte[] seal(byte[] password, byte[] salt, Scrypt scrypt, byte[] nonce, byte[] content) {
            throw new UnsupportedOperationException();
        }
    }

    /** Nothing but a SigningException, and no key that signs as another than its public half. */
    @Test
    void refusesChangedFilesOrReadsAKey() throws SigningException {
        for (SigningKeys.Kind kind : SigningKeys.Kind.values()) {
            byte[] encoded = SigningKeys.generate(kind).getPrivate().getEncoded();
            SigningKeys keys = SigningKeys.create().withCosignKeys(new PlainBox(encoded));
            byte[] cosign = cosignKey(scrypt("{\"N\":65536,\"r\":8,\"p\":1}"), SECRETBOX, BOX);
            for (byte[] file : List.of(KeyPem.write("PRIVATE KEY", encoded), cosign)) {
                int read = 0;
                for (int i = 0; i < file.length; i++) {
                    byte[] changed = file.clone();
                    changed[i] ^= 1;
                    try {
                        assertTrue(signs(keys.read(changed, PASSWORD)));
                        read++;
                    } catch (SigningException e) {
                        assertFalse(String.valueOf(e.getMessage()).isEmpty());
                    }
                }
                assertTrue(read < file.length, kind::toString);
            }
        }
    }

    @Test
    void signsWithAProviderThatIsNamed() throws SigningException {
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P384);
        SigningKey key =
                SigningKeys.of(pair.getPrivate(), pair.getPublic(), java.security.Security.getProvider("SunEC"));
        assertTrue(signs(key));
        assertEquals(key.publicKey().toString(), key.toString());
    }
}
