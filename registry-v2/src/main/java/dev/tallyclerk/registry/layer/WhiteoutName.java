package dev.tallyclerk.registry.layer;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layer.LayerException.Reason;

/** The names that are reserved for whiteouts. */
final class WhiteoutName {
    private static final String PREFIX = ".wh.";
    private static final String META_PREFIX = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private WhiteoutName() {}

    /** {@return what {@code path} says, one of whose names begins with {@code .wh.}} */
    static Whiteout parse(String path) throws LayerException {
        int slash = path.lastIndexOf('/');
        String directory = slash < 0 ? "" : path.substring(0, slash);
        String name = path.substring(slash + 1);
        if (path.startsWith(META_PREFIX) && !name.equals(OPAQUE)) {
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
            return new Whiteout.Leftover(path);
        }
        String removed = name.substring(PREFIX.length());
        if (removed.isEmpty() || removed.equals(".") || removed.equals("..")) {
            // An engine that believed it would remove the folder that the whiteout is in, or the one above it.
            throw malformed(path, "removes no name");
        }
        return new Whiteout.Removes(directory.isEmpty() ? removed : directory + "/" + removed);
    }

    private static LayerException malformed(String path, String what) {
        return new LayerException(
                Reason.MALFORMED_WHITEOUT, "archive has a whiteout that " + what + ": " + Quoted.quote(path));
    }
}
