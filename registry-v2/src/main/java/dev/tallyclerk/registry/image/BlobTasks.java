package dev.tallyclerk.registry.image;

import dev.tallyclerk.internal.work.SharedWork;
import dev.tallyclerk.registry.image.ImageContent.BlobTaker;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Executor;

/** Takes blobs, several at a time. */
final class BlobTasks extends SharedWork {
    private final List<Descriptor> blobs;
    private final BlobTaker taker;
    private final Runnable onFailure;

    /** What was given up because something else had failed, which is of no interest to anybody. */
    static final class AbandonedException extends IOException {
        private static final long serialVersionUID = 1L;

        AbandonedException() {
            super("another blob of the image could not be copied");
        }
    }

    /**
     * Takes none yet.
     *
     * @param onFailure is run once when the first blob cannot be taken; ends what the others wait for
     */
    BlobTasks(List<Descriptor> blobs, BlobTaker taker, Runnable onFailure) {
        super(blobs.size());
        this.blobs = blobs;
        this.taker = taker;
        this.onFailure = onFailure;
    }

    /**
     * Takes all blobs, or fails as the first did that could not be taken.
     *
     * @param parallel how many are taken at a time at most
     */
    void takeAll(Executor executor, int parallel) throws IOException {
        Throwable failure = run(executor, parallel);
        if (failure instanceof IOException e) {
            throw e;
        }
        throwUnchecked(failure);
        if (failure != null) {
            // Code that Java's compiler has not seen may throw checked exceptions that it does not declare.
            throw new IOException("a blob could not be copied", failure);
        }
    }

    @Override
    protected void take(int index) throws IOException {
        taker.take(blobs.get(index));
    }

    @Override
    protected void onFailure() {
        onFailure.run();
    }

    @Override
    protected boolean waitsWhenInterrupted() {
        fail(new InterruptedIOException("interrupted while blobs were copied"));
        return true;
    }

    @Override
    protected boolean isWorthKeeping(Throwable later) {
        return !(later instanceof AbandonedException) && !(later.getCause() instanceof AbandonedException);
    }
}
