package dev.tallyclerk.registry.internal.inventory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class KeptBytesProperties {
    private static byte[] bytes(long seed, int size, boolean random) {
        byte[] bytes = new byte[size];
        if (random) {
            new Random(seed).nextBytes(bytes);
        } else {
            Arrays.fill(bytes, (byte) seed);
        }
        return bytes;
    }

    @Property(tries = 100)
    void givesBackEveryPart(
            @ForAll long seed,
            @ForAll @IntRange(max = 400_000) int size,
            @ForAll boolean random,
            @ForAll @IntRange(min = 1, max = 100_000) int chunk)
            throws UnreadableException, IOException {
        byte[] bytes = bytes(seed, size, random);
        MemoryBudget budget = MemoryBudget.ofBytes(1 << 20);
        KeptBytes kept = new KeptBytes(size, budget);
        for (int at = 0; at < size; at += chunk) {
            kept.add(bytes, at, Math.min(chunk, size - at));
        }
        kept.close();
        assertEquals(size, kept.size());
        assertArrayEquals(bytes, kept.stream().readAllBytes());
        int from = size / 3;
        assertArrayEquals(Arrays.copyOfRange(bytes, from, size), kept.read(from, size - from));
        assertThrows(UnreadableException.class, () -> kept.read(from, size - from + 1));
        assertThrows(UnreadableException.class, () -> kept.read(-1, 1));
        kept.free();
        budget.take(1 << 20);
    }

    @Property(tries = 20)
    void refusesMoreThanItsLimits(@ForAll long seed, @ForAll @IntRange(min = 70_000, max = 200_000) int size)
            throws UnreadableException {
        byte[] bytes = bytes(seed, size, true);
        KeptBytes small = new KeptBytes(size - 1, MemoryBudget.ofBytes(1 << 20));
        assertEquals(
                Doubt.Reason.LIMIT_EXCEEDED,
                assertThrows(UnreadableException.class, () -> small.add(bytes, 0, size))
                        .doubt()
                        .reason());
        KeptBytes poor = new KeptBytes(size, MemoryBudget.ofBytes(60_000));
        assertEquals(
                Doubt.Reason.LIMIT_EXCEEDED,
                assertThrows(UnreadableException.class, () -> poor.add(bytes, 0, size))
                        .doubt()
                        .reason());
    }
}
