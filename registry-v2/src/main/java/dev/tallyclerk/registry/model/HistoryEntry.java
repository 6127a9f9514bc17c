package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.MemberMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build step of an image, as the builder recorded it. An empty text means that the entry has none.
 *
 * <p>Immutable.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md">OCI image-spec v1.1.1, Image
 *     Configuration, history</a>
 */
public final class HistoryEntry {
    static final HistoryEntry EMPTY = of("");

    private final String createdBy;
    private final boolean emptyLayer;
    private final String author;
    private final String comment;
    private final @Nullable Instant created;
    private final Map<String, String> unknownMembers;

    HistoryEntry(
            String createdBy,
            boolean emptyLayer,
            String author,
            String comment,
            @Nullable Instant created,
            Map<String, String> unknownMembers) {
        this.createdBy = Objects.requireNonNull(createdBy, "createdBy");
        this.emptyLayer = emptyLayer;
        this.author = Objects.requireNonNull(author, "author");
        this.comment = Objects.requireNonNull(comment, "comment");
        this.created = created;
        this.unknownMembers = MemberMap.copyOf(unknownMembers);
    }

    /** {@return an entry for a step that made a layer} */
    public static HistoryEntry of(String createdBy) {
        return new HistoryEntry(createdBy, false, "", "", null, Map.of());
    }

    /** {@return this entry for a step that made no layer, or that made one} */
    public HistoryEntry withEmptyLayer(boolean emptyLayer) {
        return new HistoryEntry(createdBy, emptyLayer, author, comment, created, unknownMembers);
    }

    /** {@return this entry with the author of the step} */
    public HistoryEntry withAuthor(String author) {
        return new HistoryEntry(createdBy, emptyLayer, author, comment, created, unknownMembers);
    }

    /** {@return this entry with a comment} */
    public HistoryEntry withComment(String comment) {
        return new HistoryEntry(createdBy, emptyLayer, author, comment, created, unknownMembers);
    }

    /** {@return this entry with the time of the step} */
    public HistoryEntry withCreated(Instant created) {
        return new HistoryEntry(
                createdBy, emptyLayer, author, comment, Objects.requireNonNull(created, "created"), unknownMembers);
    }

    /** {@return the instruction, in the builder's own form} */
    public String createdBy() {
        return createdBy;
    }

    /** {@return whether the step made no layer} */
    public boolean emptyLayer() {
        return emptyLayer;
    }

    /** {@return the author of the step} */
    public String author() {
        return author;
    }

    /** {@return the comment} */
    public String comment() {
        return comment;
    }

    /** {@return the time of the step, if recorded} */
    public Optional<Instant> created() {
        return Optional.ofNullable(created);
    }

    /** {@return the members that are not in the specification, in document order, each with its compact JSON text} */
    public Map<String, String> unknownMembers() {
        return unknownMembers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HistoryEntry that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(createdBy, emptyLayer, author, comment, created(), unknownMembers);
    }

    /** {@return the instruction} */
    @Override
    public String toString() {
        return createdBy;
    }
}
