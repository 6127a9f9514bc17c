package dev.tallyclerk.hardening.source;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document with what it was taken for, and its subjects or the reason why it has none.
 *
 * <p>Immutable.
 */
public final class SubjectFile {
    private final SourceDocument document;
    private final @Nullable Kind kind;
    private final List<Subject> subjects;
    private final @Nullable MalformedSubjectException failure;
    private final List<String> notes;

    /** The name and title of a kind, without its behaviour. */
    private record Kind(String name, String title) {}

    private SubjectFile(
            SourceDocument document,
            @Nullable Kind kind,
            List<? extends Subject> subjects,
            @Nullable MalformedSubjectException failure,
            List<String> notes) {
        this.document = Objects.requireNonNull(document, "document");
        this.kind = kind;
        this.subjects = List.copyOf(subjects);
        this.failure = failure;
        this.notes = List.copyOf(notes);
    }

    /**
     * {@return a document that was read}
     *
     * @param document the document
     * @param subjects its subjects, possibly none
     */
    public static SubjectFile read(SourceDocument document, List<? extends Subject> subjects) {
        return new SubjectFile(document, null, subjects, null, List.of());
    }

    /**
     * {@return a document that was recognised and cannot be read}
     *
     * @param document the document
     * @param failure what is wrong with it
     */
    public static SubjectFile malformed(SourceDocument document, MalformedSubjectException failure) {
        return new SubjectFile(document, null, List.of(), Objects.requireNonNull(failure, "failure"), List.of());
    }

    /** {@return this file as one of a kind} */
    SubjectFile withKind(String name, String title) {
        return new SubjectFile(document, new Kind(name, title), subjects, failure, notes);
    }

    /**
     * {@return this file with a note added, such as which part of it is not audited}
     *
     * @param note a clause for people, without full stop; control characters are replaced
     */
    public SubjectFile withNote(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(Quoted.printable(note));
        return new SubjectFile(document, kind, subjects, failure, more);
    }

    /** {@return the document} */
    public SourceDocument document() {
        return document;
    }

    /** {@return the {@link SubjectKind#name} of what the document was taken for; empty if no kind recognises it} */
    public Optional<String> kind() {
        return Optional.ofNullable(kind).map(Kind::name);
    }

    /** {@return the {@link SubjectKind#title} of what the document was taken for; empty if no kind recognises it} */
    public Optional<String> title() {
        return Optional.ofNullable(kind).map(Kind::title);
    }

    /** {@return the subjects, possibly none; unmodifiable} */
    public List<Subject> subjects() {
        return subjects;
    }

    /** {@return what is wrong with a document that was recognised and cannot be read} */
    public Optional<MalformedSubjectException> failure() {
        return Optional.ofNullable(failure);
    }

    /** {@return what else a reader should know, such as which part is not audited; unmodifiable} */
    public List<String> notes() {
        return notes;
    }

    /** {@return the name of the document, and what it was taken for} */
    @Override
    public String toString() {
        return document.name() + ": " + title().orElse("unknown");
    }
}
