package dev.tallyclerk.trust.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.tink.TinkEngine;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same vectors against every engine: none accepts what another refuses. */
class SignatureEngineTest {
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);
    private static final HexFormat HEX = HexFormat.of();
    private static final SignatureScheme[] OPT_IN = {
        SignatureScheme.RSA_PKCS1V15_SHA256, SignatureScheme.RSA_PKCS1V15_SHA512
    };
    private static final Map<String, SignatureEngine> ENGINES = new LinkedHashMap<>(Map.of(
            "jdk", SignatureEngine.runtime(OPT_IN),
            "bouncycastle", BouncyCastleEngine.of(OPT_IN),
            "tink", TinkEngine.of(OPT_IN)));

    static Stream<String> engines() {
        return ENGINES.keySet().stream().sorted();
    }

    static Stream<Arguments> enginesAndSchemes() {
        return engines()
                .flatMap(engine -> Arrays.stream(SignatureScheme.values()).map(scheme -> Arguments.of(engine, scheme)));
    }

    static Stream<Arguments> enginesAndCurves() {
        return enginesAndSchemes()
                .filter(arguments ->
                        !((SignatureScheme) arguments.get()[1]).curve().isEmpty());
    }

    /** With messages below and above the length from which on Bouncy Castle leaves Ed25519 to the runtime. */
    static Stream<Arguments> enginesAndLengths() {
        return engines()
                .flatMap(engine -> Stream.of(0, 262_143, 262_144, 300_000).map(length -> Arguments.of(engine, length)));
    }

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        new Random(length).nextBytes(message);
        return message;
    }

    static SignatureVerifier verifier(String engine, VerificationKey key) {
        SignatureEngine found = ENGINES.getOrDefault(engine, any -> Optional.empty());
        return found.verifierFor(key).orElseThrow();
    }

    // Vectors of RFCs

    /** RFC 8032, 7.1, TEST 1, TEST 2 and TEST 3. */
    @ParameterizedTest
    @MethodSource("engines")
    void verifiesTheVectorsOfRfc8032(String engine) {
        String[][] vectors = {
            {
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                        + "d25bf5f0595bbe24655141438e7a100b"
            },
            {
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                        + "387b2eaeb4302aeeb00d291612bb0c00"
            },
            {
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                        + "4a7c15e9716ed28dc027beceea1ec40a"
            },
        };
        for (String[] vector : vectors) {
            SignatureVerifier verifier = verifier(engine, VerificationKey.parse("ed25519", "ed25519", vector[0]));
            assertTrue(verifier.verify(HEX.parseHex(vector[1]), HEX.parseHex(vector[2])));
            assertFalse(verifier.verify(HEX.parseHex(vector[1] + "00"), HEX.parseHex(vector[2])));
        }
    }

    /** RFC 6979, A.2.5 to A.2.7, message "sample" with the hash of each curve. */
    @ParameterizedTest
    @MethodSource("engines")
    void verifiesTheVectorsOfRfc6979(String engine) {
        String[][] vectors = {
            {
                "ecdsa-sha2-nistp256",
                "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
                "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
                "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
                "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
            },
            {
                "ecdsa-sha2-nistp384",
                "3076301006072a8648ce3d020106052b8104002203620004",
                "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13",
                "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
                "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
                "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8"
            },
            {
                "ecdsa-sha2-nistp521",
                "30819b301006072a8648ce3d020106052b810400230381860004",
                "01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D"
                        + "38FFA16D2BD761DCAC474B9A2F5023A4",
                "00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924F"
                        + "AAFBD4D33F81EA66956DFEAA2BFDFCF5",
                "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931"
                        + "D7D4E8455CC91F9B15BF05EC36E377FA",
                "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A"
                        + "20F8CCB1DCCC43997F1EE0E44DA4A67A"
            },
        };
        byte[] message = "sample".getBytes(StandardCharsets.UTF_8);
        for (String[] vector : vectors) {
            byte[] encoded = HEX.parseHex(vector[1] + vector[2] + vector[3]);
            VerificationKey key = VerificationKey.parse("ecdsa", vector[0], SigningKey.pem(encoded));
            byte[] signature = der(new BigInteger(vector[4], 16), new BigInteger(vector[5], 16));
            assertTrue(verifier(engine, key).verify(message, signature), vector[0]);
            assertFalse(verifier(engine, key).verify(MESSAGE, signature), vector[0]);
        }
    }

    // Every scheme

    @ParameterizedTest
    @MethodSource("enginesAndSchemes")
    void verifiesEveryScheme(String engine, SignatureScheme scheme) {
        SigningKey key = SigningKey.of(scheme);
        SignatureVerifier verifier = verifier(engine, key.verificationKey());
        byte[] signature = key.sign(MESSAGE);
        assertTrue(verifier.verify(MESSAGE, signature));
        assertTrue(verifier.verify(MESSAGE, signature), "a verifier is used again");
        assertFalse(verifier.verify("another".getBytes(StandardCharsets.UTF_8), signature));
        assertFalse(verifier(engine, SigningKey.of(scheme).verificationKey()).verify(MESSAGE, signature));
        assertTrue(verifier.verify(new byte[0], key.sign(new byte[0])));
        byte[] whole = new byte[1_000_000];
        assertTrue(verifier.verify(whole, key.sign(whole)));
        assertFalse(verifier.verify(whole, signature));
    }

    @ParameterizedTest
    @MethodSource("enginesAndSchemes")
    void aSignatureOfAWrongFormIsFalseAndNoCrash(String engine, SignatureScheme scheme) {
        SigningKey key = SigningKey.of(scheme);
        SignatureVerifier verifier = verifier(engine, key.verificationKey());
        byte[] good = key.sign(MESSAGE);
        byte[] kept = good.clone();
        for (int length : new int[] {0, 1, 2, 3, 31, 32, 63, good.length - 1, good.length + 1, 2 * good.length}) {
            assertFalse(verifier.verify(MESSAGE, Arrays.copyOf(good, length)), "length " + length);
        }
        byte[] shifted = new byte[good.length + 1];
        System.arraycopy(good, 0, shifted, 1, good.length);
        assertFalse(verifier.verify(MESSAGE, shifted), "a zero in front");
        byte[] ones = new byte[good.length];
        Arrays.fill(ones, (byte) 0xff);
        assertFalse(verifier.verify(MESSAGE, ones));
        assertFalse(verifier.verify(MESSAGE, new byte[good.length]));
        for (int i = 0; i < good.length; i += 7) {
            byte[] flipped = good.clone();
            flipped[i] ^= (byte) (1 << (i % 8));
            assertFalse(verifier.verify(MESSAGE, flipped), "byte " + i);
        }
        assertArrayEquals(kept, good, "the signature is not changed");
    }

    @Test
    void noEngineRegistersAProvider() {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            SigningKey key = SigningKey.of(scheme);
            ENGINES.keySet()
                    .forEach(engine -> verifier(engine, key.verificationKey()).verify(MESSAGE, key.sign(MESSAGE)));
        }
        // Not compared with those of before: the engines are there already, and so may be those of another test.
        for (Provider provider : Security.getProviders()) {
            assertTrue(isTheRuntimes(provider.getClass().getClassLoader()), provider.getName());
        }
    }

    private static boolean isTheRuntimes(@Nullable ClassLoader loader) {
        return loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
    }

    // ECDSA

    private static byte[] der(BigInteger r, BigInteger s) {
        return sequence(integer(r.toByteArray()), integer(s.toByteArray()));
    }

    private static byte[] integer(byte[] content) {
        return tagged(0x02, content);
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(0x30, concat(parts));
    }

    private static byte[] tagged(int tag, byte[] content) {
        byte[] head = content.length < 128
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x81, (byte) content.length};
        return concat(head, content);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static BigInteger[] pair(byte[] der) {
        int at = der[1] < 0 ? 3 : 2;
        int rLength = der[at + 1];
        int sAt = at + 2 + rLength;
        return new BigInteger[] {
            new BigInteger(Arrays.copyOfRange(der, at + 2, sAt)),
            new BigInteger(Arrays.copyOfRange(der, sAt + 2, der.length))
        };
    }

    private static BigInteger order(SigningKey key) throws GeneralSecurityException {
        ECPublicKey jca = (ECPublicKey) KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(key.verificationKey().encoded()));
        return jca.getParams().getOrder();
    }

    @ParameterizedTest
    @MethodSource("enginesAndCurves")
    void anEcdsaSignatureHasOneEncoding(String engine, SignatureScheme scheme) throws GeneralSecurityException {
        SigningKey key = SigningKey.of(scheme);
        SignatureVerifier verifier = verifier(engine, key.verificationKey());
        BigInteger[] pair = pair(key.sign(MESSAGE));
        BigInteger n = order(key);
        byte[] r = integer(pair[0].toByteArray());
        byte[] s = integer(pair[1].toByteArray());
        assertTrue(verifier.verify(MESSAGE, sequence(r, s)), "the one encoding");
        byte[] padded = integer(concat(new byte[1], pair[0].toByteArray()));
        Map<String, byte[]> wrong = new LinkedHashMap<>();
        wrong.put("a zero before r", sequence(padded, s));
        wrong.put("r and s swapped", sequence(s, r));
        wrong.put("one integer", sequence(r));
        wrong.put("three integers", sequence(r, s, s));
        wrong.put("a byte after the sequence", concat(sequence(r, s), new byte[1]));
        wrong.put("a null in the sequence", sequence(r, s, new byte[] {5, 0}));
        wrong.put("another tag", tagged(0x31, concat(r, s)));
        wrong.put("another integer tag", sequence(tagged(0x03, pair[0].toByteArray()), s));
        byte[] content = concat(r, s);
        wrong.put("a long length", concat(new byte[] {0x30, (byte) 0x82, 0, (byte) content.length}, content));
        wrong.put("no length", concat(new byte[] {0x30, (byte) 0x80}, content, new byte[2]));
        wrong.put("s negative", sequence(r, integer(pair[1].subtract(n).toByteArray())));
        wrong.put("-s", sequence(r, integer(pair[1].negate().toByteArray())));
        wrong.put("r + n", der(pair[0].add(n), pair[1]));
        wrong.put("s + n", der(pair[0], pair[1].add(n)));
        wrong.put("r = 0", der(BigInteger.ZERO, pair[1]));
        wrong.put("s = 0", der(pair[0], BigInteger.ZERO));
        wrong.put("r = n", der(n, pair[1]));
        wrong.put("s = n", der(pair[0], n));
        wrong.put("both 0", der(BigInteger.ZERO, BigInteger.ZERO));
        wrong.put("both n", der(n, n));
        wrong.put("raw", concat(pair[0].toByteArray(), pair[1].toByteArray()));
        wrong.forEach((what, signature) -> assertFalse(verifier.verify(MESSAGE, signature), what));
        // The schemes of TUF say nothing of a low s, and signers make both.
        assertTrue(verifier.verify(MESSAGE, der(pair[0], n.subtract(pair[1]))), "the other s");
    }

    /**
     * The x of R may be above the order, which r is not: one signature in 2^32 of P-256, and who compares r with x
     * takes it for wrong, as Java 17 does. The key is made from the signature, for nobody can look for one so long.
     */
    @ParameterizedTest
    @MethodSource("engines")
    void anEcdsaSignatureMayHaveAPointWhoseXIsAboveTheOrder(String engine) throws GeneralSecurityException {
        X9ECParameters curve = CustomNamedCurves.getByName("P-256");
        BigInteger n = curve.getN();
        ECPoint point = null;
        BigInteger r = BigInteger.ZERO;
        while (point == null) {
            r = r.add(BigInteger.ONE);
            byte[] x = HEX.parseHex(String.format("%064x", n.add(r)));
            try {
                point = curve.getCurve().decodePoint(concat(new byte[] {2}, x));
            } catch (IllegalArgumentException e) {
                // No point has that x.
            }
        }
        BigInteger s = BigInteger.valueOf(0x5eed).shiftLeft(200);
        BigInteger z = new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(MESSAGE));
        ECPoint key = point.multiply(s)
                .subtract(curve.getG().multiply(z))
                .multiply(r.modInverse(n))
                .normalize();
        byte[] encoded =
                concat(HEX.parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200"), key.getEncoded(false));
        SignatureVerifier verifier =
                verifier(engine, VerificationKey.parse("ecdsa", "ecdsa-sha2-nistp256", SigningKey.pem(encoded)));
        Signature runtime = Signature.getInstance("SHA256withECDSA");
        runtime.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded)));
        runtime.update(MESSAGE);
        boolean known = engine.equals("bouncycastle") || runtime.verify(der(r, s));
        assertEquals(known, verifier.verify(MESSAGE, der(r, s)));
        assertFalse(verifier.verify(MESSAGE, der(n.add(r), s)), "x itself");
        assertFalse(verifier.verify(MESSAGE, der(r.add(BigInteger.ONE), s)));
    }

    /** {@return a verifier with the key that is this point} */
    private static SignatureVerifier verifierOf(String engine, SignatureScheme scheme, ECPoint point) {
        byte[] encoded = point.normalize().getEncoded(false);
        byte[] another = SigningKey.of(scheme).verificationKey().encoded();
        System.arraycopy(encoded, 0, another, another.length - encoded.length, encoded.length);
        return verifier(engine, VerificationKey.parse("ecdsa", scheme.schemeName(), SigningKey.pem(another)));
    }

    private static BigInteger hash(SignatureScheme scheme) throws GeneralSecurityException {
        return new BigInteger(1, MessageDigest.getInstance(scheme.hashName()).digest(MESSAGE));
    }

    private static BigInteger x(ECPoint point) {
        return point.normalize().getAffineXCoord().toBigInteger();
    }

    /**
     * As Wycheproof has them: R is the sum of two points, which may be the same, for which formulas of additions do not
     * hold, or each other's negative. The key is made from the signature.
     */
    @ParameterizedTest
    @MethodSource("enginesAndCurves")
    void anEcdsaSignatureMayDoubleAPointButNotCancelItOut(String engine, SignatureScheme scheme)
            throws GeneralSecurityException {
        X9ECParameters curve = CustomNamedCurves.getByName(scheme.curve());
        BigInteger n = curve.getN();
        BigInteger z = hash(scheme);
        BigInteger k = new BigInteger(n.bitLength() - 1, new Random(5));
        BigInteger r = x(curve.getG().multiply(k.shiftLeft(1))).mod(n);
        BigInteger s = z.multiply(k.modInverse(n)).mod(n);
        ECPoint point = curve.getG().multiply(z.multiply(r.modInverse(n)).mod(n));
        assertTrue(verifierOf(engine, scheme, point).verify(MESSAGE, der(r, s)), "twice the same");
        assertFalse(verifierOf(engine, scheme, point).verify(MESSAGE, der(r, s.add(BigInteger.ONE))));
        SignatureVerifier negative = verifierOf(engine, scheme, point.negate());
        for (BigInteger any : List.of(s, BigInteger.ONE, r, n.subtract(BigInteger.ONE))) {
            assertFalse(negative.verify(MESSAGE, der(r, any)), "infinity");
        }
    }

    @ParameterizedTest
    @MethodSource("enginesAndCurves")
    void anEcdsaSignatureMayHaveAnyScalarBelowTheOrder(String engine, SignatureScheme scheme)
            throws GeneralSecurityException {
        X9ECParameters curve = CustomNamedCurves.getByName(scheme.curve());
        BigInteger n = curve.getN();
        ECPoint point = curve.getG().multiply(new BigInteger(n.bitLength() - 1, new Random(6)));
        BigInteger r = x(point).mod(n);
        for (BigInteger s : List.of(BigInteger.ONE, BigInteger.TWO, n.subtract(BigInteger.ONE), r)) {
            ECPoint key = point.multiply(s)
                    .subtract(curve.getG().multiply(hash(scheme)))
                    .multiply(r.modInverse(n));
            SignatureVerifier verifier = verifierOf(engine, scheme, key);
            assertTrue(verifier.verify(MESSAGE, der(r, s)), "s = " + s);
            assertFalse(verifier.verify(MESSAGE, der(r, s.add(BigInteger.ONE))), "s + 1 for s = " + s);
        }
    }

    // Ed25519

    private static byte[] signature(byte[] r, BigInteger s) {
        return concat(r, EdwardsPoint.littleEndian(s));
    }

    private static VerificationKey ed25519(byte[] point) {
        return VerificationKey.parse("ed25519", "ed25519", HEX.formatHex(point));
    }

    /** A signer in plain arithmetic who may add a point of small order to the key or to R. */
    private static byte[] sign(BigInteger a, byte[] key, BigInteger r, EdwardsPoint added, byte[] message) {
        byte[] encodedR = EdwardsPoint.BASE.times(r).plus(added).encoded();
        BigInteger k = EdwardsPoint.challenge(encodedR, key, message);
        return signature(encodedR, r.add(k.multiply(a)).mod(EdwardsPoint.L));
    }

    private static BigInteger scalar(Random random) {
        return new BigInteger(251, random);
    }

    @ParameterizedTest
    @MethodSource("enginesAndLengths")
    void theScalarIsBelowTheOrder(String engine, int length) {
        byte[] message = message(length);
        Random random = new Random(1);
        BigInteger a = scalar(random);
        byte[] key = EdwardsPoint.BASE.times(a).encoded();
        SignatureVerifier verifier = verifier(engine, ed25519(key));
        byte[] good = sign(a, key, scalar(random), EdwardsPoint.NEUTRAL, message);
        assertTrue(verifier.verify(message, good));
        byte[] r = Arrays.copyOf(good, 32);
        BigInteger s = little(good);
        for (int times = 1; times <= 8; times++) {
            BigInteger more = s.add(EdwardsPoint.L.multiply(BigInteger.valueOf(times)));
            assertFalse(verifier.verify(message, signature(r, more)), "S + " + times + " L");
        }
        for (int bit = 253; bit < 256; bit++) {
            assertFalse(verifier.verify(message, signature(r, s.setBit(bit))), "bit " + bit);
        }
    }

    private static BigInteger little(byte[] signature) {
        byte[] big = new byte[32];
        for (int i = 0; i < 32; i++) {
            big[i] = signature[63 - i];
        }
        return new BigInteger(1, big);
    }

    @Test
    void aKeyOfSmallOrderOrOfASecondEncodingIsNoKey() {
        EdwardsPoint torsion = EdwardsPoint.ofOrderEight();
        List<byte[]> refused = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] encoded = torsion.times(BigInteger.valueOf(i)).encoded();
            refused.add(encoded);
            byte[] otherSign = encoded.clone();
            otherSign[31] ^= (byte) 0x80;
            refused.add(otherSign);
        }
        for (int above = 0; above < 19; above++) {
            refused.add(EdwardsPoint.littleEndian(EdwardsPoint.P.add(BigInteger.valueOf(above))));
        }
        for (byte[] point : refused) {
            var e = assertThrows(MalformedKeyException.class, () -> ed25519(point));
            assertEquals(MalformedKeyException.Reason.NOT_A_PUBLIC_KEY, e.reason());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aKeyThatIsNoPointVerifiesNothing(String engine) {
        int y = 2;
        while (!EdwardsPoint.withY(BigInteger.valueOf(y)).equals(EdwardsPoint.NEUTRAL)) {
            y++;
        }
        VerificationKey key = ed25519(EdwardsPoint.littleEndian(BigInteger.valueOf(y)));
        SignatureEngine found = ENGINES.getOrDefault(engine, any -> Optional.empty());
        byte[] signature = signature(EdwardsPoint.BASE.encoded(), BigInteger.ONE);
        assertFalse(found.verifierFor(key)
                .map(verifier -> verifier.verify(MESSAGE, signature))
                .orElse(false));
    }

    /** With R of small order the owner of a key can make one signature of many messages. */
    @ParameterizedTest
    @MethodSource("enginesAndLengths")
    void aSmallOrSecondEncodingOfRIsRefused(String engine, int length) {
        byte[] message = message(length);
        BigInteger a = scalar(new Random(2));
        byte[] key = EdwardsPoint.BASE.times(a).encoded();
        SignatureVerifier verifier = verifier(engine, ed25519(key));
        EdwardsPoint torsion = EdwardsPoint.ofOrderEight();
        for (int i = 0; i < 8; i++) {
            EdwardsPoint small = torsion.times(BigInteger.valueOf(i));
            assertFalse(
                    verifier.verify(message, sign(a, key, BigInteger.ZERO, small, message)), "R of small order " + i);
        }
        // R = 0 written as p + 1, and as 1 with a sign.
        for (byte[] r : List.of(
                EdwardsPoint.littleEndian(EdwardsPoint.P.add(BigInteger.ONE)),
                HEX.parseHex("01" + "00".repeat(30) + "80"))) {
            BigInteger k = EdwardsPoint.challenge(r, key, message);
            assertFalse(verifier.verify(message, signature(r, k.multiply(a).mod(EdwardsPoint.L))));
        }
    }

    /** What is valid only if multiplied by the cofactor is refused (RFC 8032, 5.1.7, the sufficient equation). */
    @ParameterizedTest
    @MethodSource("enginesAndLengths")
    void aSignatureThatNeedsTheCofactorIsRefused(String engine, int length) {
        byte[] message = message(length);
        Random random = new Random(3);
        BigInteger a = scalar(random);
        byte[] key = EdwardsPoint.BASE.times(a).encoded();
        SignatureVerifier verifier = verifier(engine, ed25519(key));
        EdwardsPoint torsion = EdwardsPoint.ofOrderEight();
        for (int i = 0; i < 16; i++) {
            EdwardsPoint added = torsion.times(BigInteger.valueOf(i % 8));
            byte[] signature = sign(a, key, scalar(random), added, message);
            assertEquals(i % 8 == 0, verifier.verify(message, signature), "R + " + i % 8 + " T");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 262_143, 262_144, 300_000})
    void theCofactorIsForThoseWhoNameItOnly(int length) {
        byte[] message = message(length);
        Random random = new Random(3);
        BigInteger a = scalar(random);
        byte[] key = EdwardsPoint.BASE.times(a).encoded();
        SignatureEngine allowing = BouncyCastleEngine.of().withCofactor(true);
        SignatureVerifier verifier = allowing.verifierFor(ed25519(key)).orElseThrow();
        byte[] signature = sign(a, key, scalar(random), EdwardsPoint.ofOrderEight(), message);
        assertTrue(verifier.verify(message, signature));
        assertFalse(verifier.verify(Arrays.copyOf(message, message.length + 1), signature));
        assertFalse(verifier("bouncycastle", ed25519(key)).verify(message, signature));
    }

    /**
     * A key with a part of small order: its signatures hold where that part vanishes. Bouncy Castle takes no such key,
     * because it cannot tell.
     */
    @ParameterizedTest
    @ValueSource(strings = {"jdk", "tink"})
    void aSignatureByAKeyOfMixedOrderHoldsWithoutTheCofactorOnly(String engine) {
        Random random = new Random(4);
        BigInteger a = scalar(random);
        EdwardsPoint torsion = EdwardsPoint.ofOrderEight();
        byte[] key = EdwardsPoint.BASE.times(a).plus(torsion).encoded();
        SignatureVerifier verifier = verifier(engine, ed25519(key));
        for (int i = 0; i < 40; i++) {
            byte[] signature = sign(a, key, scalar(random), EdwardsPoint.NEUTRAL, MESSAGE);
            BigInteger k = EdwardsPoint.challenge(Arrays.copyOf(signature, 32), key, MESSAGE);
            boolean vanishes = k.mod(BigInteger.valueOf(8)).signum() == 0;
            assertEquals(vanishes, verifier.verify(MESSAGE, signature), "k mod 8 = " + k.mod(BigInteger.valueOf(8)));
        }
        assertTrue(BouncyCastleEngine.of().verifierFor(ed25519(key)).isEmpty());
    }

    // RSA

    private static RSAPublicKey rsa(SigningKey key) throws GeneralSecurityException {
        return (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(key.verificationKey().encoded()));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void verifiesPssWithAnySaltLength(String engine) {
        SigningKey key = SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256);
        SignatureVerifier verifier = verifier(engine, key.verificationKey());
        for (int saltLength : new int[] {0, 1, 20, 32, 100, 222}) {
            assertTrue(verifier.verify(MESSAGE, key.sign(MESSAGE, saltLength)), "salt of " + saltLength);
        }
    }

    /** RFC 8017, 9.1: what a signer of PSS signs, with the salt and all that belongs to it. */
    private static byte[] pss(byte[] hash, byte[] salt, String maskHash, int separator, int padding, int trailer)
            throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] h = sha256.digest(concat(new byte[8], hash, salt));
        byte[] block = new byte[256 - h.length - 1];
        Arrays.fill(block, 0, block.length - salt.length - 1, (byte) padding);
        block[block.length - salt.length - 1] = (byte) separator;
        System.arraycopy(salt, 0, block, block.length - salt.length, salt.length);
        MessageDigest mask = MessageDigest.getInstance(maskHash);
        for (int at = 0, counter = 0; at < block.length; counter++) {
            byte[] piece = mask.digest(concat(h, new byte[] {0, 0, 0, (byte) counter}));
            for (int i = 0; i < piece.length && at < block.length; i++) {
                block[at++] ^= piece[i];
            }
        }
        block[0] &= 0x7f;
        return concat(block, h, new byte[] {(byte) trailer});
    }

    @ParameterizedTest
    @MethodSource("engines")
    void pssHasOneEncodingForEachSalt(String engine) throws GeneralSecurityException {
        SigningKey key = SigningKey.of(SignatureScheme.RSASSA_PSS_SHA256);
        SignatureVerifier verifier = verifier(engine, key.verificationKey());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
        byte[] salt = new byte[32];
        assertTrue(verifier.verify(MESSAGE, key.signRaw(pss(hash, salt, "SHA-256", 1, 0, 0xbc))), "the encoding");
        Map<String, byte[]> wrong = new LinkedHashMap<>();
        wrong.put("another trailer", pss(hash, salt, "SHA-256", 1, 0, 0xcc));
        wrong.put("another separator", pss(hash, salt, "SHA-256", 2, 0, 0xbc));
        wrong.put("no separator", pss(hash, salt, "SHA-256", 0, 0, 0xbc));
        wrong.put("other padding", pss(hash, salt, "SHA-256", 1, 3, 0xbc));
        wrong.put("a mask of another hash", pss(hash, salt, "SHA-1", 1, 0, 0xbc));
        wrong.put("another hash", pss(new byte[32], salt, "SHA-256", 1, 0, 0xbc));
        byte[] otherSalt = pss(hash, salt, "SHA-256", 1, 0, 0xbc);
        otherSalt[256 - 32 - 2] ^= 1;
        wrong.put("another salt than was hashed", otherSalt);
        wrong.put("nothing", new byte[256]);
        wrong.forEach((what, encoded) -> assertFalse(verifier.verify(MESSAGE, key.signRaw(encoded)), what));
        byte[] tooLarge;
        do {
            // Only what is below the modulus can be signed, and which salt leads there depends on the key.
            salt[0]++;
            salt[1] += (byte) (salt[0] == 0 ? 1 : 0);
            tooLarge = pss(hash, salt, "SHA-256", 1, 0, 0xbc);
            tooLarge[0] |= (byte) 0x80;
        } while (new BigInteger(1, tooLarge).compareTo(rsa(key).getModulus()) >= 0);
        assertFalse(verifier.verify(MESSAGE, key.signRaw(tooLarge)), "a bit above the encoding");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void anRsaSignatureIsBelowTheModulusAndOfItsLength(String engine) throws GeneralSecurityException {
        for (SignatureScheme scheme : List.of(SignatureScheme.RSASSA_PSS_SHA512, SignatureScheme.RSA_PKCS1V15_SHA256)) {
            SigningKey key = SigningKey.of(scheme);
            SignatureVerifier verifier = verifier(engine, key.verificationKey());
            BigInteger modulus = rsa(key).getModulus();
            boolean isWrapped = false;
            boolean isShortened = false;
            // One signature in about 200 has the zero; how many have room for the modulus depends on the key.
            for (int i = 0; !isWrapped || !isShortened; i++) {
                byte[] message = new byte[] {(byte) (i >> 8), (byte) i};
                byte[] signature = key.sign(message);
                BigInteger more = new BigInteger(1, signature).add(modulus);
                if (!isWrapped && more.bitLength() <= 2_048) {
                    isWrapped = true;
                    byte[] wrapped = more.toByteArray();
                    byte[] cut = Arrays.copyOfRange(wrapped, wrapped.length - 256, wrapped.length);
                    assertTrue(verifier.verify(message, signature));
                    assertFalse(verifier.verify(message, cut), "s + n");
                }
                if (!isShortened && signature[0] == 0) {
                    isShortened = true;
                    byte[] shorter = Arrays.copyOfRange(signature, 1, signature.length);
                    assertTrue(verifier.verify(message, signature));
                    assertFalse(verifier.verify(message, shorter), "without its leading zero");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aSchemeIsNotAnother(String engine) {
        for (SignatureScheme made : SignatureScheme.values()) {
            SigningKey key = SigningKey.of(made);
            byte[] signature = key.sign(MESSAGE);
            for (SignatureScheme other : SignatureScheme.values()) {
                if (other != made && other.fitsKeyType(key.keyType()) && other.isRsa()) {
                    VerificationKey same = VerificationKey.parse("rsa", other.schemeName(), key.publicText());
                    assertFalse(verifier(engine, same).verify(MESSAGE, signature), made + " as " + other);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void pkcs1HasOneEncoding(String engine) throws GeneralSecurityException {
        SigningKey key = SigningKey.of(SignatureScheme.RSA_PKCS1V15_SHA256);
        SignatureVerifier verifier = verifier(engine, key.verificationKey());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
        byte[] info = concat(HEX.parseHex("3031300d060960864801650304020105000420"), hash);
        assertTrue(verifier.verify(MESSAGE, key.signRaw(padded(1, 0xff, info))));
        byte[] noParameters = concat(HEX.parseHex("302f300b0609608648016503040201" + "0420"), hash);
        byte[] longForm = concat(HEX.parseHex("308131300d060960864801650304020105000420"), hash);
        Map<String, byte[]> wrong = new LinkedHashMap<>();
        wrong.put("no parameters", padded(1, 0xff, noParameters));
        wrong.put("a long length", padded(1, 0xff, longForm));
        wrong.put("block type 2", padded(2, 0xff, info));
        wrong.put("block type 0", padded(0, 0, info));
        wrong.put("other padding", padded(1, 0xfe, info));
        wrong.put("a bare hash", padded(1, 0xff, hash));
        wrong.put("a byte after the hash", padded(1, 0xff, concat(info, new byte[1])));
        byte[] shortPadding = Arrays.copyOf(concat(new byte[] {0, 1, -1, -1, -1, -1, -1, -1, -1, -1, 0}, info), 256);
        wrong.put("garbage after the hash", shortPadding);
        wrong.forEach((what, encoded) -> assertFalse(verifier.verify(MESSAGE, key.signRaw(encoded)), what));
    }

    private static byte[] padded(int type, int padding, byte[] info) {
        byte[] encoded = new byte[256];
        Arrays.fill(encoded, 2, 256 - info.length - 1, (byte) padding);
        encoded[1] = (byte) type;
        System.arraycopy(info, 0, encoded, 256 - info.length, info.length);
        return encoded;
    }

    @Test
    void pkcs1IsVerifiedForThoseWhoNameItOnly() {
        VerificationKey sha256 =
                SigningKey.of(SignatureScheme.RSA_PKCS1V15_SHA256).verificationKey();
        Predicate<SignatureEngine> verifies =
                engine -> engine.verifierFor(sha256).isPresent();
        assertFalse(verifies.test(SignatureEngine.runtime()));
        assertFalse(verifies.test(BouncyCastleEngine.of()));
        assertFalse(verifies.test(TinkEngine.of()));
        assertFalse(verifies.test(SignatureEngine.runtime(SignatureScheme.RSA_PKCS1V15_SHA512)));
        assertFalse(verifies.test(BouncyCastleEngine.of(SignatureScheme.RSA_PKCS1V15_SHA512)));
        assertFalse(verifies.test(TinkEngine.of(SignatureScheme.RSA_PKCS1V15_SHA512)));
        assertTrue(verifies.test(SignatureEngine.runtime(SignatureScheme.RSA_PKCS1V15_SHA256)));
    }
}
