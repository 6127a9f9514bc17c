package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.text.Quoted;
import java.util.Objects;

/**
 * Why packages of an image are unknown, or may be.
 *
 * @param reason the kind of problem; reasons may be added, never changed
 * @param path the file in the image, printable; empty if it is not about one file
 * @param layer the index of the layer that brought the file, from 0 for the lowest; -1 if it is not about one layer
 * @param detail what is wrong, for people; printable and bounded
 */
public record InventoryProblem(Reason reason, String path, int layer, String detail) {
    /** What is wrong. */
    public enum Reason {
        /** A database, document, archive or program is not what its name or its first bytes promise. */
        MALFORMED,
        /** A limit of {@link InventoryLimits} is exceeded. */
        LIMIT_EXCEEDED,
        /** A database has a format that is not read. */
        UNSUPPORTED,
        /**
         * What is at the path of a database is no file, or a link that leads nowhere or to a file that was not read.
         */
        UNREADABLE_LINK,
        /** There are two databases of which the package manager reads one. */
        AMBIGUOUS,
        /** No database lists a package, though the image names a distribution or a lower layer listed packages. */
        NO_DATABASE,
        /** A layer was not read to a good end, or the layers do not merge into one file system. */
        LAYER_NOT_READ
    }

    public InventoryProblem {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(detail, "detail");
        if (layer < -1) {
            throw new IllegalArgumentException("layer is below -1: " + layer);
        }
    }

    /** {@return a problem of a file} */
    static InventoryProblem of(ImageFile file, Reason reason, String detail) {
        return new InventoryProblem(
                reason, Quoted.printable(file.path()), file.origin().index(), detail);
    }

    /** {@return the problem in a sentence, with the number of the layer counted from 1} */
    public String describe() {
        StringBuilder out = new StringBuilder();
        if (layer >= 0) {
            out.append("layer ").append(layer + 1).append(": ");
        }
        if (!path.isEmpty()) {
            out.append(path).append(": ");
        }
        return out.append(detail).toString();
    }
}
