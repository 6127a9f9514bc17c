package dev.tallyclerk.verify;

/** Receives the progress of a verification, from one thread at a time, but not always the same. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * Reports progress. It should return soon, because the verification waits.
     *
     * @param bytes how many bytes were read; it grows from call to call, and equals {@code total} only once all is
     *     verified
     * @param total how many bytes were promised; {@link Long#MAX_VALUE} if more than that
     */
    void progress(long bytes, long total);
}
