package dev.tallyclerk.hardening.yaml;

import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyException.Position;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.text.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Converts one YAML document to JSON, event by event, and records the position of each value. */
final class YamlToJson {
    private static final int MAX_DEPTH = 64;
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final LoadSettings settings;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JsonWriter json;
    private final Map<String, Position> positions = new HashMap<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private int documents;

    /**
     * A document in JSON, with the positions of its values in YAML.
     *
     * @param json the document, in ASCII
     * @param positions by JSON pointer
     */
    record Converted(String json, Map<String, Position> positions) {
        /** {@return the position of the value, or of the nearest one around it} */
        Position positionOf(String pointer) {
            String at = pointer;
            while (!positions.containsKey(at) && !at.isEmpty()) {
                at = at.substring(0, at.lastIndexOf('/'));
            }
            return positions.getOrDefault(at, new Position(1, 1));
        }
    }

    /** An open mapping or sequence. */
    private static final class Level {
        private final String pointer;
        private final boolean isMapping;
        private final Set<String> keys = new HashSet<>();
        private @Nullable String key;
        private int index;

        Level(String pointer, boolean isMapping) {
            this.pointer = pointer;
            this.isMapping = isMapping;
        }

        boolean wantsKey() {
            return isMapping && key == null;
        }
    }

    private YamlToJson(LoadSettings settings) throws IOException {
        this.settings = settings;
        this.json = JsonWriter.compact(out);
    }

    static Converted convert(byte[] yaml, int maxBytes) throws PolicyException {
        if (yaml.length > maxBytes) {
            throw PolicyException.of(
                    Reason.LIMIT_EXCEEDED, "document of " + yaml.length + " bytes, allowed are " + maxBytes);
        }
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(maxBytes)
                .setMaxAliasesForCollections(0)
                .build();
        try {
            YamlToJson converter = new YamlToJson(settings);
            ParserImpl events = new ParserImpl(settings, new StreamReader(settings, text(yaml)));
            while (events.hasNext()) {
                converter.take(events.next());
            }
            if (converter.documents == 0) {
                throw PolicyException.of(Reason.SYNTAX, "empty document");
            }
            converter.json.finish();
            return new Converted(converter.out.toString(StandardCharsets.US_ASCII), converter.positions);
        } catch (MarkedYamlEngineException e) {
            Position position = e.getProblemMark().map(YamlToJson::position).orElse(new Position(1, 1));
            throw PolicyException.at(Reason.SYNTAX, detail(e.getProblem()), position);
        } catch (YamlEngineException e) {
            throw PolicyException.of(Reason.SYNTAX, detail(e.getMessage()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // The library parses a cut or impossible escape of a character without a check.
            throw PolicyException.of(Reason.SYNTAX, detail(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("an in-memory stream cannot fail", e);
        }
    }

    private static String text(byte[] yaml) throws PolicyException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(yaml))
                    .toString();
        } catch (CharacterCodingException e) {
            throw PolicyException.of(Reason.SYNTAX, "not UTF-8");
        }
    }

    private static String detail(@Nullable String problem) {
        return "not YAML: " + Quoted.quote(problem == null ? "unreadable" : problem);
    }

    private void take(Event event) throws IOException, PolicyException {
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw refusal("anchors and aliases are not allowed", event);
        }
        switch (event.getEventId()) {
            case DocumentStart -> begin((DocumentStartEvent) event);
            case Scalar -> scalar((ScalarEvent) event);
            case MappingStart, SequenceStart -> open((CollectionStartEvent) event);
            case MappingEnd -> {
                levels.pop();
                json.endObject();
                valueDone();
            }
            case SequenceEnd -> {
                levels.pop();
                json.endArray();
                valueDone();
            }
            case Alias -> throw refusal("aliases are not allowed: " + ((AliasEvent) event).getAlias(), event);
            case StreamStart, StreamEnd, DocumentEnd, Comment -> {
                // They have no value.
            }
        }
    }

    private void begin(DocumentStartEvent event) throws PolicyException {
        documents++;
        if (documents > 1) {
            throw refusal("more than one document", event);
        }
    }

    private void open(CollectionStartEvent event) throws IOException, PolicyException {
        refuseTag(event.getTag(), event);
        Level parent = levels.peek();
        if (parent != null && parent.wantsKey()) {
            throw refusal("a key must be a string", event);
        }
        if (levels.size() == MAX_DEPTH) {
            throw PolicyException.at(Reason.LIMIT_EXCEEDED, "more than " + MAX_DEPTH + " levels", position(event));
        }
        String pointer = pointer();
        positions.putIfAbsent(pointer, position(event));
        boolean isMapping = event.getEventId() == Event.ID.MappingStart;
        levels.push(new Level(pointer, isMapping));
        if (isMapping) {
            json.beginObject();
        } else {
            json.beginArray();
        }
    }

    private void scalar(ScalarEvent event) throws IOException, PolicyException {
        refuseTag(event.getTag(), event);
        boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN;
        Tag tag = plain ? settings.getSchema().getScalarResolver().resolve(event.getValue(), true) : Tag.STR;
        Level level = levels.peek();
        if (level != null && level.wantsKey()) {
            key(level, event, tag);
            return;
        }
        positions.putIfAbsent(pointer(), position(event));
        value(event, tag);
        valueDone();
    }

    private void key(Level level, ScalarEvent event, Tag tag) throws IOException, PolicyException {
        String key = event.getValue();
        if (!tag.equals(Tag.STR)) {
            throw refusal("a key must be a string; put " + Quoted.quote(key) + " in quotes", event);
        }
        if (!level.keys.add(key)) {
            throw PolicyException.at(
                    Reason.DUPLICATE_MEMBER, "the key " + Quoted.quote(key) + " appears twice", position(event));
        }
        level.key = key;
        // Errors about the member point at its name.
        positions.put(pointer(), position(event));
        json.name(key);
    }

    private void value(ScalarEvent event, Tag tag) throws IOException, PolicyException {
        String text = event.getValue();
        if (tag.equals(Tag.STR)) {
            json.value(text);
        } else if (tag.equals(Tag.BOOL)) {
            json.value(Boolean.parseBoolean(text));
        } else if (tag.equals(Tag.NULL)) {
            json.nullValue();
        } else if (JSON_NUMBER.matcher(text).matches()) {
            json.value(new JsonNumber(text));
        } else {
            throw refusal("not a JSON number: " + Quoted.quote(text), event);
        }
    }

    private void valueDone() {
        Level level = levels.peek();
        if (level != null) {
            level.key = null;
            level.index++;
        }
    }

    private String pointer() {
        Level level = levels.peek();
        if (level == null) {
            return "";
        }
        String step = level.isMapping ? String.valueOf(level.key) : Integer.toString(level.index);
        return level.pointer + '/' + step.replace("~", "~0").replace("/", "~1");
    }

    private static void refuseTag(Optional<String> tag, Event event) throws PolicyException {
        if (tag.isPresent()) {
            throw refusal("tags are not allowed", event);
        }
    }

    private static PolicyException refusal(String detail, Event event) {
        return PolicyException.at(Reason.SYNTAX, detail, position(event));
    }

    private static Position position(Event event) {
        return event.getStartMark().map(YamlToJson::position).orElse(new Position(1, 1));
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
