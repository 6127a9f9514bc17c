package dev.tallyclerk.evidence;

import java.util.List;

/**
 * The artifacts that are attached to a digest.
 *
 * @param list the artifacts, in the order of the source
 * @param notes for people: what is missing from the list and why, such as a limit that was reached; empty if nothing is
 */
public record Attachments(List<Attachment> list, List<String> notes) {
    /** The list of a digest to which nothing is attached. */
    public static final Attachments NONE = new Attachments(List.of(), List.of());

    /** Keeps copies of the lists. */
    public Attachments {
        list = List.copyOf(list);
        notes = List.copyOf(notes);
    }
}
