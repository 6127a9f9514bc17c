package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.key.MlDsaKey;
import dev.tallyclerk.trust.key.MlDsaVerifier;
import dev.tallyclerk.trust.key.OtherVerifier;
import java.util.Optional;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/** Makes verifiers for ML-DSA keys. */
final class MlDsa {
    private MlDsa() {}

    static Optional<OtherVerifier> verifier(MlDsaKey key) {
        MLDSAParameters parameters = switch (key.parameterSet()) {
            case "ML-DSA-44" -> MLDSAParameters.ml_dsa_44;
            case "ML-DSA-65" -> MLDSAParameters.ml_dsa_65;
            default -> MLDSAParameters.ml_dsa_87;
        };
        try {
            MLDSAPublicKeyParameters known = new MLDSAPublicKeyParameters(parameters, key.publicBytes());
            return Optional.of(new MlDsaVerifier(key, (message, signature) -> verify(known, message, signature)));
        } catch (IllegalArgumentException e) {
            // The library rejects the key.
            return Optional.empty();
        }
    }

    private static boolean verify(MLDSAPublicKeyParameters key, byte[] message, byte[] signature) {
        MLDSASigner check = new MLDSASigner();
        check.init(false, key);
        check.update(message, 0, message.length);
        try {
            return check.verifySignature(signature);
        } catch (RuntimeException e) {
            // Hostile bytes are no signature.
            return false;
        }
    }
}
