package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "Linux/X86_64, linux/amd64",
        "linux/x86-64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v2, linux/amd64/v2",
        "linux/i386, linux/386",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v9, linux/arm64/v9",
        "linux/arm, linux/arm/v7",
        "linux/arm/7, linux/arm/v7",
        "linux/arm/6, linux/arm/v6",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "macOS/arm64, darwin/arm64",
        "windows/amd64, windows/amd64",
    })
    void hasOneSpellingOfEachName(String text, String normalized) {
        assertEquals(normalized, Platform.parse(text).normalized().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/x86_64, true",
        "linux/arm64, linux/arm64/v8, true",
        "linux/arm, linux/arm/v7, true",
        "linux/arm/v6, linux/arm/v7, false",
        "linux/amd64, linux/amd64/v2, false",
        "linux/amd64, windows/amd64, false",
    })
    void acceptsTheSamePlatformOnly(String wanted, String offered, boolean accepted) {
        assertEquals(accepted, Platform.parse(wanted).accepts(Platform.parse(offered)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "linux", "linux/", "/amd64", "linux/amd64/v8/x", "linux/a b", "linux/a\nb", "linux/\u001b"})
    void refusesWhatIsNoPlatform(String text) {
        assertThrows(IllegalArgumentException.class, () -> Platform.parse(text));
    }
}
