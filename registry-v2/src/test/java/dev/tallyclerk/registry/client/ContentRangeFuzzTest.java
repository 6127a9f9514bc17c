package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.http.HttpException;
import java.nio.charset.StandardCharsets;

/** Any header is a range that leads back to itself, or breaks the protocol. */
class ContentRangeFuzzTest {
    @FuzzTest
    void parse(byte[] data) throws HttpException {
        String header = new String(data, StandardCharsets.ISO_8859_1);
        ContentRange.totalOfUnsatisfied(header).ifPresent(total -> assertTrue(total >= 0));
        ContentRange range;
        try {
            range = ContentRange.parse(header);
        } catch (HttpException e) {
            assertEquals(HttpException.Reason.PROTOCOL, e.reason());
            assertTrue(e.toString().length() < 250);
            return;
        }
        assertTrue(0 <= range.first() && range.first() <= range.last());
        String total = range.total() < 0 ? "*" : String.valueOf(range.total());
        assertEquals(range, ContentRange.parse("bytes " + range.first() + "-" + range.last() + "/" + total));
    }
}
