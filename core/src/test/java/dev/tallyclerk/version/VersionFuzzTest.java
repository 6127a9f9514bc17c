package dev.tallyclerk.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any two lines are versions that compare the same from both sides, or are refused with a bounded message. */
class VersionFuzzTest {
    @FuzzTest
    void compare(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        String second = text.substring(end + 1);
        for (VersionOrder order : VersionOrder.values()) {
            try {
                int compared = Integer.signum(order.compare(first, second));
                assertEquals(-compared, Integer.signum(order.compare(second, first)));
            } catch (InvalidVersionException e) {
                assertTrue(e.toString().length() < 300);
            }
        }
    }
}
