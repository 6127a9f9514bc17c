package dev.tallyclerk.examples.fleet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder in which a run leaves what it knows. The next run continues it if it has the same settings and the last
 * one was not finished; otherwise it begins anew, because layers may have changed since.
 */
final class StateFolder implements Closeable {
    private static final String MARK = "fleet-audit.state";
    private static final String LAYERS = "layers";

    private final Path folder;
    private final FileChannel mark;
    private final ResultFolder results;

    private StateFolder(Path folder, FileChannel mark, ResultFolder results) {
        this.folder = folder;
        this.mark = mark;
        this.results = results;
    }

    /**
     * {@return the folder, created if it does not exist}
     *
     * @param run what must be equal for a run to continue
     * @throws IOException if it has other files, or another process uses it
     */
    static StateFolder open(Path folder, String run) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(MARK);
        try (Stream<Path> files = Files.list(folder)) {
            if (!Files.exists(file) && files.findAny().isPresent()) {
                throw new IOException(folder + " has other files: give an empty folder, or one of an earlier run");
            }
        }
        FileChannel mark =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(folder, mark);
            byte[] wanted = run.getBytes(StandardCharsets.UTF_8);
            ByteBuffer found = ByteBuffer.allocate((int) Math.min(mark.size(), 1 << 20));
            mark.read(found, 0);
            if (!ByteBuffer.wrap(wanted).equals(found.flip())) {
                clear(folder);
                mark.truncate(0);
                mark.write(ByteBuffer.wrap(wanted), 0);
            }
            return new StateFolder(folder, mark, ResultFolder.in(folder.resolve(LAYERS)));
        } catch (IOException | RuntimeException e) {
            mark.close();
            throw e;
        }
    }

    private static void lock(Path folder, FileChannel mark) throws IOException {
        FileLock lock = null;
        try {
            lock = mark.tryLock();
        } catch (OverlappingFileLockException e) {
            // Falls through.
        }
        if (lock == null) {
            throw new IOException("another run uses " + folder);
        }
    }

    private static void clear(Path folder) throws IOException {
        for (String name : List.of("images.log", "layers.log")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Path layers = folder.resolve(LAYERS);
        if (Files.exists(layers)) {
            try (Stream<Path> files = Files.list(layers)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    ResultFolder results() {
        return results;
    }

    /**
     * Notes the end of a run.
     *
     * @param isWhole whether everything could be read; if not, the next run reads the rest
     */
    void finish(boolean isWhole) throws IOException {
        if (isWhole) {
            mark.truncate(0);
        }
    }

    @Override
    public void close() throws IOException {
        mark.close();
    }
}
