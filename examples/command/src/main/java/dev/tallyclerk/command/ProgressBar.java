package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.CopyListener;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.VerificationListener;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** A progress bar of one line, removed at the end. */
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

    /** The blobs to copy, in order; empty for a verification. */
    private List<Descriptor> toCopy = List.of();

    /** The bytes read of each blob that is not checked yet; several may be read at a time. */
    private final Map<Digest, Long> underWay = new HashMap<>();

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
        underWay.put(content.digest(), read);
        long now = nanoTime.getAsLong();
        // Short work is not shown at all.
        if (now - lastDrawn >= NANOS_BETWEEN) {
            lastDrawn = now;
            draw(toCopy.isEmpty() ? bytesVerified() : bytesCopied());
        }
    }

    private long bytesVerified() {
        return bytesDone + underWay.values().stream().mapToLong(read -> read).sum();
    }

    /** Counts blobs without progress as done if a later one has progress: they existed already. */
    private long bytesCopied() {
        int last = toCopy.size() - 1;
        while (last >= 0 && !underWay.containsKey(toCopy.get(last).digest())) {
            last--;
        }
        contentsDone = 0;
        long under = 0;
        for (Descriptor blob : toCopy.subList(0, last + 1)) {
            long read = underWay.getOrDefault(blob.digest(), blob.size());
            under += read;
            contentsDone += read >= blob.size() ? 1 : 0;
        }
        return under;
    }

    @Override
    public void checked(ContentCheck check) {
        switch (check.kind()) {
            case CONFIG, LAYER -> {
                contentsDone++;
                bytesDone += check.size();
                underWay.remove(check.digest());
            }
            case INDEX, MANIFEST -> {}
        }
    }

    /** Removes the line. */
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
