package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.registry.client.UploadPolicy.Form;

/** In which requests a blob is sent; another way after a registry that does not take such a request. For one thread. */
final class UploadWay {
    /** Who takes less in one request takes no layer. */
    private static final long LEAST = 256L << 10;

    private static final int TOO_LARGE = 413;
    private static final int NOT_IN_RANGE = 416;

    private final long chunkBytes;

    /** How much is sent in one request, in bytes, unless the registry wants more in a chunk. */
    private long most;

    /** Whether the request that ends an upload has no content. */
    private boolean endsEmpty;

    UploadWay(UploadPolicy policy) {
        chunkBytes = policy.chunkBytes();
        most = policy.form() == Form.CHUNKED ? chunkBytes : Long.MAX_VALUE;
    }

    /** {@return how many bytes the next request has} */
    long length(long left, long minChunk) {
        return Math.min(left, Math.max(most, minChunk));
    }

    /** {@return whether the next request ends the upload} */
    boolean ends(long length, long left) {
        return length == left && (left == 0 || !endsEmpty);
    }

    /**
     * {@return whether the blob may be taken in another way}
     *
     * @param last whether the request that ends the upload was refused
     */
    boolean hasAnother(HttpException refusal, long length, long minChunk, boolean last) {
        return isOfSize(refusal)
                ? length > Math.max(LEAST, minChunk)
                : last && length > 0 && !endsEmpty && isOfForm(refusal);
    }

    /**
     * {@return whether it may be something else that was refused} What is refused so elsewhere than where the upload
     * stands is refused for that.
     */
    static boolean needsItsPlace(HttpException refusal) {
        return refusal.status() == NOT_IN_RANGE || isOfForm(refusal);
    }

    /** Goes over to that way. */
    void change(HttpException refusal, long length, long minChunk) {
        if (isOfSize(refusal)) {
            most = Math.max(Math.max(LEAST, minChunk), length > chunkBytes ? chunkBytes : length / 2);
        } else {
            endsEmpty = true;
        }
    }

    /** GitHub's registry says 416 of more than 4 MiB, where others, and the proxies before them, say 413. */
    private static boolean isOfSize(HttpException refusal) {
        return refusal.status() == TOO_LARGE || refusal.status() == NOT_IN_RANGE;
    }

    /** Some registries know only what Docker does, whose last request has no content. */
    private static boolean isOfForm(HttpException refusal) {
        boolean unknown = refusal.reason() == Reason.NOT_FOUND || refusal.reason() == Reason.UNSUPPORTED;
        return unknown && !refusal.details().unprocessed();
    }
}
