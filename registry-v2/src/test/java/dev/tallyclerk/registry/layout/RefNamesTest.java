package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefNamesTest {
    @Test
    void listsSomeNamesAndSaysHowManyMoreThereAre() {
        assertEquals("no names", RefNames.listed(List.of()));
        assertEquals("\"a\", \"b\"", RefNames.listed(List.of("a", "b")));
        List<String> many = IntStream.range(0, 33).mapToObj(String::valueOf).toList();
        assertTrue(RefNames.listed(many).endsWith("\"19\" and 13 more"), RefNames.listed(many));
    }
}
