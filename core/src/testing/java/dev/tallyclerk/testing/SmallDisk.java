package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A file system in memory that is soon full, which only root may mount on most systems. */
public final class SmallDisk implements Closeable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one on a folder, or skips the test, loudly.
     *
     * @param size as mount's option wants it
     */
    public static SmallDisk on(Path folder, String size) {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "tallyclerk-test", folder.toString()),
                "SKIPPED: a full disk is not tested, because this user may not mount one");
        return new SmallDisk(folder);
    }

    /** {@return where it can be written} */
    public Path folder() {
        return folder;
    }

    /** Lets nobody write to it any more. */
    public void freeze() throws IOException {
        if (!run("mount", "-o", "remount,ro", folder.toString())) {
            throw new IOException("cannot mount " + folder + " again to be read only");
        }
    }

    @Override
    public void close() {
        run("umount", folder.toString());
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
