package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;

/** Maps targets to files: always the same file for a path, and never outside the folder. */
final class TargetFile {
    private static final String NOT_PLAIN = "\\:*?\"<>|%";

    /** No capital letters, because some file systems ignore case. */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_";

    private static final int MAX_NAME = 200;

    private TargetFile() {}

    static Path download(RepositoryMetadata metadata, TargetInfo target, Path folder) throws IOException, TufException {
        if (isPlain(target.path())) {
            try {
                return metadata.downloadInto(target, folder);
            } catch (TufException e) {
                if (e.reason() != TufException.Reason.UNSAFE_PATH || hasLink(folder, target.path())) {
                    throw e;
                }
                // Not a path on this system, or other targets need it as a folder.
            }
        }
        Files.createDirectories(folder);
        Path file = folder.resolve(encoded(target.path()));
        metadata.download(target, file);
        return file;
    }

    /**
     * Refuses folders where a target, whose path a delegated role chooses, could overwrite trusted metadata.
     *
     * @throws IllegalArgumentException if the metadata folder is the target folder or inside it
     */
    static void requireApart(Path targets, Path metadata) {
        try {
            for (Path at = metadata.toRealPath(); at != null; at = at.getParent()) {
                if (Files.exists(targets) && Files.isSameFile(at, targets)) {
                    throw new IllegalArgumentException("--target-dir must not be, or contain, the folder of"
                            + " --metadata-dir: a target could replace the trusted root");
                }
            }
        } catch (NoSuchFileException e) {
            // Without the metadata folder nothing is downloaded.
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot compare --target-dir with --metadata-dir: " + Messages.of(e), e);
        }
    }

    private static boolean isPlain(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.startsWith(".") || segment.endsWith(".") || segment.endsWith(" ")) {
                return false;
            }
        }
        return path.chars().noneMatch(c -> c < ' ' || c == 0x7f || NOT_PLAIN.indexOf(c) >= 0);
    }

    private static boolean hasLink(Path folder, String path) {
        Path at = folder;
        for (String segment : path.split("/", -1)) {
            at = at.resolve(segment);
            if (Files.isSymbolicLink(at)) {
                return true;
            }
        }
        return false;
    }

    /** {@return a name with a percent sign, which no plain path has} */
    static String encoded(String path) {
        StringBuilder name = new StringBuilder();
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean inside = i > 0 && i < bytes.length - 1;
            if (LETTERS.indexOf(c) >= 0 || (c == '.' && inside)) {
                name.append(c);
            } else {
                name.append('%').append(HexFormat.of().toHexDigits(bytes[i]).toUpperCase(Locale.ROOT));
            }
        }
        return name.indexOf("%") >= 0 && name.length() <= MAX_NAME
                ? name.toString()
                : "%" + Digest.sha256Of(bytes).encoded();
    }
}
