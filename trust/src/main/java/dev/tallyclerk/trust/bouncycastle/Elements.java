package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;

/** Takes the elements of an ASN.1 SEQUENCE in their order. Not safe for use by several threads. */
final class Elements {
    private final ASN1Sequence sequence;
    private final String what;
    private int at;

    private Elements(ASN1Sequence sequence, String what) {
        this.sequence = sequence;
        this.what = what;
    }

    /**
     * {@return the elements of a sequence}
     *
     * @param what the name of its type, for messages
     * @throws EvidenceException if it is no sequence
     */
    static Elements of(ASN1Encodable sequence, String what) throws EvidenceException {
        return new Elements(cast(sequence, ASN1Sequence.class, what), what);
    }

    /**
     * {@return the next element}
     *
     * @throws EvidenceException if there is none, or it has another type
     */
    <T> T next(Class<T> type) throws EvidenceException {
        if (at == sequence.size()) {
            throw malformed(what + " ends after " + at + " elements");
        }
        T element = cast(sequence.getObjectAt(at), type, what);
        at++;
        return element;
    }

    /** {@return the next element, if there is one of the type} */
    <T> Optional<T> optional(Class<T> type) {
        if (at < sequence.size() && type.isInstance(sequence.getObjectAt(at).toASN1Primitive())) {
            return Optional.of(type.cast(sequence.getObjectAt(at++).toASN1Primitive()));
        }
        return Optional.empty();
    }

    /** {@return the next element, if it has the context-specific tag} */
    Optional<ASN1TaggedObject> tagged(int number) {
        if (at < sequence.size()
                && sequence.getObjectAt(at).toASN1Primitive() instanceof ASN1TaggedObject tagged
                && tagged.hasContextTag(number)) {
            at++;
            return Optional.of(tagged);
        }
        return Optional.empty();
    }

    /**
     * Ends the sequence.
     *
     * @throws EvidenceException if elements are left
     */
    void end() throws EvidenceException {
        if (at != sequence.size()) {
            throw malformed(what + " has an element too many, or out of order, at position " + at);
        }
    }

    /** {@return an element as its type} */
    static <T> T cast(ASN1Encodable element, Class<T> type, String what) throws EvidenceException {
        ASN1Primitive primitive = element.toASN1Primitive();
        if (!type.isInstance(primitive)) {
            throw malformed(what + ": " + type.getSimpleName() + " expected, found "
                    + primitive.getClass().getSimpleName());
        }
        return type.cast(primitive);
    }

    /**
     * {@return a number of at most 31 bits}
     *
     * @throws EvidenceException if it is negative or larger
     */
    static int smallNumber(ASN1Integer number) throws EvidenceException {
        if (number.getValue().signum() < 0 || number.getValue().bitLength() >= Integer.SIZE) {
            throw malformed("a number outside 0 to " + Integer.MAX_VALUE);
        }
        return number.getValue().intValue();
    }

    /**
     * {@return the certificates of a set or sequence, of which nothing is verified}
     *
     * @throws EvidenceException if there are more than {@code most}, or one is malformed
     */
    static List<X509Certificate> certificates(Iterable<ASN1Encodable> elements, int most)
            throws EvidenceException, IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (ASN1Encodable element : elements) {
            if (certificates.size() == most) {
                throw new EvidenceException(Reason.LIMIT_EXCEEDED, "more than " + most + " certificates");
            }
            byte[] der = cast(element, ASN1Sequence.class, "Certificate").getEncoded(ASN1Encoding.DL);
            try {
                certificates.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new EvidenceException(Reason.MALFORMED, "a certificate cannot be read", e);
            }
        }
        return certificates;
    }

    static EvidenceException malformed(String message) {
        return new EvidenceException(Reason.MALFORMED, message);
    }
}
