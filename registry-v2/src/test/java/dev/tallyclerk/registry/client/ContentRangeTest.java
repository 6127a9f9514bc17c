package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {
    @Test
    void decidesEveryVector() throws IOException, JsonException {
        byte[] file = SharedData.read("registry/vectors/content-range.json");
        for (JsonCursor vector : JsonCursor.parse(file, JsonLimits.ofBytes(1 << 20))
                .required("vectors")
                .elements()) {
            String header = vector.required("header").string();
            if (vector.member("error").isPresent()) {
                var e = assertThrows(RegistryException.class, () -> ContentRange.parse(header), header);
                assertEquals(HttpException.Reason.PROTOCOL, e.reason());
                continue;
            }
            Optional<JsonCursor> total = vector.optional("total");
            assertEquals(
                    new ContentRange(
                            vector.required("first").integer(0, Long.MAX_VALUE),
                            vector.required("last").integer(0, Long.MAX_VALUE),
                            total.isEmpty() ? -1 : total.get().integer(0, Long.MAX_VALUE)),
                    ContentRange.parse(header),
                    header);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 0-0/0",
                "bytes 0-9223372036854775808/*",
                "bytes 0-9/9223372036854775808",
                "Bytes 0-9/10",
                "bytes  0-9/10",
                "bytes +0-9/10",
                "bytes 0-9/10,20-29/30",
                "bytes=0-9/10",
                "bytes \u0660-9/10"
            })
    void refusesWhatIsNoRangeOrCannotBeOne(String header) {
        var e = assertThrows(RegistryException.class, () -> ContentRange.parse(header));
        assertEquals(HttpException.Reason.PROTOCOL, e.reason());
    }

    @Test
    void knowsTheSizeOfAWholeThatHasNoSuchPart() {
        assertEquals(OptionalLong.of(10), ContentRange.totalOfUnsatisfied("bytes */10"));
        for (String header :
                new String[] {"", "bytes */*", "bytes */-1", "bytes */9223372036854775808", "bytes 0-9/10"}) {
            assertEquals(OptionalLong.empty(), ContentRange.totalOfUnsatisfied(header), header);
        }
    }

    @Property
    void everyRangeLeadsBackToItself(
            @ForAll @LongRange(max = Long.MAX_VALUE - 1) long last, @ForAll @LongRange long any, @ForAll boolean open)
            throws HttpException {
        long first = Math.floorMod(any, last + 1);
        ContentRange range = new ContentRange(first, last, open ? -1 : last + 1);
        assertEquals(range, ContentRange.parse("bytes " + first + "-" + last + "/" + (open ? "*" : last + 1)));
    }

    @Property
    void anyHeaderIsReadOrRefused(
            @ForAll @Chars({'b', 'y', 't', 'e', 's', ' ', '0', '9', '-', '/', '*'}) @StringLength(max = 30)
                    String text) {
        for (String header : new String[] {text, "bytes " + text}) {
            ContentRange.totalOfUnsatisfied(header);
            try {
                ContentRange range = ContentRange.parse(header);
                assertTrue(range.first() >= 0 && range.first() <= range.last(), header);
                assertTrue(range.total() < 0 || range.last() < range.total(), header);
            } catch (HttpException e) {
                assertEquals(HttpException.Reason.PROTOCOL, e.reason());
            }
        }
    }
}
