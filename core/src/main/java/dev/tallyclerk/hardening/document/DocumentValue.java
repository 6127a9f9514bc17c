package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.document.Node.Mapping;
import dev.tallyclerk.hardening.document.Node.Scalar;
import dev.tallyclerk.hardening.document.Node.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A value in a document, with its place.
 *
 * <p>A path consists of member names from this value on; without steps it is this value. A value that is absent or null
 * is a {@link Fact.Missing} with {@link MissingValue.Reason#KEY_MISSING}, one of another type is
 * {@link MissingValue.Reason#UNREADABLE}; both know where the value would be. An aliased value has the place of its
 * anchor, where people find the text.
 *
 * <p>Immutable. Two values are equal only if they are the same instance.
 */
public final class DocumentValue {
    private final Node node;
    private final DocumentDialect dialect;
    private final String source;
    private final String pointer;

    private DocumentValue(Node node, DocumentDialect dialect, String source, String pointer) {
        this.node = node;
        this.dialect = dialect;
        this.source = source;
        this.pointer = pointer;
    }

    static DocumentValue root(Node node, DocumentDialect dialect, String source) {
        return new DocumentValue(node, dialect, source, "");
    }

    /** The type of a value in its dialect. */
    public enum Type {
        /** A mapping, which JSON calls an object. */
        MAPPING,
        /** A sequence, which JSON calls an array. */
        SEQUENCE,
        /** A text. */
        TEXT,
        /** A number. */
        NUMBER,
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** {@code null}, or nothing at all. */
        NULL
    }

    /** {@return the type of the value} */
    public Type type() {
        if (node instanceof Mapping) {
            return Type.MAPPING;
        }
        if (!(node instanceof Scalar scalar)) {
            return Type.SEQUENCE;
        }
        return switch (Scalars.typeOf(scalar, dialect)) {
            case NULL -> Type.NULL;
            case BOOLEAN -> Type.BOOLEAN;
            case INTEGER, FLOAT -> Type.NUMBER;
            case TEXT -> Type.TEXT;
        };
    }

    /** {@return the place of the value} */
    public Location.Region location() {
        return region(node.span()).withPointer(pointer, step -> child(step).map(DocumentValue::location));
    }

    /**
     * {@return the place of a key of this mapping, if it has that member}
     *
     * @param name the name of the member
     */
    public Optional<Location> keyLocation(String name) {
        Node.Member member = node instanceof Mapping mapping ? mapping.members.get(name) : null;
        return Optional.ofNullable(member)
                .map(known -> region(known.key()).withPointer(below(name), step -> Optional.empty()));
    }

    private Location.Region region(Node.Span span) {
        return Location.Region.of(source, span.line(), span.column(), span.endLine(), span.endColumn());
    }

    /** {@return the tag as written, such as {@code !reset}; empty if there is none} */
    public Optional<String> tag() {
        return Optional.ofNullable(node.tag);
    }

    /**
     * {@return a member of this mapping, which may be null; empty if it has no such member or is no mapping}
     *
     * @param name the name of the member
     */
    public Optional<DocumentValue> member(String name) {
        Node.Member member = node instanceof Mapping mapping ? mapping.members.get(name) : null;
        return Optional.ofNullable(member).map(known -> below(name, known.value()));
    }

    private Optional<DocumentValue> child(String step) {
        if (!(node instanceof Sequence sequence)) {
            return member(step);
        }
        int index = index(step, sequence.elements.size());
        return index < 0 ? Optional.empty() : Optional.of(below(step, sequence.elements.get(index)));
    }

    private static int index(String step, int size) {
        boolean isIndex = !step.isEmpty() && step.length() < 10 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        int index = isIndex ? Integer.parseInt(step) : -1;
        return index < size ? index : -1;
    }

    private DocumentValue below(String step, Node child) {
        return new DocumentValue(child, dialect, source, below(step));
    }

    private String below(String step) {
        boolean isPlain = step.indexOf('~') < 0 && step.indexOf('/') < 0;
        return pointer + '/' + (isPlain ? step : step.replace("~", "~0").replace("/", "~1"));
    }

    /** {@return the names of the members of this mapping, in order; empty if it is no mapping} */
    public Set<String> names() {
        return node instanceof Mapping mapping ? mapping.members.names() : Set.of();
    }

    /**
     * {@return the value at a path, of any type but null}
     *
     * @param path names of members
     */
    public Fact<DocumentValue> value(String... path) {
        DocumentValue at = this;
        for (int i = 0; i < path.length; i++) {
            if (!(at.node instanceof Mapping mapping)) {
                return at.type() == Type.NULL ? at.absent(path, i) : at.unreadable("a mapping");
            }
            Node.Member member = mapping.members.get(path[i]);
            if (member == null) {
                return at.absent(path, i);
            }
            at = at.below(path[i], member.value());
        }
        return at.node instanceof Scalar && at.type() == Type.NULL ? at.nothing() : Fact.known(at, at.location());
    }

    private <T> Fact<T> nothing() {
        return Fact.missing(MissingValue.Reason.KEY_MISSING, () -> named() + " is null", this::location);
    }

    private <T> Fact<T> absent(String[] path, int from) {
        String[] steps = Arrays.copyOfRange(path, from, path.length);
        return Fact.missing(
                MissingValue.Reason.KEY_MISSING,
                () -> source + " has no " + dotted(pointer + '/' + String.join("/", steps)),
                () -> location().child(steps));
    }

    private <T> Fact<T> unreadable(String wanted) {
        return Fact.missing(
                MissingValue.Reason.UNREADABLE,
                named() + " is " + described(type()) + " at line " + node.span().line() + ", not " + wanted,
                location());
    }

    private String named() {
        return pointer.isEmpty() ? source : dotted(pointer) + " of " + source;
    }

    private static String dotted(String pointer) {
        return pointer.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
    }

    private static String described(Type type) {
        return switch (type) {
            case MAPPING -> "a mapping";
            case SEQUENCE -> "a sequence";
            case TEXT -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a truth value";
            case NULL -> "null";
        };
    }

    /**
     * {@return the text at a path}
     *
     * @param path names of members
     */
    public Fact<String> text(String... path) {
        return value(path)
                .flatMapAt((value, at) -> value.node instanceof Scalar scalar && value.type() == Type.TEXT
                        ? Fact.known(scalar.text, at)
                        : value.unreadable("a text"));
    }

    /**
     * {@return the text, number or truth value at a path, as written}
     *
     * @param path names of members
     */
    public Fact<String> scalar(String... path) {
        return value(path)
                .flatMapAt((value, at) -> value.node instanceof Scalar scalar
                        ? Fact.known(scalar.text, at)
                        : value.unreadable("a scalar"));
    }

    /**
     * {@return the truth value at a path}
     *
     * @param path names of members
     */
    public Fact<Boolean> bool(String... path) {
        return value(path).flatMapAt((value, at) -> {
            int truth = value.node instanceof Scalar scalar ? Scalars.truth(scalar, dialect) : Scalars.UNDECIDED;
            return truth == Scalars.UNDECIDED ? value.unreadable("a truth value") : Fact.known(truth == 1, at);
        });
    }

    /**
     * {@return the integer at a path, in the bases of the dialect}
     *
     * @param path names of members
     */
    public Fact<Long> integer(String... path) {
        return value(path).flatMapAt((value, at) -> {
            OptionalLong integer = value.integer();
            return integer.isPresent() ? Fact.known(integer.getAsLong(), at) : value.unreadable("an integer");
        });
    }

    private OptionalLong integer() {
        if (!(node instanceof Scalar scalar)) {
            return OptionalLong.empty();
        }
        return switch (Scalars.typeOf(scalar, dialect)) {
            case INTEGER -> Scalars.integer(scalar.text, dialect);
            case FLOAT -> Scalars.whole(scalar.text);
            case NULL, BOOLEAN, TEXT -> OptionalLong.empty();
        };
    }

    /**
     * {@return the elements of the sequence at a path}
     *
     * @param path names of members
     */
    public Fact<List<DocumentValue>> elements(String... path) {
        return value(path)
                .flatMapAt((value, at) -> value.node instanceof Sequence sequence
                        ? Fact.known(value.elements(sequence), at)
                        : value.unreadable("a sequence"));
    }

    private List<DocumentValue> elements(Sequence sequence) {
        List<DocumentValue> elements = new ArrayList<>(sequence.elements.size());
        for (Node element : sequence.elements) {
            elements.add(below(Integer.toString(elements.size()), element));
        }
        return Collections.unmodifiableList(elements);
    }

    /**
     * {@return the texts of the sequence at a path; missing if an element is no text}
     *
     * @param path names of members
     */
    public Fact<List<String>> texts(String... path) {
        return elements(path).flatMapAt((elements, at) -> {
            List<String> texts = new ArrayList<>(elements.size());
            for (DocumentValue element : elements) {
                if (!(element.node instanceof Scalar scalar) || element.type() != Type.TEXT) {
                    return element.unreadable("a text");
                }
                texts.add(scalar.text);
            }
            return Fact.known(Collections.unmodifiableList(texts), at);
        });
    }

    /**
     * {@return the members of the mapping at a path, in order}
     *
     * @param path names of members
     */
    public Fact<Map<String, DocumentValue>> members(String... path) {
        return value(path).flatMapAt((value, at) -> {
            if (!(value.node instanceof Mapping mapping)) {
                return value.unreadable("a mapping");
            }
            Map<String, DocumentValue> members = new LinkedHashMap<>();
            for (Node.Member member : mapping.members.inOrder()) {
                members.put(member.name(), value.below(member.name(), member.value()));
            }
            return Fact.known(Collections.unmodifiableMap(members), at);
        });
    }

    /** {@return the place and type of the value} */
    @Override
    public String toString() {
        return location() + " " + type();
    }
}
