package dev.tallyclerk.internal.curve;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedCurveTest {
    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void hasItsOwnPointsAndNoOthers(String name) throws GeneralSecurityException {
        NamedCurve curve = NamedCurve.of(name);
        BigInteger p = ((ECFieldFp) curve.parameters().getCurve().getField()).getP();
        ECPoint point = curve.parameters().getGenerator();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        assertTrue(curve.hasPoint(point));
        assertTrue(curve.hasPoint(new ECPoint(x, p.subtract(y))));
        assertFalse(curve.hasPoint(new ECPoint(x, y.add(BigInteger.ONE))));
        assertFalse(curve.hasPoint(new ECPoint(y, x)));
        assertFalse(curve.hasPoint(new ECPoint(BigInteger.ZERO, BigInteger.ZERO)));
        assertFalse(curve.hasPoint(ECPoint.POINT_INFINITY));
        // The same residues, which an implementation could take for the point.
        assertFalse(curve.hasPoint(new ECPoint(x.add(p), y)));
        assertFalse(curve.hasPoint(new ECPoint(x.subtract(p), y)));
        assertFalse(curve.hasPoint(new ECPoint(x, y.add(p))));
        assertFalse(curve.hasPoint(new ECPoint(x, y.negate())));
    }

    /** CVE-2020-0601: a curve of the same numbers but one is another curve. */
    @Test
    void aCurveWithOneOtherNumberIsAnotherCurve() throws GeneralSecurityException {
        NamedCurve curve = NamedCurve.of("secp256r1");
        ECParameterSpec own = curve.parameters();
        ECPoint opposite = new ECPoint(
                own.getGenerator().getAffineX(), own.getGenerator().getAffineY().negate());
        assertTrue(curve.hasParameters(
                new ECParameterSpec(own.getCurve(), own.getGenerator(), own.getOrder(), own.getCofactor())));
        assertFalse(
                curve.hasParameters(new ECParameterSpec(own.getCurve(), opposite, own.getOrder(), own.getCofactor())));
        assertFalse(curve.hasParameters(new ECParameterSpec(
                own.getCurve(), own.getGenerator(), own.getOrder().add(BigInteger.TWO), own.getCofactor())));
        assertFalse(curve.hasParameters(NamedCurve.of("secp384r1").parameters()));
    }

    @Test
    void aNameThatTheRuntimeDoesNotKnowIsNoCurve() {
        assertThrows(GeneralSecurityException.class, () -> NamedCurve.of("secp256x9"));
    }
}
