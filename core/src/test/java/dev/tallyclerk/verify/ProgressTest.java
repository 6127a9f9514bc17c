package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final List<String> told = new ArrayList<>();

    private Progress of(long total) {
        return new Progress((bytes, all) -> told.add(bytes + "/" + all), 100, total);
    }

    @Test
    void tellsEachTimeThatEnoughHasComeAndTheEndOnce() {
        Progress progress = of(260);
        progress.add(99);
        assertEquals(List.of(), told);
        progress.add(1);
        progress.add(99);
        assertEquals(List.of("100/260"), told);
        progress.add(51);
        assertEquals(List.of("100/260", "250/260"), told);
        progress.add(10);
        progress.finish();
        progress.finish();
        assertEquals(List.of("100/260", "250/260", "260/260"), told);
    }

    @Test
    void theEndOfNothingIsToldToo() {
        of(0).finish();
        assertEquals(List.of("0/0"), told);
    }

    /** All bytes may have been read, and their digest not been compared yet. */
    @Test
    void theEndIsNotToldBeforeItIsVerifiedAndNotTwice() {
        Progress progress = of(100);
        progress.add(100);
        assertEquals(List.of(), told);
        progress.finish();
        assertEquals(List.of("100/100"), told);
    }

    @Test
    void anotherThreadTellsWhenTheFirstHasTold() throws InterruptedException {
        Progress progress = of(200);
        progress.add(100);
        Thread other = new Thread(() -> {
            progress.add(100);
            progress.finish();
        });
        other.start();
        other.join();
        assertEquals(List.of("100/200", "200/200"), told);
    }
}
