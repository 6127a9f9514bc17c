package dev.tallyclerk.evidence;

import java.io.IOException;
import java.util.Optional;

/**
 * A tag under which a registry keeps files as the layers of one artifact, such as the metadata of a repository.
 *
 * <p>Nothing about the artifact is signed, and anybody who can write to the registry can replace it. Implementations
 * state whether they are safe for use by several threads.
 */
public interface ArtifactTag {
    /** {@return where it is, for messages} */
    String name();

    /**
     * {@return the artifact that the tag refers to now; empty if there is no such tag}
     *
     * <p>What is read from one answer belongs together, even if the tag refers to another artifact meanwhile.
     *
     * @throws IOException if the registry cannot be asked
     */
    Optional<Attachment> current() throws IOException;

    /**
     * Makes the tag refer to a new artifact. Readers see all of the old one or all of the new one.
     *
     * <p>Most registries cannot compare and set: a writer that replaces the artifact in the moment between the last
     * look and the change is noticed only if it comes last.
     *
     * @param current what {@link #current} answered, from which the content was made
     * @param content the content
     * @throws TagConflictException if the tag does not refer to {@code current} any more, or to the new artifact
     *     afterwards
     * @throws IOException if the registry cannot be written to; the tag refers to either artifact then
     */
    void replace(Attachment current, TaggedContent content) throws IOException;

    /**
     * Makes the tag, which must not exist yet.
     *
     * @param content the content, of new layers only
     * @throws TagConflictException if the tag exists, or refers to another artifact afterwards
     * @throws IOException if the registry cannot be written to
     */
    void create(TaggedContent content) throws IOException;
}
