package dev.tallyclerk.internal.curve;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** An elliptic curve over a prime field that the Java runtime supports by name. Immutable. */
public final class NamedCurve {
    private final ECParameterSpec parameters;

    private NamedCurve(ECParameterSpec parameters) {
        this.parameters = parameters;
    }

    /**
     * {@return the curve with a name, such as {@code secp256r1}}
     *
     * @throws GeneralSecurityException if the runtime does not support it
     */
    public static NamedCurve of(String name) throws GeneralSecurityException {
        AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
        named.init(new ECGenParameterSpec(name));
        return new NamedCurve(named.getParameterSpec(ECParameterSpec.class));
    }

    /** {@return the parameters for making keys of this curve} */
    public ECParameterSpec parameters() {
        return parameters;
    }

    /** {@return whether {@code found} are the parameters of this curve, whatever their name} */
    public boolean hasParameters(ECParameterSpec found) {
        return found.getCurve().equals(parameters.getCurve())
                && found.getGenerator().equals(parameters.getGenerator())
                && found.getOrder().equals(parameters.getOrder());
    }

    /**
     * {@return whether a point is a valid public key: on the curve, and not at infinity}
     *
     * <p>The runtime decodes points without this check.
     */
    public boolean hasPoint(ECPoint point) {
        if (!(parameters.getCurve().getField() instanceof ECFieldFp field) || point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger p = field.getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x)
                .add(parameters.getCurve().getA())
                .multiply(x)
                .add(parameters.getCurve().getB());
        return y.multiply(y).mod(p).equals(right.mod(p));
    }
}
