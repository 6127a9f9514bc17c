package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.DerReader;
import dev.tallyclerk.trust.internal.encoding.DerWriter;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.key.MalformedKeyException;
import dev.tallyclerk.trust.key.TrustedKey;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECPublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads trusted roots. Other members are ignored, and logs with a kind of key that is not supported are left out, so
 * that one new log does not make a root unreadable.
 *
 * @see <a href="https://github.com/sigstore/protobuf-specs/blob/v0.5.0/protos/sigstore_trustroot.proto">TrustedRoot</a>
 */
public final class RootReader {
    private static final Set<String> MEDIA_TYPES = Set.of(
            "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "application/vnd.dev.sigstore.trustedroot.v0.1+json",
            "application/vnd.dev.sigstore.trustedroot.v0.2+json");

    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_INSTANCES = 256;
    private static final int MAX_CERTIFICATES = 16;
    private static final int HINT_DIGITS = 8;
    private static final int ED25519_LENGTH = 32;
    private static final String PKCS1 = "PKCS1_RSA_PKCS1V5";

    /** The kinds of keys, as the algorithm registry names them. */
    private static final Map<String, Hash> KEYS = Map.of(
            "PKIX_ECDSA_P256_SHA_256",
            Hash.SHA256,
            "PKIX_ECDSA_P384_SHA_384",
            Hash.SHA384,
            "PKIX_ECDSA_P521_SHA_512",
            Hash.SHA512,
            "PKIX_ED25519",
            Hash.SHA512,
            "PKIX_RSA_PKCS1V5",
            Hash.SHA256,
            "PKIX_RSA_PKCS1V15_2048_SHA256",
            Hash.SHA256,
            "PKIX_RSA_PKCS1V15_3072_SHA256",
            Hash.SHA256,
            "PKIX_RSA_PKCS1V15_4096_SHA256",
            Hash.SHA256,
            PKCS1,
            Hash.SHA256);

    private RootReader() {}

    /** {@return the parts of a trusted root} */
    public static RootParts read(byte[] document) throws EvidenceException {
        try {
            return read(ProtoMessage.parse(document, MAX_BYTES));
        } catch (JsonException e) {
            throw UnreadableDocument.of("no trusted root", e);
        }
    }

    private static RootParts read(ProtoMessage root) throws JsonException, EvidenceException {
        root.noVariantsOf("mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities");
        String mediaType = root.requiredText("mediaType");
        if (!MEDIA_TYPES.contains(mediaType)) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "a trusted root of the media type " + Quoted.quote(mediaType) + "; supported are 0.1 and 0.2");
        }
        return new RootParts(
                logs(root.list("tlogs", MAX_INSTANCES)),
                chains(root.list("certificateAuthorities", MAX_INSTANCES)),
                logs(root.list("ctlogs", MAX_INSTANCES)),
                chains(root.list("timestampAuthorities", MAX_INSTANCES)));
    }

    private static List<TrustedLog> logs(List<ProtoMessage> messages) throws JsonException, EvidenceException {
        List<TrustedLog> logs = new ArrayList<>();
        for (ProtoMessage message : messages) {
            log(message).ifPresent(logs::add);
        }
        return logs;
    }

    private static Optional<TrustedLog> log(ProtoMessage log) throws JsonException, EvidenceException {
        log.noVariantsOf("baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator");
        ProtoMessage key = log.message("publicKey").noVariantsOf("rawBytes", "keyDetails", "validFor");
        Validity validity = validity(key);
        byte[] encoded = key.requiredBytes("rawBytes");
        String details = key.requiredText("keyDetails");
        Hash hash = KEYS.get(details);
        if (hash == null || !log.requiredText("hashAlgorithm").equals("SHA2_256")) {
            return Optional.empty();
        }
        if (details.equals(PKCS1)) {
            encoded = publicKeyInfo(encoded);
        }
        TrustedKey trusted = key(encoded);
        String url = log.text("baseUrl");
        Optional<String> declared = id(log, "logId");
        Optional<String> hint = id(log, "checkpointKeyId");
        String id = declared.or(() -> hint).orElse(trusted.fingerprint());
        String operator = log.text("operator");
        return Optional.of(new TrustedLog(
                id,
                hint.orElse(id).substring(0, HINT_DIGITS),
                url.replaceFirst("^[a-z]+://", "").replaceFirst("/+$", ""),
                operator.isEmpty() ? url.isEmpty() ? id : url : operator,
                trusted.publicKey(),
                hash,
                validity));
    }

    private static Optional<String> id(ProtoMessage log, String name) throws JsonException {
        Optional<ProtoMessage> message = log.optional(name);
        if (message.isEmpty()) {
            return Optional.empty();
        }
        byte[] id = message.get().noVariantsOf("keyId").requiredBytes("keyId");
        if (id.length < HINT_DIGITS / 2) {
            throw message.get().cursor().badValue("an id of " + id.length + " bytes");
        }
        return Optional.of(HexFormat.of().formatHex(id));
    }

    private static TrustedKey key(byte[] encoded) throws EvidenceException {
        try {
            return TrustedKey.ofEncoded(encoded);
        } catch (MalformedKeyException e) {
            throw new EvidenceException(Reason.MALFORMED, "a log with a malformed key: " + e.getMessage(), e);
        }
    }

    /** {@return the SubjectPublicKeyInfo of an RSAPublicKey (RFC 8017, A.1.1)} */
    private static byte[] publicKeyInfo(byte[] pkcs1) {
        byte[] algorithm = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
        return DerWriter.element(
                DerReader.SEQUENCE, algorithm, DerWriter.element(DerReader.BIT_STRING, new byte[1], pkcs1));
    }

    private static List<TrustedChain> chains(List<ProtoMessage> messages) throws JsonException, EvidenceException {
        List<TrustedChain> chains = new ArrayList<>();
        for (ProtoMessage message : messages) {
            message.noVariantsOf("subject", "uri", "certChain", "validFor", "operator");
            List<X509Certificate> certificates = new ArrayList<>();
            ProtoMessage chain = message.message("certChain").noVariantsOf("certificates");
            for (ProtoMessage certificate : chain.list("certificates", MAX_CERTIFICATES)) {
                certificates.add(Encodings.certificate(
                        certificate.noVariantsOf("rawBytes").requiredBytes("rawBytes")));
            }
            if (certificates.isEmpty()) {
                throw chain.cursor().badValue("a chain without certificates");
            }
            String operator = message.text("operator");
            String uri = message.text("uri");
            chains.add(new TrustedChain(
                    certificates,
                    operator.isEmpty() ? uri.isEmpty() ? subject(certificates) : uri : operator,
                    validity(message)));
        }
        return chains;
    }

    private static String subject(List<X509Certificate> chain) {
        return chain.get(chain.size() - 1).getSubjectX500Principal().getName();
    }

    /** Both ends count; without a start nothing is trusted, so a root without one is refused. */
    private static Validity validity(ProtoMessage of) throws JsonException {
        ProtoMessage period = of.message("validFor").noVariantsOf("start", "end");
        Instant start = instant(period, period.requiredText("start"));
        String end = period.text("end");
        return new Validity(start, end.isEmpty() ? null : instant(period, end));
    }

    private static Instant instant(ProtoMessage period, String text) throws JsonException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw period.cursor().badValue("not a time of RFC 3339: " + Quoted.quote(text));
        }
    }

    /**
     * {@return a log by its key, which is trusted at all times}
     *
     * @param name the name in the checkpoints of Rekor v2; empty for Rekor v1 and for certificate logs
     */
    public static TrustedLog log(String name, String pem) throws EvidenceException {
        Encodings.Block block = Encodings.onlyPem(pem);
        if (!block.label().equals("PUBLIC KEY")) {
            throw new EvidenceException(Reason.MALFORMED, "a PEM block that is no public key");
        }
        TrustedKey key = key(block.content());
        boolean isNamed = !name.isEmpty() && key.publicKey() instanceof EdECPublicKey;
        String id = isNamed ? noteKeyId(name, block.content()) : key.fingerprint();
        return new TrustedLog(
                id, id.substring(0, HINT_DIGITS), name, id, key.publicKey(), Hash.SHA256, Validity.ALWAYS);
    }

    /** {@return the id of an Ed25519 key in a signed note (C2SP signed-note, "Signature types")} */
    private static String noteKeyId(String name, byte[] publicKeyInfo) {
        byte[] head = (name + "\n\u0001").getBytes(StandardCharsets.UTF_8);
        byte[] hashed = Arrays.copyOf(head, head.length + ED25519_LENGTH);
        System.arraycopy(publicKeyInfo, publicKeyInfo.length - ED25519_LENGTH, hashed, head.length, ED25519_LENGTH);
        return Digest.sha256Of(hashed).encoded();
    }

    /**
     * {@return the chains of certificates in any order, each trusted at all times}
     *
     * @param isEachIssuing whether each certificate may issue, rather than only those that issue no other one
     */
    public static List<TrustedChain> chains(String pem, boolean isEachIssuing) throws EvidenceException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Encodings.Block block : Encodings.pem(pem)) {
            if (!block.label().equals("CERTIFICATE")) {
                throw new EvidenceException(Reason.MALFORMED, "a PEM block that is no certificate");
            }
            certificates.add(Encodings.certificate(block.content()));
        }
        List<TrustedChain> chains = new ArrayList<>();
        for (X509Certificate first : certificates) {
            if (isEachIssuing || !isIssuer(first, certificates)) {
                List<X509Certificate> chain = new ArrayList<>();
                for (Optional<X509Certificate> next = Optional.of(first);
                        next.isPresent() && chain.size() < MAX_CERTIFICATES;
                        next = issuer(next.get(), certificates)) {
                    chain.add(next.get());
                }
                chains.add(new TrustedChain(chain, subject(chain), Validity.ALWAYS));
            }
        }
        return chains;
    }

    private static boolean isIssuer(X509Certificate certificate, List<X509Certificate> among) {
        return among.stream()
                .anyMatch(other -> !other.equals(certificate)
                        && other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal()));
    }

    private static Optional<X509Certificate> issuer(X509Certificate of, List<X509Certificate> among) {
        return of.getIssuerX500Principal().equals(of.getSubjectX500Principal())
                ? Optional.empty()
                : among.stream()
                        .filter(other -> other.getSubjectX500Principal().equals(of.getIssuerX500Principal()))
                        .findFirst();
    }
}
