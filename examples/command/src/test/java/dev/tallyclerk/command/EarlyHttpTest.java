package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyHttpTest {
    @ParameterizedTest
    @CsvSource({
        "pull example.org/a oci:a, true",
        "push oci:a example.org/a, true",
        "tags example.org/a, true",
        "referrers example.org/a, true",
        "copy docker://example.org/a oci:a, true",
        "copy --jobs 2 oci:a docker://example.org/a, true",
        "verify docker://example.org/a, true",
        "tuf refresh --url https://example.org/metadata, false",
        "copy oci:a oci-archive:b, false",
        "verify oci:a, false",
        "verify pull, false",
        "pull, false",
        "rules, false",
        "'', false"
    })
    void isPreparedWhereArgumentsNameARegistry(String arguments, boolean prepared) {
        assertEquals(prepared, EarlyHttp.asksRegistry(arguments.split(" ", -1)));
    }
}
