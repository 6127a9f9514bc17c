package dev.tallyclerk.trust.notation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.attestation.VerifiedStatement;
import dev.tallyclerk.trust.internal.notation.DistinguishedName;
import dev.tallyclerk.trust.internal.notation.EnvelopeContent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotationProperties {
    @Property(tries = 500)
    void anyBytesAreNoEnvelope(@ForAll byte[] envelope, @ForAll("mediaTypes") String mediaType) {
        try {
            NotationEnvelope.parse(envelope, mediaType);
        } catch (EvidenceException e) {
            assertTrue(e.toString().length() < 3_000, "the message is bounded");
        }
    }

    @Provide
    Arbitrary<String> mediaTypes() {
        return Arbitraries.of(NotationEnvelope.JWS, NotationEnvelope.COSE);
    }

    @Property(tries = 300)
    void aChangedPolicyIsRefusedOrMeansSomething(@ForAll @IntRange(max = 200) int at, @ForAll byte change) {
        byte[] policy = ("{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"p\",\"registryScopes\":[\"*\"],"
                        + "\"signatureVerification\":{\"level\":\"strict\"},\"trustStores\":[\"ca:acme\"],"
                        + "\"trustedIdentities\":[\"x509.subject: C=US, ST=WA, O=A\"]}]}")
                .getBytes(StandardCharsets.UTF_8);
        policy[at % policy.length] ^= change;
        try {
            NotationStatement statement =
                    NotationTrustPolicy.parse(policy).statements().get(0);
            assertEquals(1, statement.trustedIdentities().size());
        } catch (EvidenceException e) {
            assertTrue(e.toString().length() < 3_000, "the message is bounded");
        }
    }

    @Property(tries = 500)
    void anySubjectIsReadBack(@ForAll("values") String value) throws Exception {
        byte[] name = new X500NameBuilder()
                .addRDN(BCStyle.O, "x")
                .addRDN(BCStyle.CN, new DERUTF8String(value))
                .build()
                .getEncoded();
        DistinguishedName subject = DistinguishedName.of(new X500Principal(name));
        assertEquals(Map.of("O", "x", "CN", value), subject.attributes());
        assertEquals(subject, DistinguishedName.parse("O=x,CN=" + value.replaceAll("[\\\\\",;+<>=# ]", "\\\\$0")));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings()
                .withChars(" \\\",;+<>=#aZ09.-\u00e4\u4e16")
                .ofMinLength(1)
                .ofMaxLength(20);
    }

    @Property(tries = 500)
    void anyTextIsANameOrIsRefused(@ForAll String text) {
        try {
            DistinguishedName name = DistinguishedName.parse(text);
            assertTrue(name.isPartOf(name));
        } catch (EvidenceException e) {
            assertTrue(e.toString().length() < 300, "the message quotes a bounded part of the text");
        }
    }

    private static NotationCase copied(String id) throws Exception {
        Path root = Path.of(Objects.requireNonNull(NotationProperties.class.getResource("cases"))
                .toURI());
        return NotationCase.all(root).stream()
                .filter(one -> one.id().equals("notation/" + id))
                .findFirst()
                .orElseThrow();
    }

    /** A change that is accepted is one of what nobody signed, such as the name of the program that signed. */
    @ParameterizedTest
    @CsvSource({
        "jws-ok, 3",
        "cose-ok, 3",
        "jws-ok-rsa, 23",
        "cose-ok-rsa, 23",
        "jws-ok-timestamp-always, 13",
        "cose-ok-timestamp-always, 13",
        "jws-permissive-expired, 23",
        "cose-ok-sa-expired-cert, 23"
    })
    void aFlippedBitIsRefusedOrChangesNothing(String id, int step) throws Exception {
        NotationCase original = copied(id);
        NotationVerifier verifier = original.verifier();
        byte[] envelope = original.envelope();
        String mediaType = original.text("envelopeType");
        EnvelopeContent content = NotationEnvelope.parse(envelope, mediaType).content();
        VerifiedStatement expected = verified(verifier, original, envelope).orElseThrow();
        int accepted = 0;
        for (int at = 0; at < envelope.length; at += step) {
            byte[] changed = envelope.clone();
            changed[at] ^= (byte) (1 << at % 7);
            Optional<VerifiedStatement> found = verified(verifier, original, changed);
            if (found.isEmpty()) {
                continue;
            }
            accepted++;
            assertEquals(expected, found.get(), "byte " + at);
            EnvelopeContent other = NotationEnvelope.parse(changed, mediaType).content();
            assertEquals(content.attributes(), other.attributes());
            assertEquals(content.chain(), other.chain());
            assertArrayEquals(content.payload(), other.payload());
            assertArrayEquals(content.signature(), other.signature());
            assertArrayEquals(content.signedBytes().get(0), other.signedBytes().get(0));
        }
        // The name of the program that signed, and certificates of a timestamp that its path does not need.
        assertTrue(accepted <= envelope.length / step / 5, accepted + " of " + envelope.length);
    }

    private static Optional<VerifiedStatement> verified(NotationVerifier verifier, NotationCase one, byte[] envelope)
            throws Exception {
        NotationEnvelope parsed;
        try {
            parsed = NotationEnvelope.parse(envelope, one.text("envelopeType"));
        } catch (EvidenceException e) {
            return Optional.empty();
        }
        return verifier.verify(parsed, one.target())
                .fold(
                        verified -> Optional.of(verified.statement()),
                        skipped -> Optional.empty(),
                        refused -> Optional.empty());
    }

    /** A document at its limit is refused without much more memory than its size. */
    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[[],[],[],", "\"", " "})
    void hostileDocumentsAtTheLimitAreRefused(String part) {
        byte[] envelope = part.repeat(1_048_576 / part.length()).getBytes(StandardCharsets.UTF_8);
        for (String mediaType : List.of(NotationEnvelope.JWS, NotationEnvelope.COSE)) {
            NotationFixture.refusal(envelope, mediaType);
        }
    }
}
