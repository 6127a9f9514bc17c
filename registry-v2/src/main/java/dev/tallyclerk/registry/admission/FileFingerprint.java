package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/**
 * The content of a file or folder when it was looked at, so that a change of it is noticed.
 *
 * @param path the absolute path
 * @param digest of a file, the digest of its content; of a folder, that of the names and contents of all files below it
 */
public record FileFingerprint(Path path, Digest digest) {
    private static final int MAX_FILES = 20_000;
    private static final int BUFFER = 1 << 16;

    /** Makes the path absolute. */
    public FileFingerprint {
        path = path.toAbsolutePath().normalize();
    }

    /**
     * {@return the fingerprint of a file or folder as it is now}
     *
     * <p>Reads every byte, and follows links.
     *
     * @throws IOException if it cannot be read, does not exist, is a folder with more than 20,000 entries, or is or has
     *     something else than files and folders, such as a pipe, which might never end
     */
    public static FileFingerprint of(Path path) throws IOException {
        return new FileFingerprint(path, Files.isDirectory(path) ? ofFolder(path) : ofFile(path));
    }

    /** {@return whether the file or folder is what it was; not if it cannot be read} */
    public boolean isCurrent() {
        try {
            return of(path).digest.equals(digest);
        } catch (IOException e) {
            return false;
        }
    }

    private static Digest ofFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "no regular file");
        }
        MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.update(buffer, 0, read);
            }
        }
        return Digest.ofHash(DigestAlgorithm.SHA256, hash.digest());
    }

    private static Digest ofFolder(Path folder) throws IOException {
        StringBuilder all = new StringBuilder("folder\n");
        for (Path file : filesIn(folder)) {
            // Both digests have one length, so no name can be taken for another entry.
            all.append(digestOf(folder.relativize(file).toString()))
                    .append(' ')
                    .append(Files.isDirectory(file) ? "folder" : ofFile(file).toString())
                    .append('\n');
        }
        return digestOf(all.toString());
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = walk.limit(MAX_FILES + 1L).sorted().toList();
            if (files.size() > MAX_FILES) {
                throw new IOException(folder + " has more than " + MAX_FILES + " files");
            }
            return files;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Digest digestOf(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }
}
