package dev.tallyclerk.hardening.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out by content what documents are, and reads their subjects.
 *
 * <p>Immutable.
 */
public final class SubjectFinder {
    private final List<SubjectKind> kinds;

    private SubjectFinder(List<SubjectKind> kinds) {
        this.kinds = kinds;
    }

    /**
     * {@return a finder of documents of some kinds}
     *
     * @param kinds the kinds; if two fit a document equally well, the first one counts
     */
    public static SubjectFinder of(Collection<? extends SubjectKind> kinds) {
        return new SubjectFinder(List.copyOf(kinds));
    }

    /** {@return the kinds in order, unmodifiable} */
    public List<SubjectKind> kinds() {
        return kinds;
    }

    /**
     * {@return what a document is; empty if no kind recognises it}
     *
     * @param document any document, possibly not text
     */
    public Optional<SubjectKind> kindOf(SourceDocument document) {
        SubjectKind best = null;
        Recognition bestSoFar = Recognition.NONE;
        for (SubjectKind kind : kinds) {
            Recognition recognition = kind.recognise(document);
            if (recognition.compareTo(bestSoFar) > 0) {
                best = kind;
                bestSoFar = recognition;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * {@return what a document is, with its subjects}
     *
     * @param document any document
     * @param context the limits, and access to other documents
     */
    public SubjectFile read(SourceDocument document, SourceContext context) {
        return read(List.of(document), context).get(0);
    }

    /**
     * {@return what documents are, with their subjects; one element for each document, in order}
     *
     * <p>Documents of one kind are read together, because they may affect each other.
     *
     * @param documents any documents
     * @param context the limits, and access to other documents
     * @throws IllegalStateException if a kind does not return one element for each document
     */
    public List<SubjectFile> read(List<SourceDocument> documents, SourceContext context) {
        List<SubjectFile> files = new ArrayList<>();
        Map<SubjectKind, List<Integer>> byKind = new LinkedHashMap<>();
        for (int i = 0; i < documents.size(); i++) {
            SourceDocument document = documents.get(i);
            files.add(SubjectFile.read(document, List.of()));
            Optional<SubjectKind> kind = kindOf(document);
            if (kind.isPresent()) {
                byKind.computeIfAbsent(kind.get(), key -> new ArrayList<>()).add(i);
            }
        }
        byKind.forEach((kind, positions) -> {
            List<SubjectFile> read =
                    kind.readAll(positions.stream().map(documents::get).toList(), context);
            if (read.size() != positions.size()) {
                throw new IllegalStateException("the kind " + kind.name() + " returned " + read.size() + " files for "
                        + positions.size() + " documents");
            }
            for (int i = 0; i < read.size(); i++) {
                files.set(positions.get(i), read.get(i).withKind(kind.name(), kind.title()));
            }
        });
        return List.copyOf(files);
    }
}
