package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.client.SentContent.Part;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a transport that nobody waits for any more does to the requests after its own, which is nothing. */
@Timeout(60)
class SentContentTest {
    private final byte[] content = new byte[300_000];
    private final Descriptor blob = Descriptor.ofContent("a/b", content);
    private final List<Source> opened = new ArrayList<>();
    private final Deque<Source> next = new ArrayDeque<>();
    private final SentContent sent = SentContent.of(blob, () -> {
        Source source = next.isEmpty() ? new Source() : next.remove();
        source.opening();
        opened.add(source);
        return Optional.of(VerifyingInputStream.of(source, blob.digest(), blob.size()));
    });

    private class Source extends FilterInputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        Source() {
            super(new ByteArrayInputStream(content));
        }

        void opening() throws IOException {}

        @Override
        public void close() {
            closed.countDown();
        }

        boolean isClosed() {
            return closed.getCount() == 0;
        }
    }

    /** Waits where it is first read, or opened, until it is closed or let go. */
    private final class Waiting extends Source {
        private final boolean whileOpened;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch free = new CountDownLatch(1);

        Waiting(boolean whileOpened) {
            this.whileOpened = whileOpened;
        }

        private void await(CountDownLatch latch) throws IOException {
            reached.countDown();
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        void opening() throws IOException {
            if (whileOpened) {
                await(free);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (!whileOpened) {
                await(((Source) this).closed);
                throw new IOException("closed");
            }
            return super.read(bytes, offset, length);
        }
    }

    /** Reads a part in another thread, as some transports do. */
    private static CompletableFuture<byte[]> readElsewhere(Part part) {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (InputStream in = part.open()) {
                read.complete(in.readAllBytes());
            } catch (IOException | RuntimeException | Error e) {
                read.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return read;
    }

    private static void assertFails(CompletableFuture<byte[]> reading) {
        Exception e = assertThrows(Exception.class, reading::get);
        assertTrue(e.getCause() instanceof IOException, e::toString);
    }

    private void assertAllIsSent() throws IOException {
        Part again = sent.part(0, content.length);
        try (InputStream in = again.open()) {
            assertArrayEquals(content, in.readAllBytes());
        }
        assertTrue(again.isSent());
        sent.requireVerified();
        sent.requireReadable();
    }

    @AfterEach
    void nothingStaysOpen() throws IOException {
        sent.close();
        assertTrue(opened.stream().allMatch(Source::isClosed));
    }

    @Test
    void aReadThatItsClosingEndsIsNoFailureOfTheContent() throws Exception {
        Waiting source = new Waiting(false);
        next.add(source);
        CompletableFuture<byte[]> old = readElsewhere(sent.part(0, content.length));
        source.reached.await();
        sent.interrupted();
        assertFails(old);
        sent.requireReadable();
        assertAllIsSent();
        assertEquals(2, opened.size());
    }

    @Test
    void whatIsOpenedTooLateIsClosedAndTakesNothingFromTheNextPart() throws Exception {
        Waiting source = new Waiting(true);
        next.add(source);
        CompletableFuture<byte[]> old = readElsewhere(sent.part(0, content.length));
        source.reached.await();
        sent.interrupted();
        Part again = sent.part(0, content.length);
        try (InputStream in = again.open()) {
            byte[] first = in.readNBytes(100_000);
            source.free.countDown();
            assertFails(old);
            assertTrue(source.isClosed());
            assertEquals(content.length, first.length + in.readAllBytes().length);
        }
        assertTrue(again.isSent());
        sent.requireReadable();
    }

    @Test
    void anOldPartIsNotOpenedAnyMore() throws Exception {
        Part old = sent.part(0, 10);
        sent.interrupted();
        assertThrows(IOException.class, old::open);
        assertFalse(old.isSent());
        sent.requireReadable();
        assertEquals(List.of(), opened);
        assertAllIsSent();
    }
}
