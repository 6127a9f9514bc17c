package dev.tallyclerk.verify.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.file.ThisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The folder of unverified content.
 *
 * <p>A file in it is held by a living writer ({@link Claim}), or is partial: then it is closed, and a rename decides
 * who resumes it. So a file never has more than one writer.
 */
final class Quarantine {
    private final Path folder;

    Quarantine(Path folder) {
        this.folder = folder;
    }

    /**
     * {@return a claim on a new file}
     *
     * @param source the mark of where the content comes from, or empty
     */
    Claim claim(Digest digest, String source) throws IOException {
        Folders.requireNoLink(folder);
        return Claim.take(folder, prefix(digest) + source, ThisProcess.SUFFIX);
    }

    /**
     * {@return the mark of a source in file names}
     *
     * <p>It begins with no digit of a hexadecimal number, as what follows in the names of files without a source does.
     */
    static String mark(String source) {
        return 's'
                + Digest.sha256Of(source.getBytes(StandardCharsets.UTF_8))
                        .encoded()
                        .substring(0, 32)
                + '-';
    }

    /**
     * {@return a claim on the longest partial file of that source with at most {@code maxSize} bytes, or nothing if
     * there is none}
     */
    Optional<Claim> claimPartial(Digest digest, String source, long maxSize) throws IOException {
        Folders.requireNoLink(folder);
        String prefix = prefix(digest);
        List<Partial> candidates = partials(prefix + source);
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        candidates.removeIf(partial -> partial.size() > maxSize
                || !isUsable(partial.path())
                || (source.isEmpty()
                        && String.valueOf(partial.path().getFileName()).startsWith("s", prefix.length())));
        candidates.sort(Comparator.comparingLong(Partial::size).reversed());
        for (Partial candidate : candidates) {
            Claim claim = claim(digest, source);
            boolean adopted = false;
            try {
                adopted = claim.adopt(candidate.path());
            } finally {
                if (!adopted) {
                    claim.close();
                }
            }
            if (adopted) {
                return Optional.of(claim);
            }
        }
        return Optional.empty();
    }

    /** {@return whether this user can resume it} */
    private static boolean isUsable(Path partial) {
        return Files.isReadable(partial) && Files.isWritable(partial);
    }

    void cleanUp(StoreLimits limits, Instant now) throws IOException {
        Folders.requireNoLink(folder);
        List<Partial> partials = partials("");
        if (partials.isEmpty()) {
            return;
        }
        partials.sort(Comparator.comparing(Partial::lastWritten).reversed());
        long left = limits.maxPartialBytes();
        for (Partial partial : partials) {
            if (partial.size() <= left && isYoung(partial, limits, now)) {
                left -= partial.size();
            } else {
                ifAllowed(partial.path(), () -> Files.deleteIfExists(partial.path()));
            }
        }
    }

    private static boolean isYoung(Partial partial, StoreLimits limits, Instant now) {
        return Duration.between(partial.lastWritten(), now).compareTo(limits.maxPartialAge()) <= 0;
    }

    /**
     * {@return the partial files, including those that this makes of the files of dead processes}
     *
     * <p>Lists the folder only once: it may have many files, and is searched for each blob.
     */
    private List<Partial> partials(String prefix) throws IOException {
        List<Path> files = list(prefix);
        List<Path> partials = new ArrayList<>(with(Claim.PARTIAL, files));
        for (Path file : with(Claim.NEW_LOCK, files)) {
            if (!stem(file, Claim.NEW_LOCK).endsWith(ThisProcess.SUFFIX)) {
                ifAllowed(file, () -> Claim.removeIfDead(file, () -> {}));
            }
        }
        for (Path file : with(Claim.LOCK, files)) {
            String name = stem(file, Claim.LOCK);
            if (!name.endsWith(ThisProcess.SUFFIX)) {
                ifAllowed(
                        file,
                        () -> Claim.removeIfDead(
                                file, () -> Claim.freeContent(folder, name).ifPresent(partials::add)));
            }
        }
        for (Path file : with(Claim.CONTENT, files)) {
            // The lock exists before the content and until after it, so content without a lock is not held.
            String name = stem(file, Claim.CONTENT);
            if (Files.notExists(folder.resolve(name + Claim.LOCK), LinkOption.NOFOLLOW_LINKS)) {
                ifAllowed(file, () -> Claim.freeContent(folder, name).ifPresent(partials::add));
            }
        }
        return described(partials);
    }

    private static List<Path> with(String suffix, List<Path> files) {
        return files.stream()
                .filter(file -> String.valueOf(file.getFileName()).endsWith(suffix))
                .toList();
    }

    /** Changes a file, or leaves it to a user who may, if the store belongs to another user or is read-only. */
    private void ifAllowed(Path file, Claim.IoAction change) throws IOException {
        try {
            change.run();
        } catch (AccessDeniedException e) {
            // Left to the other user.
        } catch (FileSystemException e) {
            if (Files.isWritable(folder) && Files.isWritable(file)) {
                throw e;
            }
        }
    }

    private static List<Partial> described(List<Path> paths) throws IOException {
        List<Partial> partials = new ArrayList<>();
        for (Path path : paths) {
            try {
                var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isRegularFile()) {
                    partials.add(new Partial(
                            path,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
                }
            } catch (NoSuchFileException e) {
                // Another process was faster.
            }
        }
        return partials;
    }

    private List<Path> list(String prefix) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(prefix)
                        && name.indexOf('-') > 0
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private static String stem(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - suffix.length());
    }

    private static String prefix(Digest digest) {
        return digest.algorithm().name() + '-' + digest.encoded() + '-';
    }

    private record Partial(Path path, long size, Instant lastWritten) {}
}
