package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Request;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RepositoryWriter.BlobOutcome;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerificationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the chunks are and whatever breaks, the registry has the right content in the end, or there is one error.
 */
class UploadProperties {
    private static final Set<Reason> FAILURES = Set.of(
            Reason.UNREACHABLE,
            Reason.SERVER_ERROR,
            Reason.TOO_MANY_REQUESTS,
            Reason.NOT_FOUND,
            Reason.PROTOCOL,
            Reason.REJECTED);

    /** What can happen to a request. */
    enum Fault {
        NONE,
        BROKEN_BEFORE,
        BROKEN_AFTER_A_BYTE,
        BROKEN_HALFWAY,
        BROKEN_BEFORE_THE_END,
        LOST_ANSWER,
        SERVER_ERROR,
        UNAVAILABLE,
        TOO_MANY_REQUESTS,
        OUT_OF_RANGE,
        FORGOTTEN,
        HALF_TAKEN
    }

    private static final class FaultyRegistry {
        private final MemoryRegistry registry = new MemoryRegistry();
        private final MemoryRepository repository = registry.repository("a");
        private final Deque<Fault> faults;

        FaultyRegistry(List<Fault> faults) {
            this.faults = new ArrayDeque<>(faults);
            registry.intercept(this::answer);
        }

        private @Nullable Response answer(Request request) throws IOException {
            boolean sends = request.method().equals("PUT") || request.body().length() > 0;
            Fault fault = sends && !faults.isEmpty() ? faults.remove() : Fault.NONE;
            int length = Math.toIntExact(request.body().length());
            return switch (fault) {
                case NONE -> null;
                case BROKEN_BEFORE -> throw new IOException("connection reset");
                case BROKEN_AFTER_A_BYTE -> throw broken(request, Math.min(1, length));
                case BROKEN_HALFWAY -> throw broken(request, length / 2);
                case BROKEN_BEFORE_THE_END -> throw broken(request, Math.max(0, length - 1));
                case LOST_ANSWER -> {
                    registry.answerItself(request).close();
                    throw new IOException("connection reset");
                }
                case SERVER_ERROR -> MemoryRegistry.error(500, "UNKNOWN");
                case UNAVAILABLE -> MemoryRegistry.error(503, "UNAVAILABLE");
                case TOO_MANY_REQUESTS -> MemoryRegistry.error(429, "TOOMANYREQUESTS");
                case OUT_OF_RANGE -> MemoryRegistry.error(416, "BLOB_UPLOAD_INVALID");
                case FORGOTTEN -> {
                    repository.uploads.clear();
                    yield null;
                }
                case HALF_TAKEN -> halfTaken(request, length / 2);
            };
        }

        private void take(Request request, int bytes) throws IOException {
            ByteArrayOutputStream upload =
                    repository.uploads.get(request.uri().getPath().replaceFirst(".*/", ""));
            try (InputStream in = request.body().open()) {
                byte[] taken = in.readNBytes(bytes);
                if (upload != null) {
                    upload.writeBytes(taken);
                }
            }
        }

        private IOException broken(Request request, int bytes) throws IOException {
            take(request, bytes);
            return new IOException("connection reset");
        }

        private @Nullable Response halfTaken(Request request, int bytes) throws IOException {
            ByteArrayOutputStream upload =
                    repository.uploads.get(request.uri().getPath().replaceFirst(".*/", ""));
            if (!request.method().equals("PATCH") || upload == null) {
                return null;
            }
            int before = upload.size();
            registry.answerItself(request).close();
            byte[] all = upload.toByteArray();
            upload.reset();
            upload.writeBytes(Arrays.copyOf(all, before + bytes));
            return MemoryRegistry.answer(
                    202, Map.of("Location", request.uri().toString(), "Range", "0-" + Math.max(0, upload.size() - 1)));
        }

        RepositoryWriter writer(Form form, long chunk) {
            return registry.client()
                    .withUploads(UploadPolicy.defaults().withForm(form).withChunkBytes(chunk))
                    .repository(Reference.parse("registry.example.org/a"))
                    .writer();
        }
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Property(tries = 2000)
    void theContentIsRightInTheEndOrThereIsOneError(
            @ForAll @IntRange(max = 150_000) int size,
            @ForAll @IntRange(min = 1, max = 40_000) int chunk,
            @ForAll @IntRange(max = 60_000) int minChunk,
            @ForAll Form form,
            @ForAll boolean repeatable,
            @ForAll @Size(max = 30) List<Fault> faults)
            throws IOException {
        byte[] content = content(size);
        Descriptor blob = Descriptor.ofContent("application/octet-stream", content);
        FaultyRegistry faulty = new FaultyRegistry(faults);
        faulty.registry.setMinChunk(minChunk);
        // No more chunks than a test has time for.
        RepositoryWriter writer = faulty.writer(form, Math.max(chunk, size / 20 + 1));
        RequestBody body = repeatable
                ? RequestBody.of(content)
                : RequestBody.once(content.length, new ByteArrayInputStream(content));
        try {
            assertEquals(BlobOutcome.SENT, writer.pushBlob(blob, body));
            assertArrayEquals(content, faulty.repository.content(blob.digest()).orElseThrow());
        } catch (HttpException e) {
            assertTrue(FAILURES.contains(e.reason()), e.toString());
            assertTrue(!repeatable || faults.size() >= RetryPolicy.defaults().attempts(), e + " after " + faults);
        }
        assertEquals(0, faulty.repository.openUploads());
        // Each fault costs a few requests, and each chunk one or, after a new beginning, one more.
        int most = 10 + 30 * (faults.size() + 1);
        assertTrue(
                faulty.registry.requests().size() <= most, faulty.registry.log().toString());
    }

    @Property(tries = 1000)
    void noRegistryHasWrongContentAndNoneIsSaidToHaveIt(
            @ForAll @IntRange(min = 1, max = 150_000) int size,
            @ForAll @IntRange(min = 1, max = 40_000) int chunk,
            @ForAll @IntRange(max = 150_000) int flipped,
            @ForAll Form form,
            @ForAll @Size(max = 10) List<Fault> faults)
            throws IOException {
        byte[] content = content(size);
        Descriptor blob = Descriptor.ofContent("application/octet-stream", content);
        content[flipped % size] ^= 1;
        FaultyRegistry faulty = new FaultyRegistry(faults);
        RepositoryWriter writer = faulty.writer(form, Math.max(chunk, size / 20 + 1));
        try {
            writer.pushBlob(blob, RequestBody.of(content));
            throw new AssertionError("wrong content was sent");
        } catch (VerificationException e) {
            assertEquals(VerificationException.Reason.DIGEST_MISMATCH, e.reason());
        } catch (HttpException e) {
            assertTrue(faults.size() >= RetryPolicy.defaults().attempts(), e + " after " + faults);
        }
        assertTrue(faulty.repository.content(blob.digest()).isEmpty());
        assertEquals(0, faulty.repository.openUploads());
    }
}
