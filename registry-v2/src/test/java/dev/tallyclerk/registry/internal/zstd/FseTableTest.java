package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.registry.internal.zstd.ZstdException.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FseTableTest {
    private static final FseDistribution OFFSETS = FseDistribution.of(
            5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1);

    /** A scale of 32; 16 of it in 5 bits, and 16 of what is left in 5. */
    private static final byte[] HALF_AND_HALF =
            Frames.Forward.of().add(0, 4).add(17, 5).add(31, 5).build();

    /** A scale of 32; 31 of it in 6 bits; a zero, runs of three and one zeros; then 1 of 1. */
    private static final byte[] WITH_ZEROS = Frames.Forward.of()
            .add(0, 4)
            .add(62, 6)
            .add(1, 2)
            .add(3, 2)
            .add(1, 2)
            .add(3, 2)
            .build();

    /** RFC 8878, appendix A.3: state, symbol, number of bits, base. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 5, 0", "1, 6, 4, 0", "2, 9, 5, 0", "3, 15, 5, 0", "4, 21, 5, 0", "5, 3, 5, 0", "6, 7, 4, 0",
        "7, 12, 5, 0", "8, 18, 5, 0", "9, 23, 5, 0", "10, 5, 5, 0", "11, 8, 4, 0", "12, 14, 5, 0", "13, 20, 5, 0",
        "14, 2, 5, 0", "15, 7, 4, 16", "16, 11, 5, 0", "17, 17, 5, 0", "18, 22, 5, 0", "19, 4, 5, 0", "20, 8, 4, 16",
        "21, 13, 5, 0", "22, 19, 5, 0", "23, 1, 5, 0", "24, 6, 4, 16", "25, 10, 5, 0", "26, 16, 5, 0", "27, 28, 5, 0",
        "28, 27, 5, 0", "29, 26, 5, 0", "30, 25, 5, 0", "31, 24, 5, 0"
    })
    void buildsThePredefinedTableOfOffsets(int state, int symbol, int bits, int base) {
        long cell = FseTable.of(OFFSETS, meanings(29)).cells[state];
        assertEquals(symbol, FseTable.baseline(cell));
        assertEquals(bits, FseTable.stateBits(cell));
        assertEquals(base, FseTable.nextState(cell));
    }

    @Test
    void numbersStatesFromWhereItStandsInTheArray() {
        FseTable alone = FseTable.of(OFFSETS, meanings(29));
        FseTable copied = new FseTable(new long[200], 100);
        copied.copy(alone);
        FseTable built = new FseTable(new long[200], 100);
        built.build(OFFSETS, meanings(29));
        for (int state = 0; state < 32; state++) {
            long cell = alone.cells[state];
            assertEquals(FseTable.nextState(cell) + 100, FseTable.nextState(built.cells[100 + state]));
            assertEquals(built.cells[100 + state], copied.cells[100 + state]);
        }
    }

    @Test
    void readsADescription() throws ZstdException {
        FseDistribution distribution = new FseDistribution(256);
        int end = distribution.read(HALF_AND_HALF, 0, 2, 256, 5);
        assertEquals(2, end);
        assertEquals(2, distribution.symbols);
        assertEquals(16, distribution.probability(0));
        assertEquals(16, distribution.probability(1));
    }

    @Test
    void readsRunsOfSymbolsThatDoNotOccur() throws ZstdException {
        FseDistribution distribution = new FseDistribution(256);
        distribution.read(WITH_ZEROS, 0, WITH_ZEROS.length, 256, 5);
        assertEquals(7, distribution.symbols);
        assertEquals(31, distribution.probability(0));
        assertEquals(0, distribution.probability(1));
        assertEquals(0, distribution.probability(5));
        assertEquals(1, distribution.probability(6));
    }

    @Test
    void refusesAScaleThatIsTooFine() {
        refuses(new byte[] {1, 0, 0, 0}, 256, 5);
    }

    @Test
    void refusesADescriptionThatIsCutOff() {
        refuses(Arrays.copyOf(HALF_AND_HALF, 1), 256, 5);
    }

    @Test
    void refusesMoreSymbolsThanThereAre() {
        refuses(HALF_AND_HALF, 1, 5);
    }

    @Test
    void refusesARunOfZerosBeyondTheLastSymbol() {
        refuses(WITH_ZEROS, 5, 5);
    }

    private static void refuses(byte[] description, int maxSymbols, int maxAccuracyLog) {
        var e = assertThrows(
                ZstdException.class,
                () -> new FseDistribution(256).read(description, 0, description.length, maxSymbols, maxAccuracyLog));
        assertEquals(Reason.CORRUPT, e.reason());
    }

    private static long[] meanings(int symbols) {
        long[] meanings = new long[symbols];
        for (int symbol = 0; symbol < symbols; symbol++) {
            meanings[symbol] = FseTable.meaning(symbol, 0);
        }
        return meanings;
    }
}
