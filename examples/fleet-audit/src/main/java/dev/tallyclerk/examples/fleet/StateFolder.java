package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
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
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder in which a run leaves what it knows. The next run continues it if it has the same settings, the last one
 * has not read everything, and that began less than a day ago; otherwise it begins anew, because names and layers may
 * have changed since.
 */
final class StateFolder implements Closeable {
    private static final String MARK = "fleet-audit.state";
    private static final String LAYERS = "layers";
    private static final String TEMPORARY = "temporary";
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int LONGEST_MARK = 1_000;

    private final Path folder;
    private final FileChannel mark;
    private final ResultFolder results;
    private final Instant began;

    private StateFolder(Path folder, FileChannel mark, ResultFolder results, Instant began) {
        this.folder = folder;
        this.mark = mark;
        this.results = results;
        this.began = began;
    }

    /**
     * {@return the folder, created if it does not exist}
     *
     * @param run what must be equal for a run to continue
     * @param now the time
     * @throws IOException if it has other files, or another process uses it
     */
    static StateFolder open(Path folder, String run, Instant now) throws IOException {
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
            empty(folder.resolve(TEMPORARY)); // a run was killed
            String question =
                    Digest.sha256Of(run.getBytes(StandardCharsets.UTF_8)).toString();
            Optional<Instant> began = began(mark, question)
                    .filter(time -> !time.isAfter(now) && time.plus(LONGEST).isAfter(now));
            if (began.isEmpty()) {
                mark.truncate(0); // first: a mark without the files would vouch for others
                clear(folder);
                mark.write(ByteBuffer.wrap((now + "\n" + question).getBytes(StandardCharsets.UTF_8)), 0);
            }
            return new StateFolder(folder, mark, ResultFolder.in(folder.resolve(LAYERS)), began.orElse(now));
        } catch (IOException | RuntimeException e) {
            mark.close();
            throw e;
        }
    }

    /** {@return when the run of the mark began, if it asked the same question} */
    private static Optional<Instant> began(FileChannel mark, String question) throws IOException {
        ByteBuffer found = ByteBuffer.allocate((int) Math.min(mark.size(), LONGEST_MARK));
        mark.read(found, 0);
        String[] lines = new String(found.array(), 0, found.position(), StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length != 2 || !lines[1].equals(question)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(lines[0]));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // not written by this program
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
        empty(folder.resolve(LAYERS));
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
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

    /** {@return a folder for what is of no use after the run} */
    Path temporary() throws IOException {
        return Files.createDirectories(folder.resolve(TEMPORARY));
    }

    /** {@return since when what is known was read} */
    Instant began() {
        return began;
    }

    /**
     * Notes the end of a run.
     *
     * @param isOfUse whether the layers that are known save the next run some reading; if not, it begins anew
     */
    void finish(boolean isOfUse) throws IOException {
        if (!isOfUse) {
            mark.truncate(0);
        }
    }

    @Override
    public void close() throws IOException {
        mark.close();
    }
}
