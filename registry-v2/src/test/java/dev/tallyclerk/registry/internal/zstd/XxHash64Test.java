package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash64Test {
    @ParameterizedTest
    @CsvSource({
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "Nobody inspects the spammish repetition, fbcea83c8a378bf1"
    })
    void hashesAsPublished(String text, String expected) {
        XxHash64 hash = new XxHash64();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        hash.update(bytes, 0, bytes.length);
        assertEquals(expected, String.format("%016x", hash.value()));
    }

    @Test
    void doesNotMindHowTheBytesAreCut() {
        Random random = new Random(1);
        byte[] bytes = new byte[1000];
        random.nextBytes(bytes);
        for (int length = 0; length < bytes.length; length++) {
            XxHash64 whole = new XxHash64();
            whole.update(bytes, 0, length);
            XxHash64 cut = new XxHash64();
            int n;
            for (int at = 0; at < length; at += n) {
                n = Math.min(length - at, random.nextInt(70));
                cut.update(bytes, at, n);
            }
            assertEquals(whole.value(), cut.value());
            assertEquals(whole.value(), cut.value(), "a look at the value changes nothing");
        }
    }

    @Test
    void beginsAgainAfterAReset() {
        XxHash64 hash = new XxHash64();
        hash.update(new byte[100], 0, 100);
        hash.reset();
        assertEquals(0xef46db3751d8e999L, hash.value());
    }
}
