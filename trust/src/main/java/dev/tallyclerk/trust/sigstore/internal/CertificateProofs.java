package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Verifies the signed certificate timestamps in a certificate (RFC 6962, 3.2 and 3.3; client 4.3). */
public final class CertificateProofs {
    private static final int MAX_SCTS = 32;
    private static final int ID_LENGTH = 32;
    private static final int VERSION_1 = 0;
    private static final int CERTIFICATE_TIMESTAMP = 0;
    private static final int PRECERTIFICATE = 1;
    private static final int SHA_256 = 4;
    private static final int RSA = 1;
    private static final int ECDSA = 3;
    private static final int MAX_TBS = 0xffffff;

    /**
     * A signed certificate timestamp.
     *
     * @param version the version, 0 for the only known one
     * @param logId the id of the log, in hexadecimal
     * @param millis milliseconds since 1970
     * @param extensions the extensions, which are signed and mean nothing
     * @param hash the hash of the signature, as TLS numbers it
     * @param algorithm the algorithm of the signature, as TLS numbers it
     * @param signature the signature
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Sct(
            int version, String logId, long millis, byte[] extensions, int hash, int algorithm, byte[] signature) {}

    private CertificateProofs() {}

    /**
     * Verifies that enough logs have promised to log a certificate. Proofs of unknown logs do not count; one that a
     * trusted log did not sign is an error.
     *
     * @param threshold the number of logs that must have; those of one operator count once
     * @param issuer the certificate's issuer
     * @throws EvidenceException if there are fewer, or a proof is malformed or wrong
     */
    public static void verify(LeafCertificate leaf, X509Certificate issuer, Collection<TrustedLog> logs, int threshold)
            throws EvidenceException {
        Optional<byte[]> list = leaf.sctList();
        if (list.isEmpty()) {
            if (threshold > 0) {
                throw new EvidenceException(Reason.SCT_INVALID, "the certificate has no proof of a certificate log");
            }
            return;
        }
        byte[] signedPart = signedPart(leaf, issuer);
        Set<String> counted = new TreeSet<>();
        EvidenceException failure = new EvidenceException(
                Reason.SCT_INVALID, "the certificate has no proof of a certificate log of the trusted root");
        for (Sct sct : parse(list.get())) {
            List<TrustedLog> known = logs.stream()
                    .filter(log -> sct.version() == VERSION_1 && log.id().equals(sct.logId()))
                    .toList();
            Instant time = Instant.ofEpochMilli(sct.millis());
            for (TrustedLog log : known) {
                if (!isSigned(sct, signedPart, log)) {
                    throw new EvidenceException(
                            Reason.SCT_INVALID, "the certificate's proof is not signed by log " + log.id());
                }
                if (log.validity().contains(time)) {
                    counted.add(log.counted());
                } else {
                    failure = new EvidenceException(
                            Reason.SCT_INVALID,
                            "the certificate log is trusted from " + log.validity() + ", the proof is of " + time);
                }
            }
        }
        if (counted.isEmpty() && threshold > 0) {
            throw failure;
        }
        if (counted.size() < threshold) {
            throw new EvidenceException(
                    Reason.THRESHOLD_NOT_MET,
                    "proofs of " + counted.size() + " certificate logs, " + threshold + " are needed");
        }
    }

    private static byte[] signedPart(LeafCertificate leaf, X509Certificate issuer) throws EvidenceException {
        byte[] key;
        try {
            key = LeafCertificate.publicKeyInfo(issuer.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new EvidenceException(Reason.CERTIFICATE_INVALID, "an issuer that has no encoding", e);
        }
        byte[] tbs = leaf.withoutScts();
        if (tbs.length > MAX_TBS) {
            throw new EvidenceException(Reason.LIMIT_EXCEEDED, "a certificate of " + tbs.length + " bytes");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex(Digest.sha256Of(key).encoded()));
        out.write(tbs.length >>> 16);
        out.write(tbs.length >>> 8);
        out.write(tbs.length);
        out.writeBytes(tbs);
        return out.toByteArray();
    }

    private static boolean isSigned(Sct sct, byte[] signedPart, TrustedLog log) {
        boolean fits = (sct.algorithm() == ECDSA && log.key() instanceof ECPublicKey)
                || (sct.algorithm() == RSA && log.key() instanceof RSAPublicKey);
        if (!fits || sct.hash() != SHA_256 || log.hash() != Hash.SHA256) {
            return false;
        }
        ByteBuffer signed = ByteBuffer.allocate(14 + signedPart.length + sct.extensions().length);
        signed.put((byte) VERSION_1).put((byte) CERTIFICATE_TIMESTAMP);
        signed.putLong(sct.millis()).putShort((short) PRECERTIFICATE);
        signed.put(signedPart);
        signed.putShort((short) sct.extensions().length).put(sct.extensions());
        return log.signed(signed.array(), sct.signature());
    }

    private static List<Sct> parse(byte[] list) throws EvidenceException {
        List<Sct> scts = new ArrayList<>();
        try {
            ByteBuffer all = ByteBuffer.wrap(list);
            ByteBuffer entries = part(all);
            refuseMore(all);
            while (entries.hasRemaining()) {
                if (scts.size() == MAX_SCTS) {
                    throw new EvidenceException(
                            Reason.LIMIT_EXCEEDED, "a certificate with more than " + MAX_SCTS + " proofs");
                }
                scts.add(sct(part(entries)));
            }
        } catch (BufferUnderflowException e) {
            throw new EvidenceException(Reason.SCT_INVALID, "a list of proofs that ends too early", e);
        }
        if (scts.isEmpty()) {
            throw new EvidenceException(Reason.SCT_INVALID, "an empty list of proofs");
        }
        return scts;
    }

    private static Sct sct(ByteBuffer entry) throws EvidenceException {
        int version = entry.get() & 0xff;
        if (version != VERSION_1) {
            return new Sct(version, "", 0, new byte[0], 0, 0, new byte[0]);
        }
        byte[] id = new byte[ID_LENGTH];
        entry.get(id);
        long millis = entry.getLong();
        byte[] extensions = bytes(part(entry));
        int hash = entry.get() & 0xff;
        int algorithm = entry.get() & 0xff;
        byte[] signature = bytes(part(entry));
        refuseMore(entry);
        if (millis < 0) {
            throw new EvidenceException(Reason.SCT_INVALID, "a proof of an impossible time");
        }
        return new Sct(version, HexFormat.of().formatHex(id), millis, extensions, hash, algorithm, signature);
    }

    private static ByteBuffer part(ByteBuffer from) {
        int length = from.getShort() & 0xffff;
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    private static byte[] bytes(ByteBuffer part) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }

    private static void refuseMore(ByteBuffer part) throws EvidenceException {
        if (part.hasRemaining()) {
            throw new EvidenceException(Reason.SCT_INVALID, "a list of proofs with bytes after its end");
        }
    }
}
