package dev.tallyclerk.trust.key;

import dev.tallyclerk.internal.curve.NamedCurve;
import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;

/** Checks that an elliptic curve key is a point of the curve that its scheme names. */
final class NistCurve {
    private NistCurve() {}

    static void check(ECPublicKey key, SignatureScheme scheme) {
        NamedCurve curve = curve(scheme);
        if (!curve.hasParameters(key.getParams())) {
            throw new MalformedKeyException(Reason.WRONG_CURVE, "the scheme is " + scheme.schemeName());
        }
        if (!curve.hasPoint(key.getW())) {
            throw new MalformedKeyException(Reason.NOT_A_PUBLIC_KEY, "the point is not on the curve");
        }
    }

    private static NamedCurve curve(SignatureScheme scheme) {
        try {
            return NamedCurve.of(scheme.curve());
        } catch (GeneralSecurityException e) {
            throw new MalformedKeyException(
                    Reason.NOT_A_PUBLIC_KEY, "this Java runtime has no curve " + scheme.curve());
        }
    }
}
