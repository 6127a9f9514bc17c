package dev.tallyclerk.internal.socket;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FramingLimitTest {
    private static final int MEBIBYTE = 1 << 20;

    private final FramingLimit limit = new FramingLimit();

    @Test
    void aReadMayTakeAMebibyteFromTheSocketAndNotAByteMore() throws IOException {
        assertEquals(7, limit.within(() -> {
            limit.spend(MEBIBYTE);
            return 7;
        }));
        FramingLimit.Read greedy = () -> {
            limit.spend(MEBIBYTE);
            limit.spend(1);
            return 7;
        };
        assertThrows(IOException.class, () -> limit.within(greedy));
    }

    @Test
    void outsideOfAReadNothingIsCounted() {
        assertDoesNotThrow(() -> limit.spend(2 * MEBIBYTE));
    }
}
