package dev.tallyclerk.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TextMapsTest {
    @Test
    void isACopyInOrderThatCannotBeChanged() {
        Map<String, Integer> map = new LinkedHashMap<>(Map.of("z", 1));
        map.put("a", 2);
        Map<String, Integer> copy = TextMaps.copyOf(map);
        map.clear();
        assertEquals(List.of("z", "a"), List.copyOf(copy.keySet()));
        assertThrows(UnsupportedOperationException.class, copy::clear);
        assertEquals(Map.of(), TextMaps.copyOf(map));
    }

    /** What looks for a free place step by step takes some ten minutes for these. */
    @Test
    @Timeout(60)
    void textsThatSomebodyHasChosenForOneHashTakeNoLonger() {
        List<String> texts = List.of("");
        for (int i = 0; i < 18; i++) {
            List<String> longer = new ArrayList<>();
            for (String text : texts) {
                longer.add(text + "Aa");
                longer.add(text + "BB");
            }
            texts = longer;
        }
        assertEquals(1, texts.stream().map(String::hashCode).distinct().count());
        Map<String, Integer> map = new LinkedHashMap<>();
        texts.forEach(text -> map.put(text, 1));
        assertEquals(map.size(), TextMaps.copyOf(map).size());
    }
}
