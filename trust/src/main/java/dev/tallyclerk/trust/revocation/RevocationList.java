package dev.tallyclerk.trust.revocation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.DerForm;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.signature.NamedSignature;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of revoked certificates (CRL, RFC 5280, 5) whose signature is one of the issuer. Not safe for use by several
 * threads.
 */
final class RevocationList {
    private static final int CRL_SIGN = 6;
    private static final int CONTEXT = 0xa0;
    private static final String DELTA = "2.5.29.27";
    private static final String ISSUING_POINT = "2.5.29.28";
    private static final String FRESHEST = "2.5.29.46";
    private static final String REASON = "2.5.29.21";
    private static final String INVALIDITY_DATE = "2.5.29.24";
    private static final int GENERALIZED_TIME = 0x18;

    private final X509CRL list;

    private RevocationList(X509CRL list) {
        this.list = list;
    }

    /**
     * {@return a current list of an issuer that is about a certificate}
     *
     * @param der the list; its signature is verified before its entries are read
     * @param addresses the URIs of the distribution point that the list is from
     * @throws EvidenceException if it is malformed, of somebody else, not current, or has only a part of the
     *     revocations
     */
    static RevocationList read(
            byte[] der,
            X509Certificate certificate,
            X509Certificate issuer,
            List<String> addresses,
            Instant now,
            Duration skew)
            throws EvidenceException {
        requireSignature(der, issuer);
        try {
            RevocationList read = new RevocationList(
                    (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der)));
            read.requireCurrent(issuer, now, skew);
            read.requireWhole(certificate, addresses);
            return read;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new EvidenceException(Reason.MALFORMED, "the list cannot be read", e);
        }
    }

    private static void requireSignature(byte[] der, X509Certificate issuer) throws EvidenceException {
        boolean @Nullable [] usage = issuer.getKeyUsage();
        Optional<String> weakness = PlainSignatures.weakness(issuer.getPublicKey());
        if (usage != null && !usage[CRL_SIGN]) {
            throw new EvidenceException(
                    Reason.CERTIFICATE_INVALID, "the issuer's certificate does not allow it to sign lists");
        }
        if (weakness.isPresent()) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "the issuer has " + weakness.get());
        }
        DerReader outer = DerReader.of(der);
        DerReader parts = outer.enter(DerReader.SEQUENCE);
        outer.end();
        byte[] signed = parts.encoded(DerReader.SEQUENCE);
        byte[] algorithm = parts.encoded(DerReader.SEQUENCE);
        byte[] bits = parts.content(DerReader.BIT_STRING);
        parts.end();
        if (bits.length == 0
                || bits[0] != 0
                || !NamedSignature.verify(
                        issuer.getPublicKey(), algorithm, signed, Arrays.copyOfRange(bits, 1, bits.length))) {
            throw new EvidenceException(Reason.SIGNATURE_INVALID, "the list is not signed by the issuer");
        }
    }

    private void requireCurrent(X509Certificate issuer, Instant now, Duration skew) throws EvidenceException {
        if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            throw unusable("the list is of another issuer");
        }
        Instant start = list.getThisUpdate().toInstant();
        if (list.getNextUpdate() == null) {
            throw unusable("the list does not say until when it is current");
        }
        Instant end = list.getNextUpdate().toInstant();
        if (start.isAfter(now.plus(skew)) || end.isBefore(now.minus(skew))) {
            throw unusable("the list is current from " + start + " until " + end + ", not at " + now);
        }
    }

    private void requireWhole(X509Certificate certificate, List<String> addresses) throws EvidenceException {
        if (list.getExtensionValue(DELTA) != null || list.getExtensionValue(FRESHEST) != null) {
            throw unusable("the list is a delta, or has deltas, which are not supported");
        }
        requireKnown(list, Set.of(ISSUING_POINT));
        byte[] extension = list.getExtensionValue(ISSUING_POINT);
        if (extension == null) {
            return;
        }
        DerReader point = DerReader.of(DerReader.of(extension).content(DerReader.OCTET_STRING))
                .enter(DerReader.SEQUENCE);
        if (point.tag() == CONTEXT
                && RevocationPointers.fullNames(point.enter(CONTEXT)).stream().noneMatch(addresses::contains)) {
            throw unusable("the list is of another distribution point");
        }
        boolean isAuthority = certificate.getBasicConstraints() >= 0;
        while (point.tag() >= 0) {
            // 5.2.5: 1 is onlyContainsUserCerts, 2 is onlyContainsCACerts, the others limit the list further.
            int field = point.tag();
            boolean set = field != 0x83 && point.content(field)[0] != 0;
            boolean fits = (field == 0x81 && !isAuthority) || (field == 0x82 && isAuthority);
            if (field == 0x83 || (set && !fits)) {
                throw unusable("the list is not about all revocations of such certificates");
            }
        }
    }

    /**
     * {@return what the list says of a certificate}
     *
     * @throws EvidenceException if the entry has an unknown critical extension
     */
    RevocationAnswer answer(X509Certificate certificate) throws EvidenceException {
        String note = "current until " + list.getNextUpdate().toInstant();
        try {
            X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
            if (entry == null) {
                return new RevocationAnswer(RevocationStatus.GOOD, Optional.empty(), Optional.empty(), "", note);
            }
            requireKnown(entry, Set.of(REASON, INVALIDITY_DATE));
            CRLReason reason = entry.getRevocationReason();
            if (reason == CRLReason.REMOVE_FROM_CRL) {
                throw unusable("the list has an entry for deltas only");
            }
            return new RevocationAnswer(
                    RevocationStatus.REVOKED,
                    Optional.of(entry.getRevocationDate().toInstant()),
                    invalidityDate(entry),
                    reason == null ? "" : reasonName(reason),
                    note);
        } catch (RuntimeException e) {
            throw new EvidenceException(Reason.MALFORMED, "the entry of the list cannot be read", e);
        }
    }

    private static Optional<Instant> invalidityDate(X509CRLEntry entry) throws EvidenceException {
        byte[] extension = entry.getExtensionValue(INVALIDITY_DATE);
        if (extension == null) {
            return Optional.empty();
        }
        DerReader content = DerReader.of(DerReader.of(extension).content(DerReader.OCTET_STRING));
        byte[] time = content.content(GENERALIZED_TIME);
        content.end();
        return Optional.of(DerForm.time(time));
    }

    private static void requireKnown(X509Extension extensible, Set<String> known) throws EvidenceException {
        Set<String> critical = extensible.getCriticalExtensionOIDs();
        if (critical != null && !known.containsAll(critical)) {
            Set<String> unknown = new HashSet<>(critical);
            unknown.removeAll(known);
            throw new EvidenceException(
                    Reason.CRITICAL_UNKNOWN, "the list has the unknown critical extensions " + unknown);
        }
    }

    private static EvidenceException unusable(String message) {
        return new EvidenceException(Reason.REVOCATION_UNKNOWN, message);
    }

    /** {@return the name of a reason as in RFC 5280, 5.3.1} */
    private static String reasonName(CRLReason reason) {
        return RevocationAnswer.reasonName(
                switch (reason) {
                    case UNSPECIFIED -> 0;
                    case KEY_COMPROMISE -> 1;
                    case CA_COMPROMISE -> 2;
                    case AFFILIATION_CHANGED -> 3;
                    case SUPERSEDED -> 4;
                    case CESSATION_OF_OPERATION -> 5;
                    case CERTIFICATE_HOLD -> 6;
                    case UNUSED -> 7;
                    case REMOVE_FROM_CRL -> 8;
                    case PRIVILEGE_WITHDRAWN -> 9;
                    case AA_COMPROMISE -> 10;
                });
    }
}
