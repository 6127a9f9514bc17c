package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A change of one path by one layer. Immutable. */
public final class FileChange {
    private final String path;
    private final Kind kind;
    private final LayerOrigin layer;
    private final @Nullable LayerEntry entry;
    private final LayerOrigin entryLayer;
    private final String cause;

    /** The kinds of changes. */
    public enum Kind {
        /** The layer added the path. */
        ADDED,
        /** The layer replaced what lower layers had at the path. */
        REPLACED,
        /** The layer deleted the path; the layer below that brought it still has it. */
        DELETED
    }

    FileChange(
            String path,
            Kind kind,
            LayerOrigin layer,
            @Nullable LayerEntry entry,
            LayerOrigin entryLayer,
            String cause) {
        this.path = path;
        this.kind = kind;
        this.layer = Objects.requireNonNull(layer, "layer");
        this.entry = entry;
        this.entryLayer = Objects.requireNonNull(entryLayer, "entryLayer");
        this.cause = cause;
    }

    /** {@return the path, without a slash at its ends; empty for the root} */
    public String path() {
        return path;
    }

    /** {@return the kind of change} */
    public Kind kind() {
        return kind;
    }

    /** {@return the layer that made the change} */
    public LayerOrigin layer() {
        return layer;
    }

    /** {@return the entry that the layer brought or deleted; empty for a directory that only its contents imply} */
    public Optional<LayerEntry> entry() {
        return Optional.ofNullable(entry);
    }

    /** {@return the layer with {@link #entry}: for a deletion, the layer that still holds the deleted file} */
    public LayerOrigin entryLayer() {
        return entryLayer;
    }

    /**
     * {@return the cause of a deletion; empty for other changes}
     *
     * <p>The path of a whiteout, or of a file that replaced a directory above.
     */
    public String cause() {
        return cause;
    }

    /** {@return kind, path and layer number} */
    @Override
    public String toString() {
        return kind + " " + Quoted.quote(path) + " in layer " + layer.index();
    }
}
