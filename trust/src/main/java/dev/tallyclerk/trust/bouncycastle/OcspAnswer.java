package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.certificate.PathSearch;
import dev.tallyclerk.trust.internal.signature.NamedSignature;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import dev.tallyclerk.trust.revocation.RevocationAnswer;
import dev.tallyclerk.trust.revocation.RevocationStatus;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1Util;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a responder (RFC 6960, 4.2.1, BasicOCSPResponse).
 *
 * @param signed what is signed
 * @param algorithm the algorithm of the signature
 * @param signature the signature
 * @param certificates certificates that may have signed, of which nothing is verified
 */
record OcspAnswer(
        ASN1Sequence signed, ASN1Sequence algorithm, ASN1BitString signature, List<X509Certificate> certificates) {
    private static final int MAX_CERTIFICATES = 8;
    private static final int MAX_RESPONSES = 64;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final String NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    private static final ASN1ObjectIdentifier INVALIDITY_DATE = new ASN1ObjectIdentifier("2.5.29.24");

    static OcspAnswer read(ASN1Primitive content) throws EvidenceException, IOException {
        Elements basic = Elements.of(content, "BasicOCSPResponse");
        ASN1Sequence signed = basic.next(ASN1Sequence.class);
        ASN1Sequence algorithm = basic.next(ASN1Sequence.class);
        ASN1BitString signature = basic.next(ASN1BitString.class);
        Optional<ASN1TaggedObject> bag = basic.tagged(0);
        basic.end();
        List<X509Certificate> certificates = bag.isPresent()
                ? Elements.certificates(
                        Elements.cast(explicit(bag.get(), 0), ASN1Sequence.class, "certs"), MAX_CERTIFICATES)
                : List.of();
        return new OcspAnswer(signed, algorithm, signature, certificates);
    }

    private static ASN1Primitive explicit(ASN1TaggedObject tagged, int number) {
        return ASN1Util.getExplicitContextBaseObject(tagged, number).toASN1Primitive();
    }

    /**
     * {@return what is said of a certificate, after all checks}
     *
     * @throws EvidenceException if a check fails
     */
    RevocationAnswer about(X509Certificate certificate, X509Certificate issuer, Instant now, Duration skew)
            throws EvidenceException, IOException {
        Elements data = Elements.of(signed, "ResponseData");
        if (data.tagged(0).isPresent()) {
            // The only version is the default, which DER leaves out.
            throw new EvidenceException(Reason.UNSUPPORTED, "an answer of another version than 1");
        }
        Optional<ASN1TaggedObject> byName = data.tagged(1);
        Optional<ASN1TaggedObject> byKey = byName.isPresent() ? Optional.empty() : data.tagged(2);
        data.next(ASN1GeneralizedTime.class);
        ASN1Sequence responses = data.next(ASN1Sequence.class);
        Optional<ASN1TaggedObject> extensions = data.tagged(1);
        data.end();
        X509Certificate responder = responder(byName, byKey, issuer);
        String note = requireAuthorized(responder, issuer, now);
        if (!NamedSignature.verify(
                responder.getPublicKey(),
                algorithm.getEncoded(ASN1Encoding.DL),
                signed.getEncoded(ASN1Encoding.DL),
                signature.getOctets())) {
            throw new EvidenceException(Reason.SIGNATURE_INVALID, "the signature of the answer is wrong");
        }
        if (extensions.isPresent()) {
            extension(explicit(extensions.get(), 1), null);
        }
        return single(responses, OcspName.of(certificate, issuer), now, skew, note);
    }

    private X509Certificate responder(
            Optional<ASN1TaggedObject> byName, Optional<ASN1TaggedObject> byKey, X509Certificate issuer)
            throws EvidenceException, IOException {
        List<X509Certificate> candidates = new ArrayList<>();
        candidates.add(issuer);
        candidates.addAll(certificates);
        for (X509Certificate candidate : candidates) {
            boolean matches;
            if (byName.isPresent()) {
                X500Principal name = new X500Principal(explicit(byName.get(), 1).getEncoded(ASN1Encoding.DER));
                matches = name.equals(candidate.getSubjectX500Principal());
            } else if (byKey.isPresent()) {
                byte[] hash = Elements.cast(explicit(byKey.get(), 2), ASN1OctetString.class, "KeyHash")
                        .getOctets();
                matches = Arrays.equals(hash, OcspName.keyHash(candidate));
            } else {
                throw Elements.malformed("ResponseData has no responder");
            }
            if (matches) {
                return candidate;
            }
        }
        throw new EvidenceException(
                Reason.CERTIFICATE_UNTRUSTED, "the answer is of a responder without a certificate of the issuer");
    }

    /** RFC 6960, 4.2.2.2: the issuer signs, or a certificate for OCSP that it issued directly. */
    private static String requireAuthorized(X509Certificate responder, X509Certificate issuer, Instant now)
            throws EvidenceException {
        if (responder.equals(issuer)) {
            Optional<String> weakness = PlainSignatures.weakness(issuer.getPublicKey());
            if (weakness.isPresent()) {
                throw new EvidenceException(Reason.CERTIFICATE_INVALID, "the issuer has " + weakness.get());
            }
            return "";
        }
        PathSearch.find(responder, List.of(issuer), List.of(), now);
        boolean @Nullable [] usage = responder.getKeyUsage();
        List<String> purposes;
        try {
            purposes = responder.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "the responder's purposes are malformed", e);
        }
        if (purposes == null || !purposes.contains(OCSP_SIGNING) || (usage != null && !usage[DIGITAL_SIGNATURE])) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID,
                    "the issuer did not authorise the responder: its certificate is not for OCSP");
        }
        return responder.getExtensionValue(NO_CHECK) == null
                ? "; whether the responder's own certificate is revoked was not checked"
                : "";
    }

    private static RevocationAnswer single(
            ASN1Sequence responses, OcspName wanted, Instant now, Duration skew, String note)
            throws EvidenceException, IOException {
        if (responses.size() > MAX_RESPONSES) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED,
                    "an answer about " + responses.size() + " certificates; at most " + MAX_RESPONSES);
        }
        for (ASN1Encodable response : responses) {
            Elements single = Elements.of(response, "SingleResponse");
            if (!wanted.isNamedBy(single.next(ASN1Sequence.class))) {
                continue;
            }
            Optional<ASN1TaggedObject> good = single.tagged(0);
            Optional<ASN1TaggedObject> revoked = good.isPresent() ? Optional.empty() : single.tagged(1);
            if (good.isEmpty() && revoked.isEmpty() && single.tagged(2).isEmpty()) {
                throw Elements.malformed("SingleResponse has no status");
            }
            Instant start = TimestampInfo.instant(single.next(ASN1GeneralizedTime.class));
            Optional<ASN1TaggedObject> nextUpdate = single.tagged(0);
            Optional<ASN1TaggedObject> extensions = single.tagged(1);
            single.end();
            Instant end = TimestampInfo.instant(Elements.cast(
                    explicit(
                            nextUpdate.orElseThrow(() -> new EvidenceException(
                                    Reason.REVOCATION_UNKNOWN, "the answer does not say until when it is current")),
                            0),
                    ASN1GeneralizedTime.class,
                    "nextUpdate"));
            if (start.isAfter(now.plus(skew)) || end.isBefore(now.minus(skew))) {
                throw new EvidenceException(
                        Reason.REVOCATION_UNKNOWN,
                        "the answer is current from " + start + " until " + end + ", not at " + now);
            }
            Optional<Instant> invalidFrom = extensions.isPresent()
                    ? invalidityDate(extension(explicit(extensions.get(), 1), INVALIDITY_DATE))
                    : Optional.empty();
            String until = "current until " + end + note;
            if (revoked.isPresent()) {
                return revoked(ASN1Sequence.getInstance(revoked.get(), false), invalidFrom, until);
            }
            return new RevocationAnswer(
                    good.isPresent() ? RevocationStatus.GOOD : RevocationStatus.UNKNOWN,
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    until);
        }
        throw new EvidenceException(Reason.SUBJECT_MISMATCH, "the answer is about other certificates");
    }

    private static RevocationAnswer revoked(ASN1Sequence sequence, Optional<Instant> invalidFrom, String note)
            throws EvidenceException {
        Elements info = Elements.of(sequence, "RevokedInfo");
        Instant time = TimestampInfo.instant(info.next(ASN1GeneralizedTime.class));
        Optional<ASN1TaggedObject> reason = info.tagged(0);
        info.end();
        String name = "";
        if (reason.isPresent()) {
            int number = Elements.cast(explicit(reason.get(), 0), ASN1Enumerated.class, "CRLReason")
                    .intValueExact();
            name = RevocationAnswer.reasonName(number);
        }
        return new RevocationAnswer(RevocationStatus.REVOKED, Optional.of(time), invalidFrom, name, note);
    }

    private static Optional<Instant> invalidityDate(Optional<byte[]> value) throws EvidenceException, IOException {
        return value.isPresent()
                ? Optional.of(TimestampInfo.instant(Elements.cast(
                        ASN1Primitive.fromByteArray(value.get()), ASN1GeneralizedTime.class, "invalidityDate")))
                : Optional.empty();
    }

    /**
     * {@return the value of an extension, if it is there}
     *
     * @param known the one that may be critical, or null
     * @throws EvidenceException if another one is critical
     */
    private static Optional<byte[]> extension(ASN1Primitive sequence, @Nullable ASN1ObjectIdentifier known)
            throws EvidenceException {
        Optional<byte[]> value = Optional.empty();
        for (ASN1Encodable element : Elements.cast(sequence, ASN1Sequence.class, "Extensions")) {
            Elements extension = Elements.of(element, "Extension");
            ASN1ObjectIdentifier name = extension.next(ASN1ObjectIdentifier.class);
            boolean isCritical = extension
                    .optional(ASN1Boolean.class)
                    .map(ASN1Boolean::isTrue)
                    .orElse(false);
            byte[] octets = extension.next(ASN1OctetString.class).getOctets();
            extension.end();
            if (name.equals(known)) {
                value = Optional.of(octets);
            } else if (isCritical) {
                throw new EvidenceException(
                        Reason.CRITICAL_UNKNOWN, "the answer has the unknown critical extension " + name);
            }
        }
        return value;
    }
}
