package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason;
import dev.tallyclerk.registry.internal.tar.TarText;
import dev.tallyclerk.text.Quoted;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Converts names of an image to paths of the target's file system, byte for byte where names are bytes. */
class TargetNames {
    /** The longest name that every common file system supports, in bytes. */
    private static final int MAX_BYTES = 255;

    private static final Set<String> WINDOWS_DEVICES = Set.of(
            "con", "prn", "aux", "nul", "conin$", "conout$", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
            "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private final FileSystem target;
    private final boolean bytes;
    private final boolean windows;

    TargetNames(FileSystem target) {
        this.target = target;
        this.bytes =
                target.equals(FileSystems.getDefault()) && target.getSeparator().equals("/");
        this.windows = target.getSeparator().equals("\\");
    }

    /** {@return the last component of a node's path, as a relative path} */
    Path name(Node node) throws ImageFileSystemException {
        String name = node.name();
        try {
            if (isAscii(name)) {
                if (name.length() <= MAX_BYTES && !(windows && !isPossibleOnWindows(name))) {
                    return target.getPath(name);
                }
            } else if (TarText.encode(name).length <= MAX_BYTES) {
                return bytes ? ofBytes("/" + name).getFileName() : requireUtf8(name);
            }
        } catch (InvalidPathException e) {
            throw notPossible(node);
        }
        throw notPossible(node);
    }

    private Path requireUtf8(String name) {
        if (!TarText.isUtf8(name) || (windows && !isPossibleOnWindows(name))) {
            throw new InvalidPathException(Quoted.quote(name), "not possible");
        }
        return target.getPath(name);
    }

    /** {@return the target of a symbolic link; redundant slashes are lost, because Java's paths have none} */
    Path linkText(Node node, String text) throws ImageFileSystemException {
        try {
            if (isAscii(text)) {
                return target.getPath(text);
            }
            if (!bytes) {
                return requireUtf8(text);
            }
            if (text.startsWith("/")) {
                return ofBytes(text);
            }
            Path absolute = ofBytes("/" + text);
            return absolute.subpath(0, absolute.getNameCount());
        } catch (InvalidPathException e) {
            throw notPossible(node);
        }
    }

    /**
     * Paths from text are encoded in the locale's character set, which may lack characters; paths from a URI have
     * exactly its bytes.
     */
    private static Path ofBytes(String absolute) {
        StringBuilder uri = new StringBuilder("file://");
        boolean slash = false;
        for (byte b : TarText.encode(absolute)) {
            if (b != '/') {
                uri.append('%').append(String.format(Locale.ROOT, "%02X", b));
            } else if (!slash) {
                uri.append('/');
            }
            slash = b == '/';
        }
        return Path.of(URI.create(uri.toString()));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** {@return whether a file on Windows can have that name, and only that one} */
    static boolean isPossibleOnWindows(String name) {
        String stem = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
        return name.chars().noneMatch(c -> c < 0x20 || "<>:\"/\\|?*".indexOf(c) >= 0)
                && !name.endsWith(".")
                && !name.endsWith(" ")
                && !WINDOWS_DEVICES.contains(stem.strip().toLowerCase(Locale.ROOT));
    }

    private static ImageFileSystemException notPossible(Node node) {
        return ImageFileSystemException.at(
                Reason.NAME_NOT_POSSIBLE,
                node.path,
                "the target's file system cannot hold the name of " + Quoted.quote(node.path));
    }
}
