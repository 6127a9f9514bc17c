package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads JSON and YAML files into values that know their lines.
 *
 * <p>Of the limits of {@link SubjectLimits} the one on bytes applies. A file may have one value per 64 of the allowed
 * bytes, but at least 10,000, and 100 levels. Values that an alias or a merge key repeats count each time against the
 * limit on values, although they take no more memory, so that a walk over the values ends. Immutable.
 */
public final class DocumentReader {
    private final DocumentDialect dialect;
    private final SubjectLimits limits;

    private DocumentReader(DocumentDialect dialect, SubjectLimits limits) {
        this.dialect = Objects.requireNonNull(dialect, "dialect");
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * {@return a reader with the limits of {@link SubjectLimits#defaults}}
     *
     * @param dialect how the program that owns the documents reads them
     */
    public static DocumentReader of(DocumentDialect dialect) {
        return new DocumentReader(dialect, SubjectLimits.defaults());
    }

    /**
     * {@return this reader with other limits}
     *
     * @param limits the limits on a file, which apply to all of its documents together
     */
    public DocumentReader withLimits(SubjectLimits limits) {
        return new DocumentReader(dialect, limits);
    }

    /**
     * {@return the documents of a file, in order; possibly none}
     *
     * <p>A file that begins with <code>{</code> or {@code [} is read as JSON, of which
     * {@link DocumentDialect#KUBERNETES} allows several values; if it is not JSON, as YAML, unless the dialect is
     * {@link DocumentDialect#JSON}.
     *
     * @param file the file
     * @throws MalformedSubjectException if it is not of the dialect, or exceeds a limit; with line and column
     */
    public List<Document> read(SourceDocument file) throws MalformedSubjectException {
        String text = file.text(limits);
        String start = text.stripLeading();
        boolean mayBeJson = start.startsWith("{") || start.startsWith("[");
        if (dialect.isYaml() && !mayBeJson) {
            return yaml(file.name(), text);
        }
        try {
            return json(file.name(), text);
        } catch (MalformedSubjectException e) {
            if (!dialect.isYaml() || e.reason() != Reason.SYNTAX) {
                throw e;
            }
            try {
                return yaml(file.name(), text);
            } catch (MalformedSubjectException alsoNotYaml) {
                e.addSuppressed(alsoNotYaml);
                throw alsoNotYaml.reason() == Reason.SYNTAX ? e : alsoNotYaml;
            }
        }
    }

    private List<Document> json(String name, String text) throws MalformedSubjectException {
        JsonTree tree = new JsonTree(name, text, new TreeLimits(limits), dialect == DocumentDialect.KUBERNETES);
        List<Node> values = tree.read();
        boolean isOne = values.size() == 1 || dialect == DocumentDialect.KUBERNETES;
        if (!isOne) {
            throw new MalformedSubjectException(
                    Reason.SYNTAX,
                    Location.Region.of(name, 1, 1, 1, 1),
                    "not JSON: " + (values.isEmpty() ? "no value" : "more than one value"));
        }
        List<Document> documents = new ArrayList<>();
        for (Node value : values) {
            documents.add(new Document(
                    DocumentValue.root(value, dialect, name), documents.isEmpty() ? tree.duplicateKeys() : List.of()));
        }
        return List.copyOf(documents);
    }

    private List<Document> yaml(String name, String text) throws MalformedSubjectException {
        try {
            List<Document> documents = new ArrayList<>();
            for (YamlTree.Root root : YamlTree.read(name, text, dialect, new TreeLimits(limits))) {
                documents.add(new Document(DocumentValue.root(root.node(), dialect, name), root.duplicateKeys()));
            }
            return List.copyOf(documents);
        } catch (NoClassDefFoundError e) {
            MalformedSubjectException unsupported = new MalformedSubjectException(
                    Reason.UNSUPPORTED,
                    name,
                    "",
                    "YAML needs SnakeYAML Engine (org.snakeyaml:snakeyaml-engine), which is not on the class path");
            unsupported.initCause(e);
            throw unsupported;
        }
    }
}
