package dev.tallyclerk.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class SomeBytesTest {
    private static final byte[] CONTENT = {1, 2, 3};

    @Test
    void readsAsMuchAsTheSourceGives() throws IOException {
        byte[] buffer = new byte[5];
        assertEquals(3, SomeBytes.read(new ByteArrayInputStream(CONTENT), buffer, 1, 4));
        assertArrayEquals(new byte[] {0, 1, 2, 3, 0}, buffer);
    }

    @Test
    void readsOneByteWhereTheSourceGivesNone() throws IOException {
        InputStream lazy = new FilterInputStream(new ByteArrayInputStream(CONTENT)) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return 0;
            }
        };
        byte[] buffer = new byte[5];
        assertEquals(0, SomeBytes.read(lazy, buffer, 0, 0), "none are wanted");
        assertEquals(1, SomeBytes.read(lazy, buffer, 1, 4));
        assertEquals(1, SomeBytes.read(lazy, buffer, 2, 3));
        assertArrayEquals(new byte[] {0, 1, 2, 0, 0}, buffer);
        assertEquals(1, SomeBytes.read(lazy, buffer, 0, 5));
        assertEquals(-1, SomeBytes.read(lazy, buffer, 0, 5));
    }

    @Test
    void refusesASourceThatSaysItGaveMoreThanWasAskedFor() {
        InputStream boastful = new FilterInputStream(new ByteArrayInputStream(CONTENT)) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length + 1;
            }
        };
        assertThrows(IOException.class, () -> SomeBytes.read(boastful, new byte[5], 0, 5));
    }
}
