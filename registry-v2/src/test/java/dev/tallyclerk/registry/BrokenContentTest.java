package dev.tallyclerk.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.HostileServer;
import dev.tallyclerk.testing.TransportKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bug in what the caller gives to be sent is the caller's, and not the registry's. */
@Timeout(60)
class BrokenContentTest {
    private static final byte[] CONTENT = new byte[300_000];
    private static final Descriptor BLOB = Descriptor.ofContent("application/octet-stream", CONTENT);

    /** {@return what pushing content comes to, which must not be asked for twice} */
    private static Throwable failure(TransportKind kind, Callable<InputStream> content) throws IOException {
        int[] opened = {0};
        RequestBody body = new RequestBody() {
            @Override
            public long length() {
                return CONTENT.length;
            }

            @Override
            public boolean isRepeatable() {
                return true;
            }

            @Override
            public InputStream open() throws IOException {
                opened[0]++;
                try {
                    return content.call();
                } catch (IOException | RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };
        try (HostileServer registry = HostileServer.start(exchange -> {
            switch (exchange.request().method()) {
                case "HEAD" -> exchange.answer(404);
                case "POST" -> exchange.answer(202, "Location: /v2/a/b/blobs/uploads/1");
                case "DELETE" -> exchange.answer(204);
                default -> exchange.stall();
            }
        })) {
            var writer = RegistryClient.of(kind.make())
                    .repository(Reference.parse(registry.host() + "/a/b"))
                    .writer();
            Throwable failure = assertThrows(Throwable.class, () -> writer.pushBlob(BLOB, body));
            assertEquals(1, opened[0]);
            // Not where: the request that was given up has a connection of its own, and may be heard of later.
            assertTrue(
                    registry.log().contains("DELETE /v2/a/b/blobs/uploads/1"),
                    registry.log().toString());
            return failure;
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "URL_CONNECTION")
    void whatOpeningThrowsIsThrown(TransportKind kind) throws IOException {
        for (RuntimeException bug :
                List.of(new IllegalStateException("a bug"), new UnsupportedOperationException("a bug"))) {
            assertSame(bug, failure(kind, () -> {
                throw bug;
            }));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "URL_CONNECTION")
    void whatReadingThrowsIsThrown(TransportKind kind) throws IOException {
        for (RuntimeException bug :
                List.of(new IllegalStateException("a bug"), new UnsupportedOperationException("a bug"))) {
            assertSame(bug, failure(kind, () -> new InputStream() {
                @Override
                public int read() {
                    throw bug;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) {
                    throw bug;
                }
            }));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "URL_CONNECTION")
    @SuppressWarnings("NullAway") // what a caller without such checks can give
    void noStreamIsNamed(TransportKind kind) throws IOException {
        Throwable failure = failure(kind, () -> null);
        assertSame(NullPointerException.class, failure.getClass());
        assertTrue(String.valueOf(failure.getMessage()).contains("body"), failure.getMessage());
    }
}
