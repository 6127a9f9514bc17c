package dev.tallyclerk.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StringSearchProperties {
    /** Few different bytes, so that strings are found, some of them with the highest bit. */
    private static Arbitrary<byte[]> bytes(int least, int most) {
        return Arbitraries.of((byte) 0, (byte) 'a', (byte) 0xff, (byte) 0xe1)
                .array(byte[].class)
                .ofMinSize(least)
                .ofMaxSize(most);
    }

    @Provide
    Arbitrary<List<byte[]>> strings() {
        return bytes(StringSearch.MIN_BYTES, 5).list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<byte[]> contents() {
        return bytes(0, 90);
    }

    @Property
    void findsWhatALookAtEachPositionFinds(
            @ForAll("strings") List<byte[]> strings, @ForAll("contents") byte[] content) {
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < strings.size(); i++) {
            byte[] string = strings.get(i);
            for (int at = 0; at + string.length <= content.length; at++) {
                if (Arrays.equals(content, at, at + string.length, string, 0, string.length)) {
                    expected.add(i + " at " + at);
                }
            }
        }
        TreeSet<String> found = new TreeSet<>();
        new StringSearch(strings)
                .search(
                        content,
                        0,
                        content.length - 1,
                        content.length,
                        (index, start) -> found.add(index + " at " + start));
        assertEquals(expected, found);
    }
}
