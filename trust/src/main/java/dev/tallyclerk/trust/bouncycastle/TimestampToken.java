package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.certificate.PathSearch;
import dev.tallyclerk.trust.internal.encoding.DerForm;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1Util;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/**
 * A TimeStampToken: a TSTInfo signed in CMS (RFC 3161, 2.4.2; RFC 5652, 5).
 *
 * @param info the statement
 * @param content its signed bytes, private
 * @param certificates the certificates in the token, of which nothing is verified
 * @param signer the only signer
 */
record TimestampToken(
        TimestampInfo info, ASN1OctetString content, List<X509Certificate> certificates, TimestampSigner signer) {
    private static final int MAX_CERTIFICATES = 32;
    private static final int SIGNED_DATA_VERSION = 3;

    /**
     * {@return the token}
     *
     * @throws EvidenceException if it does not have the form of a token with one signer
     * @throws IOException if the library cannot read a part
     */
    static TimestampToken read(ASN1Primitive token) throws EvidenceException, IOException {
        Elements data = Elements.of(
                explicit(Elements.of(token, "ContentInfo"), PKCSObjectIdentifiers.signedData), "SignedData");
        int version = Elements.smallNumber(data.next(ASN1Integer.class));
        if (version != SIGNED_DATA_VERSION) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED, "SignedData of version " + version + "; wanted " + SIGNED_DATA_VERSION);
        }
        List<TimestampHash> digests = new ArrayList<>();
        for (ASN1Encodable algorithm : data.next(ASN1Set.class)) {
            digests.add(TimestampHash.of(Elements.cast(algorithm, ASN1Sequence.class, "DigestAlgorithmIdentifiers")));
        }
        ASN1OctetString content = Elements.cast(
                explicit(
                        Elements.of(data.next(ASN1Sequence.class), "EncapsulatedContentInfo"),
                        PKCSObjectIdentifiers.id_ct_TSTInfo),
                ASN1OctetString.class,
                "EncapsulatedContentInfo");
        Optional<ASN1TaggedObject> certificates = data.tagged(0);
        // Revocation lists, which this does not look at.
        data.tagged(1);
        ASN1Set signers = data.next(ASN1Set.class);
        data.end();
        if (signers.size() != 1) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "a timestamp of " + signers.size() + " signers; wanted 1");
        }
        TimestampSigner signer = TimestampSigner.read(signers.getObjectAt(0));
        if (!digests.contains(signer.digest())) {
            throw Elements.malformed("the signer's hash is not among the hashes of the SignedData");
        }
        byte[] signed = content.getOctets();
        if (!DerForm.isOneElement(signed)) {
            throw Elements.malformed("TSTInfo is not exactly one element in DER");
        }
        TimestampInfo info =
                TimestampInfo.read(Elements.cast(ASN1Primitive.fromByteArray(signed), ASN1Sequence.class, "TSTInfo"));
        return new TimestampToken(
                info,
                content,
                certificates.isPresent()
                        ? Elements.certificates(ASN1Set.getInstance(certificates.get(), false), MAX_CERTIFICATES)
                        : List.of(),
                signer);
    }

    private static ASN1Primitive explicit(Elements info, ASN1ObjectIdentifier type) throws EvidenceException {
        ASN1ObjectIdentifier found = info.next(ASN1ObjectIdentifier.class);
        if (!found.equals(type)) {
            throw Elements.malformed("content of the type " + found + "; wanted " + type);
        }
        ASN1TaggedObject content =
                info.tagged(0).orElseThrow(() -> Elements.malformed("the content of the type " + type + " is missing"));
        info.end();
        return ASN1Util.getExplicitContextBaseObject(content, 0).toASN1Primitive();
    }

    /**
     * {@return the timestamp, after all checks}
     *
     * @throws EvidenceException if one fails
     * @throws IOException if the library cannot read a part
     */
    VerifiedTimestamp verify(byte[] stamped, TimestampTrust trust) throws EvidenceException, IOException {
        if (!info.isAbout(stamped)) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "the timestamp is about other bytes: the imprint differs");
        }
        List<X509Certificate> known = new ArrayList<>(certificates);
        known.addAll(trust.others());
        // What counts is the certificate that signed, and not the first one of the token (CVE-2026-39984).
        X509Certificate certificate = signer.certificateAmong(known);
        signer.verify(certificate, content.getOctets());
        TimestampPurpose.check(certificate);
        if (info.authority().isPresent()
                && !TimestampPurpose.isNameOf(info.authority().get(), certificate)) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID,
                    "the timestamp names another authority than its certificate, which is of "
                            + Quoted.printable(
                                    certificate.getSubjectX500Principal().getName()));
        }
        return new VerifiedTimestamp(
                info.time(), info.accuracy(), PathSearch.find(certificate, trust.roots(), known, info.time()));
    }
}
