package dev.tallyclerk.trust.revocation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a certificate says that its issuer publishes revocations.
 *
 * @param responders the addresses of OCSP responders (RFC 5280, 4.2.2.1)
 * @param lists the distribution points of lists (RFC 5280, 4.2.1.13), each of which may have a part of the revocations
 */
record RevocationPointers(List<String> responders, List<Point> lists) {
    static final String NONE_STATED = "the certificate does not say where revocations are published";

    private static final String INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final String DISTRIBUTION_POINTS = "2.5.29.31";
    private static final int URI = 0x86;
    private static final int FIRST = 0xa0;
    private static final int REASONS = 0x81;
    private static final int ISSUER = 0xa2;

    /**
     * A distribution point.
     *
     * @param addresses URIs of one list
     * @param isWhole whether the list is of the certificate's issuer and for all reasons
     */
    record Point(List<String> addresses, boolean isWhole) {}

    boolean isEmpty() {
        return responders.isEmpty() && lists.isEmpty();
    }

    static RevocationPointers of(X509Certificate certificate) throws EvidenceException {
        return new RevocationPointers(responders(certificate), lists(certificate));
    }

    private static List<String> responders(X509Certificate certificate) throws EvidenceException {
        List<String> responders = new ArrayList<>();
        byte[] extension = certificate.getExtensionValue(INFORMATION_ACCESS);
        if (extension == null) {
            return responders;
        }
        DerReader descriptions = inner(extension);
        while (descriptions.tag() >= 0) {
            DerReader description = descriptions.enter(DerReader.SEQUENCE);
            if (description.identifier().equals(OCSP) && description.tag() == URI) {
                responders.add(text(description));
            }
        }
        return responders;
    }

    private static List<Point> lists(X509Certificate certificate) throws EvidenceException {
        List<Point> points = new ArrayList<>();
        byte[] extension = certificate.getExtensionValue(DISTRIBUTION_POINTS);
        if (extension == null) {
            return points;
        }
        DerReader list = inner(extension);
        while (list.tag() >= 0) {
            DerReader point = list.enter(DerReader.SEQUENCE);
            List<String> addresses = point.tag() == FIRST ? fullNames(point.enter(FIRST)) : List.of();
            points.add(new Point(addresses, point.tag() != REASONS && point.tag() != ISSUER));
        }
        return points;
    }

    private static DerReader inner(byte[] extension) throws EvidenceException {
        return DerReader.of(DerReader.of(extension).content(DerReader.OCTET_STRING))
                .enter(DerReader.SEQUENCE);
    }

    /** {@return the URIs of a DistributionPointName; none if it is relative to the issuer's name} */
    static List<String> fullNames(DerReader name) throws EvidenceException {
        List<String> addresses = new ArrayList<>();
        if (name.tag() != FIRST) {
            return addresses;
        }
        DerReader names = name.enter(FIRST);
        while (names.tag() >= 0) {
            if (names.tag() == URI) {
                addresses.add(text(names));
            } else {
                names.enter(names.tag());
            }
        }
        return addresses;
    }

    private static String text(DerReader cursor) throws EvidenceException {
        return new String(cursor.content(URI), StandardCharsets.US_ASCII);
    }
}
