package dev.tallyclerk.trust.key;

import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** Checks that an elliptic curve key is a point of the curve that its scheme names. */
final class NistCurve {
    private NistCurve() {}

    static void check(ECPublicKey key, SignatureScheme scheme) {
        ECParameterSpec curve = parameters(scheme);
        ECParameterSpec found = key.getParams();
        if (!found.getCurve().equals(curve.getCurve())
                || !found.getGenerator().equals(curve.getGenerator())
                || !found.getOrder().equals(curve.getOrder())) {
            throw new MalformedKeyException(Reason.WRONG_CURVE, "the scheme is " + scheme.schemeName());
        }
        // The runtime decodes a point without asking whether it is on the curve.
        if (!isOnCurve(key.getW(), curve)) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, "the point is not on the curve");
        }
    }

    private static boolean isOnCurve(ECPoint point, ECParameterSpec curve) {
        if (!(curve.getCurve().getField() instanceof ECFieldFp field) || point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger p = field.getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x)
                .add(curve.getCurve().getA())
                .multiply(x)
                .add(curve.getCurve().getB());
        return y.multiply(y).mod(p).equals(right.mod(p));
    }

    private static ECParameterSpec parameters(SignatureScheme scheme) {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(scheme.curve()));
            return named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new MalformedKeyException(
                    Reason.NOT_A_PUBLIC_KEY, "this Java runtime has no curve " + scheme.curve());
        }
    }
}
