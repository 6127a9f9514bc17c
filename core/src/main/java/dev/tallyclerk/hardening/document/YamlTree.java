package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.document.Node.Mapping;
import dev.tallyclerk.hardening.document.Node.Member;
import dev.tallyclerk.hardening.document.Node.Scalar;
import dev.tallyclerk.hardening.document.Node.Sequence;
import dev.tallyclerk.hardening.document.Node.Span;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Parses YAML event by event, with the line and column of each value. */
final class YamlTree {
    private static final String CORE = "tag:yaml.org,2002:";
    private static final String MERGE = "<<";

    private final String source;
    private final DocumentDialect dialect;
    private final TreeLimits limits;
    private final TextColumns columns;
    private final Map<String, Node> anchors = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private final List<Root> roots = new ArrayList<>();
    private List<Location> duplicateKeys = new ArrayList<>();

    /** A document, and the keys in it that later ones replace. */
    record Root(Node node, List<Location> duplicateKeys) {}

    /** An open mapping or sequence. */
    private static final class Level {
        private final Span start;
        private final @Nullable String tag;
        private final @Nullable String anchor;
        private final boolean isMapping;
        private final List<Node> elements = new ArrayList<>(0);
        private final Map<String, Member> members = new LinkedHashMap<>(4);
        private final List<Node> merged = new ArrayList<>(0);
        private @Nullable String key;
        private @Nullable Span keySpan;
        private Span end;

        Level(Span start, @Nullable String tag, @Nullable String anchor, boolean isMapping) {
            this.start = start;
            this.tag = tag;
            this.anchor = anchor;
            this.isMapping = isMapping;
            this.end = start;
        }
    }

    private YamlTree(String source, String text, DocumentDialect dialect, TreeLimits limits) {
        this.source = source;
        this.dialect = dialect;
        this.limits = limits;
        this.columns = new TextColumns(text);
    }

    /** {@return the documents in a text} */
    static List<Root> read(String source, String text, DocumentDialect dialect, TreeLimits limits)
            throws MalformedSubjectException {
        YamlTree tree = new YamlTree(source, text, dialect, limits);
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        try {
            ParserImpl events = new ParserImpl(settings, new StreamReader(settings, text));
            while (events.hasNext()) {
                tree.take(events.next());
            }
            return tree.roots;
        } catch (MarkedYamlEngineException e) {
            Location.Region at = e.getProblemMark().map(tree::region).orElseGet(tree::start);
            throw new MalformedSubjectException(Reason.SYNTAX, at, detail(e.getProblem()));
        } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The parser handles some escapes of characters without a check.
            throw new MalformedSubjectException(Reason.SYNTAX, tree.start(), detail(e.getMessage()));
        }
    }

    private static String detail(@Nullable String problem) {
        String text = problem == null ? "unreadable" : problem;
        return "not YAML: " + Quoted.printable(text.length() > 200 ? text.substring(0, 200) : text);
    }

    private void take(Event event) throws MalformedSubjectException {
        switch (event.getEventId()) {
            case DocumentStart -> {
                anchors.clear();
                duplicateKeys = new ArrayList<>();
            }
            case Scalar -> scalar((ScalarEvent) event);
            case MappingStart, SequenceStart -> open((CollectionStartEvent) event);
            case MappingEnd, SequenceEnd -> close(event);
            case Alias -> alias((AliasEvent) event);
            case StreamStart, StreamEnd, DocumentEnd, Comment -> {
                // They have no value.
            }
        }
    }

    private void scalar(ScalarEvent event) throws MalformedSubjectException {
        limits.count(region(event), 1);
        // Only escapes can give one; the text itself was UTF-8.
        if (event.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED && Scalars.hasLoneSurrogate(event.getValue())) {
            throw new MalformedSubjectException(
                    Reason.SYNTAX, region(event), "not YAML: half of a surrogate pair in a text");
        }
        Scalar scalar = new Scalar(
                span(event), tag(event.getTag()), event.getValue(), event.getScalarStyle() == ScalarStyle.PLAIN);
        anchor(event, scalar);
        add(scalar, scalar.span(), event);
    }

    private void open(CollectionStartEvent event) throws MalformedSubjectException {
        limits.count(region(event), 1);
        limits.checkDepth(levels.size(), region(event));
        Span start = span(event);
        levels.push(new Level(
                new Span(start.line(), start.column(), start.line(), start.column()),
                tag(event.getTag()),
                event.getAnchor().map(Object::toString).orElse(null),
                event.getEventId() == Event.ID.MappingStart));
    }

    private void close(Event event) throws MalformedSubjectException {
        Level level = levels.pop();
        Span own = span(event);
        // A block ends at the next token, which may be far below; its last value is where it ends for people.
        boolean isFlow = own.endColumn() != own.column() || own.endLine() != own.line();
        Span span = level.start.upTo(isFlow ? own : level.end);
        Node node;
        if (level.isMapping) {
            merge(level, event);
            node = new Mapping(span, level.tag, level.members);
        } else {
            node = new Sequence(span, level.tag, List.copyOf(level.elements));
        }
        if (level.anchor != null) {
            anchors.put(level.anchor, node);
        }
        add(node, span, event);
    }

    private void alias(AliasEvent event) throws MalformedSubjectException {
        String name = event.getAlias().toString();
        Node node = anchors.get(name);
        if (node == null) {
            throw new MalformedSubjectException(
                    Reason.SYNTAX,
                    region(event),
                    "the alias " + Quoted.quote(name) + " has no anchor before it, or is inside its own");
        }
        limits.count(region(event), node.values());
        add(node, span(event), event);
    }

    private void anchor(NodeEvent event, Node node) {
        event.getAnchor().ifPresent(anchor -> anchors.put(anchor.toString(), node));
    }

    /** Adds a value to the open collection; {@code place} is where it stands, which for an alias is not its own. */
    private void add(Node node, Span place, Event event) throws MalformedSubjectException {
        Level level = levels.peek();
        if (level == null) {
            roots.add(new Root(node, List.copyOf(duplicateKeys)));
            return;
        }
        level.end = level.end.upTo(place);
        if (!level.isMapping) {
            level.elements.add(node);
        } else if (level.key == null) {
            level.key = key(node, event);
            level.keySpan = place;
        } else {
            put(level, level.key, node);
            level.key = null;
        }
    }

    private String key(Node node, Event event) throws MalformedSubjectException {
        if (!(node instanceof Scalar scalar)) {
            throw new MalformedSubjectException(Reason.SYNTAX, region(event), "a key is not a text");
        }
        if (scalar.isPlain && dialect == DocumentDialect.KUBERNETES) {
            switch (Scalars.typeOf(scalar, dialect)) {
                case NULL -> throw new MalformedSubjectException(Reason.SYNTAX, region(event), "a key is null");
                case BOOLEAN -> {
                    return Scalars.truth(scalar, dialect) == 1 ? "true" : "false";
                }
                case INTEGER, FLOAT, TEXT -> {
                    // Written as it is.
                }
            }
        }
        // Documents repeat few names.
        return names.computeIfAbsent(scalar.text, text -> text);
    }

    private void put(Level level, String key, Node node) throws MalformedSubjectException {
        Span keySpan = level.keySpan == null ? node.span() : level.keySpan;
        if (key.equals(MERGE)) {
            level.merged.add(node);
            return;
        }
        Member earlier = level.members.get(key);
        if (earlier != null) {
            Span place = earlier.key();
            if (dialect != DocumentDialect.KUBERNETES) {
                throw new MalformedSubjectException(
                        Reason.DUPLICATE_MEMBER,
                        Location.Region.of(
                                source, keySpan.line(), keySpan.column(), keySpan.endLine(), keySpan.endColumn()),
                        "the key " + Quoted.quote(key) + " is also at line " + place.line());
            }
            duplicateKeys.add(
                    Location.Region.of(source, place.line(), place.column(), place.endLine(), place.endColumn()));
        }
        level.members.put(key, Member.of(key, keySpan, node));
    }

    /** A key of the mapping itself goes before merged ones, and of those the first mapping's. */
    private void merge(Level level, Event event) throws MalformedSubjectException {
        for (Node merged : level.merged) {
            List<Node> mappings = merged instanceof Sequence sequence ? sequence.elements : List.of(merged);
            for (Node mapping : mappings) {
                if (!(mapping instanceof Mapping known)) {
                    throw new MalformedSubjectException(
                            Reason.SYNTAX, region(event), "<< merges something that is not a mapping");
                }
                for (Member member : known.members.inOrder()) {
                    if (level.members.putIfAbsent(member.name(), member) == null) {
                        limits.count(region(event), member.value().values());
                    }
                }
            }
        }
    }

    private static @Nullable String tag(Optional<String> tag) {
        return tag.map(text -> text.startsWith(CORE) ? "!!" + text.substring(CORE.length()) : text)
                .orElse(null);
    }

    private Span span(Event event) {
        Span start = event.getStartMark().map(this::place).orElse(new Span(1, 1, 1, 1));
        return event.getEndMark().map(this::place).map(start::upTo).orElse(start);
    }

    private Span place(Mark mark) {
        int line = mark.getLine() + 1;
        int column = columns.utf16(mark.getLine(), mark.getColumn());
        return new Span(line, column, line, column);
    }

    private Location.Region region(Event event) {
        return event.getStartMark().map(this::region).orElseGet(this::start);
    }

    private Location.Region region(Mark mark) {
        Span at = place(mark);
        return Location.Region.of(source, at.line(), at.column(), at.line(), at.column());
    }

    private Location.Region start() {
        return Location.Region.of(source, 1, 1, 1, 1);
    }
}
