package dev.tallyclerk.trust.internal.cbor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import co.nstant.in.cbor.CborDecoder;
import co.nstant.in.cbor.CborEncoder;
import co.nstant.in.cbor.CborException;
import dev.tallyclerk.evidence.EvidenceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Another library, more lenient, is the oracle. */
class CborProperties {
    @Property(tries = 500)
    void readsWhatIsWritten(@ForAll("values") CborValue value) throws Exception {
        byte[] document = CborWriter.write(value);

        assertEquals(value, CborReader.read(document));
        if (!confusesTheOracle(value)) {
            assertArrayEquals(document, throughTheOracle(document));
        }
    }

    @Property(tries = 500)
    void whatIsAcceptedHasOneEncoding(@ForAll("values") CborValue value, @ForAll int at, @ForAll byte change)
            throws Exception {
        byte[] document = CborWriter.write(value);
        document[Math.floorMod(at, document.length)] ^= change;
        check(document);
    }

    @Property(tries = 1000)
    void anyBytesAreRefusedOrHaveOneEncoding(@ForAll byte[] document) throws Exception {
        check(document);
    }

    private static void check(byte[] document) throws CborException {
        CborValue value;
        try {
            value = CborReader.read(document);
        } catch (EvidenceException e) {
            return;
        }
        assertArrayEquals(document, CborWriter.write(value));
        if (!confusesTheOracle(value)) {
            assertArrayEquals(document, throughTheOracle(document));
        }
    }

    /** The library keeps the tag of a simple value in a constant, for all later documents. */
    private static boolean confusesTheOracle(CborValue value) {
        if (value instanceof CborValue.TaggedValue tagged) {
            return tagged.content() instanceof CborValue.SimpleValue || confusesTheOracle(tagged.content());
        } else if (value instanceof CborValue.ArrayValue array) {
            return array.items().stream().anyMatch(CborProperties::confusesTheOracle);
        } else if (value instanceof CborValue.MapValue map) {
            return map.entries().values().stream().anyMatch(CborProperties::confusesTheOracle);
        }
        return false;
    }

    private static byte[] throughTheOracle(byte[] document) throws CborException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CborDecoder decoder = new CborDecoder(new ByteArrayInputStream(document));
        decoder.setAutoDecodeRationalNumbers(false);
        decoder.setAutoDecodeLanguageTaggedStrings(false);
        new CborEncoder(out).nonCanonical().encode(decoder.decode());
        return out.toByteArray();
    }

    @Provide
    Arbitrary<CborValue> values() {
        return values(3);
    }

    private static Arbitrary<CborValue> values(int depth) {
        Arbitrary<CborValue> text = Arbitraries.strings()
                .ofMaxLength(30)
                .all()
                .filter(CborProperties::isText)
                .map(CborValue.TextValue::new);
        Arbitrary<CborValue> number = Arbitraries.longs().map(CborValue.IntegerValue::new);
        Arbitrary<CborValue> leaf = Arbitraries.oneOf(
                text,
                number,
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(CborValue.BytesValue::new),
                Arbitraries.of(CborValue.SimpleValue.class).map(simple -> simple));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<CborValue> inner = values(depth - 1);
        return Arbitraries.oneOf(
                leaf,
                inner.list().ofMaxSize(30).map(CborValue.ArrayValue::new),
                Arbitraries.maps(Arbitraries.oneOf(text, number), inner)
                        .ofMaxSize(10)
                        .map(CborProperties::ordered),
                Arbitraries.longs()
                        .greaterOrEqual(0)
                        .flatMap(tag -> inner.map(content -> new CborValue.TaggedValue(tag, content))));
    }

    private static CborValue ordered(Map<CborValue, CborValue> map) {
        return new CborValue.MapValue(new LinkedHashMap<>(map));
    }

    private static boolean isText(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return Arrays.equals(
                new String(bytes, java.nio.charset.StandardCharsets.UTF_8).toCharArray(), text.toCharArray());
    }
}
