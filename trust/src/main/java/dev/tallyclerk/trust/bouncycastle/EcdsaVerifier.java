package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.internal.encoding.RuntimeHash;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** Makes verifiers for ECDSA keys. */
final class EcdsaVerifier {
    private EcdsaVerifier() {}

    /**
     * {@return a verifier for a key}
     *
     * @throws IllegalArgumentException if the library rejects the key
     */
    static SignatureVerifier of(String curveName, VerificationKey key) {
        X9ECParameters curve = CustomNamedCurves.getByName(curveName);
        // RFC 5480, 2.2: the key ends with an uncompressed point. Other forms were refused before.
        int pointBytes = 1 + 2 * ((curve.getCurve().getFieldSize() + 7) / 8);
        byte[] encoded = key.encoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - pointBytes, encoded.length);
        ECPublicKeyParameters parameters =
                new ECPublicKeyParameters(curve.getCurve().decodePoint(point), new ECDomainParameters(curve));
        String hashName = key.scheme().hashName();
        return (message, signature) ->
                KeyForm.isSignature(signature) && verify(parameters, hashName, message, signature);
    }

    private static boolean verify(ECPublicKeyParameters key, String hashName, byte[] message, byte[] signature) {
        try {
            BigInteger[] pair =
                    StandardDSAEncoding.INSTANCE.decode(key.getParameters().getN(), signature);
            ECDSASigner signer = new ECDSASigner();
            signer.init(false, key);
            byte[] hash = RuntimeHash.named(hashName).orElseThrow().digest(message);
            return signer.verifySignature(hash, pair[0], pair[1]);
        } catch (IOException | RuntimeException e) {
            // The library's answer to hostile bytes.
            return false;
        }
    }
}
