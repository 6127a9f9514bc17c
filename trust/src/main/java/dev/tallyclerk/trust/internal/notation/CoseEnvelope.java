package dev.tallyclerk.trust.internal.notation;

import static dev.tallyclerk.trust.internal.notation.SignedAttributes.malformed;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.cbor.CborReader;
import dev.tallyclerk.trust.internal.cbor.CborValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.ArrayValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.BytesValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.IntegerValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.MapValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.TaggedValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.TextValue;
import dev.tallyclerk.trust.internal.cbor.CborWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads envelopes in the form of COSE_Sign1 with its tag.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/d4b62b9/specs/signature-envelope-cose.md">Notary
 *     Project COSE envelope</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9052">RFC 9052</a>
 */
public final class CoseEnvelope {
    private static final long SIGN1_TAG = 18;
    private static final long EPOCH_TAG = 1;
    private static final long ALGORITHM = 1;
    private static final long CRITICAL = 2;
    private static final long CONTENT_TYPE = 3;
    private static final long X5CHAIN = 33;

    /** The hash algorithm, type and place of the content whose hash is the payload. */
    private static final List<Long> HASH_ENVELOPE = List.of(258L, 259L, 260L);

    /** The last second of the year 9999, as RFC 3339 ends there too. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private CoseEnvelope() {}

    /**
     * {@return the content of an envelope}
     *
     * @throws EvidenceException if it is none, or breaks a rule that needs no key
     */
    public static EnvelopeContent parse(byte[] envelope) throws EvidenceException {
        if (!(CborReader.read(envelope) instanceof TaggedValue tagged)
                || tagged.tag() != SIGN1_TAG
                || !(tagged.content() instanceof ArrayValue parts)
                || parts.items().size() != 4) {
            throw malformed("is no COSE_Sign1 with its tag");
        }
        byte[] headerBytes = bytes(parts.items().get(0), "signed header");
        MapValue header = map(CborReader.read(headerBytes), "signed header");
        MapValue unprotected = map(parts.items().get(1), "unsigned header");
        requireApart(header, unprotected);
        requirePlainPayload(header, unprotected);
        byte[] payload = bytes(parts.items().get(2), "payload");
        SigningAlgorithm algorithm =
                SigningAlgorithm.numbered(integer(required(header.get(ALGORITHM), "algorithm"), "algorithm"));
        SignedAttributes attributes = attributes(header);
        Optional<CborValue> chain = header.get(X5CHAIN).or(() -> unprotected.get(X5CHAIN));
        Optional<CborValue> timestamp = unprotected.get(SignedAttributes.TIMESTAMP);
        Optional<CborValue> agent = unprotected.get(SignedAttributes.SIGNING_AGENT);
        return new EnvelopeContent(
                algorithm,
                attributes,
                payload,
                List.of(signedBytes(headerBytes, payload)),
                bytes(parts.items().get(3), "signature"),
                CertificateChain.parse(certificates(required(chain, "x5chain"))),
                timestamp.isPresent()
                        ? Optional.of(bytes(timestamp.get(), SignedAttributes.TIMESTAMP))
                        : Optional.empty(),
                agent.isPresent() ? text(agent.get(), SignedAttributes.SIGNING_AGENT) : "");
    }

    /** {@return the Sig_structure (RFC 9052, 4.4)} */
    private static byte[] signedBytes(byte[] header, byte[] payload) {
        return CborWriter.write(ArrayValue.of(
                new TextValue("Signature1"),
                new BytesValue(header),
                new BytesValue(new byte[0]),
                new BytesValue(payload)));
    }

    /** Checks that no parameter is in both headers, and that the signed one names what is critical (RFC 9052, 3). */
    private static void requireApart(MapValue header, MapValue unprotected) throws EvidenceException {
        for (CborValue label : unprotected.entries().keySet()) {
            if (header.entries().containsKey(label)) {
                throw malformed("has the header " + label + " signed and unsigned");
            }
        }
        if (unprotected.get(CRITICAL).isPresent()) {
            throw malformed("has an unsigned header crit");
        }
    }

    /**
     * Refuses envelopes whose payload is a hash of the content (draft-ietf-cose-hash-envelope), which Notation does not
     * have: another reader would take the payload for something else.
     */
    private static void requirePlainPayload(MapValue header, MapValue unprotected) throws EvidenceException {
        for (long label : HASH_ENVELOPE) {
            if (header.get(label).isPresent() || unprotected.get(label).isPresent()) {
                throw new EvidenceException(
                        Reason.UNSUPPORTED,
                        "a COSE hash envelope (header " + label + "), whose payload is the hash of the content");
            }
        }
    }

    private static SignedAttributes attributes(MapValue header) throws EvidenceException {
        Set<String> names = new HashSet<>();
        for (CborValue label : header.entries().keySet()) {
            if (label instanceof TextValue name) {
                names.add(name.value());
            }
        }
        List<String> critical = new ArrayList<>();
        for (CborValue label : array(required(header.get(CRITICAL), "crit"), "crit")) {
            // The specification has critical attributes with names only.
            critical.add(text(label, "crit"));
        }
        return SignedAttributes.of(new SignedAttributes.Found(
                text(required(header.get(CONTENT_TYPE), "content type"), "content type"),
                names,
                critical,
                text(required(header.get(SignedAttributes.SCHEME), SignedAttributes.SCHEME), SignedAttributes.SCHEME),
                time(header, SignedAttributes.SIGNING_TIME),
                time(header, SignedAttributes.AUTHENTIC_TIME),
                time(header, SignedAttributes.EXPIRY)));
    }

    private static Optional<Instant> time(MapValue header, String name) throws EvidenceException {
        Optional<CborValue> value = header.get(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof TaggedValue tagged
                && tagged.tag() == EPOCH_TAG
                && tagged.content() instanceof IntegerValue seconds
                && seconds.value() >= 0
                && seconds.value() <= LAST_SECOND) {
            return Optional.of(Instant.ofEpochSecond(seconds.value()));
        }
        throw malformed("has a " + name + " that is no time in seconds with its tag");
    }

    private static List<byte[]> certificates(CborValue chain) throws EvidenceException {
        List<CborValue> items = array(chain, "x5chain");
        CertificateChain.requireLength(items.size());
        List<byte[]> certificates = new ArrayList<>();
        for (CborValue item : items) {
            certificates.add(bytes(item, "x5chain"));
        }
        return certificates;
    }

    private static CborValue required(Optional<CborValue> value, String what) throws EvidenceException {
        return value.orElseThrow(() -> malformed("has no " + what));
    }

    private static byte[] bytes(CborValue value, String what) throws EvidenceException {
        if (value instanceof BytesValue bytes) {
            return bytes.bytes();
        }
        throw malformed("has a " + what + " that is no byte string");
    }

    private static String text(CborValue value, String what) throws EvidenceException {
        if (value instanceof TextValue text) {
            return text.value();
        }
        throw malformed("has a " + what + " that is no text");
    }

    private static long integer(CborValue value, String what) throws EvidenceException {
        if (value instanceof IntegerValue integer) {
            return integer.value();
        }
        throw malformed("has a " + what + " that is no integer");
    }

    private static MapValue map(CborValue value, String what) throws EvidenceException {
        if (value instanceof MapValue map) {
            return map;
        }
        throw malformed("has a " + what + " that is no map");
    }

    private static List<CborValue> array(CborValue value, String what) throws EvidenceException {
        if (value instanceof ArrayValue array) {
            return array.items();
        }
        throw malformed("has a " + what + " that is no array");
    }
}
