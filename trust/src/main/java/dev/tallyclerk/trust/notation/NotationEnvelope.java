package dev.tallyclerk.trust.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.notation.CoseEnvelope;
import dev.tallyclerk.trust.internal.notation.EnvelopeContent;
import dev.tallyclerk.trust.internal.notation.JwsEnvelope;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Notation signature whose form is checked and whose signature is not: nothing it says is trustworthy before
 * {@link NotationVerifier} has verified it. Immutable.
 */
public final class NotationEnvelope {
    /** The media type of envelopes in JWS. */
    public static final String JWS = "application/jose+json";

    /** The media type of envelopes in COSE. */
    public static final String COSE = "application/cose";

    private final String mediaType;
    private final EnvelopeContent content;

    private NotationEnvelope(String mediaType, EnvelopeContent content) {
        this.mediaType = mediaType;
        this.content = content;
    }

    /**
     * Parses an envelope of at most 1 MiB.
     *
     * @param mediaType the media type of the layer: {@link #JWS} or {@link #COSE}
     * @throws EvidenceException if it is no envelope of that type, breaks a rule of the signature specification that
     *     needs no key, has a critical attribute that is not supported, or more than 16 certificates
     */
    public static NotationEnvelope parse(byte[] envelope, String mediaType) throws EvidenceException {
        return parse(envelope, mediaType, NotationLimits.defaults());
    }

    /**
     * Parses an envelope within limits.
     *
     * @param mediaType the media type of the layer: {@link #JWS} or {@link #COSE}
     * @throws EvidenceException as {@link #parse(byte[], String)}
     */
    public static NotationEnvelope parse(byte[] envelope, String mediaType, NotationLimits limits)
            throws EvidenceException {
        if (envelope.length > limits.envelopeBytes()) {
            throw new EvidenceException(
                    Reason.LIMIT_EXCEEDED,
                    "an envelope of " + envelope.length + " bytes; the limit is " + limits.envelopeBytes());
        }
        return switch (mediaType) {
            case JWS -> new NotationEnvelope(mediaType, JwsEnvelope.parse(envelope));
            case COSE -> new NotationEnvelope(mediaType, CoseEnvelope.parse(envelope));
            default ->
                throw new EvidenceException(
                        Reason.UNSUPPORTED,
                        "an envelope of the type " + Quoted.quote(mediaType) + "; wanted " + JWS + " or " + COSE);
        };
    }

    EnvelopeContent content() {
        return content;
    }

    /** {@return {@link #JWS} or {@link #COSE}} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return {@code notary.x509} or {@code notary.x509.signingAuthority}} */
    public String signingScheme() {
        return content.attributes().scheme();
    }

    /** {@return when the signer, or the signing authority, says that it signed} */
    public Instant signingTime() {
        return content.attributes().time();
    }

    /** {@return the end that the signer set} */
    public Optional<Instant> expiry() {
        return content.attributes().expiry();
    }

    /** {@return the certificates from the signer's to the root, at least one} */
    public List<X509Certificate> certificates() {
        return content.chain();
    }

    /** {@return whether a timestamp authority countersigned it} */
    public boolean hasTimestamp() {
        return content.timestamp().isPresent();
    }

    /** {@return the program that signed, as it calls itself, unsigned; empty if it does not say} */
    public String signingAgent() {
        return content.signingAgent();
    }
}
