package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.trust.timestamp.TimestampTrust;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Hashtable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSAttributeTableGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** A timestamp authority whose certificates and tokens can be wrong in one thing each. */
final class TestAuthority {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    /** Not registered. */
    static final Provider LIBRARY = new BouncyCastleProvider();

    static final byte[] STAMPED = {1, 2, 3};
    private static final KeyPair[] KEYS = {keys("EC"), keys("EC"), keys("EC")};
    private static long serial = 1000;

    KeyPair rootKey = KEYS[0];
    KeyPair key = KEYS[1];
    X509Certificate root;
    X509Certificate leaf;

    /** What is in the token. */
    List<X509Certificate> inToken = new ArrayList<>();

    X509Certificate bound;
    String signatureAlgorithm = "SHA256withECDSA";
    ASN1ObjectIdentifier contentType = PKCSObjectIdentifiers.id_ct_TSTInfo;
    UnaryOperator<AttributeTable> attributes = table -> table;
    UnaryOperator<List<ASN1Encodable>> info = list -> list;
    int signers = 1;
    ASN1ObjectIdentifier imprintHash = NISTObjectIdentifiers.id_sha256;
    String imprintName = "SHA-256";
    String genTime = "20260601120000Z";
    boolean byKeyIdentifier;

    TestAuthority() throws Exception {
        root = new Certificate("CN=root", rootKey).authority().signedBy("CN=root", rootKey);
        leaf = new Certificate("CN=tsa", key).stamping().signedBy("CN=root", rootKey);
        inToken.add(leaf);
        bound = leaf;
    }

    /** Takes another certificate in place of the usual one. */
    TestAuthority with(X509Certificate other) {
        inToken.remove(leaf);
        leaf = other;
        bound = other;
        inToken.add(other);
        return this;
    }

    TimestampTrust trust(X509Certificate... others) {
        return new TimestampTrust(List.of(root), List.of(others));
    }

    static KeyPair otherKeys() {
        return KEYS[2];
    }

    static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.startsWith("RSA") ? "RSA" : algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (algorithm.startsWith("RSA")) {
                generator.initialize(Integer.parseInt(algorithm.substring(3)));
            }
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    byte[] token() throws Exception {
        List<ASN1Encodable> list = new ArrayList<>(List.of(
                new ASN1Integer(1),
                new ASN1ObjectIdentifier("1.2.3.4"),
                new DERSequence(new ASN1Encodable[] {
                    new DERSequence(new ASN1Encodable[] {imprintHash, DERNull.INSTANCE}),
                    new DEROctetString(MessageDigest.getInstance(imprintName).digest(STAMPED))
                }),
                new ASN1Integer(77),
                new ASN1GeneralizedTime(genTime)));
        ASN1EncodableVector vector = new ASN1EncodableVector();
        info.apply(list).forEach(vector::add);
        return sign(new DLSequence(vector).getEncoded());
    }

    @SuppressWarnings("JdkObsolete") // Bouncy Castle takes nothing else
    byte[] sign(byte[] content) throws Exception {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        Hashtable<ASN1ObjectIdentifier, Attribute> table = new Hashtable<>();
        table.put(
                PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                new Attribute(
                        PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                        new DERSet(new SigningCertificateV2(new ESSCertIDv2(
                                MessageDigest.getInstance("SHA-256").digest(bound.getEncoded()))))));
        DefaultSignedAttributeTableGenerator usual =
                new DefaultSignedAttributeTableGenerator(new AttributeTable(table));
        CMSAttributeTableGenerator changed = parameters ->
                attributes.apply(usual.getAttributes(parameters).remove(PKCSObjectIdentifiers.pkcs_9_at_signingTime));
        for (int i = 0; i < signers; i++) {
            SignerInfoGeneratorBuilder builder =
                    new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
            builder.setSignedAttributeGenerator(changed);
            JcaContentSignerBuilder signing = new JcaContentSignerBuilder(signatureAlgorithm);
            if (signatureAlgorithm.contains("MGF1")) {
                signing.setProvider(LIBRARY);
            }
            var signer = signing.build(key.getPrivate());
            generator.addSignerInfoGenerator(
                    byKeyIdentifier
                            ? builder.build(signer, KEY_IDENTIFIER)
                            : builder.build(signer, new JcaX509CertificateHolder(leaf)));
        }
        generator.addCertificates(new JcaCertStore(inToken));
        return generator
                .generate(new CMSProcessableByteArray(contentType, content), true)
                .toASN1Structure()
                .getEncoded(ASN1Encoding.DER);
    }

    static final byte[] KEY_IDENTIFIER = {9, 8, 7};

    /** A certificate in the making. */
    static final class Certificate {
        private final String subject;
        private final KeyPair keys;
        private final List<Extension> extensions = new ArrayList<>();
        Instant start = START;
        Instant end = END;

        @Nullable String algorithm;

        Certificate(String subject, KeyPair keys) {
            this.subject = subject;
            this.keys = keys;
        }

        Certificate authority() throws Exception {
            return with(Extension.basicConstraints, true, new BasicConstraints(true))
                    .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        }

        Certificate stamping() throws Exception {
            return with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .with(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        }

        Certificate with(ASN1ObjectIdentifier name, boolean critical, ASN1Encodable value) throws Exception {
            extensions.removeIf(e -> e.getExtnId().equals(name));
            extensions.add(new Extension(name, critical, value.toASN1Primitive().getEncoded()));
            return this;
        }

        Certificate without(ASN1ObjectIdentifier name) {
            extensions.removeIf(e -> e.getExtnId().equals(name));
            return this;
        }

        Certificate from(Instant start) {
            this.start = start;
            return this;
        }

        Certificate until(Instant end) {
            this.end = end;
            return this;
        }

        Certificate by(String algorithm) {
            this.algorithm = algorithm;
            return this;
        }

        X509Certificate signedBy(String issuer, KeyPair issuerKeys) throws Exception {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.valueOf(serial++),
                    Date.from(start),
                    Date.from(end),
                    new X500Name(subject),
                    keys.getPublic());
            for (Extension extension : extensions) {
                builder.addExtension(extension);
            }
            String usual = issuerKeys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] der = builder.build(new JcaContentSignerBuilder(algorithm == null ? usual : algorithm)
                            .build(issuerKeys.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        }
    }
}
