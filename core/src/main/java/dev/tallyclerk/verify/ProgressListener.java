package dev.tallyclerk.verify;

/** Hears how far a verification has come. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * Takes the news; it should return soon, because the verification waits.
     *
     * @param bytes how many bytes were read so far; it grows from call to call
     * @param total how many were promised
     */
    void progress(long bytes, long total);
}
