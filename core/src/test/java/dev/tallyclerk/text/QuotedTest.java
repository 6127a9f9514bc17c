package dev.tallyclerk.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class QuotedTest {
    @Test
    void showsNothingThatATerminalCouldActOn() {
        assertEquals("\"?[31mred? ?\"", Quoted.quote("\u001b[31mred\n \u202e"));
        assertEquals("a?b", Quoted.printable("a\u0007b"));
        assertEquals("?", Quoted.printable("\ud800"));
    }

    @Test
    void cutsALongText() {
        assertEquals('"' + "x".repeat(80) + "…\"", Quoted.quote("x".repeat(81)));
        assertEquals('"' + "x".repeat(80) + '"', Quoted.quote("x".repeat(80)));
    }

    @Test
    void cutsWhereTheCallerSays() {
        assertEquals("\"ab…\"", Quoted.quote("abc", 2));
        assertEquals("\"…\"", Quoted.quote("abc", 0));
        assertThrows(IllegalArgumentException.class, () -> Quoted.quote("abc", -1));
    }

    @Test
    void keepsCharactersBeyondTheBasicPlane() {
        assertEquals("\"\ud83d\ude00\"", Quoted.quote("\ud83d\ude00"));
    }
}
