package dev.tallyclerk.trust.notary.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryTest {
    @ParameterizedTest
    @CsvSource({
        "2036-11-21T22:46:08.333775133Z, 2036-11-21T22:46:08.333775133Z",
        "2036-11-21T22:46:08Z, 2036-11-21T22:46:08Z",
        "2036-11-21T22:46:08.3Z, 2036-11-21T22:46:08.300Z",
        "2116-01-11T16:58:57.119711158-08:00, 2116-01-12T00:58:57.119711158Z",
        "2026-01-01T00:00:00+05:30, 2025-12-31T18:30:00Z",
        "2026-01-01T00:00:00+23:59, 2025-12-31T00:01:00Z",
        "2026-01-01T00:00:00-00:00, 2026-01-01T00:00:00Z"
    })
    void readsTheTimesThatGoWrites(String text, String time) {
        assertEquals(Optional.of(Instant.parse(time)), Expiry.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-01-01T00:00:00z",
                "2026-01-01 00:00:00Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00:00,5Z",
                "2026-01-01T00:00:00.1234567890Z",
                "2026-02-29T00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-01-01T00:00:60Z",
                "2026-01-01T00:00:00+24:00",
                "2026-01-01T00:00:00+0100",
                "2026-01-01T00:00:00Z ",
                "+2026-01-01T00:00:00Z"
            })
    void refusesOtherTexts(String text) {
        assertEquals(Optional.empty(), Expiry.parse(text));
    }
}
