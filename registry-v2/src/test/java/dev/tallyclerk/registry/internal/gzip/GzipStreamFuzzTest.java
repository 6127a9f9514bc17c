package dev.tallyclerk.registry.internal.gzip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.internal.gzip.GzipException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Any bytes inflate to what the Java runtime inflates them to, and are refused if it refuses them. */
class GzipStreamFuzzTest {
    private static final int MAX_CONTENT = 1 << 18;
    private static final Set<Reason> BROKEN = Set.of(Reason.CORRUPT, Reason.TRUNCATED);

    @FuzzTest
    void decode(byte[] data) throws IOException {
        inflate(data);
        gunzip(data);
    }

    /** Nearly every change to a gzip file breaks its checksum, so the data is taken for the inside of one. */
    private static void inflate(byte[] data) throws IOException {
        byte[] content = new byte[MAX_CONTENT];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(data);
            int size = 0;
            int n;
            do {
                n = inflater.inflate(content, size, content.length - size);
                size += n;
            } while (n > 0 && size < content.length);
            byte[] exact = Arrays.copyOf(content, size);
            if (inflater.finished()) {
                byte[] deflated = Arrays.copyOf(data, data.length - inflater.getRemaining());
                assertArrayEquals(exact, decode(GzipStreams.member(deflated, exact), data.length));
            } else if (size < content.length) {
                byte[] member = GzipStreams.member(data, exact);
                byte[] cut = Arrays.copyOf(member, member.length - 8);
                assertRefused(cut, data.length);
            }
        } catch (DataFormatException e) {
            assertRefused(GzipStreams.member(data, new byte[0]), data.length);
        } finally {
            inflater.end();
        }
    }

    private static void assertRefused(byte[] stream, int pieces) {
        GzipException refusal = assertThrows(GzipException.class, () -> decode(stream, pieces));
        assertTrue(BROKEN.contains(refusal.reason()), refusal::toString);
    }

    private static void gunzip(byte[] data) {
        assertEquals(outcome(Engine.RUNTIME, data), outcome(Engine.OWN, data));
    }

    /** What is broken in two ways may be called corrupt by the one and cut by the other. */
    private static String outcome(Engine engine, byte[] stream) {
        try {
            byte[] content = engine.decode(stream);
            return content.length + " bytes, " + GzipStreams.crc(content);
        } catch (GzipException e) {
            return BROKEN.contains(e.reason()) ? "broken" : e.reason().toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Decodes what comes in pieces of a few bytes into buffers of a few bytes. */
    private static byte[] decode(byte[] stream, int pieces) throws IOException {
        InputStream source = new ByteArrayInputStream(stream) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 1 + pieces % 29));
            }
        };
        return Engine.OWN.decode(source, 1 + pieces % 997);
    }
}
