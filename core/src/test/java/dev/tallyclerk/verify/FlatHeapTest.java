package dev.tallyclerk.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.JavaProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The heap that verification takes does not grow with the content. */
@Timeout(120)
class FlatHeapTest {
    private static final long SIZE = 256L << 20;

    /** Of that many zero bytes, by other people's programs. */
    private static final Digest ZEROS =
            Digest.parse("sha256:a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484");

    @Test
    void aStreamOfManyTimesTheHeapIsVerified() throws Exception {
        Process process = new ProcessBuilder(
                        JavaProcess.command(List.of("-Xmx16m", "-XX:+UseSerialGC"), FlatHeapTest.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream in = process.getInputStream()) {
            assertEquals(SIZE + " VERIFIED", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertEquals(0, process.waitFor());
    }

    /** Verifies the content in a process of its own, by each of the two streams. */
    public static void main(String[] arguments) throws Exception {
        try (VerifyingInputStream in = VerifyingInputStream.of(zeros(), ZEROS, SIZE);
                VerifyingOutputStream out = VerifyingOutputStream.of(OutputStream.nullOutputStream(), ZEROS, SIZE)) {
            long passed = in.transferTo(out);
            System.out.print(passed + " " + in.state());
        }
    }

    private static InputStream zeros() {
        return new InputStream() {
            private long left = SIZE;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int n = (int) Math.min(length, left);
                if (n == 0 && length > 0) {
                    return -1;
                }
                Arrays.fill(bytes, offset, offset + n, (byte) 0);
                left -= n;
                return n;
            }
        };
    }
}
