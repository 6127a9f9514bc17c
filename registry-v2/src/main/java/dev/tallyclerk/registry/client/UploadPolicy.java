package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.RetryPolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * How blobs are sent to a registry.
 *
 * <p>Whatever the form, an upload that breaks off goes on where the registry says that it stands, or from the start
 * where it does not say, if the content can be read again; as often as the {@link RetryPolicy} tries a call, counted
 * anew whenever the registry has taken more of the blob than ever before. An upload that went on so and is refused as
 * invalid then is begun again too. Content is never held in memory for that.
 *
 * <p>A chunk that was sent as a whole and answered by a success counts as taken, unless the registry says twice, of the
 * chunk and of the upload, that it has a part of it: some registries name no place or a wrong one. Whether it has the
 * right content is for the digest to decide, with which the upload ends.
 *
 * <p>What the registry refuses as too large (413, or 416 where the upload stands) it is sent in smaller parts: those of
 * {@code chunkBytes} instead of more, and half of what was refused instead of those, but none below 256 KiB or what the
 * registry asks for. Where it does not know a request that ends an upload and has all of the content (404, 405), the
 * content goes before that one, in a request of its own. Both only if the content can be read again, or was not read.
 *
 * @param form in how many requests a blob is sent
 * @param chunkBytes the size of a chunk in bytes, for {@link Form#CHUNKED} and where the registry takes no more; one
 *     that asks for larger ones gets them
 * @param cancelTime how long it may take to tell the registry that an upload has failed
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs">OCI
 *     distribution-spec v1.1.1, Pushing Blobs</a>
 */
public record UploadPolicy(Form form, long chunkBytes, Duration cancelTime) {
    private static final UploadPolicy DEFAULTS = new UploadPolicy(Form.MONOLITHIC, 16L << 20, Duration.ofSeconds(5));

    /** In how many requests a blob is sent. */
    public enum Form {
        /** One that begins an upload, and one with all the content, which ends it. */
        MONOLITHIC,
        /**
         * One that begins an upload, one for each chunk, and one that ends it. Less is sent again if one breaks off.
         */
        CHUNKED,
        /**
         * A single one. Not every registry offers it: one that begins an upload instead, or refuses such a request as
         * one that it does not know or that is too large, is sent the content again as with {@link #MONOLITHIC}, if it
         * can be read again.
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

    /** {@return monolithic uploads; chunks of 16 MiB for a caller who asks for them; five seconds to cancel} */
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
