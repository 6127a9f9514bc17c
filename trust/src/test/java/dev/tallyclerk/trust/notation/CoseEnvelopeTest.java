package dev.tallyclerk.trust.notation;

import static dev.tallyclerk.trust.notation.NotationFixture.refusal;
import static dev.tallyclerk.trust.notation.NotationFixture.statement;
import static dev.tallyclerk.trust.notation.NotationFixture.verifier;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.cbor.CborReader;
import dev.tallyclerk.trust.internal.cbor.CborValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.ArrayValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.BytesValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.SimpleValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.TaggedValue;
import dev.tallyclerk.trust.internal.cbor.CborValue.TextValue;
import dev.tallyclerk.trust.internal.cbor.CborWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of COSE_Sign1 beyond what both formats share. */
class CoseEnvelopeTest {
    private static final String SIGNING_TIME = "io.cncf.notary.signingTime";

    private static Reason reason(byte[] envelope) {
        return refusal(envelope, NotationEnvelope.COSE);
    }

    static Stream<Consumer<TestCose>> badHeaders() {
        return Stream.of(
                cose -> cose.signed.remove(1L),
                cose -> cose.signed.put(1L, "ES256"),
                cose -> cose.signed.remove(2L),
                cose -> cose.signed.put(2L, "io.cncf.notary.signingScheme"),
                cose -> cose.signed.put(2L, List.of()),
                cose -> cose.signed.put(2L, List.of("io.cncf.notary.signingScheme", 1L)),
                cose -> cose.signed.put(2L, List.of("io.cncf.notary.signingScheme", 33L)),
                cose -> cose.signed.remove(3L),
                cose -> cose.signed.put(3L, 50L),
                cose -> cose.signed.put("io.cncf.notary.signingScheme", new byte[] {1}),
                cose -> cose.signed.put(SIGNING_TIME, 1_770_091_506L),
                cose -> cose.signed.put(SIGNING_TIME, "2026-02-03T04:05:06Z"),
                cose -> cose.signed.put(SIGNING_TIME, new TestCose.Tagged(0, "2026-02-03T04:05:06Z")),
                cose -> cose.signed.put(SIGNING_TIME, new TestCose.Tagged(1, "2026-02-03T04:05:06Z")),
                cose -> cose.signed.put(SIGNING_TIME, new TestCose.Tagged(1, -1L)),
                cose -> cose.signed.put(SIGNING_TIME, new TestCose.Tagged(1, 253_402_300_800L)),
                cose -> cose.signed.put(SIGNING_TIME, new TestCose.Tagged(2, 1L)),
                cose -> cose.unsigned.put(1L, -7L),
                cose -> cose.unsigned.put(2L, List.of("io.cncf.notary.signingScheme")),
                cose -> cose.unsigned.put(SIGNING_TIME, 1L),
                cose -> cose.unsigned.remove(33L),
                cose -> cose.unsigned.put(33L, new byte[] {1}),
                cose -> cose.unsigned.put(33L, List.of("text")),
                cose -> cose.unsigned.put(33L, List.of(new byte[] {0x30, 0})),
                cose -> cose.signed.put(33L, cose.unsigned.get(33L)),
                cose -> cose.unsigned.put("io.cncf.notary.timestampSignature", "text"),
                cose -> cose.unsigned.put("io.cncf.notary.signingAgent", 5L));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void refusesAHeaderInAnotherForm(Consumer<TestCose> change) {
        TestCose cose = new TestCose(new TestEnvelope());
        change.accept(cose);
        assertEquals(Reason.MALFORMED, reason(cose.bytes()));
    }

    @Test
    void theCertificatesMayBeSigned() throws EvidenceException {
        TestCose cose = new TestCose(new TestEnvelope());
        cose.signed.put(33L, Objects.requireNonNull(cose.unsigned.remove(33L)));
        NotationFixture.statement(verifier(statement())
                .verify(NotationEnvelope.parse(cose.bytes(), NotationEnvelope.COSE), TestEnvelope.TARGET));
    }

    /** Notation has critical attributes with names only. */
    @Test
    void refusesAnAttributeThatMustBeUnderstoodByItsNumber() {
        TestCose cose = new TestCose(new TestEnvelope());
        cose.signed.put(99L, "x");
        cose.signed.put(2L, List.of("io.cncf.notary.signingScheme", 99L));
        assertEquals(Reason.MALFORMED, reason(cose.bytes()));
    }

    @ParameterizedTest
    @ValueSource(longs = {258, 259, 260})
    void refusesAnEnvelopeWhosePayloadIsAHash(long label) {
        TestCose signed = new TestCose(new TestEnvelope());
        signed.signed.put(label, -16L);
        assertEquals(Reason.UNSUPPORTED, reason(signed.bytes()));
        TestCose unsigned = new TestCose(new TestEnvelope());
        unsigned.unsigned.put(label, -16L);
        assertEquals(Reason.UNSUPPORTED, reason(unsigned.bytes()));
    }

    private static List<CborValue> parts() throws EvidenceException {
        TaggedValue tagged = (TaggedValue) CborReader.read(new TestEnvelope().cose());
        return new ArrayList<>(((ArrayValue) tagged.content()).items());
    }

    private static byte[] envelope(long tag, List<CborValue> parts) {
        return CborWriter.write(new TaggedValue(tag, new ArrayValue(parts)));
    }

    @Test
    void refusesAnotherStructure() throws EvidenceException {
        List<CborValue> parts = parts();
        NotationEnvelope.parse(envelope(18, parts), NotationEnvelope.COSE);
        List<byte[]> others = new ArrayList<>(List.of(
                envelope(17, parts),
                envelope(98, parts),
                envelope(18, parts.subList(0, 3)),
                envelope(18, List.of(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(3))),
                CborWriter.write(new ArrayValue(parts)),
                CborWriter.write(new TaggedValue(18, parts.get(0))),
                CborWriter.write(new TaggedValue(18, new TaggedValue(18, new ArrayValue(parts)))),
                CborWriter.write(new TaggedValue(61, new TaggedValue(18, new ArrayValue(parts))))));
        for (int i = 0; i < parts.size(); i++) {
            for (CborValue other : List.of(SimpleValue.NULL, new TextValue("x"))) {
                List<CborValue> changed = new ArrayList<>(parts);
                changed.set(i, other);
                others.add(envelope(18, changed));
            }
        }
        List<CborValue> emptyHeader = new ArrayList<>(parts);
        emptyHeader.set(0, new BytesValue(new byte[0]));
        others.add(envelope(18, emptyHeader));
        emptyHeader.set(0, new BytesValue(CborWriter.write(new ArrayValue(List.of()))));
        others.add(envelope(18, emptyHeader));
        for (byte[] other : others) {
            assertEquals(Reason.MALFORMED, reason(other));
        }
    }

    @Test
    void readsTheLastSecondOfATime() throws EvidenceException {
        TestCose cose = new TestCose(new TestEnvelope());
        cose.signed.put(SIGNING_TIME, new TestCose.Tagged(1, 253_402_300_799L));
        assertEquals(
                "9999-12-31T23:59:59Z",
                NotationEnvelope.parse(cose.bytes(), NotationEnvelope.COSE)
                        .signingTime()
                        .toString());
    }

    /** The bytes of the header are signed, not what they mean. */
    @Test
    void theSignatureIsOverTheHeaderAsItIsWritten() throws EvidenceException {
        List<CborValue> parts = parts();
        CborValue.MapValue header = (CborValue.MapValue) CborReader.read(((BytesValue) parts.get(0)).bytes());
        Map<CborValue, CborValue> reversed = new LinkedHashMap<>();
        List<CborValue> labels = new ArrayList<>(header.entries().keySet());
        Collections.reverse(labels);
        labels.forEach(label ->
                reversed.put(label, Objects.requireNonNull(header.entries().get(label))));
        parts.set(0, new BytesValue(CborWriter.write(new CborValue.MapValue(reversed))));
        assertEquals(
                Reason.SIGNATURE_INVALID,
                NotationFixture.reason(verifier(statement())
                        .verify(
                                NotationEnvelope.parse(envelope(18, parts), NotationEnvelope.COSE),
                                TestEnvelope.TARGET)));
    }
}
