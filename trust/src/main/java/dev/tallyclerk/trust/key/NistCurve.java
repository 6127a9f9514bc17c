package dev.tallyclerk.trust.key;

import dev.tallyclerk.internal.curve.NamedCurve;
import dev.tallyclerk.trust.key.MalformedKeyException.Reason;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;

/** Checks that an elliptic curve key is a point on the curve of its scheme. */
final class NistCurve {
    private NistCurve() {}

    static void check(ECPublicKey key, SignatureScheme scheme) {
        NamedCurve curve = curve(scheme);
        if (!curve.hasParameters(key.getParams())) {
            throw new MalformedKeyException(Reason.WRONG_CURVE, "not on the curve of " + scheme.schemeName());
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
                    Reason.NOT_A_PUBLIC_KEY, "this Java runtime does not support the curve " + scheme.curve());
        }
    }
}
