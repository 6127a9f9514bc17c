package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.admission.FileFingerprint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that a policy is read from: its documents, and the keys, certificates and other files that they name. Their
 * states show a later change, and their contents make the version. For one thread.
 */
final class PolicyFiles implements Consumer<Path> {
    private static final int MOST_ENTRIES = 20_000;

    private final Map<Path, Object> states = new LinkedHashMap<>();
    private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
    private @Nullable IOException failure;

    /** {@return the content of a document, cut after that many bytes and one} */
    byte[] document(Path file, int mostBytes) throws IOException {
        states.put(file, state(file));
        try (InputStream in = Files.newInputStream(file)) {
            byte[] document = in.readNBytes(mostBytes + 1);
            add(Digest.sha256Of(document));
            return document;
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        }
    }

    /** Takes a file or folder that a document names, before it is read. */
    @Override
    public void accept(Path named) {
        states.put(named, state(named));
        try {
            add(FileFingerprint.of(named).digest());
        } catch (IOException e) {
            failure = new IOException("cannot read " + named + ", which the trust policy names", e);
        }
    }

    private void add(Digest digest) {
        contents.writeBytes((digest + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * {@return what tells the policy from one of other files}
     *
     * @throws IOException if a file that was named could not be read
     */
    String version() throws IOException {
        IOException unread = failure;
        if (unread != null) {
            throw unread;
        }
        return Digest.sha256Of(contents.toByteArray()).toString();
    }

    /** {@return the states of all files before they were read} */
    Map<Path, Object> states() {
        return Map.copyOf(states);
    }

    /** {@return whether files are still in these states} */
    static boolean areUnchanged(Map<Path, Object> states) {
        return states.entrySet().stream().allMatch(each -> state(each.getKey()).equals(each.getValue()));
    }

    private static Object state(Path path) {
        try {
            return Files.isDirectory(path) ? statesIn(path) : attributes(path);
        } catch (IOException | UncheckedIOException e) {
            return "unreadable";
        }
    }

    private static Object statesIn(Path folder) throws IOException {
        Map<Path, Object> all = new HashMap<>();
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path each : (Iterable<Path>) walk.limit(MOST_ENTRIES)::iterator) {
                all.put(each, attributes(each));
            }
        }
        return all;
    }

    /** The time of a file can be set, and its size be the same: where there is one, the time of the change is not. */
    private static Object attributes(Path file) throws IOException {
        boolean isUnix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
        return Files.readAttributes(file, (isUnix ? "unix:ctime," : "") + "lastModifiedTime,size,fileKey");
    }
}
