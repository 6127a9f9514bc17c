package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

/** A compressed layer is what the JDK decompresses it to, or is refused with a typed reason; the limit holds. */
class LayerVerifierFuzzTest {
    private static final int MAX_UNCOMPRESSED = 1 << 16;
    private static final LayerVerifier VERIFIER =
            LayerVerifier.create().withLimits(LayerLimits.defaults().withMaxUncompressedBytes(MAX_UNCOMPRESSED));
    private static final Digest OF_NOTHING_ELSE = Digest.sha256Of("another content".getBytes(StandardCharsets.UTF_8));

    @FuzzTest
    void verifyGzip(byte[] data) throws IOException {
        Optional<byte[]> content = gunzip(data);
        Optional<Reason> refused = verify(data, content.map(Digest::sha256Of).orElse(OF_NOTHING_ELSE));
        if (content.isEmpty()) {
            assertTrue(refused.isPresent(), "what the JDK cannot decompress was accepted");
            assertNotEquals(Reason.DIFF_ID_MISMATCH, refused.get(), "was decompressed, which the JDK cannot");
        } else if (content.get().length > MAX_UNCOMPRESSED) {
            assertEquals(Optional.of(Reason.LIMIT_EXCEEDED), refused);
        } else {
            // The JDK passes over whatever follows the last member, and over reserved flags.
            assertTrue(refused.isEmpty() || refused.get() == Reason.TRAILING_DATA || refused.get() == Reason.MALFORMED);
        }
        verifyDeflated(data);
    }

    /** Nearly every change to a gzip file breaks its checksum, so the data is taken for the inside of one as well. */
    private static void verifyDeflated(byte[] data) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(data);
            byte[] content = new byte[MAX_UNCOMPRESSED];
            int size = 0;
            while (!inflater.finished() && size < content.length) {
                int n = inflater.inflate(content, size, content.length - size);
                if (n == 0 && !inflater.finished()) {
                    return;
                }
                size += n;
            }
            if (!inflater.finished()) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(content, 0, size);
            int deflated = data.length - inflater.getRemaining();
            byte[] gzip = ByteBuffer.allocate(10 + deflated + 8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255})
                    .put(data, 0, deflated)
                    .putInt((int) crc.getValue())
                    .putInt(size)
                    .array();
            byte[] exact = Arrays.copyOf(content, size);
            assertEquals(Optional.empty(), verify(gzip, Digest.sha256Of(exact)));
        } catch (DataFormatException e) {
            // Not deflated, so there is nothing to compare.
        } finally {
            inflater.end();
        }
    }

    /** {@return why the layer was refused, or nothing if it was not} */
    private static Optional<Reason> verify(byte[] blob, Digest diffId) throws IOException {
        Descriptor layer =
                Descriptor.of("application/vnd.oci.image.layer.v1.tar+gzip", Digest.sha256Of(blob), blob.length);
        try {
            VerifiedLayer verified = VERIFIER.verify(new ByteArrayInputStream(blob), layer, diffId);
            assertEquals(layer, verified.descriptor());
            assertEquals(diffId, verified.diffId());
            return Optional.empty();
        } catch (LayerException e) {
            assertTrue(e.toString().length() < 1000);
            return Optional.of(e.reason());
        }
    }

    private static Optional<byte[]> gunzip(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(data))) {
            in.transferTo(out);
            return Optional.of(out.toByteArray());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
