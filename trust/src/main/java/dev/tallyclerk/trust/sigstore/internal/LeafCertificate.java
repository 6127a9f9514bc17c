package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.StrictDer;
import dev.tallyclerk.trust.internal.signature.PlainSignatures;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final List<Der> fields;
    private final Map<String, byte[]> extensions = new LinkedHashMap<>();

    private LeafCertificate(byte[] encoded, X509Certificate certificate, List<Der> fields) {
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
        List<Der> parts = Der.parse(der).as(Der.SEQUENCE).children(3);
        List<Der> fields = parts.get(0).as(Der.SEQUENCE).children();
        if (fields.size() < 8 || !fields.get(0).is(TAG_VERSION)) {
            throw invalid("without version or extensions");
        }
        // Both are outside of what is signed.
        byte[] bits = parts.get(2).as(Der.BIT_STRING).content();
        if (!Arrays.equals(parts.get(1).encoded(), fields.get(2).encoded()) || bits.length == 0 || bits[0] != 0) {
            throw invalid("with two signature algorithms, or with a part of a byte as the signature's end");
        }
        LeafCertificate leaf = new LeafCertificate(der, certificate, fields);
        Der last = fields.get(fields.size() - 1).as(TAG_EXTENSIONS);
        for (Der extension : last.children(1).get(0).as(Der.SEQUENCE).children()) {
            List<Der> nameAndValue = extension.as(Der.SEQUENCE).children();
            String name = nameAndValue.get(0).objectIdentifier();
            if (leaf.extensions.put(
                            name,
                            nameAndValue
                                    .get(nameAndValue.size() - 1)
                                    .as(Der.OCTET_STRING)
                                    .content())
                    != null) {
                throw invalid("with an extension twice");
            }
        }
        leaf.checkUsage();
        return leaf;
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
        for (Der usage : Der.parse(extended).as(Der.SEQUENCE).children()) {
            isForCode |= usage.objectIdentifier().equals(CODE_SIGNING);
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
                || !StrictDer.isPublicKey(
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
        return fields.get(6).as(Der.SEQUENCE).encoded();
    }

    /** {@return the SubjectPublicKeyInfo of a certificate, as encoded there} */
    static byte[] publicKeyInfo(byte[] der) throws EvidenceException {
        List<Der> fields = Der.parse(der).as(Der.SEQUENCE).children(3).get(0).children();
        int at = !fields.isEmpty() && fields.get(0).is(TAG_VERSION) ? 6 : 5;
        if (fields.size() <= at) {
            throw invalid("without a key");
        }
        return fields.get(at).as(Der.SEQUENCE).encoded();
    }

    /** {@return the list of proofs of certificate logs, empty if there is none (RFC 6962, 3.3)} */
    Optional<byte[]> sctList() throws EvidenceException {
        byte[] value = extensions.get(SCT_LIST);
        return value == null
                ? Optional.empty()
                : Optional.of(Der.parse(value).as(Der.OCTET_STRING).content());
    }

    /** {@return the part that is signed, without the proofs of certificate logs (RFC 6962, 3.2)} */
    byte[] withoutScts() throws EvidenceException {
        List<byte[]> kept = new ArrayList<>();
        for (Der field : fields.subList(0, fields.size() - 1)) {
            kept.add(field.encoded());
        }
        List<byte[]> keptExtensions = new ArrayList<>();
        Der last = fields.get(fields.size() - 1);
        for (Der extension : last.children(1).get(0).children()) {
            if (!extension.children().get(0).objectIdentifier().equals(SCT_LIST)) {
                keptExtensions.add(extension.encoded());
            }
        }
        kept.add(Der.element(TAG_EXTENSIONS, Der.element(Der.SEQUENCE, keptExtensions.toArray(byte[][]::new))));
        return Der.element(Der.SEQUENCE, kept.toArray(byte[][]::new));
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
        List<Der> names = Der.parse(value).as(Der.SEQUENCE).children();
        if (names.size() != 1) {
            throw invalid("with " + names.size() + " subject alternative names; Fulcio writes exactly one");
        }
        Der name = names.get(0);
        String identity = name.is(TAG_OTHER_NAME) ? userName(name) : name.text();
        Pattern form = switch (name.tag()) {
            case TAG_EMAIL -> EMAIL;
            case TAG_URI -> URI;
            case TAG_OTHER_NAME -> USER_NAME;
            default -> throw invalid("whose subject alternative name is neither e-mail address, URI nor user name");
        };
        if (identity.length() > MAX_IDENTITY || !form.matcher(identity).matches()) {
            throw invalid(
                    "whose subject alternative name does not have the form of its type: " + Quoted.quote(identity));
        }
        return identity;
    }

    private static String userName(Der name) throws EvidenceException {
        List<Der> parts = name.children(2);
        if (!parts.get(0).objectIdentifier().equals(fulcio(FULCIO_USER_NAME))) {
            throw invalid("whose subject alternative name is an otherName that is not Fulcio's");
        }
        return parts.get(1)
                .as(TAG_OTHER_NAME)
                .children(1)
                .get(0)
                .as(Der.UTF8_STRING)
                .text();
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
        return Optional.of(
                number < FULCIO_FIRST_DER
                        ? Der.text(value, false)
                        : Der.parse(value).as(Der.UTF8_STRING).text());
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
