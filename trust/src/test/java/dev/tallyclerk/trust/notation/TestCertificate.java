package dev.tallyclerk.trust.notation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** A certificate with its key, made for a test. */
record TestCertificate(KeyPair keys, X509Certificate certificate) {
    private static final Map<Integer, KeyPair> RSA_KEYS = new ConcurrentHashMap<>();

    static final KeyPair P256 = keys("EC", 256);
    static final KeyPair OTHER_P256 = keys("EC", 256);
    static final KeyPair ROOT_KEYS = keys("EC", 256);
    static final KeyPair ISSUER_KEYS = keys("EC", 384);

    private static final AtomicLong SERIAL = new AtomicLong(1);

    /** What a certificate says. */
    record Form(String subject, Instant notBefore, Instant notAfter, String algorithm, List<Extension> extensions) {
        Form named(String subject) {
            return new Form(subject, notBefore, notAfter, algorithm, extensions);
        }

        Form valid(String notBefore, String notAfter) {
            return new Form(subject, Instant.parse(notBefore), Instant.parse(notAfter), algorithm, extensions);
        }

        Form signedBy(String algorithm) {
            return new Form(subject, notBefore, notAfter, algorithm, extensions);
        }

        /** Adds an extension, or replaces the one of its kind. */
        Form with(ASN1ObjectIdentifier id, boolean isCritical, ASN1Encodable value) {
            Form changed = without(id);
            try {
                changed.extensions.add(
                        new Extension(id, isCritical, value.toASN1Primitive().getEncoded("DER")));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return changed;
        }

        Form without(ASN1ObjectIdentifier id) {
            List<Extension> changed = new ArrayList<>(extensions);
            changed.removeIf(extension -> extension.getExtnId().equals(id));
            return new Form(subject, notBefore, notAfter, algorithm, changed);
        }

        Form usage(int bits) {
            return with(Extension.keyUsage, true, new KeyUsage(bits));
        }

        Form purposes(KeyPurposeId... purposes) {
            return with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        }
    }

    /** {@return a key pair: a new one, or the only one of RSA with so many bits, because making one takes seconds} */
    static KeyPair keys(String algorithm, int bits) {
        return algorithm.equals("RSA")
                ? RSA_KEYS.computeIfAbsent(bits, size -> newKeys(algorithm, size))
                : newKeys(algorithm, bits);
    }

    private static KeyPair newKeys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Form form(String subject) {
        return new Form(
                subject,
                Instant.parse("2024-01-01T00:00:00Z"),
                Instant.parse("2036-01-01T00:00:00Z"),
                "SHA256withECDSA",
                new ArrayList<>());
    }

    /** {@return the form of a certificate that may sign images} */
    static Form leaf() {
        return form("C=US,ST=WA,O=Acme,CN=signer")
                .with(Extension.basicConstraints, true, new BasicConstraints(false))
                .usage(KeyUsage.digitalSignature)
                .purposes(KeyPurposeId.id_kp_codeSigning);
    }

    /** {@return the form of a certificate that may issue others} */
    static Form authority(String name) {
        return form("C=US,ST=WA,O=Acme,CN=" + name)
                .with(Extension.basicConstraints, true, new BasicConstraints(true))
                .usage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
    }

    /** {@return a root of this name} */
    static TestCertificate root(UnaryOperator<Form> change) {
        Form form = change.apply(authority("root"));
        return new TestCertificate(ROOT_KEYS, make(form, ROOT_KEYS, ROOT_KEYS, new X500Name(form.subject())));
    }

    static TestCertificate selfSigned(KeyPair keys, Form form) {
        return new TestCertificate(keys, make(form, keys, keys, new X500Name(form.subject())));
    }

    /** {@return a certificate that this one issues} */
    TestCertificate issue(KeyPair subjectKeys, Form form) {
        return new TestCertificate(
                subjectKeys,
                make(
                        form,
                        subjectKeys,
                        keys,
                        X500Name.getInstance(
                                certificate.getSubjectX500Principal().getEncoded())));
    }

    private static X509Certificate make(Form form, KeyPair subjectKeys, KeyPair issuerKeys, X500Name issuer) {
        try {
            AlgorithmIdentifier algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier(
                    switch (form.algorithm) {
                        case "SHA1withECDSA" -> "1.2.840.10045.4.1";
                        case "SHA256withECDSA" -> "1.2.840.10045.4.3.2";
                        case "SHA384withECDSA" -> "1.2.840.10045.4.3.3";
                        case "SHA256withRSA" -> "1.2.840.113549.1.1.11";
                        default -> throw new AssertionError(form.algorithm);
                    }));
            if (form.algorithm.endsWith("RSA")) {
                algorithm = new AlgorithmIdentifier(algorithm.getAlgorithm(), DERNull.INSTANCE);
            }
            V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
            generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(SERIAL.getAndIncrement())));
            generator.setIssuer(issuer);
            generator.setSubject(new X500Name(form.subject));
            generator.setStartDate(new Time(Date.from(form.notBefore)));
            generator.setEndDate(new Time(Date.from(form.notAfter)));
            generator.setSignature(algorithm);
            generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(
                    ASN1Primitive.fromByteArray(subjectKeys.getPublic().getEncoded())));
            generator.setExtensions(new Extensions(form.extensions.toArray(Extension[]::new)));
            byte[] signed = generator.generateTBSCertificate().getEncoded("DER");
            Signature signature = Signature.getInstance(form.algorithm);
            signature.initSign(issuerKeys.getPrivate());
            signature.update(signed);
            ASN1EncodableVector parts = new ASN1EncodableVector();
            parts.add(ASN1Primitive.fromByteArray(signed));
            parts.add(algorithm);
            parts.add(new DERBitString(signature.sign()));
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(new DERSequence(parts).getEncoded("DER")));
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
