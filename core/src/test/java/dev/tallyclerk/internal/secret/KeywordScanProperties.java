package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class KeywordScanProperties {
    private static final KeywordScan SCAN = new KeywordScan(PatternTable.parse("""
            One | token | any | tok_ x-y | [0-9a-f]{8} | -
            Other | token | any | sk- AKIA :// -----BEGIN | [0-9a-f]{8} | -
            """));

    private static final KeywordScan LARGE = new KeywordScan(PatternTable.parse(IntStream.range(0, 1000)
            .mapToObj(number -> "Key | token | any | " + keyword(number) + " | [0-9a-f]{8} | -\n")
            .collect(Collectors.joining())));

    /** Parts of keywords, so that many texts have one, nearly have one, or have one at the start or end. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "t", "ok_", "tok_", "x-", "y", "s", "k-", "AK", "IA", ":", "//", "-----", "BEGIN", "ä", "€")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Property
    void aTextHasAKeywordIfOneIsFoundInIt(@ForAll("texts") String text) {
        List<Integer> found = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        SCAN.scan(bytes, 0, bytes.length - 1, bytes.length, (pattern, start, end) -> found.add(start));
        boolean expected = SCAN.patterns().stream()
                .flatMap(pattern -> pattern.keywords().stream())
                .anyMatch(text::contains);
        assertEquals(expected, SCAN.isIn(text), text);
        assertEquals(
                expected, !found.isEmpty(), found.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    /** More keywords than there are lists of candidates. */
    @Property(tries = 100)
    void everyKeywordOfALargeTableIsFoundWhereverItIs(
            @ForAll @IntRange(max = 999) int number, @ForAll @IntRange(max = 70) int before) {
        KeywordScan scan = LARGE;
        String text = ".".repeat(before) + keyword(number) + "#".repeat(70 - before);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> found = new ArrayList<>();
        scan.scan(
                bytes,
                0,
                bytes.length - 1,
                bytes.length,
                (pattern, start, end) -> found.add(start + " " + text.substring(start, end)));
        assertEquals(List.of(before + " " + keyword(number)), found);
    }

    private static String keyword(int number) {
        // Three characters, so that no keyword is a part of another.
        return "" + (char) ('a' + number / 100) + (char) ('a' + number / 10 % 10) + (char) ('A' + number % 10);
    }
}
