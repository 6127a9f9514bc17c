package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An in-toto statement: that a predicate holds for some artifacts. Immutable.
 *
 * @see <a href="https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md">in-toto Statement v1</a>
 */
public final class Statement {
    private static final Set<String> TYPES =
            Set.of("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1");

    private static final int MAX_SUBJECTS = 1_024;

    private final List<Subject> subjects;
    private final String predicateType;
    private final JsonCursor root;

    /**
     * An artifact that a statement is about.
     *
     * @param name the name, may be empty
     * @param digests the digests by the names of their algorithms, such as {@code sha256}, in hexadecimal
     * @param annotations the annotations whose values are texts
     */
    public record Subject(String name, Map<String, String> digests, Map<String, String> annotations) {
        /** Keeps copies of the maps. */
        public Subject {
            digests = Map.copyOf(digests);
            annotations = Map.copyOf(annotations);
        }
    }

    private Statement(List<Subject> subjects, String predicateType, JsonCursor root) {
        this.subjects = List.copyOf(subjects);
        this.predicateType = predicateType;
        this.root = root;
    }

    /**
     * Parses a statement of version 0.1 or 1.
     *
     * @param document the JSON document
     * @throws EvidenceException if it is no such statement, has no subject, or more than 1,024
     */
    public static Statement parse(byte[] document) throws EvidenceException {
        try {
            return read(JsonCursor.parse(document, JsonLimits.ofBytes(document.length + 1)));
        } catch (JsonException e) {
            throw new EvidenceException(Reason.MALFORMED, "no in-toto statement: " + e.getMessage(), e);
        }
    }

    private static Statement read(JsonCursor root) throws JsonException, EvidenceException {
        root.refuseCaseVariants(List.of("_type", "subject", "predicateType", "predicate"));
        String type = root.required("_type").string();
        if (!TYPES.contains(type)) {
            throw new EvidenceException(Reason.MALFORMED, "a statement of the type \"" + type + "\"");
        }
        List<Subject> subjects = new ArrayList<>();
        for (JsonCursor subject : root.required("subject").elements()) {
            if (subjects.size() == MAX_SUBJECTS) {
                throw new EvidenceException(
                        Reason.LIMIT_EXCEEDED, "a statement about more than " + MAX_SUBJECTS + " subjects");
            }
            subjects.add(subject(subject));
        }
        if (subjects.isEmpty()) {
            throw new EvidenceException(Reason.SUBJECT_MISMATCH, "a statement about nothing");
        }
        String predicateType = root.required("predicateType").string();
        if (predicateType.isEmpty()) {
            throw new EvidenceException(Reason.MALFORMED, "a statement with an empty predicateType");
        }
        return new Statement(subjects, predicateType, root);
    }

    private static Subject subject(JsonCursor subject) throws JsonException {
        subject.refuseCaseVariants(List.of("name", "digest", "annotations"));
        Optional<JsonCursor> name = subject.optional("name");
        Optional<JsonCursor> digest = subject.optional("digest");
        Optional<JsonCursor> annotations = subject.optional("annotations");
        return new Subject(
                name.isPresent() ? name.get().string() : "",
                digest.isPresent() ? digest.get().stringMap() : Map.of(),
                annotations.isPresent() ? annotations.get().stringMap() : Map.of());
    }

    /** {@return the artifacts that it is about, at least one} */
    public List<Subject> subjects() {
        return subjects;
    }

    /** {@return the type of the predicate} */
    public String predicateType() {
        return predicateType;
    }

    /** {@return the subject with a digest, if it is one of them: algorithm and value are equal} */
    public Optional<Subject> subject(Digest digest) {
        String algorithm = digest.algorithm().name();
        return subjects.stream()
                .filter(subject -> digest.encoded().equals(subject.digests().get(algorithm)))
                .findFirst();
    }

    /** {@return the predicate as JSON with the same members, values and order; empty if there is none} */
    public Optional<String> predicateJson() {
        try {
            return root.optional("predicate").map(predicate -> CompactJson.of(predicate.value()));
        } catch (JsonException e) {
            throw new IllegalStateException("a statement is an object", e);
        }
    }
}
