package dev.tallyclerk.trust.notation;

import static dev.tallyclerk.trust.notation.NotationFixture.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of envelopes, before any key is looked at. */
class NotationEnvelopeTest {
    private static final String SCHEME = "io.cncf.notary.signingScheme";
    private static final String TIME = "io.cncf.notary.signingTime";
    private static final String AUTHENTIC_TIME = "io.cncf.notary.authenticSigningTime";
    private static final String EXPIRY = "io.cncf.notary.expiry";

    @ParameterizedTest
    @ValueSource(strings = {NotationEnvelope.JWS, NotationEnvelope.COSE})
    void readsEveryAttribute(String mediaType) throws EvidenceException {
        TestEnvelope made = new TestEnvelope().expiring("2030-01-01T00:00:00Z");
        made.unsigned.put("io.cncf.notary.signingAgent", "test/1");
        made.unsigned.put("io.cncf.notary.timestampSignature", new byte[] {1, 2});

        NotationEnvelope envelope = NotationEnvelope.parse(made.bytes(mediaType), mediaType);

        assertEquals(mediaType, envelope.mediaType());
        assertEquals("notary.x509", envelope.signingScheme());
        assertEquals(Instant.parse("2026-02-03T04:05:06Z"), envelope.signingTime());
        assertEquals(Optional.of(Instant.parse("2030-01-01T00:00:00Z")), envelope.expiry());
        assertEquals(made.chain, envelope.certificates());
        assertEquals("test/1", envelope.signingAgent());
        assertEquals(true, envelope.hasTimestamp());
    }

    @ParameterizedTest
    @ValueSource(strings = {NotationEnvelope.JWS, NotationEnvelope.COSE})
    void readsTheTimeOfASigningAuthority(String mediaType) throws EvidenceException {
        TestEnvelope made = new TestEnvelope().byAuthority("2026-02-03T04:05:07Z");
        NotationEnvelope envelope = NotationEnvelope.parse(made.bytes(mediaType), mediaType);

        assertEquals("notary.x509.signingAuthority", envelope.signingScheme());
        assertEquals(Instant.parse("2026-02-03T04:05:07Z"), envelope.signingTime());
        assertEquals(Optional.empty(), envelope.expiry());
        assertEquals("", envelope.signingAgent());
        assertEquals(false, envelope.hasTimestamp());
    }

    /** A change of the envelope and the reason for which it is then refused, in either format. */
    static Stream<Arguments> faults() {
        return Stream.of(
                fault(Reason.UNSUPPORTED, made -> made.algorithm = "HS256"),
                fault(Reason.UNSUPPORTED, made -> made.contentType = "application/json"),
                fault(Reason.UNSUPPORTED, made -> made.attributes.put(SCHEME, "notary.x509.future")),
                fault(Reason.MALFORMED, made -> {
                    made.attributes.remove(SCHEME);
                    made.critical.clear();
                }),
                fault(Reason.MALFORMED, made -> made.critical.clear()),
                fault(Reason.MALFORMED, made -> made.critical.remove(SCHEME)),
                fault(Reason.MALFORMED, made -> made.critical.add(SCHEME)),
                fault(Reason.MALFORMED, made -> made.critical.add("io.test.absent")),
                fault(Reason.CRITICAL_UNKNOWN, made -> {
                    made.attributes.put("io.test.must", "x");
                    made.critical.add("io.test.must");
                }),
                fault(Reason.CRITICAL_UNKNOWN, made -> made.attributes.put("io.cncf.notary.verificationPlugin", "p")),
                fault(
                        Reason.CRITICAL_UNKNOWN,
                        made -> made.attributes.put("io.cncf.notary.verificationPluginMinVersion", "1.0.0")),
                fault(Reason.MALFORMED, made -> made.attributes.remove(TIME)),
                fault(Reason.MALFORMED, made -> made.attributes.put(TIME, 5L)),
                fault(Reason.MALFORMED, made -> {
                    made.attributes.put(AUTHENTIC_TIME, NotationFixture.NOW);
                    made.critical.add(AUTHENTIC_TIME);
                }),
                fault(Reason.MALFORMED, made -> made.attributes.put(EXPIRY, NotationFixture.NOW)),
                fault(
                        Reason.MALFORMED,
                        made -> made.byAuthority("2026-02-03T04:05:06Z")
                                .critical
                                .remove(AUTHENTIC_TIME)),
                fault(Reason.MALFORMED, made -> {
                    made.byAuthority("2026-02-03T04:05:06Z").attributes.remove(AUTHENTIC_TIME);
                    made.critical.remove(AUTHENTIC_TIME);
                }),
                fault(
                        Reason.MALFORMED,
                        made -> made.byAuthority("2026-02-03T04:05:06Z")
                                .attributes
                                .put(TIME, NotationFixture.NOW)),
                fault(Reason.MALFORMED, made -> made.unsigned.put(SCHEME, "notary.x509")),
                fault(Reason.MALFORMED, made -> made.unsigned.put("io.cncf.notary.timestampSignature", "#")),
                fault(Reason.MALFORMED, made -> made.chain.clear()),
                fault(Reason.LIMIT_EXCEEDED, made -> {
                    while (made.chain.size() <= 16) {
                        made.chain.add(TestEnvelope.ROOT.certificate());
                    }
                }));
    }

    private static Arguments fault(Reason reason, Consumer<TestEnvelope> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void refusesAJwsEnvelopeWithAFault(Reason reason, Consumer<TestEnvelope> change) {
        TestEnvelope made = new TestEnvelope();
        change.accept(made);
        assertEquals(reason, refusal(made.jws(), NotationEnvelope.JWS));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void refusesACoseEnvelopeWithAFault(Reason reason, Consumer<TestEnvelope> change) {
        TestEnvelope made = new TestEnvelope();
        change.accept(made);
        assertEquals(reason, refusal(made.cose(), NotationEnvelope.COSE));
    }

    @ParameterizedTest
    @ValueSource(strings = {NotationEnvelope.JWS, NotationEnvelope.COSE})
    void allowsSixteenCertificatesAndUnknownAttributesThatAreNotCritical(String mediaType) throws EvidenceException {
        TestEnvelope made = new TestEnvelope();
        while (made.chain.size() < 16) {
            made.chain.add(TestEnvelope.ROOT.certificate());
        }
        made.attributes.put("io.test.may", "x");
        made.unsigned.put("io.test.may.too", "x");
        assertEquals(
                16,
                NotationEnvelope.parse(made.bytes(mediaType), mediaType)
                        .certificates()
                        .size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "", "application/jose", "APPLICATION/COSE"})
    void refusesAnotherMediaType(String mediaType) {
        assertEquals(Reason.UNSUPPORTED, refusal(new TestEnvelope().jws(), mediaType));
    }

    @ParameterizedTest
    @CsvSource({"application/jose+json, application/cose", "application/cose, application/jose+json"})
    void refusesAnEnvelopeOfTheOtherType(String made, String read) {
        assertEquals(Reason.MALFORMED, refusal(new TestEnvelope().bytes(made), read));
    }

    @ParameterizedTest
    @ValueSource(strings = {NotationEnvelope.JWS, NotationEnvelope.COSE})
    void refusesAnEnvelopeAboveItsLimitOnly(String mediaType) throws EvidenceException {
        byte[] envelope = new TestEnvelope().bytes(mediaType);
        NotationLimits fits = NotationLimits.defaults().withEnvelopeBytes(envelope.length);

        NotationEnvelope.parse(envelope, mediaType, fits);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(
                                EvidenceException.class,
                                () -> NotationEnvelope.parse(
                                        envelope, mediaType, fits.withEnvelopeBytes(envelope.length - 1)))
                        .reason());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(new byte[1_048_577], mediaType));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-03T04:05:06",
                "2026-02-03T04:05Z",
                "2026-02-03 04:05:06Z",
                "2026-02-30T04:05:06Z",
                "2026-02-03T24:05:06Z",
                "2026-02-03T04:05:60Z",
                "2026-02-03T04:05:06+25:00",
                "2026-02-03t04:05:06z",
                "+2026-02-03T04:05:06Z",
                "1770091506",
                ""
            })
    void refusesATimeThatIsNoneOfRfc3339(String time) {
        TestEnvelope made = new TestEnvelope();
        made.attributes.put(TIME, time);
        assertEquals(Reason.MALFORMED, refusal(made.jws(), NotationEnvelope.JWS));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-02-03T04:05:06.5Z, 2026-02-03T04:05:06.5Z",
        "2026-02-03T05:05:06+01:00, 2026-02-03T04:05:06Z",
        "2026-02-03T03:35:06-00:30, 2026-02-03T04:05:06Z"
    })
    void readsEveryTimeOfRfc3339(String written, String read) throws EvidenceException {
        TestEnvelope made = new TestEnvelope();
        made.attributes.put(TIME, written);
        assertEquals(
                Instant.parse(read),
                NotationEnvelope.parse(made.jws(), NotationEnvelope.JWS).signingTime());
    }

    /** Changes of the text of a JWS envelope, which readers may take differently. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"payload\":| \"Payload\":\"x\",\"payload\":",
                "\"payload\":| \"payload\":\"x\",\"payload\":",
                "\"payload\":| \"signatures\":[],\"payload\":",
                "\"payload\":| \"more\":1,\"payload\":",
                "\"payload\":| \"payloads\":",
                "\"protected\":| \"protect\":",
                "\"signature\":| \"signed\":",
                "\"header\":| \"head\":",
                "\"x5c\":| \"crit\":[],\"x5c\":",
                "\"x5c\":| \"alg\":\"ES256\",\"x5c\":",
                "\"x5c\":| \"X5C\":[],\"x5c\":",
                "\"x5c\":| \"x5u\":",
                "\"x5c\":| \"io.cncf.notary.signingAgent\":5,\"x5c\":",
                "\"x5c\":| \"io.cncf.notary.timestampSignature\":null,\"x5c\":",
                "\"x5c\":[\"| \"x5c\":[\"\\\\n",
                "\"x5c\":[\"| \"x5c\":[\"AAAA",
                "\"x5c\":[\"| \"x5c\":[\"MIIB\",\"",
                "\"signature\":\"| \"signature\":\"=",
                "\"signature\":\"| \"signature\":\"AA==",
                "\"signature\":\"| \"signature\":\"+/",
                "\"signature\":\"| \"signature\":null,\"a\":\"",
            })
    void refusesAJwsEnvelopeThatIsWrittenInAnotherWay(String text, String other) {
        String envelope = new String(new TestEnvelope().jws(), StandardCharsets.UTF_8);
        String changed = envelope.replace(text, other.strip());
        assertEquals(false, changed.equals(envelope));
        assertEquals(Reason.MALFORMED, refusal(changed.getBytes(StandardCharsets.UTF_8), NotationEnvelope.JWS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"alg\":| \"alg\":\"ES256\",\"alg\":",
                "\"alg\":| \"Alg\":\"none\",\"alg\":",
                "\"alg\":| \"alg\":7,\"x\":",
                "\"alg\":| \"x\":",
                "\"cty\":| \"x\":",
                "\"crit\":| \"x\":",
                "\"crit\":[| \"crit\":[5,",
            })
    void refusesASignedHeaderThatIsWrittenInAnotherWay(String text, String other) {
        TestEnvelope made = new TestEnvelope();
        String changed = made.header().replace(text, other.strip());
        assertEquals(false, changed.equals(made.header()));
        assertEquals(Reason.MALFORMED, refusal(made.jws(changed), NotationEnvelope.JWS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alg", "cty", "crit"})
    void refusesARegisteredParameterAmongTheCritical(String name) {
        TestEnvelope made = new TestEnvelope();
        made.critical.add(name);
        assertEquals(Reason.CRITICAL_UNKNOWN, refusal(made.jws(), NotationEnvelope.JWS));
    }

    @Test
    void refusesBase64WithBitsThatNobodyReads() {
        TestEnvelope made = new TestEnvelope();
        while (TestEnvelope.url(made.payload).length() % 4 != 2) {
            made.payload += " ";
        }
        String payload = TestEnvelope.url(made.payload);
        char last = payload.charAt(payload.length() - 1);
        String other = payload.substring(0, payload.length() - 1) + (char) (last + 1);
        String changed = new String(made.jws(), StandardCharsets.UTF_8).replace(payload, other);
        assertEquals(Reason.MALFORMED, refusal(changed.getBytes(StandardCharsets.UTF_8), NotationEnvelope.JWS));
    }

    @Test
    void refusesACertificateInAnotherEncoding() {
        String envelope = new String(new TestEnvelope().jws(), StandardCharsets.UTF_8);
        String root = TestEnvelope.base64(TestEnvelope.ROOT.certificate());
        byte[] der = Base64.getDecoder().decode(root);
        byte[] longer = Arrays.copyOf(der, der.length + 1);
        String pem = "-----BEGIN CERTIFICATE-----\n" + root + "\n-----END CERTIFICATE-----\n";
        byte[] unusedBits = der.clone();
        unusedBits[der.length - TestEnvelope.ROOT.certificate().getSignature().length - 1] = 1;
        for (byte[] other : List.of(longer, unusedBits, pem.getBytes(StandardCharsets.US_ASCII))) {
            String changed = envelope.replace(root, Base64.getEncoder().encodeToString(other));
            assertEquals(Reason.MALFORMED, refusal(changed.getBytes(StandardCharsets.UTF_8), NotationEnvelope.JWS));
        }
    }
}
