package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.jspecify.annotations.Nullable;

/** Which certificate a CMS signer names (RFC 5652, 5.3, SignerIdentifier). */
final class SignerName {
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

    private final @Nullable X500Principal issuer;
    private final BigInteger serial;
    private final byte[] keyIdentifier;

    private SignerName(@Nullable X500Principal issuer, BigInteger serial, byte[] keyIdentifier) {
        this.issuer = issuer;
        this.serial = serial;
        this.keyIdentifier = keyIdentifier;
    }

    /** {@return the name, which is the next element} */
    static SignerName read(Elements info) throws EvidenceException, IOException {
        Optional<ASN1TaggedObject> key = info.tagged(0);
        if (key.isPresent()) {
            return new SignerName(
                    null,
                    BigInteger.ZERO,
                    ASN1OctetString.getInstance(key.get(), false).getOctets());
        }
        Elements name = Elements.of(info.next(ASN1Sequence.class), "IssuerAndSerialNumber");
        ASN1Sequence issuer = name.next(ASN1Sequence.class);
        BigInteger serial = name.next(ASN1Integer.class).getValue();
        name.end();
        return new SignerName(new X500Principal(issuer.getEncoded(ASN1Encoding.DER)), serial, new byte[0]);
    }

    /** {@return the version that a SignerInfo with such a name has} */
    int version() {
        return issuer != null ? 1 : 3;
    }

    boolean matches(X509Certificate certificate) throws IOException {
        if (issuer != null) {
            return serial.equals(certificate.getSerialNumber()) && issuer.equals(certificate.getIssuerX500Principal());
        }
        byte[] extension = certificate.getExtensionValue(SUBJECT_KEY_IDENTIFIER);
        if (extension == null) {
            return false;
        }
        byte[] inner = ASN1OctetString.getInstance(extension).getOctets();
        return Arrays.equals(keyIdentifier, ASN1OctetString.getInstance(inner).getOctets());
    }
}
