package dev.tallyclerk.hardening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegionTest {
    private static final Location.Region ELEMENT =
            Location.Region.of("a.yaml", 3, 5, 3, 9).withPointer("/list/0", step -> Optional.empty());
    private static final Location.Region LIST = Location.Region.of("a.yaml", 2, 1, 4, 1)
            .withPointer("/list", step -> step.equals("0") ? Optional.of(ELEMENT) : Optional.empty());

    @Test
    void aChildIsWhereTheDocumentHasIt() {
        assertEquals(ELEMENT, LIST.child("0"));
        assertEquals("a.yaml:3:5", LIST.child("0").describe());
    }

    @Test
    void aChildThatIsMissingIsInTheValueAroundIt() {
        Location.Region missing = (Location.Region) LIST.child("0", "a/b", "c");
        assertEquals("/list/0/a~1b/c", missing.pointer());
        assertEquals(3, missing.line());
        assertEquals(5, missing.column());
    }

    @Test
    void ordersByLineAndColumn() {
        Location later = Location.Region.of("a.yaml", 3, 6, 3, 7);
        assertTrue(ELEMENT.compareTo(later) < 0);
        assertTrue(LIST.compareTo(ELEMENT) < 0);
        assertTrue(Location.Region.of("b.yaml", 1, 1, 1, 1).compareTo(later) > 0);
        assertEquals(0, ELEMENT.compareTo(LIST.child("0")));
    }

    @Test
    void refusesAnEndBeforeTheStart() {
        assertThrows(IllegalArgumentException.class, () -> Location.Region.of("a", 2, 1, 1, 9));
        assertThrows(IllegalArgumentException.class, () -> Location.Region.of("a", 2, 3, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> Location.Region.of("a", 0, 1, 1, 1));
    }
}
