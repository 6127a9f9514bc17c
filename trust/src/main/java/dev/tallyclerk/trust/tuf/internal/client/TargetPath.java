package dev.tallyclerk.trust.tuf.internal.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * The file for a target in a folder: at the target's own path, if that is a safe path on every system (CVE-2021-41149).
 */
public final class TargetPath {
    private static final int MAX_SEGMENT_BYTES = 255;
    private static final String NOT_IN_NAMES = "\\:*?\"<>|";
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");

    private TargetPath() {}

    /**
     * {@return the file below {@code folder}, whose own folders are made; neither they nor it are symbolic links}
     *
     * @throws UnsafePathException if the path escapes the folder here or on another system, or is another target's file
     *     here
     */
    public static Path in(Path folder, String targetPath) throws IOException {
        String[] segments = targetPath.split("/", -1);
        for (String segment : segments) {
            requireSafe(segment);
        }
        Files.createDirectories(folder);
        Path at = folder;
        for (int i = 0; i < segments.length; i++) {
            Path next = child(at, segments[i]);
            boolean isLast = i == segments.length - 1;
            if (!isLast) {
                makeFolder(next);
            }
            requireOwnName(next, segments[i], isLast);
            at = next;
        }
        return at;
    }

    private static Path child(Path folder, String name) throws UnsafePathException {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new UnsafePathException("this system cannot have a file of that name: " + e.getReason());
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            // Checked below.
        }
    }

    /** An entry whose real name differs belongs to another path, which differs in case or Unicode normalization. */
    private static void requireOwnName(Path entry, String name, boolean mayBeFile) throws IOException {
        if (Files.isSymbolicLink(entry)) {
            throw new UnsafePathException("there is a symbolic link in its place");
        }
        boolean isFolder = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
        boolean exists = Files.exists(entry, LinkOption.NOFOLLOW_LINKS);
        if (isFolder == mayBeFile && exists) {
            throw new UnsafePathException("a file and a folder would have the same name");
        }
        try {
            Path real = entry.toRealPath(LinkOption.NOFOLLOW_LINKS).getFileName();
            if (!real.toString().equals(name)) {
                throw new UnsafePathException("this file system does not distinguish it from another target's path");
            }
        } catch (NoSuchFileException e) {
            // Nothing is there yet.
        }
    }

    private static void requireSafe(String segment) throws UnsafePathException {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new UnsafePathException("a segment is empty, . or ..");
        }
        boolean badCharacter = segment.chars().anyMatch(c -> c < ' ' || c == 0x7f || NOT_IN_NAMES.indexOf(c) >= 0);
        if (badCharacter || segment.endsWith(".") || segment.endsWith(" ")) {
            throw new UnsafePathException("a segment has a character that not every file system allows");
        }
        if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
            throw new UnsafePathException("a segment is longer than " + MAX_SEGMENT_BYTES + " bytes");
        }
        if (isDevice(segment)) {
            throw new UnsafePathException("a segment is the name of a Windows device");
        }
    }

    /** {@return whether the name means a device on Windows, in any folder} */
    public static boolean isDevice(String name) {
        String stem = name.split("\\.", 2)[0].strip().toLowerCase(Locale.ROOT);
        return DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9\u00b9\u00b2\u00b3]");
    }

    /** Thrown when a target's path is not safe as a file path. */
    static final class UnsafePathException extends FileSystemException {
        private static final long serialVersionUID = 1L;

        UnsafePathException(String why) {
            super(null, null, why);
        }
    }
}
