package dev.tallyclerk.registry.layer;

import java.util.Objects;
import java.util.function.Function;

/**
 * A whiteout: an entry that changes lower layers instead of being a file.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts">OCI image-spec v1.1.1,
 *     Whiteouts</a>
 */
public sealed interface Whiteout permits Whiteout.Removes, Whiteout.Opaque, Whiteout.Leftover {
    /** {@return the result of the function for this case} */
    default <R> R fold(
            Function<? super Removes, ? extends R> removes,
            Function<? super Opaque, ? extends R> opaque,
            Function<? super Leftover, ? extends R> leftover) {
        if (this instanceof Removes whiteout) {
            return removes.apply(whiteout);
        }
        return this instanceof Opaque whiteout ? opaque.apply(whiteout) : leftover.apply((Leftover) this);
    }

    /**
     * Removes a file or directory of the lower layers.
     *
     * @param path its normalised path
     */
    record Removes(String path) implements Whiteout {
        public Removes {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * Removes all that lower layers have in a directory; the directory stays.
     *
     * @param directory its normalised path; empty for the root
     */
    record Opaque(String directory) implements Whiteout {
        public Opaque {
            Objects.requireNonNull(directory, "directory");
        }
    }

    /**
     * A file that AUFS used internally and old versions of Docker included in layers. Most engines skip it.
     *
     * @param path its normalised path: {@code .wh..wh.aufs}, {@code .wh..wh.orph} or {@code .wh..wh.plnk}, or a file
     *     directly in one of the latter two
     */
    record Leftover(String path) implements Whiteout {
        public Leftover {
            Objects.requireNonNull(path, "path");
        }
    }
}
