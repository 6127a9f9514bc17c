package dev.tallyclerk.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A file system in memory that is soon full, which only root may mount on most systems. */
public final class SmallDisk implements Closeable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one on a folder, or skips the test, loudly. Where peers are required, a user who may not mount is the only
     * reason to skip it: what else goes wrong is a failure.
     *
     * @param size as mount's option wants it
     */
    public static SmallDisk on(Path folder, String size) {
        String refusal = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tallyclerk-test", folder.toString());
        if (mayNotMount(refusal)) {
            throw Peers.skip("a full disk is not tested, because this user may not mount one: " + refusal);
        }
        if (!refusal.isEmpty()) {
            throw Peers.missing("a full disk cannot be mounted: " + refusal);
        }
        return new SmallDisk(folder);
    }

    /** As mount says it to other users, and to a root of a container, who may do less. */
    private static boolean mayNotMount(String refusal) {
        String lower = refusal.toLowerCase(Locale.ROOT);
        return List.of("permission denied", "not permitted", "must be superuser", "only root").stream()
                .anyMatch(lower::contains);
    }

    /** {@return where it can be written} */
    public Path folder() {
        return folder;
    }

    /** Lets nobody write to it any more. */
    public void freeze() throws IOException {
        String refusal = run("mount", "-o", "remount,ro", folder.toString());
        if (!refusal.isEmpty()) {
            throw new IOException("cannot mount " + folder + " again to be read only: " + refusal);
        }
    }

    @Override
    public void close() {
        run("umount", folder.toString());
    }

    /** {@return why not, or nothing if it was done} */
    private static String run(String... command) {
        try {
            Path output = Files.createTempFile("output", ".txt");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
                builder.environment().put("LC_ALL", "C");
                int status = builder.start().waitFor();
                return status == 0 ? "" : command[0] + " ended with " + status + ": " + Files.readString(output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
