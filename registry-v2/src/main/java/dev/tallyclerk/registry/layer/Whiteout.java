package dev.tallyclerk.registry.layer;

import java.util.Objects;
import java.util.function.Function;

/**
 * What an entry says about the layers below its own, instead of being a file.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts">OCI image-spec v1.1.1,
 *     Whiteouts</a>
 */
public sealed interface Whiteout permits Whiteout.Removes, Whiteout.Opaque, Whiteout.Leftover {
    /** {@return what the function for its case makes of it} */
    <R> R fold(
            Function<? super Removes, ? extends R> removes,
            Function<? super Opaque, ? extends R> opaque,
            Function<? super Leftover, ? extends R> leftover);

    /**
     * A file or folder of the layers below is not there any more.
     *
     * @param path its normalised path
     */
    record Removes(String path) implements Whiteout {
        public Removes {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public <R> R fold(
                Function<? super Removes, ? extends R> removes,
                Function<? super Opaque, ? extends R> opaque,
                Function<? super Leftover, ? extends R> leftover) {
            return removes.apply(this);
        }
    }

    /**
     * What the layers below have in a folder is not there any more; the folder stays.
     *
     * @param directory its normalised path; empty for the root
     */
    record Opaque(String directory) implements Whiteout {
        public Opaque {
            Objects.requireNonNull(directory, "directory");
        }

        @Override
        public <R> R fold(
                Function<? super Removes, ? extends R> removes,
                Function<? super Opaque, ? extends R> opaque,
                Function<? super Leftover, ? extends R> leftover) {
            return opaque.apply(this);
        }
    }

    /**
     * Something that AUFS kept for itself and old versions of Docker packed too. Most engines skip it.
     *
     * @param path its normalised path: {@code .wh..wh.aufs}, {@code .wh..wh.orph} or {@code .wh..wh.plnk}, or something
     *     directly in one of the latter two
     */
    record Leftover(String path) implements Whiteout {
        public Leftover {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public <R> R fold(
                Function<? super Removes, ? extends R> removes,
                Function<? super Opaque, ? extends R> opaque,
                Function<? super Leftover, ? extends R> leftover) {
            return leftover.apply(this);
        }
    }
}
