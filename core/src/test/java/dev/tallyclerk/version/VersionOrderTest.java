package dev.tallyclerk.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class VersionOrderTest {
    /** Orders that a real tool answered for; see the first lines of the files. */
    static Stream<VersionOrder> judged() {
        return Arrays.stream(VersionOrder.values()).filter(order -> order != VersionOrder.CRATES);
    }

    @ParameterizedTest
    @MethodSource("judged")
    void answersAsTheToolOfTheEcosystemDoes(VersionOrder order) throws IOException {
        try (InputStream file = Objects.requireNonNull(getClass().getResourceAsStream(order.id() + ".tsv"))) {
            assertAgrees(
                    order,
                    new String(file.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList(),
                    150);
        }
    }

    @ParameterizedTest
    @MethodSource("judged")
    void answersAllPairsOfTheToolAlike(VersionOrder order) throws IOException {
        assertAgrees(order, Files.readAllLines(SharedData.require("image-audit/vectors/" + order.id() + ".tsv")), 2000);
    }

    private static void assertAgrees(VersionOrder order, List<String> lines, int atLeast) {
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : lines) {
            if (line.startsWith("#")) {
                continue;
            }
            rows++;
            String[] row = line.split("\t", -1);
            String answer = answer(order, row[0], row[1]);
            if (!answer.equals(row[2])) {
                wrong.add(line + ", not " + answer);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(rows >= atLeast, rows + " rows");
    }

    private static String answer(VersionOrder order, String first, String second) {
        try {
            return String.valueOf(Integer.signum(order.compare(first, second)));
        } catch (InvalidVersionException e) {
            return "invalid";
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Semantic Versioning 2.0.0, section 11
        "CRATES, 1.0.0-alpha, 1.0.0-alpha.1",
        "CRATES, 1.0.0-alpha.1, 1.0.0-alpha.beta",
        "CRATES, 1.0.0-beta.2, 1.0.0-beta.11",
        "CRATES, 1.0.0-rc.1, 1.0.0",
        "CRATES, 1.0.0-9007199254740992, 1.0.0-9007199254740993",
        "CRATES, 99999999999999999998.0.0, 99999999999999999999.0.0",
        "DPKG, 99999999999999999999999999999998, 99999999999999999999999999999999",
        "MAVEN, 1-I, 1-J",
        "MAVEN, 1-SNAPSHOT, 1",
    })
    void puts(VersionOrder order, String first, String second) {
        assertTrue(order.compare(first, second) < 0);
        assertTrue(order.compare(second, first) > 0);
    }

    @Test
    void ignoresTheBuildMetadataOfACrate() {
        assertEquals(0, VersionOrder.CRATES.compare("1.0.0+a", "1.0.0+b"));
    }

    @ParameterizedTest
    @CsvSource({
        "DPKG, ''",
        "DPKG, 1:",
        "DPKG, a1",
        "DPKG, 1_0",
        "DPKG, 2147483648:1",
        "DPKG, -1:1",
        "DPKG, 1-",
        "DPKG, 1é",
        "RPM, ''",
        "APK, ''",
        "APK, v1",
        "APK, 1.0_foo",
        "APK, 1.0~",
        "APK, 1.0-r",
        "APK, 1.0-r1a",
        "NPM, 1.0",
        "NPM, 9007199254740992.0.0",
        "GO, 1.0.0",
        "GO, v1.0-a",
        "CRATES, v1.0.0",
        "CRATES, 01.0.0",
        "CRATES, 1.0.0-01",
        "CRATES, 1.0.0-",
        "CRATES, 1.0.0+",
        "PYPI, ''",
        "PYPI, 1.0+",
        "PYPI, 1.0-x",
        "GEM, a",
        "GEM, 1..0",
        "PACKAGIST, ''",
        "PACKAGIST, foo",
        "NUGET, 1.2.3.4.5",
        "NUGET, ''",
        "NUGET, 1-",
    })
    void refuses(VersionOrder order, String text) {
        InvalidVersionException refused = assertThrows(InvalidVersionException.class, () -> order.parse(text));
        assertTrue(refused.toString().contains(": invalid version \"" + text + "\": "), refused.toString());
    }

    @Test
    void refusesAVersionForNpmThatIsTooLong() {
        String longest = "1.0.0-" + "a".repeat(250);
        assertEquals(longest, VersionOrder.NPM.parse(longest).toString());
        assertThrows(InvalidVersionException.class, () -> VersionOrder.NPM.parse(longest + "a"));
    }

    @Test
    void doesNotFoldCaseByTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertEquals(0, VersionOrder.MAVEN.compare("1-FINAL", "1-final"));
            assertEquals(0, VersionOrder.NUGET.compare("1.0-I", "1.0-i"));
        } finally {
            Locale.setDefault(before);
        }
    }

    /** Hostile metadata must cost no more than its length, nor end the thread's stack. */
    @ParameterizedTest
    @EnumSource(VersionOrder.class)
    void takesLongTextsInLinearTimeAndConstantStack(VersionOrder order) throws InterruptedException {
        List<String> texts = List.of(
                "1" + "-1".repeat(200_000),
                "1" + ".0".repeat(200_000),
                "1" + "-a".repeat(200_000),
                "1.0.0-" + "a.".repeat(200_000) + "a",
                "v1.0.0-" + "0.".repeat(200_000) + "0",
                "9".repeat(500_000),
                "1.0-pl" + ".1".repeat(200_000),
                "1.0" + "_p1".repeat(100_000),
                "0".repeat(500_000) + "a");
        List<Throwable> thrown = new ArrayList<>();
        Thread smallStack = new Thread(
                null,
                () -> {
                    for (String text : texts) {
                        try {
                            assertEquals(0, order.compare(text, text));
                        } catch (InvalidVersionException e) {
                            assertTrue(e.toString().length() < 300);
                        }
                    }
                },
                "small stack",
                128 * 1024);
        smallStack.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        smallStack.start();
        smallStack.join();
        assertEquals(List.of(), thrown);
    }

    @Test
    void sortsParsedVersions() {
        List<Version> versions = Stream.of("1.0", "1:0", "1.0~rc1", "1.0-1")
                .map(VersionOrder.DPKG::parse)
                .sorted(VersionOrder.DPKG)
                .toList();
        assertEquals("[1.0~rc1, 1.0, 1.0-1, 1:0]", versions.toString());
    }

    @Test
    void doesNotCompareVersionsOfDifferentOrders() {
        Version npm = VersionOrder.NPM.parse("1.0.0");
        assertThrows(ClassCastException.class, () -> npm.compareTo(VersionOrder.CRATES.parse("1.0.0")));
        assertThrows(ClassCastException.class, () -> npm.compareTo(VersionOrder.RPM.parse("1.0.0")));
    }

    @Test
    void isEqualByTextAndOrder() {
        Version version = VersionOrder.PYPI.parse("1.0");
        assertEquals(VersionOrder.PYPI.parse("1.0"), version);
        assertEquals(VersionOrder.PYPI.parse("1.0").hashCode(), version.hashCode());
        assertNotEquals(VersionOrder.PYPI.parse("1.0.0"), version);
        assertNotEquals(VersionOrder.GEM.parse("1.0"), version);
        assertNotEquals(VersionOrder.NPM.parse("1.0.0"), VersionOrder.CRATES.parse("1.0.0"));
    }

    @Test
    void isFoundByItsName() {
        for (VersionOrder order : VersionOrder.values()) {
            assertEquals(Optional.of(order), VersionOrder.byId(order.id().toUpperCase(Locale.ROOT)));
        }
        assertEquals(Optional.empty(), VersionOrder.byId("cobol"));
    }
}
