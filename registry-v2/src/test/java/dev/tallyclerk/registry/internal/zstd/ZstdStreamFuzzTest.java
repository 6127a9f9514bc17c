package dev.tallyclerk.registry.internal.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** Any bytes are decoded as the reference implementation decodes them, or refused with a typed reason. */
class ZstdStreamFuzzTest {
    private static final int MAX_WINDOW = 1 << 20;
    private static final int MAX_CONTENT = 1 << 18;
    private static final ZstdDecompressCtx REFERENCE = new ZstdDecompressCtx();

    @FuzzTest
    void decode(byte[] data) throws IOException {
        Optional<byte[]> expected = Zstds.reference(data, REFERENCE, MAX_CONTENT);
        boolean whole = expected.isEmpty() || expected.get().length < MAX_CONTENT;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (ZstdStream stream = ZstdStream.of(new ByteArrayInputStream(data), MAX_WINDOW)) {
            while (content.size() < MAX_CONTENT && stream.next()) {
                content.write(stream.array(), stream.offset(), stream.length());
            }
        } catch (ZstdException e) {
            assertTrue(e.toString().length() < 500);
            // What ends the frame is looked at before its last block is given, and by the reference after it.
            assertTrue(!whole || expected.isEmpty() || Zstds.isStricter(e), e::toString);
            return;
        }
        if (content.size() < MAX_CONTENT) {
            assertTrue(expected.isPresent(), "the reference implementation refuses this");
            assertArrayEquals(expected.get(), content.toByteArray());
            follow(data);
        } else if (expected.isPresent()) {
            assertArrayEquals(
                    Arrays.copyOf(expected.get(), MAX_CONTENT), Arrays.copyOf(content.toByteArray(), MAX_CONTENT));
        }
    }

    /** What looks at frames and blocks only refuses nothing that the decoder takes. */
    private static void follow(byte[] data) throws IOException {
        try (FrameCheckingStream frames = new FrameCheckingStream(new ByteArrayInputStream(data), MAX_WINDOW)) {
            frames.transferTo(OutputStream.nullOutputStream());
        }
    }
}
