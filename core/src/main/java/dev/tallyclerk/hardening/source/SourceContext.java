package dev.tallyclerk.hardening.source;

import dev.tallyclerk.hardening.SubjectLimits;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a {@link SubjectKind} may use besides the documents: the limits, and files that documents name.
 *
 * <p>Immutable if the function for files is.
 */
public final class SourceContext {
    private final SubjectLimits limits;
    private final Function<String, Optional<SourceDocument>> files;

    private SourceContext(SubjectLimits limits, Function<String, Optional<SourceDocument>> files) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.files = Objects.requireNonNull(files, "files");
    }

    /** {@return a context with the limits of {@link SubjectLimits#defaults} and without other files} */
    public static SourceContext create() {
        return new SourceContext(SubjectLimits.defaults(), path -> Optional.empty());
    }

    /**
     * {@return this context with other limits}
     *
     * @param limits the limits on each document
     */
    public SourceContext withLimits(SubjectLimits limits) {
        return new SourceContext(limits, files);
    }

    /**
     * {@return this context with access to the files that documents name}
     *
     * @param files gives the document at a path, in the form in which {@link SourceDocument#name} gives those of the
     *     audit; empty if there is none or it may not be read. The paths come from the audited documents, so a function
     *     that reads files decides which ones may be read
     */
    public SourceContext withFiles(Function<String, Optional<SourceDocument>> files) {
        return new SourceContext(limits, files);
    }

    /** {@return the limits on each document} */
    public SubjectLimits limits() {
        return limits;
    }

    /**
     * {@return the file that a document names by a relative path, if it was given}
     *
     * @param document the document
     * @param path a path relative to the folder of the document, with {@code /}; an absolute one is never found
     */
    public Optional<SourceDocument> beside(SourceDocument document, String path) {
        if (path.startsWith("/") || path.isEmpty() || document.name().isEmpty()) {
            return Optional.empty();
        }
        String name = document.name().replace('\\', '/');
        return files.apply(name.substring(0, name.lastIndexOf('/') + 1) + path);
    }

    /**
     * {@return the file at a path, if it was given}
     *
     * @param path a path in the form of the names of documents, with {@code /}; it may be absolute or lead out of the
     *     folder of the documents
     */
    public Optional<SourceDocument> file(String path) {
        return path.isEmpty() ? Optional.empty() : files.apply(path);
    }
}
