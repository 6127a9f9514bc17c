package dev.tallyclerk.verify;

/** Hears how far a verification has come, from one thread at a time, which need not always be the same. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * Takes the news; it should return soon, because the verification waits.
     *
     * @param bytes how many bytes were read so far; it grows from call to call, and is {@code total} only once all is
     *     verified
     * @param total how many were promised; {@link Long#MAX_VALUE} if more than that
     */
    void progress(long bytes, long total);
}
