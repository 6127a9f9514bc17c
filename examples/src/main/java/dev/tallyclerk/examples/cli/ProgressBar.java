package dev.tallyclerk.examples.cli;

import dev.tallyclerk.registry.layout.CopyListener;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.VerificationListener;
import java.io.PrintStream;
import java.util.List;
import java.util.function.LongSupplier;

/** One line on a terminal that fills up while content is read, and is gone when it has been. */
final class ProgressBar implements VerificationListener, CopyListener {
    private static final int WIDTH = 30;
    private static final long NANOS_BETWEEN = 50_000_000;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final LongSupplier nanoTime;
    private int contents;
    private int contentsDone;
    private long bytes;
    private long bytesDone;
    private long lastDrawn;
    private boolean drawn;

    /** What is copied, in order; empty where something is verified. */
    private List<Descriptor> toCopy = List.of();

    ProgressBar(PrintStream err, LongSupplier nanoTime) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.lastDrawn = nanoTime.getAsLong();
    }

    @Override
    public void started(int count, long size) {
        contents = count;
        bytes = size;
    }

    @Override
    public void started(List<Descriptor> blobs) {
        toCopy = blobs;
        contents = blobs.size();
        for (Descriptor blob : blobs) {
            bytes = bytes > Long.MAX_VALUE - blob.size() ? Long.MAX_VALUE : bytes + blob.size();
        }
    }

    @Override
    public void progressed(Descriptor content, long read) {
        while (contentsDone < toCopy.size()
                && !toCopy.get(contentsDone).digest().equals(content.digest())) {
            bytesDone += toCopy.get(contentsDone).size();
            contentsDone++;
        }
        long now = nanoTime.getAsLong();
        // What is over before anybody could read it is not shown.
        if (now - lastDrawn >= NANOS_BETWEEN) {
            lastDrawn = now;
            draw(bytesDone + read);
        }
    }

    @Override
    public void checked(ContentCheck check) {
        switch (check.kind()) {
            case CONFIG, LAYER -> {
                contentsDone++;
                bytesDone += check.size();
            }
            case INDEX, MANIFEST -> {}
        }
    }

    /** Takes the line away again. */
    void clear() {
        if (drawn) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    private void draw(long read) {
        drawn = true;
        double part = bytes == 0 ? 1 : Math.min(1, (double) read / bytes);
        int filled = (int) (part * WIDTH);
        err.print(CLEAR_LINE + "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " + (int) (part * 100)
                + "% of " + Sizes.of(bytes) + ", content " + Math.min(contents, contentsDone + 1) + " of " + contents);
        err.flush();
    }
}
