package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.DerForm;
import dev.tallyclerk.trust.revocation.OcspEngine;
import dev.tallyclerk.trust.revocation.RevocationAnswer;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Util;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * OCSP (RFC 6960), read by Bouncy Castle's ASN.1 classes. Registers no security provider.
 *
 * <p>Requests name the issuer by SHA-1, which is what responders know. Answers need a nextUpdate and a signature by
 * SHA-2, of the issuer or of a certificate for OCSP that it issued. That certificate's own revocation is not checked.
 * Immutable, and safe for use by many threads.
 */
public final class BouncyCastleOcsp implements OcspEngine {
    private static final String[] ERRORS = {
        "successful", "malformedRequest", "internalError", "tryLater", "4", "sigRequired", "unauthorized"
    };

    private BouncyCastleOcsp() {}

    /** {@return the engine} */
    public static BouncyCastleOcsp create() {
        return new BouncyCastleOcsp();
    }

    @Override
    public byte[] request(X509Certificate certificate, X509Certificate issuer) throws EvidenceException {
        try {
            Request request = new Request(OcspName.of(certificate, issuer).encoded(), null);
            return new OCSPRequest(new TBSRequest(null, new DERSequence(request), (Extensions) null), null)
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException | RuntimeException e) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "no request can be made for the certificate", e);
        }
    }

    @Override
    public RevocationAnswer read(
            byte[] answer, X509Certificate certificate, X509Certificate issuer, Instant now, Duration skew)
            throws EvidenceException {
        if (!DerForm.isOneElement(answer)) {
            throw Elements.malformed("the answer is not exactly one element in DER");
        }
        try {
            return OcspAnswer.read(content(answer)).about(certificate, issuer, now, skew);
        } catch (IOException | RuntimeException e) {
            // The library's answer to hostile bytes.
            throw new EvidenceException(Reason.MALFORMED, "the answer cannot be read", e);
        }
    }

    /** {@return the BasicOCSPResponse, RFC 6960, 4.2.1} */
    private static ASN1Primitive content(byte[] answer) throws EvidenceException, IOException {
        Elements outer = Elements.of(ASN1Primitive.fromByteArray(answer), "OCSPResponse");
        int status = outer.next(ASN1Enumerated.class).intValueExact();
        if (status != 0) {
            throw new EvidenceException(
                    Reason.REVOCATION_UNKNOWN,
                    "the responder reports an error: "
                            + (status > 0 && status < ERRORS.length ? ERRORS[status] : String.valueOf(status)));
        }
        Elements bytes = Elements.of(
                ASN1Util.getExplicitContextBaseObject(
                        outer.tagged(0).orElseThrow(() -> Elements.malformed("OCSPResponse has no content")), 0),
                "ResponseBytes");
        outer.end();
        ASN1ObjectIdentifier type = bytes.next(ASN1ObjectIdentifier.class);
        if (!type.equals(OCSPObjectIdentifiers.id_pkix_ocsp_basic)) {
            throw new EvidenceException(Reason.UNSUPPORTED, "an answer of the type " + type);
        }
        byte[] content = bytes.next(ASN1OctetString.class).getOctets();
        bytes.end();
        if (!DerForm.isOneElement(content)) {
            throw Elements.malformed("BasicOCSPResponse is not exactly one element in DER");
        }
        return ASN1Primitive.fromByteArray(content);
    }
}
