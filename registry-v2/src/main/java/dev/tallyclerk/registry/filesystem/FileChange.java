package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one layer did to one path. Immutable. */
public final class FileChange {
    private final String path;
    private final Kind kind;
    private final LayerOrigin layer;
    private final @Nullable LayerEntry entry;
    private final LayerOrigin entryLayer;
    private final String cause;

    /** What was done. */
    public enum Kind {
        /** Something came where nothing was. */
        ADDED,
        /** Something came in the place of something else. */
        REPLACED,
        /** What was there went away, and is still in the layer that had brought it. */
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

    /** {@return the path, without a slash at either end; empty for the root} */
    public String path() {
        return path;
    }

    /** {@return what was done} */
    public Kind kind() {
        return kind;
    }

    /** {@return the layer that did it} */
    public LayerOrigin layer() {
        return layer;
    }

    /**
     * {@return what the layer brought, or what it deleted; nothing for a folder that is only implied by what is in it}
     */
    public Optional<LayerEntry> entry() {
        return Optional.ofNullable(entry);
    }

    /** {@return the layer that has {@link #entry}: for a deletion, the one that still holds what was deleted} */
    public LayerOrigin entryLayer() {
        return entryLayer;
    }

    /**
     * {@return what caused a deletion; empty for anything else}
     *
     * <p>It is the path of a whiteout, or of a file that took the place of a folder above.
     */
    public String cause() {
        return cause;
    }

    /** {@return kind, path and the layer's number} */
    @Override
    public String toString() {
        return kind + " " + Quoted.quote(path) + " in layer " + layer.index();
    }
}
