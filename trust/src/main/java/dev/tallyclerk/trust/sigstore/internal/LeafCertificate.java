package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.encoding.DerWriter;
import dev.tallyclerk.trust.internal.encoding.KeyForm;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The certificate that signed: its identity, and what its proofs of transparency are over. Its own signature is
 * verified by {@link CertificatePath}.
 *
 * @see <a href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md">Fulcio's extensions</a>
 */
public final class LeafCertificate {
    private static final String SUBJECT_ALTERNATIVE_NAME = "551d11";
    private static final String KEY_USAGE = "551d0f";
    private static final String EXTENDED_KEY_USAGE = "551d25";
    private static final String SCT_LIST = "2b06010401d679020402";

    /** 1.3.6.1.5.5.7.3.3. */
    private static final String CODE_SIGNING = "2b06010505070303";

    /** 1.3.6.1.4.1.57264.1, followed by one byte. */
    private static final String FULCIO = "2b0601040183bf3001";

    private static final int FULCIO_ISSUER_1 = 1;
    private static final int FULCIO_USER_NAME = 7;
    private static final int FULCIO_FIRST_DER = 8;

    private static final int TAG_EXTENSIONS = 0xa3;
    private static final int TAG_VERSION = 0xa0;
    private static final int TAG_OTHER_NAME = 0xa0;
    private static final int TAG_EMAIL = 0x81;
    private static final int TAG_URI = 0x86;

    /** An e-mail address, a URI and a user name cannot be the same text. */
    private static final Pattern EMAIL = Pattern.compile("[^\\s:!@]+@[^\\s:!@]+");

    private static final Pattern URI = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:\\S+");
    private static final Pattern USER_NAME = Pattern.compile("[^\\s:!@]+![^\\s:!@]+");

    private static final int MAX_IDENTITY = 2_048;

    /** The names of the extensions from 1.3.6.1.4.1.57264.1.1 on. */
    private static final List<String> NAMES = List.of(
            "issuer",
            "githubWorkflowTrigger",
            "githubWorkflowSHA",
            "githubWorkflowName",
            "githubWorkflowRepository",
            "githubWorkflowRef",
            "otherName",
            "issuer",
            "buildSignerURI",
            "buildSignerDigest",
            "runnerEnvironment",
            "sourceRepositoryURI",
            "sourceRepositoryDigest",
            "sourceRepositoryRef",
            "sourceRepositoryIdentifier",
            "sourceRepositoryOwnerURI",
            "sourceRepositoryOwnerIdentifier",
            "buildConfigURI",
            "buildConfigDigest",
            "buildTrigger",
            "runInvocationURI",
            "sourceRepositoryVisibilityAtSigning",
            "deploymentEnvironment",
            "tokenSubject");

    private final byte[] encoded;
    private final X509Certificate certificate;

    /** The parts of what is signed, each in DER. */
    private final List<byte[]> fields;

    private final Map<String, byte[]> extensions = new LinkedHashMap<>();

    private LeafCertificate(byte[] encoded, X509Certificate certificate, List<byte[]> fields) {
        this.encoded = encoded;
        this.certificate = certificate;
        this.fields = fields;
    }

    /**
     * {@return the certificate in DER, whose form and usage are those of one that signs}
     *
     * @throws EvidenceException if it is malformed, or is for something else than signing
     */
    public static LeafCertificate parse(byte[] der) throws EvidenceException {
        X509Certificate certificate = Encodings.certificate(der);
        DerReader parts = DerReader.only(DerReader.SEQUENCE, der);
        List<byte[]> fields = parts.enter(DerReader.SEQUENCE).elements();
        byte[] algorithm = parts.encoded(DerReader.SEQUENCE);
        byte[] bits = parts.content(DerReader.BIT_STRING);
        parts.end();
        if (fields.size() < 8 || tag(fields.get(0)) != TAG_VERSION) {
            throw invalid("without version or extensions");
        }
        // Both are outside of what is signed.
        if (!Arrays.equals(algorithm, fields.get(2)) || bits.length == 0 || bits[0] != 0) {
            throw invalid("with two signature algorithms, or with a part of a byte as the signature's end");
        }
        LeafCertificate leaf = new LeafCertificate(der, certificate, fields);
        for (byte[] extension : leaf.extensionElements()) {
            DerReader nameAndValue = DerReader.only(DerReader.SEQUENCE, extension);
            String name = identifier(nameAndValue);
            if (nameAndValue.tag() == DerReader.BOOLEAN) {
                nameAndValue.enter(DerReader.BOOLEAN); // whether it is critical
            }
            byte[] value = nameAndValue.content(DerReader.OCTET_STRING);
            nameAndValue.end();
            if (leaf.extensions.put(name, value) != null) {
                throw invalid("with an extension twice");
            }
        }
        leaf.checkUsage();
        return leaf;
    }

    private static int tag(byte[] element) {
        return element[0] & 0xff;
    }

    /** {@return the object identifier that is next, as the hexadecimal digits of its content} */
    private static String identifier(DerReader reader) throws EvidenceException {
        return HexFormat.of().formatHex(reader.content(DerReader.OBJECT_IDENTIFIER));
    }

    private List<byte[]> extensionElements() throws EvidenceException {
        DerReader last = DerReader.only(TAG_EXTENSIONS, fields.get(fields.size() - 1));
        DerReader list = last.enter(DerReader.SEQUENCE);
        last.end();
        return list.elements();
    }

    private static EvidenceException invalid(String how) {
        return new EvidenceException(Reason.CERTIFICATE_INVALID, "a signing certificate " + how);
    }

    /** Client 4.3, and the profile of Fulcio: a certificate that signs code, and no other certificates. */
    private void checkUsage() throws EvidenceException {
        if (certificate.getBasicConstraints() >= 0) {
            throw invalid("that is an authority's");
        }
        byte[] extended = extensions.get(EXTENDED_KEY_USAGE);
        if (extended == null) {
            throw invalid("without an extended key usage; it must be for code signing");
        }
        boolean isForCode = false;
        DerReader usages = DerReader.only(DerReader.SEQUENCE, extended);
        while (usages.tag() >= 0) {
            isForCode |= identifier(usages).equals(CODE_SIGNING);
        }
        if (!isForCode) {
            throw invalid("whose extended key usage is not code signing");
        }
        boolean[] usage = certificate.getKeyUsage();
        if (extensions.containsKey(KEY_USAGE) && (usage == null || !usage[0])) {
            throw invalid("whose key usage is not digital signature");
        }
        Optional<String> weakness = PlainSignatures.weakness(certificate.getPublicKey());
        byte[] key = publicKeyInfo();
        if (weakness.isPresent()
                || !KeyForm.isPublicKey(
                        key, certificate.getPublicKey().getAlgorithm().equals("RSA"))) {
            throw invalid("with " + weakness.orElse("a malformed key"));
        }
    }

    /** {@return the certificate} */
    public X509Certificate certificate() {
        return certificate;
    }

    /** {@return the certificate in DER; callers must not change it} */
    public byte[] encoded() {
        return encoded;
    }

    /** {@return the key} */
    public PublicKey publicKey() {
        return certificate.getPublicKey();
    }

    private byte[] publicKeyInfo() throws EvidenceException {
        return DerReader.of(fields.get(6)).encoded(DerReader.SEQUENCE);
    }

    /** {@return the SubjectPublicKeyInfo of a certificate, as encoded there} */
    static byte[] publicKeyInfo(byte[] der) throws EvidenceException {
        DerReader parts = DerReader.only(DerReader.SEQUENCE, der);
        List<byte[]> fields = parts.enter(DerReader.SEQUENCE).elements();
        parts.enter(DerReader.SEQUENCE);
        parts.enter(DerReader.BIT_STRING);
        parts.end();
        return DerReader.of(fields.get(tag(fields.get(0)) == TAG_VERSION ? 6 : 5))
                .encoded(DerReader.SEQUENCE);
    }

    /** {@return the list of proofs of certificate logs, empty if there is none (RFC 6962, 3.3)} */
    Optional<byte[]> sctList() throws EvidenceException {
        byte[] value = extensions.get(SCT_LIST);
        return value == null
                ? Optional.empty()
                : Optional.of(DerReader.only(DerReader.OCTET_STRING, value).rest());
    }

    /** {@return the part that is signed, without the proofs of certificate logs (RFC 6962, 3.2)} */
    byte[] withoutScts() throws EvidenceException {
        List<byte[]> kept = new ArrayList<>(fields.subList(0, fields.size() - 1));
        List<byte[]> keptExtensions = new ArrayList<>();
        for (byte[] extension : extensionElements()) {
            if (!identifier(DerReader.only(DerReader.SEQUENCE, extension)).equals(SCT_LIST)) {
                keptExtensions.add(extension);
            }
        }
        byte[] list = DerWriter.element(DerReader.SEQUENCE, keptExtensions.toArray(byte[][]::new));
        kept.add(DerWriter.element(TAG_EXTENSIONS, list));
        return DerWriter.element(DerReader.SEQUENCE, kept.toArray(byte[][]::new));
    }

    /**
     * {@return the identity: the only subject alternative name, an e-mail address, a URI, or a user name of Fulcio}
     *
     * @throws EvidenceException if there is none, more than one, or one of another form
     */
    public String identity() throws EvidenceException {
        byte[] value = extensions.get(SUBJECT_ALTERNATIVE_NAME);
        if (value == null) {
            throw invalid("without a subject alternative name");
        }
        List<byte[]> names = DerReader.only(DerReader.SEQUENCE, value).elements();
        if (names.size() != 1) {
            throw invalid("with " + names.size() + " subject alternative names; Fulcio writes exactly one");
        }
        byte[] name = names.get(0);
        int tag = tag(name);
        Pattern form = switch (tag) {
            case TAG_EMAIL -> EMAIL;
            case TAG_URI -> URI;
            case TAG_OTHER_NAME -> USER_NAME;
            default -> throw invalid("whose subject alternative name is neither e-mail address, URI nor user name");
        };
        String identity = tag == TAG_OTHER_NAME
                ? userName(name)
                : Encodings.text(DerReader.only(tag, name).rest(), false);
        if (identity.length() > MAX_IDENTITY || !form.matcher(identity).matches()) {
            throw invalid(
                    "whose subject alternative name does not have the form of its type: " + Quoted.quote(identity));
        }
        return identity;
    }

    private static String userName(byte[] name) throws EvidenceException {
        DerReader parts = DerReader.only(TAG_OTHER_NAME, name);
        if (!identifier(parts).equals(fulcio(FULCIO_USER_NAME))) {
            throw invalid("whose subject alternative name is an otherName that is not Fulcio's");
        }
        DerReader value = parts.enter(TAG_OTHER_NAME);
        parts.end();
        byte[] text = value.content(DerReader.UTF8_STRING);
        value.end();
        return Encodings.text(text, false);
    }

    private static String fulcio(int number) {
        return FULCIO + String.format("%02x", number);
    }

    /**
     * {@return the identity provider}
     *
     * @throws EvidenceException if there is none, or the two extensions for it differ
     */
    public String issuer() throws EvidenceException {
        Optional<String> old = extension(FULCIO_ISSUER_1);
        Optional<String> current = extension(FULCIO_FIRST_DER);
        if (old.isPresent() && current.isPresent() && !old.equals(current)) {
            throw invalid("with two issuers: " + Quoted.quote(current.get()) + " and " + Quoted.quote(old.get()));
        }
        return current.or(() -> old)
                .filter(issuer -> !issuer.isEmpty())
                .orElseThrow(() -> invalid("without the issuer of its identity"));
    }

    private Optional<String> extension(int number) throws EvidenceException {
        byte[] value = extensions.get(fulcio(number));
        if (value == null) {
            return Optional.empty();
        }
        // 1 to 6 are the bytes themselves, those from 8 on are DER.
        return Optional.of(Encodings.text(
                number < FULCIO_FIRST_DER
                        ? value
                        : DerReader.only(DerReader.UTF8_STRING, value).rest(),
                false));
    }

    /** {@return what Fulcio says of the build, by the names of its extensions, without the issuer} */
    public Map<String, String> extensions() throws EvidenceException {
        Map<String, String> named = new TreeMap<>();
        for (int number = FULCIO_ISSUER_1 + 1; number <= NAMES.size(); number++) {
            if (number != FULCIO_USER_NAME && number != FULCIO_FIRST_DER) {
                Optional<String> value = extension(number);
                if (value.isPresent()) {
                    named.put(NAMES.get(number - 1), value.get());
                }
            }
        }
        return named;
    }

    /** {@return whether Fulcio has an extension of that name} */
    public static boolean isExtension(String name) {
        return NAMES.contains(name) && !name.equals("issuer") && !name.equals("otherName");
    }

    /** {@return the names of the extensions, in order} */
    public static List<String> extensionNames() {
        return NAMES.stream().filter(LeafCertificate::isExtension).toList();
    }
}
