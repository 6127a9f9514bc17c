package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An in-toto statement: that a predicate holds for some artifacts. Immutable.
 *
 * @see <a href="https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md">in-toto Statement v1</a>
 */
public final class Statement {
    private static final Set<String> TYPES =
            Set.of("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1");

    private static final MemberNames MEMBERS = MemberNames.of("_type", "subject", "predicateType", "predicate");
    private static final MemberNames SUBJECT_MEMBERS = MemberNames.of("name", "digest", "annotations");

    private final List<Subject> subjects;
    private final String predicateType;
    private final @Nullable JsonCursor predicate;
    private final AttestationLimits limits;

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

    private Statement(
            List<Subject> subjects, String predicateType, @Nullable JsonCursor predicate, AttestationLimits limits) {
        this.subjects = List.copyOf(subjects);
        this.predicateType = predicateType;
        this.predicate = predicate;
        this.limits = limits;
    }

    /**
     * Parses a statement of version 0.1 or 1 within the default limits.
     *
     * @param document the JSON document
     * @throws EvidenceException if it is no such statement, has no subject, or exceeds a limit
     */
    public static Statement parse(byte[] document) throws EvidenceException {
        return parse(document, AttestationLimits.defaults());
    }

    /**
     * Parses a statement of version 0.1 or 1.
     *
     * <p>Unknown members are ignored; members given twice, or in another case, are an error.
     *
     * @param document the JSON document
     * @param limits the limits on the statement and its predicate
     * @throws EvidenceException if it is no such statement, has no subject, or exceeds a limit
     */
    public static Statement parse(byte[] document, AttestationLimits limits) throws EvidenceException {
        try {
            return read(JsonCursor.parseInterchangeable(document, limits.statement()), limits);
        } catch (JsonException e) {
            throw UnreadableDocument.of("no in-toto statement", e);
        }
    }

    private static Statement read(JsonCursor root, AttestationLimits limits) throws JsonException, EvidenceException {
        root.refuseCaseVariants(MEMBERS);
        String type = root.required("_type").string();
        if (!TYPES.contains(type)) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED, "a statement of the type " + Quoted.quote(type) + ", wanted one of " + TYPES);
        }
        JsonCursor list = root.required("subject");
        if (list.length() > limits.maxSubjects()) {
            throw Documents.tooMany("subjects in a statement", limits.maxSubjects());
        }
        List<Subject> subjects = new ArrayList<>();
        for (JsonCursor subject : list.elements()) {
            subjects.add(subject(subject));
        }
        if (subjects.isEmpty()) {
            throw new EvidenceException(Reason.SUBJECT_MISMATCH, "a statement about no artifact");
        }
        JsonCursor predicateType = root.required("predicateType");
        if (predicateType.string().isEmpty()) {
            throw predicateType.badValue("is empty");
        }
        return new Statement(
                subjects,
                predicateType.string(),
                root.optional("predicate")
                        .map(member -> JsonCursor.at(member.value()))
                        .orElse(null),
                limits);
    }

    private static Subject subject(JsonCursor subject) throws JsonException {
        subject.refuseCaseVariants(SUBJECT_MEMBERS);
        Optional<JsonCursor> name = subject.optional("name");
        Optional<JsonCursor> digest = subject.optional("digest");
        Optional<JsonCursor> annotations = subject.optional("annotations");
        return new Subject(
                name.isPresent() ? name.get().string() : "",
                digest.isPresent() ? digest.get().stringMap() : Map.of(),
                annotations.isPresent() ? texts(annotations.get()) : Map.of());
    }

    /** Annotations have values of any type; only texts can be compared. */
    private static Map<String, String> texts(JsonCursor annotations) throws JsonException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonValue> member :
                annotations.object().members().entrySet()) {
            if (member.getValue() instanceof JsonString text) {
                texts.put(member.getKey(), text.value());
            }
        }
        return texts;
    }

    /** {@return the artifacts that it is about, at least one} */
    public List<Subject> subjects() {
        return subjects;
    }

    /** {@return the subject with a digest, if it is one of them: algorithm and value are equal} */
    public Optional<Subject> subject(Digest digest) {
        String algorithm = digest.algorithm().name();
        return subjects.stream()
                .filter(subject -> digest.encoded().equals(subject.digests().get(algorithm)))
                .findFirst();
    }

    /** {@return the type of the predicate, a URI} */
    public String predicateType() {
        return predicateType;
    }

    /**
     * {@return the predicate in the form of its type}
     *
     * @throws EvidenceException if it is malformed, or lists more than the limits allow
     */
    public Predicate predicate() throws EvidenceException {
        try {
            return PredicateReader.read(predicateType, Optional.ofNullable(predicate), limits);
        } catch (JsonException e) {
            throw UnreadableDocument.of("predicate of the type " + Quoted.quote(predicateType), e);
        }
    }

    /** {@return the predicate as JSON with the same members, values and order; empty if there is none} */
    public Optional<String> predicateJson() {
        return predicateValue().map(CompactJson::of);
    }

    Optional<JsonValue> predicateValue() {
        return Optional.ofNullable(predicate).map(JsonCursor::value);
    }
}
