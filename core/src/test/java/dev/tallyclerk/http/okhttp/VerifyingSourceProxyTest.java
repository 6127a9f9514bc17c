package dev.tallyclerk.http.okhttp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerificationException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy over OkHttp that promises a Content-Length, and a client that must not complete a wrong body. */
@Timeout(60)
class VerifyingSourceProxyTest {
    private static final byte[] CONTENT = new byte[1_000_000];

    static {
        new Random(12).nextBytes(CONTENT);
    }

    private final OkHttpClient http = new OkHttpClient();
    private final AtomicReference<Optional<Reason>> refusal = new AtomicReference<>(Optional.empty());

    private void proxy(HostileServer upstream, Exchange exchange) throws IOException {
        Request request =
                new Request.Builder().url(upstream.uri("/").toString()).build();
        try (Response response = http.newCall(request).execute();
                VerifyingSource source =
                        VerifyingSource.of(response.body().source(), Digest.sha256Of(CONTENT), CONTENT.length)) {
            exchange.head(200, "Content-Length: " + CONTENT.length);
            Buffer piece = new Buffer();
            while (source.read(piece, 8192) >= 0) {
                exchange.send(piece.readByteArray());
            }
        } catch (VerificationException e) {
            refusal.set(Optional.of(e.reason()));
        }
    }

    /** {@return what a client gets of the body if the registry sends that} */
    private byte[] got(byte[] sent) throws IOException {
        refusal.set(Optional.empty());
        try (HostileServer upstream = HostileServer.start(exchange -> exchange.answer(200, sent));
                HostileServer proxy = HostileServer.start(exchange -> proxy(upstream, exchange));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            byte[] all = in.readAllBytes();
            int head = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            return Arrays.copyOfRange(all, head, all.length);
        }
    }

    private void assertIncomplete(Reason reason, byte[] sent) throws IOException {
        int most = CONTENT.length - ContentVerifier.DEFAULT_HOLD_BACK;
        byte[] got = got(sent);
        assertEquals(Optional.of(reason), refusal.get());
        assertTrue(got.length <= most, got.length + " bytes came");
    }

    @Test
    void theClientGetsTheRightBody() throws IOException {
        assertArrayEquals(CONTENT, got(CONTENT));
        assertEquals(Optional.empty(), refusal.get());
    }

    @Test
    void theClientNeverCompletesABodyWithAWrongByte() throws IOException {
        for (int at : new int[] {0, CONTENT.length / 2, CONTENT.length - 1}) {
            byte[] wrong = CONTENT.clone();
            wrong[at]++;
            assertIncomplete(Reason.DIGEST_MISMATCH, wrong);
        }
    }

    @Test
    void theClientNeverCompletesABodyThatIsTooLongOrTooShort() throws IOException {
        assertIncomplete(Reason.TOO_LONG, Arrays.copyOf(CONTENT, CONTENT.length + 1));
        assertIncomplete(Reason.TOO_SHORT, Arrays.copyOf(CONTENT, CONTENT.length - 1));
    }
}
