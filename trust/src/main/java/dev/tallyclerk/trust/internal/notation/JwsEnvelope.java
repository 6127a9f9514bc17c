package dev.tallyclerk.trust.internal.notation;

import static dev.tallyclerk.trust.internal.notation.SignedAttributes.malformed;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.StrictBase64;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads envelopes in the flattened JSON form of JWS.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/d4b62b9/specs/signature-envelope-jws.md">Notary
 *     Project JWS envelope</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515">RFC 7515</a>
 */
public final class JwsEnvelope {
    private static final Set<String> MEMBERS = Set.of("payload", "protected", "header", "signature");

    private static final MemberNames PROTECTED = MemberNames.of(
            "alg",
            "cty",
            "crit",
            SignedAttributes.SCHEME,
            SignedAttributes.SIGNING_TIME,
            SignedAttributes.AUTHENTIC_TIME,
            SignedAttributes.EXPIRY);

    private static final MemberNames UNPROTECTED =
            MemberNames.of("x5c", SignedAttributes.TIMESTAMP, SignedAttributes.SIGNING_AGENT);

    private static final Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})");

    private JwsEnvelope() {}

    /**
     * {@return the content of an envelope}
     *
     * @throws EvidenceException if it is none, or breaks a rule that needs no key
     */
    public static EnvelopeContent parse(byte[] envelope) throws EvidenceException {
        try {
            return read(JsonCursor.parse(envelope, JsonLimits.ofBytes(envelope.length + 1)));
        } catch (JsonException e) {
            throw UnreadableDocument.of("no JWS envelope", e);
        }
    }

    private static EnvelopeContent read(JsonCursor envelope) throws JsonException, EvidenceException {
        for (String name : envelope.members().keySet()) {
            if (!MEMBERS.contains(name)) {
                throw malformed("has the member " + Quoted.quote(name) + ", which the flattened form does not have");
            }
        }
        String protectedText = envelope.required("protected").string();
        String payloadText = envelope.required("payload").string();
        byte[] protectedBytes = base64(envelope.required("protected"), true);
        JsonCursor header = JsonCursor.parse(protectedBytes, JsonLimits.ofBytes(protectedBytes.length + 1));
        JsonCursor unprotected = envelope.required("header");
        requireApart(header, unprotected);
        SigningAlgorithm algorithm =
                SigningAlgorithm.named(header.required("alg").string());
        SignedAttributes attributes = attributes(header);
        Optional<JsonCursor> timestamp = unprotected.member(SignedAttributes.TIMESTAMP);
        Optional<JsonCursor> agent = unprotected.member(SignedAttributes.SIGNING_AGENT);
        return new EnvelopeContent(
                algorithm,
                attributes,
                base64(envelope.required("payload"), true),
                List.of((protectedText + "." + payloadText).getBytes(StandardCharsets.US_ASCII)),
                base64(envelope.required("signature"), true),
                CertificateChain.parse(certificates(unprotected.required("x5c"))),
                timestamp.isPresent() ? Optional.of(base64(timestamp.get(), false)) : Optional.empty(),
                agent.isPresent() ? agent.get().string() : "");
    }

    /** Checks that no parameter is in both headers, and that the signed one names what is critical (RFC 7515, 4). */
    private static void requireApart(JsonCursor header, JsonCursor unprotected)
            throws JsonException, EvidenceException {
        header.refuseCaseVariants(PROTECTED);
        unprotected.refuseCaseVariants(UNPROTECTED);
        Set<String> signed = header.members().keySet();
        for (String name : unprotected.members().keySet()) {
            if (signed.contains(name)) {
                throw malformed("has the header " + Quoted.quote(name) + " signed and unsigned");
            }
        }
        if (unprotected.member("crit").isPresent()) {
            throw malformed("has an unsigned header crit");
        }
    }

    private static SignedAttributes attributes(JsonCursor header) throws JsonException, EvidenceException {
        return SignedAttributes.of(new SignedAttributes.Found(
                header.required("cty").string(),
                header.members().keySet(),
                header.required("crit").strings(),
                header.required(SignedAttributes.SCHEME).string(),
                time(header, SignedAttributes.SIGNING_TIME),
                time(header, SignedAttributes.AUTHENTIC_TIME),
                time(header, SignedAttributes.EXPIRY)));
    }

    private static Optional<Instant> time(JsonCursor header, String name) throws JsonException, EvidenceException {
        Optional<JsonCursor> member = header.member(name);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        String text = member.get().string();
        if (RFC_3339.matcher(text).matches()) {
            try {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw new EvidenceException(Reason.MALFORMED, name + " is no time: " + Quoted.quote(text), e);
            }
        }
        throw malformed("has a " + name + " that is no time of RFC 3339: " + Quoted.quote(text));
    }

    private static List<byte[]> certificates(JsonCursor list) throws JsonException, EvidenceException {
        CertificateChain.requireLength(list.length());
        List<byte[]> certificates = new ArrayList<>();
        for (JsonCursor certificate : list.elements()) {
            certificates.add(base64(certificate, false));
        }
        return certificates;
    }

    private static byte[] base64(JsonCursor member, boolean isUrlSafe) throws JsonException, EvidenceException {
        String text = member.string();
        return (isUrlSafe ? StrictBase64.decodeUnpadded(text) : StrictBase64.decode(text))
                .orElseThrow(() -> malformed("has no base64 in its canonical form at " + member.pointer()));
    }
}
