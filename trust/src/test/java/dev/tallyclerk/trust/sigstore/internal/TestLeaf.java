package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A signing certificate as Fulcio issues them, to be changed by a test. Its chain is of no interest. */
public final class TestLeaf {
    static final String ISSUER = "https://issuer.example.test";
    static final String IDENTITY = "someone@example.test";

    private static final ASN1ObjectIdentifier FULCIO = new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1");
    private static final ASN1ObjectIdentifier SCT_LIST = new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2");

    private final KeyPair keys;
    private final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();
    private KeyPair issuerKeys;
    private String subject = "signer";
    private String issuer = "issuer";
    private Instant notBefore = Instant.parse("2026-03-14T09:20:00Z");
    private Instant notAfter = Instant.parse("2026-03-14T09:30:00Z");

    public TestLeaf(KeyPair keys) {
        this.keys = keys;
        this.issuerKeys = keys;
        with(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature));
        with(Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
        names(new GeneralName(GeneralName.rfc822Name, IDENTITY));
        fulcioText(8, ISSUER);
    }

    public TestLeaf with(ASN1ObjectIdentifier id, ASN1Encodable value) {
        return with(id, encoded(value));
    }

    TestLeaf with(ASN1ObjectIdentifier id, byte[] value) {
        extensions.put(id, new Extension(id, false, new DEROctetString(value)));
        return this;
    }

    TestLeaf without(ASN1ObjectIdentifier id) {
        extensions.remove(id);
        return this;
    }

    public TestLeaf named(String subject, String issuer) {
        this.subject = subject;
        this.issuer = issuer;
        return this;
    }

    TestLeaf issuedBy(KeyPair issuerKeys) {
        this.issuerKeys = issuerKeys;
        return this;
    }

    public TestLeaf valid(Instant notBefore, Instant notAfter) {
        this.notBefore = notBefore;
        this.notAfter = notAfter;
        return this;
    }

    TestLeaf names(GeneralName... names) {
        return with(Extension.subjectAlternativeName, new GeneralNames(names));
    }

    public TestLeaf authority(int pathLength) {
        return with(Extension.basicConstraints, new BasicConstraints(pathLength));
    }

    /** An extension of Fulcio from 8 on. */
    TestLeaf fulcioText(int number, String text) {
        return with(fulcio(number), new DERUTF8String(text));
    }

    /** An extension of Fulcio up to 6, or one that is wrong. */
    TestLeaf fulcioBytes(int number, byte[] bytes) {
        return with(fulcio(number), bytes);
    }

    static ASN1ObjectIdentifier fulcio(int number) {
        return FULCIO.branch(Integer.toString(number));
    }

    TestLeaf scts(byte[] list) {
        return with(SCT_LIST, new DEROctetString(list));
    }

    private static byte[] encoded(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded("DER");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public byte[] der() {
        return encoded(holder().toASN1Structure());
    }

    public X509Certificate certificate() {
        try {
            return Encodings.certificate(der());
        } catch (EvidenceException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the part that is signed} */
    byte[] tbs() {
        return encoded(holder().toASN1Structure().getTBSCertificate());
    }

    private X509CertificateHolder holder() {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    new X500Name("CN=" + issuer),
                    BigInteger.TEN,
                    Date.from(notBefore),
                    Date.from(notAfter),
                    new X500Name("CN=" + subject),
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            for (Extension extension : extensions.values()) {
                builder.addExtension(extension);
            }
            String algorithm =
                    issuerKeys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return builder.build(new JcaContentSignerBuilder(algorithm).build(issuerKeys.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }
}
