package dev.tallyclerk.registry.layer;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layer.LayerException.Reason;
import java.util.Set;

/** The names that are reserved for whiteouts. */
final class WhiteoutName {
    private static final String PREFIX = ".wh.";
    private static final String META_PREFIX = ".wh..wh.";
    private static final String AUFS_FILE = ".wh..wh.aufs";
    private static final Set<String> AUFS_FOLDERS = Set.of(".wh..wh.orph", ".wh..wh.plnk");
    private static final String OPAQUE = ".wh..wh..opq";

    private WhiteoutName() {}

    /** {@return what {@code path} says, one of whose names begins with {@code .wh.}} */
    static Whiteout parse(String path) throws LayerException {
        String directory = directory(path);
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean inAufsFolder = AUFS_FOLDERS.contains(directory) && !name.startsWith(PREFIX);
        if (path.equals(AUFS_FILE) || AUFS_FOLDERS.contains(path) || inAufsFolder) {
            return new Whiteout.Leftover(path);
        }
        if (directory.startsWith(PREFIX) || directory.contains("/" + PREFIX)) {
            // To some engines the folder is one of that name, to others it is nothing.
            throw malformed(path, "is below a whiteout");
        }
        if (name.equals(OPAQUE)) {
            return new Whiteout.Opaque(directory);
        }
        if (name.startsWith(META_PREFIX)) {
            // Some engines skip it, some remove what has the rest of the name, some make a file of it.
            throw malformed(path, "has a name that only AUFS gave, and not there");
        }
        String removed = name.substring(PREFIX.length());
        if (removed.isEmpty() || removed.equals(".") || removed.equals("..")) {
            // An engine that believed it would remove the folder that the whiteout is in, or the one above it.
            throw malformed(path, "removes no name");
        }
        return new Whiteout.Removes(directory.isEmpty() ? removed : directory + "/" + removed);
    }

    /** Refuses a leftover that could do something where an engine does not skip it but makes a file of it. */
    static void requireHarmless(LayerEntry leftover) throws LayerException {
        String path = leftover.path();
        boolean known = switch (leftover.type()) {
            case FILE -> !AUFS_FOLDERS.contains(path);
            case DIRECTORY -> !path.equals(AUFS_FILE);
            case HARD_LINK ->
                path.contains("/") && directory(leftover.hardLinkPath()).equals(directory(path));
            case SYMBOLIC_LINK ->
                path.contains("/")
                        && !leftover.linkTarget().contains("/")
                        && !leftover.linkTarget().equals("..");
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> false;
        };
        if (!known
                || leftover.isSetUid()
                || leftover.isSetGid()
                || !leftover.xattrNames().isEmpty()) {
            throw malformed(path, "is none that AUFS left, because of its type, mode, link or attributes");
        }
    }

    private static String directory(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static LayerException malformed(String path, String what) {
        return new LayerException(
                Reason.MALFORMED_WHITEOUT, "archive has a whiteout that " + what + ": " + Quoted.quote(path));
    }
}
