package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
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
        "linux, linux/amd64",
        "arm64, linux/arm64",
        "windows(10.0.17763)/amd64, windows/amd64",
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
        "linux/arm/v7, linux/arm/v6, false",
        "linux/amd64, linux/amd64/v2, false",
        "linux/amd64, linux/386, false",
        "linux/amd64, windows/amd64, false",
        "linux(+sse4)/amd64, linux/amd64, true",
        "linux/amd64, linux(+sse4)/amd64, false",
        "windows(10.0.20348)/amd64, windows(10.0.17763)/amd64, false",
    })
    void acceptsTheSamePlatformOnly(String wanted, String offered, boolean accepted) {
        assertEquals(accepted, PlatformMatcher.strict(Platform.parse(wanted)).matches(Platform.parse(offered)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "linux/",
                "/amd64",
                "linux/amd64/v8/x",
                "linux/a b",
                "linux/a\nb",
                "linux/\u001b",
                "nonsense",
                "amd64/",
                "linux(/amd64",
                "linux(%)/amd64",
                "linux(%zz)/amd64",
                "linux(%ff)/amd64",
                "linux(a%2)/amd64",
            })
    void refusesWhatIsNoPlatform(String text) {
        assertThrows(IllegalArgumentException.class, () -> Platform.parse(text));
    }

    @Test
    void takesTheBestOfAnIndexAndTheFirstOfEquals() {
        PlatformMatcher v3 = PlatformMatcher.of(Platform.parse("linux/amd64/v3"));
        List<Descriptor> manifests = List.of(
                entry("linux/386", 1),
                entry("linux/amd64", 2),
                entry("linux/amd64/v4", 3),
                entry("linux/amd64/v2", 4),
                entry("linux/x86_64/v2", 5),
                entry("unknown/unknown", 6),
                Descriptor.ofContent("text/plain", new byte[7]));
        assertEquals(4, v3.best(manifests).orElseThrow().size());
        assertEquals(
                List.of(4L, 5L, 2L, 1L),
                v3.select(manifests).stream().map(Descriptor::size).toList());
        assertTrue(PlatformMatcher.of(Platform.parse("linux/s390x"))
                .best(manifests)
                .isEmpty());
    }

    @Test
    void prefersTheImageThatUsesMoreOfTheHost() {
        PlatformMatcher host = PlatformMatcher.of(Platform.parse("linux(+a+b)/amd64"));
        List<Descriptor> manifests = List.of(
                entry("linux/amd64", 1),
                entry("linux(+a)/amd64", 2),
                entry("linux(+a+b)/386", 3),
                entry("linux(+c)/amd64", 4));
        assertEquals(
                List.of(2L, 1L, 3L),
                host.select(manifests).stream().map(Descriptor::size).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.20348.1, 10.0.20348.999, true",
        "10.0.26100, 10.0.20348, true",
        "10.0.26100, 10.0.26101, false",
        "10.0.17763, 10.0.17763.5, true",
        "10.0.17763, 10.0.17764, false",
        "10.0.17763, '', true",
        "'', 10.0.17763, true",
        "10.0.17763, nonsense, false",
        "10.0.17763, 10.1.17763, false",
        "10.0.17763, 99999999999.0.17763, false",
    })
    void windowsRunsTheSameBuildAndFromServer2022OnOlderOnesToo(String host, String image, boolean runs) {
        Platform windows = Platform.of("windows", "amd64");
        assertEquals(runs, PlatformMatcher.strict(windows.withOsVersion(host)).matches(windows.withOsVersion(image)));
    }

    private static Descriptor entry(String platform, int size) {
        return Descriptor.ofContent(MediaType.OCI_MANIFEST, new byte[size]).withPlatform(Platform.parse(platform));
    }

    @Property
    void whatIsParsedIsReadFromItsSpecifierAgain(
            @ForAll @Chars({'a', 'm', 'd', '6', '4', '/', 'v', '8', '(', ')', '+', '%', '2', '.'}) String text) {
        Platform platform;
        try {
            platform = Platform.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertEquals(platform.normalized(), Platform.parse(platform.specifier()).normalized());
    }

    @Property
    void specifiersHideNothing(@ForAll String version, @ForAll String feature) {
        String wellFormed = new String(feature.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        Platform platform = Platform.of("linux", "amd64")
                .withOsVersion(new String(version.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .withOsFeatures(wellFormed.isEmpty() ? List.of() : List.of(wellFormed));
        assertEquals(platform, Platform.parse(platform.specifier()));
        assertFalse(platform.specifier().chars().anyMatch(c -> c <= ' ' || c > '~'));
    }

    @Test
    void aPlatformOfAnyLengthIsReadOrRefused() {
        String features = "+a".repeat(100_000);
        assertEquals(
                100_000,
                Platform.parse("linux(" + features + ")/amd64").osFeatures().size());
        for (String wrong : List.of("linux(1" + features + "+)/amd64", "linux(++a)/amd64", "linux(1++a)/amd64")) {
            assertThrows(IllegalArgumentException.class, () -> Platform.parse(wrong));
        }
    }

    @Test
    void hostileTextIsRefusedInLinearTime() {
        for (String text :
                List.of("a(" + "b".repeat(1_000_000), "a".repeat(1_000_000) + "(", "a(b" + "+".repeat(999_999))) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThrows(IllegalArgumentException.class, () -> Platform.parse(text)));
        }
    }

    @Test
    void everyWindowsHasTheKernelThatItsImagesAskFor() {
        Platform image = Platform.of("windows", "amd64").withOsFeatures(List.of("win32k"));
        for (PlatformMatcher matcher : List.of(
                PlatformMatcher.of(Platform.of("windows", "amd64")),
                PlatformMatcher.strict(Platform.parse("windows(10.0.20348)/amd64")))) {
            assertTrue(matcher.matches(image));
            assertFalse(matcher.matches(image.withOsFeatures(List.of("win32k", "other"))));
        }
        Platform linux = Platform.of("linux", "amd64");
        assertFalse(PlatformMatcher.of(linux).matches(linux.withOsFeatures(List.of("win32k"))));
    }

    @Test
    void aConfigurationHasTheVariantThatItsIndexSays() {
        Platform said = Platform.of("linux", "arm", "v6");
        assertTrue(
                PlatformMatcher.strict(said).matches(Platform.of("linux", "arm").withVariantOf(said)));
        assertFalse(PlatformMatcher.strict(said).matches(Platform.of("linux", "arm")));
        assertEquals(
                Platform.of("linux", "arm", "v5"),
                Platform.of("linux", "arm", "v5").withVariantOf(said));
        assertEquals(
                Platform.of("linux", "amd64"), Platform.of("linux", "amd64").withVariantOf(said));
    }
}
