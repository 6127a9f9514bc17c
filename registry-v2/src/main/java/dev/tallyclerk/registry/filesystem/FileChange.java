package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A change of one path by one layer. Immutable. */
public final class FileChange {
    private final String path;
    private final Kind kind;
    private final Node.Past event;
    private final List<LayerOrigin> layers;

    /** The kinds of changes. */
    public enum Kind {
        /** The layer added the path. */
        ADDED,
        /** The layer replaced what lower layers had at the path. */
        REPLACED,
        /** The layer deleted the path; the layer below that brought it still has it. */
        DELETED
    }

    FileChange(String path, Kind kind, Node.Past event, List<LayerOrigin> layers) {
        this.path = path;
        this.kind = kind;
        this.event = event;
        this.layers = layers;
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
        return layers.get(event.layer());
    }

    /** {@return the entry that the layer brought or deleted; empty for a directory that only its contents imply} */
    public Optional<LayerEntry> entry() {
        return Optional.ofNullable(event.entry());
    }

    /** {@return the layer with {@link #entry}: for a deletion, the layer that still holds the deleted file} */
    public LayerOrigin entryLayer() {
        return layers.get(event.entryLayer());
    }

    /**
     * {@return the cause of a deletion; empty for other changes}
     *
     * <p>The path of a whiteout, or of a file that replaced a directory above.
     */
    public String cause() {
        return Objects.requireNonNullElse(event.cause(), "");
    }

    /** {@return kind, path and layer number} */
    @Override
    public String toString() {
        return kind + " " + Quoted.quote(path) + " in layer " + event.layer();
    }
}
