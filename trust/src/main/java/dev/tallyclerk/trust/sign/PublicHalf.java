package dev.tallyclerk.trust.sign;

import dev.tallyclerk.internal.curve.NamedCurve;
import dev.tallyclerk.trust.sign.SigningException.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;

/** Computes the public half of a private key, in constant time where the runtime does. */
final class PublicHalf {
    private static final List<String> CURVES = List.of("secp256r1", "secp384r1", "secp521r1");

    private PublicHalf() {}

    static PublicKey of(PrivateKey key) throws SigningException {
        try {
            if (key instanceof RSAPrivateCrtKey rsa) {
                return KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
            }
            if (key instanceof ECPrivateKey ec) {
                return ofCurve(ec);
            }
            if (key instanceof EdECPrivateKey ed && ed.getBytes().isPresent()) {
                return ofSeed(ed.getBytes().get());
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new SigningException(Reason.MALFORMED, "no valid private key of " + key.getAlgorithm());
        }
        throw new SigningException(
                Reason.UNSUPPORTED, "a private key of " + key.getAlgorithm() + " without its public half");
    }

    /** A Diffie-Hellman exchange with the generator gives the point's x; only one of the two y fits the key. */
    private static PublicKey ofCurve(ECPrivateKey key) throws GeneralSecurityException, SigningException {
        ECParameterSpec curve = curve(key.getParams());
        if (key.getS().signum() < 1 || key.getS().compareTo(curve.getOrder()) >= 0) {
            throw new SigningException(Reason.MALFORMED, "the private number is outside of the curve's order");
        }
        KeyFactory factory = KeyFactory.getInstance("EC");
        KeyAgreement exchange = KeyAgreement.getInstance("ECDH");
        exchange.init(key);
        exchange.doPhase(factory.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
        BigInteger x = new BigInteger(1, exchange.generateSecret());
        BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger square = x.multiply(x)
                .add(curve.getCurve().getA())
                .multiply(x)
                .add(curve.getCurve().getB());
        // The root, because the prime of each of these curves is 3 modulo 4.
        BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
        PublicKey one = factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve));
        PublicKey other = factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, p.subtract(y)), curve));
        PublicKey found = ProviderKey.matching(key, List.of(one, other));
        if (found == null) {
            throw new SigningException(Reason.MALFORMED, "no valid private key of an elliptic curve");
        }
        return found;
    }

    private static ECParameterSpec curve(ECParameterSpec found) throws GeneralSecurityException, SigningException {
        for (String name : CURVES) {
            NamedCurve curve = NamedCurve.of(name);
            if (curve.hasParameters(found)) {
                return curve.parameters();
            }
        }
        throw new SigningException(Reason.UNSUPPORTED, "a key of another curve than P-256, P-384 and P-521");
    }

    /** The runtime computes the public half only of a key that it generates, so it generates this one. */
    private static PublicKey ofSeed(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        try {
            generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
            return generator.generateKeyPair().getPublic();
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** Gives the seed of a key in place of random bytes. */
    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient byte[] bytes;

        Seed(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] wanted) {
            System.arraycopy(bytes, 0, wanted, 0, wanted.length);
        }
    }
}
