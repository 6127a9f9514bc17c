package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.RetryPolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * The way in which blobs are uploaded: in one request or in chunks.
 *
 * <p>An upload that breaks off resumes at the offset that the registry reports, or restarts if it reports none,
 * provided that the content can be read again. The number of attempts is that of the {@link RetryPolicy}, counted anew
 * whenever the registry has received more of the blob than before. A resumed upload that the registry rejects as
 * invalid is restarted too. Content is never buffered in memory for this.
 *
 * <p>A chunk with a successful response counts as received, unless the responses to the chunk and to a status request
 * both report an offset inside it: some registries report no offset or a wrong one. The digest at the end of the upload
 * verifies the content.
 *
 * <p>If the registry refuses a request as too large (413, or 416 at the right offset), the content is sent in chunks of
 * {@code chunkBytes}, then of half the refused size, but not below 256 KiB or the minimum that the registry asks for.
 * If it does not support a final request with content (404, 405), the content is sent in a request of its own before
 * that. Both require that the content can be read again, or was not read yet.
 *
 * @param form the number of requests for a blob
 * @param chunkBytes the size of a chunk in bytes, for {@link Form#CHUNKED} and after a refusal as too large; raised to
 *     the minimum that the registry asks for
 * @param cancelTime the longest time for cancelling a failed upload at the registry
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs">OCI
 *     distribution-spec v1.1.1, Pushing Blobs</a>
 */
public record UploadPolicy(Form form, long chunkBytes, Duration cancelTime) {
    private static final UploadPolicy DEFAULTS = new UploadPolicy(Form.MONOLITHIC, 16L << 20, Duration.ofSeconds(5));

    /** The number of requests for a blob. */
    public enum Form {
        /** One that begins the upload, and one with all the content that ends it. */
        MONOLITHIC,
        /**
         * One that begins the upload, one for each chunk, and one that ends it. Less has to be sent again after a
         * failure.
         */
        CHUNKED,
        /**
         * A single one, which not every registry supports. If the registry begins an upload instead, or refuses the
         * request as unsupported or too large, the content is sent again as with {@link #MONOLITHIC}, if it can be read
         * again.
         */
        SINGLE
    }

    public UploadPolicy {
        Objects.requireNonNull(form, "form");
        if (chunkBytes < 1) {
            throw new IllegalArgumentException("chunkBytes is below 1: " + chunkBytes);
        }
        if (cancelTime.isNegative() || cancelTime.isZero()) {
            throw new IllegalArgumentException("cancelTime is not positive: " + cancelTime);
        }
    }

    /** {@return monolithic uploads, chunks of 16 MiB where they are needed, and five seconds to cancel} */
    public static UploadPolicy defaults() {
        return DEFAULTS;
    }

    /** {@return this policy with another form} */
    public UploadPolicy withForm(Form form) {
        return new UploadPolicy(form, chunkBytes, cancelTime);
    }

    /** {@return this policy with chunks of another size, in bytes; the form stays} */
    public UploadPolicy withChunkBytes(long chunkBytes) {
        return new UploadPolicy(form, chunkBytes, cancelTime);
    }

    /** {@return this policy with another time to cancel} */
    public UploadPolicy withCancelTime(Duration cancelTime) {
        return new UploadPolicy(form, chunkBytes, cancelTime);
    }
}
