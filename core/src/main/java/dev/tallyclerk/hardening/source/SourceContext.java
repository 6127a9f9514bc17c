package dev.tallyclerk.hardening.source;

import dev.tallyclerk.hardening.SubjectLimits;
import java.util.List;
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
    private final Function<String, Optional<List<String>>> folders;

    private SourceContext(
            SubjectLimits limits,
            Function<String, Optional<SourceDocument>> files,
            Function<String, Optional<List<String>>> folders) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.files = Objects.requireNonNull(files, "files");
        this.folders = Objects.requireNonNull(folders, "folders");
    }

    /** {@return a context with the limits of {@link SubjectLimits#defaults} and without other files} */
    public static SourceContext create() {
        return new SourceContext(SubjectLimits.defaults(), path -> Optional.empty(), path -> Optional.empty());
    }

    /**
     * {@return this context with other limits}
     *
     * @param limits the limits on each document
     */
    public SourceContext withLimits(SubjectLimits limits) {
        return new SourceContext(limits, files, folders);
    }

    /**
     * {@return this context with access to the files that documents name}
     *
     * @param files gives the document at a path, in the form in which {@link SourceDocument#name} gives those of the
     *     audit; empty if there is none or it may not be read. The paths come from the audited documents, so a function
     *     that reads files decides which ones may be read
     */
    public SourceContext withFiles(Function<String, Optional<SourceDocument>> files) {
        return new SourceContext(limits, files, folders);
    }

    /**
     * {@return this context with access to the folders that documents name}
     *
     * @param folders gives the names in the folder at a path, in the form of {@link SourceDocument#name}; none if there
     *     certainly is no such folder, and empty if it is not known
     */
    public SourceContext withFolders(Function<String, Optional<List<String>>> folders) {
        return new SourceContext(limits, files, folders);
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
        return isRelative(document, path) ? files.apply(resolved(document, path)) : Optional.empty();
    }

    /**
     * {@return the names in the folder that a document names by a relative path, if they are known}
     *
     * <p>There are none if there certainly is no such folder.
     *
     * @param document the document
     * @param path a path relative to the folder of the document, with {@code /}; an absolute one is never known
     */
    public Optional<List<String>> namesBeside(SourceDocument document, String path) {
        return isRelative(document, path) ? folders.apply(resolved(document, path)) : Optional.empty();
    }

    private static boolean isRelative(SourceDocument document, String path) {
        return !path.startsWith("/") && !path.isEmpty() && !document.name().isEmpty();
    }

    private static String resolved(SourceDocument document, String path) {
        String name = document.name().replace('\\', '/');
        return name.substring(0, name.lastIndexOf('/') + 1) + path;
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
