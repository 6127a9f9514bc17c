package dev.tallyclerk.registry.layer;

import dev.tallyclerk.registry.layer.LayerException.Reason;
import dev.tallyclerk.text.Quoted;
import java.util.Set;

/** The reserved names of whiteouts. */
final class WhiteoutName {
    private static final String PREFIX = ".wh.";
    private static final String META_PREFIX = ".wh..wh.";
    private static final String AUFS_FILE = ".wh..wh.aufs";
    private static final Set<String> AUFS_FOLDERS = Set.of(".wh..wh.orph", ".wh..wh.plnk");
    private static final String OPAQUE = ".wh..wh..opq";

    private WhiteoutName() {}

    /** {@return the whiteout at {@code path}, a component of which starts with {@code .wh.}} */
    static Whiteout parse(String path) throws LayerException {
        String directory = directory(path);
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean inAufsFolder = AUFS_FOLDERS.contains(directory) && !name.startsWith(PREFIX);
        if (path.equals(AUFS_FILE) || AUFS_FOLDERS.contains(path) || inAufsFolder) {
            return new Whiteout.Leftover(path);
        }
        if (directory.startsWith(PREFIX) || directory.contains("/" + PREFIX)) {
            // Some engines make a directory of that name, others ignore it.
            throw malformed(path, "is inside a whiteout");
        }
        if (name.equals(OPAQUE)) {
            return new Whiteout.Opaque(directory);
        }
        if (name.startsWith(META_PREFIX)) {
            // Some engines skip it, some remove the file named by the rest, some make a file of it.
            throw malformed(path, "has an AUFS name in the wrong place");
        }
        String removed = name.substring(PREFIX.length());
        if (removed.isEmpty() || removed.equals(".") || removed.equals("..")) {
            // An engine that obeyed it would remove the whiteout's directory, or its parent.
            throw malformed(path, "names nothing to remove");
        }
        return new Whiteout.Removes(directory.isEmpty() ? removed : directory + "/" + removed);
    }

    /** Refuses a leftover that could be harmful in an engine that does not skip it but makes a file of it. */
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
            throw malformed(path, "AUFS did not make, judging by its type, mode, link or attributes");
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
