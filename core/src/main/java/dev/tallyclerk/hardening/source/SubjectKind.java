package dev.tallyclerk.hardening.source;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A kind of document with subjects in it: how to recognise it, and how to read it.
 *
 * <p>For {@link #installed}, an implementation has a public constructor without parameters, and its jar names it in
 * {@code META-INF/services/dev.tallyclerk.hardening.source.SubjectKind} or in a {@code provides} of its module. Its
 * rules come from a {@link dev.tallyclerk.hardening.RulePack}. Implementations are immutable; many threads may use one.
 */
public interface SubjectKind {
    /** {@return the name for programs: lower-case letters, digits and hyphens, for example {@code dockerfile}} */
    String name();

    /** {@return the name for people, without article, for example {@code Kubernetes manifest}} */
    String title();

    /**
     * {@return how well a document fits this kind}
     *
     * <p>It goes by content: the name of the file is at most a hint. A document of this kind that is malformed further
     * on is recognised all the same, so that it is reported instead of skipped. It is cheap: it looks at
     * {@link SourceDocument#start} or {@link SourceDocument#memberNames} rather than parse the whole.
     *
     * @param document any document, possibly not text
     */
    Recognition recognise(SourceDocument document);

    /**
     * {@return the subjects of a document, possibly none}
     *
     * @param document a document that was recognised
     * @param context the limits, and access to other documents
     * @throws MalformedSubjectException if it is malformed as a whole, or exceeds a limit
     */
    List<? extends Subject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException;

    /**
     * {@return the subjects of all documents of this kind in one audit, with one element for each document, in order}
     *
     * <p>A kind overrides this if documents affect each other, such as files that are merged. By default each is read
     * by itself, and one that is malformed does not affect the others.
     *
     * @param documents the documents
     * @param context the limits, and access to other documents
     */
    default List<SubjectFile> readAll(List<SourceDocument> documents, SourceContext context) {
        List<SubjectFile> files = new ArrayList<>();
        for (SourceDocument document : documents) {
            try {
                files.add(SubjectFile.read(document, read(document, context)));
            } catch (MalformedSubjectException e) {
                files.add(SubjectFile.malformed(document, e));
            }
        }
        return files;
    }

    /**
     * {@return the kinds that {@code loader} finds, ordered by name}
     *
     * @param loader the class loader to search; the classes found are run, so it must be as trusted as the program
     * @throws java.util.ServiceConfigurationError if a kind cannot be loaded
     */
    static List<SubjectKind> installed(ClassLoader loader) {
        return ServiceLoader.load(SubjectKind.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(SubjectKind::name))
                .toList();
    }
}
