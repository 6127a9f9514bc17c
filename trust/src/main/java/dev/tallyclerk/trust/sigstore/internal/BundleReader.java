package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.attestation.DsseEnvelope;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import dev.tallyclerk.trust.sigstore.internal.BundleParts.Version;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads bundles of the versions 0.1 to 0.3. Unknown members are refused, because the members of a version are known.
 *
 * @see <a href="https://github.com/sigstore/protobuf-specs/blob/v0.5.0/protos/sigstore_bundle.proto">Bundle</a>
 */
public final class BundleReader {
    private static final int MAX_CERTIFICATES = 16;
    private static final int MAX_HASHES = 64;
    private static final int ID_LENGTH = 32;
    private static final int HINT_LENGTH = 4;

    private static final Map<String, Version> MEDIA_TYPES = Map.of(
            "application/vnd.dev.sigstore.bundle+json;version=0.1", Version.V0_1,
            "application/vnd.dev.sigstore.bundle+json;version=0.2", Version.V0_2,
            "application/vnd.dev.sigstore.bundle+json;version=0.3", Version.V0_3,
            "application/vnd.dev.sigstore.bundle.v0.3+json", Version.V0_3);

    /** The certificate or key that signed. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Signer(byte @Nullable [] leaf, String hint) {}

    private BundleReader() {}

    /**
     * {@return the parts of a bundle}
     *
     * @param limits the limits on the bundle, and on the statement in it
     */
    public static BundleParts read(byte[] document, AttestationLimits limits) throws EvidenceException {
        try {
            return read(ProtoMessage.parse(document, limits.maxDocumentBytes()), limits);
        } catch (JsonException e) {
            throw UnreadableDocument.of("no Sigstore bundle", e);
        }
    }

    private static BundleParts read(ProtoMessage bundle, AttestationLimits limits)
            throws JsonException, EvidenceException {
        bundle.only("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope");
        String mediaType = bundle.requiredText("mediaType");
        Version version = MEDIA_TYPES.get(mediaType);
        if (version == null) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "a bundle of the media type " + Quoted.quote(mediaType) + "; supported are 0.1 to 0.3");
        }
        ProtoMessage material = bundle.message("verificationMaterial")
                .only("certificate", "x509CertificateChain", "publicKey", "tlogEntries", "timestampVerificationData");
        Signer signer = signer(material, version);
        List<LogEntry> entries = new ArrayList<>();
        for (ProtoMessage entry : material.list("tlogEntries", BundleParts.MAX_ENTRIES)) {
            entries.add(entry(entry));
        }
        List<byte[]> timestamps = new ArrayList<>();
        Optional<ProtoMessage> stamped = material.optional("timestampVerificationData");
        if (stamped.isPresent()) {
            for (ProtoMessage timestamp :
                    stamped.get().only("rfc3161Timestamps").list("rfc3161Timestamps", BundleParts.MAX_ENTRIES)) {
                timestamps.add(timestamp.only("signedTimestamp").requiredBytes("signedTimestamp"));
            }
        }
        Optional<ProtoMessage> message = bundle.optional("messageSignature");
        Optional<ProtoMessage> envelope = bundle.optional("dsseEnvelope");
        if (message.isPresent() == envelope.isPresent()) {
            throw bundle.cursor().badValue("exactly one of messageSignature and dsseEnvelope must be there");
        }
        if (envelope.isPresent()) {
            return new BundleParts(
                    version,
                    signer.leaf(),
                    signer.hint(),
                    entries,
                    timestamps,
                    null,
                    "",
                    new byte[0],
                    envelope(envelope.get(), limits));
        }
        ProtoMessage signature = message.orElseThrow().only("messageDigest", "signature");
        String algorithm = "";
        byte[] digest = new byte[0];
        Optional<ProtoMessage> hint = signature.optional("messageDigest");
        if (hint.isPresent()) {
            algorithm = hint.get().only("algorithm", "digest").requiredText("algorithm");
            digest = hint.get().requiredBytes("digest");
        }
        return new BundleParts(
                version,
                signer.leaf(),
                signer.hint(),
                entries,
                timestamps,
                signature.requiredBytes("signature"),
                algorithm,
                digest,
                null);
    }

    private static Signer signer(ProtoMessage material, Version version) throws JsonException {
        Optional<ProtoMessage> certificate = material.optional("certificate");
        Optional<ProtoMessage> chain = material.optional("x509CertificateChain");
        Optional<ProtoMessage> key = material.optional("publicKey");
        if ((certificate.isPresent() ? 1 : 0) + (chain.isPresent() ? 1 : 0) + (key.isPresent() ? 1 : 0) != 1) {
            throw material.cursor()
                    .badValue("exactly one of certificate, x509CertificateChain and publicKey must be there");
        }
        if (key.isPresent()) {
            return new Signer(null, key.get().only("hint").text("hint"));
        }
        if (certificate.isPresent()) {
            if (version != Version.V0_3) {
                throw certificate.get().cursor().badValue("only version 0.3 has a single certificate");
            }
            return new Signer(certificate.get().only("rawBytes").requiredBytes("rawBytes"), "");
        }
        if (version == Version.V0_3) {
            throw chain.orElseThrow().cursor().badValue("version 0.3 has a single certificate");
        }
        byte @Nullable [] leaf = null;
        // Certificates after the first are not trusted and not needed: paths lead through the trusted root only.
        for (ProtoMessage each : chain.orElseThrow().only("certificates").list("certificates", MAX_CERTIFICATES)) {
            byte[] encoded = each.only("rawBytes").requiredBytes("rawBytes");
            leaf = leaf == null ? encoded : leaf;
        }
        if (leaf == null) {
            throw chain.orElseThrow().cursor().badValue("a chain without certificates");
        }
        return new Signer(leaf, "");
    }

    private static LogEntry entry(ProtoMessage entry) throws JsonException, EvidenceException {
        entry.only(
                "logIndex",
                "logId",
                "kindVersion",
                "integratedTime",
                "inclusionPromise",
                "inclusionProof",
                "canonicalizedBody");
        ProtoMessage kind = entry.message("kindVersion").only("kind", "version");
        Optional<ProtoMessage> promise = entry.optional("inclusionPromise");
        Optional<ProtoMessage> proof = entry.optional("inclusionProof");
        return new LogEntry(
                logId(entry),
                entry.uint63("logIndex"),
                kind.requiredText("kind"),
                kind.requiredText("version"),
                entry.uint63("integratedTime"),
                promise.isPresent()
                        ? promise.get().only("signedEntryTimestamp").requiredBytes("signedEntryTimestamp")
                        : null,
                proof.isPresent() ? proof(proof.get()) : null,
                entry.requiredBytes("canonicalizedBody"));
    }

    private static String logId(ProtoMessage entry) throws JsonException {
        ProtoMessage id = entry.message("logId").only("keyId");
        byte[] bytes = id.requiredBytes("keyId");
        // Logs of Rekor v2 may have the id of their key in checkpoints.
        if (bytes.length != ID_LENGTH && bytes.length != HINT_LENGTH) {
            throw id.cursor().badValue("a log id of " + bytes.length + " bytes; expected " + ID_LENGTH);
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static LogEntry.Proof proof(ProtoMessage proof) throws JsonException {
        proof.only("logIndex", "rootHash", "treeSize", "hashes", "checkpoint");
        List<byte[]> hashes = new ArrayList<>();
        for (ProtoMessage hash : proof.list("hashes", MAX_HASHES)) {
            hashes.add(hash.bytes());
        }
        Optional<ProtoMessage> checkpoint = proof.optional("checkpoint");
        return new LogEntry.Proof(
                proof.uint63("logIndex"),
                proof.uint63("treeSize"),
                proof.requiredBytes("rootHash"),
                hashes,
                checkpoint.isPresent() ? checkpoint.get().only("envelope").requiredText("envelope") : "");
    }

    private static DsseEnvelope envelope(ProtoMessage envelope, AttestationLimits limits) throws JsonException {
        envelope.only("payload", "payloadType", "signatures");
        List<ProtoMessage> signatures = envelope.list("signatures", BundleParts.MAX_ENTRIES);
        if (signatures.size() != 1) {
            throw envelope.cursor().badValue(signatures.size() + " signatures; a bundle has exactly one");
        }
        ProtoMessage signature = signatures.get(0).only("sig", "keyid");
        return DsseEnvelope.of(
                envelope.requiredText("payloadType"),
                envelope.bytes("payload"),
                List.of(new DsseEnvelope.Signature(signature.text("keyid"), signature.requiredBytes("sig"))),
                limits);
    }
}
