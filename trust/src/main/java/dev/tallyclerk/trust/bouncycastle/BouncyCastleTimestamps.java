package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.DerForm;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;

/**
 * Timestamps of RFC 3161, read by Bouncy Castle's ASN.1 classes. Registers no security provider.
 *
 * <p>Stricter than the RFC: DER only, at most 64 KiB and 32 certificates, hashes of the SHA-2 family, RSA keys of 2048
 * bits or more, one signer, whose certificate is for timestamping alone. The Java runtime verifies signatures and
 * paths. Revocation, the authority's policy and the request's nonce are not checked. Immutable, and safe for use by
 * many threads.
 */
public final class BouncyCastleTimestamps implements TimestampEngine {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int GRANTED_WITH_MODS = 1;

    private BouncyCastleTimestamps() {}

    /** {@return the engine} */
    public static BouncyCastleTimestamps create() {
        return new BouncyCastleTimestamps();
    }

    @Override
    public VerifiedTimestamp verifyResponse(byte[] response, byte[] stamped, TimestampTrust trust)
            throws EvidenceException {
        try {
            return TimestampToken.read(tokenOf(response)).verify(stamped, trust);
        } catch (RuntimeException | IOException e) {
            throw new EvidenceException(Reason.MALFORMED, "the timestamp cannot be read", e);
        }
    }

    @Override
    public VerifiedTimestamp verifyToken(byte[] token, byte[] stamped, TimestampTrust trust) throws EvidenceException {
        try {
            return TimestampToken.read(parse(token)).verify(stamped, trust);
        } catch (RuntimeException | IOException e) {
            // The library's answer to hostile bytes.
            throw new EvidenceException(Reason.MALFORMED, "the timestamp cannot be read", e);
        }
    }

    private static ASN1Primitive parse(byte[] der) throws EvidenceException, IOException {
        if (der.length > MAX_BYTES) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED, "a timestamp of " + der.length + " bytes; at most " + MAX_BYTES);
        }
        if (!DerForm.isOneElement(der)) {
            throw Elements.malformed("the timestamp is not exactly one element in DER");
        }
        return ASN1Primitive.fromByteArray(der);
    }

    /** RFC 3161, 2.4.2: the response is a status and a token. */
    private static ASN1Primitive tokenOf(byte[] response) throws EvidenceException, IOException {
        Elements outer = Elements.of(parse(response), "TimeStampResp");
        Elements info = Elements.of(outer.next(ASN1Sequence.class), "PKIStatusInfo");
        int status = Elements.smallNumber(info.next(ASN1Integer.class));
        if (status > GRANTED_WITH_MODS) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID,
                    "the authority granted no timestamp: status " + status + "; wanted 0 or " + GRANTED_WITH_MODS);
        }
        info.optional(ASN1Sequence.class);
        Optional<ASN1BitString> failure = info.optional(ASN1BitString.class);
        info.end();
        if (failure.isPresent()) {
            throw new EvidenceException(
                    Reason.TIMESTAMP_INVALID, "the authority granted a timestamp and reports a failure");
        }
        ASN1Sequence token = outer.next(ASN1Sequence.class);
        outer.end();
        return token;
    }
}
