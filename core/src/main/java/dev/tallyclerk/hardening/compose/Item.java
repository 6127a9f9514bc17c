package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a project, interpolated and possibly merged, that knows where it was written. Immutable. */
sealed interface Item {
    /** {@return what was written; for a merged mapping or sequence, in the file that counts last} */
    DocumentValue origin();

    /** {@return where it was written} */
    default Location.Region at() {
        return origin().location();
    }

    /** A scalar. */
    record Text(DocumentValue origin, DocumentValue.Type type, String raw, Interpolator.Result result) implements Item {
        /** {@return the text, with {@link Interpolator#UNSET} where a variable is not known} */
        String text() {
            return result.text();
        }

        boolean isNull() {
            return type == DocumentValue.Type.NULL;
        }

        boolean isUnset() {
            return !result.unset().isEmpty();
        }

        /** {@return the value of {@code NAME=VALUE}, or the whole if it is none} */
        Text value() {
            int equals = text().indexOf('=');
            if (equals < 0) {
                return this;
            }
            boolean isCut = raw.startsWith(text().substring(0, equals + 1));
            Text value = with(text().substring(equals + 1));
            return isCut ? new Text(origin, value.type(), raw.substring(equals + 1), value.result()) : value;
        }

        /** {@return a part of the text, at the same place} */
        Text with(String part) {
            return new Text(
                    origin,
                    DocumentValue.Type.TEXT,
                    raw,
                    new Interpolator.Result(
                            part,
                            part.indexOf(Interpolator.UNSET) < 0 ? List.of() : result.unset(),
                            result.isFromOutside()));
        }
    }

    /** A sequence. */
    record Items(DocumentValue origin, List<Item> elements) implements Item {
        public Items {
            elements = Collections.unmodifiableList(elements);
        }
    }

    /** A mapping. */
    record Members(DocumentValue origin, Map<String, Item> members) implements Item {
        public Members {
            members = Collections.unmodifiableMap(members);
        }

        Optional<Item> get(String name) {
            return Optional.ofNullable(members.get(name)).filter(item -> !(item instanceof Text text && text.isNull()));
        }

        /** {@return the value at a path, unless it is absent or null} */
        Optional<Item> get(String... path) {
            Optional<Item> at = Optional.of(this);
            for (String step : path) {
                at = at.flatMap(item -> item instanceof Members members ? members.get(step) : Optional.empty());
            }
            return at;
        }

        Optional<Text> text(String... path) {
            return get(path).flatMap(item -> item instanceof Text text ? Optional.of(text) : Optional.empty());
        }

        Optional<Members> mapping(String... path) {
            return get(path).flatMap(item -> item instanceof Members members ? Optional.of(members) : Optional.empty());
        }

        /** {@return the elements of a sequence, a single value as one of them; none if it is absent} */
        List<Item> elements(String... path) {
            return get(path)
                    .map(item -> item instanceof Items items ? items.elements() : List.of(item))
                    .orElse(List.of());
        }

        Members with(String name, Item value) {
            Map<String, Item> more = new LinkedHashMap<>(members);
            more.put(name, value);
            return new Members(origin, more);
        }

        Members without(String name) {
            if (!members.containsKey(name)) {
                return this;
            }
            Map<String, Item> fewer = new LinkedHashMap<>(members);
            fewer.remove(name);
            return new Members(origin, fewer);
        }
    }

    /** {@code !reset}: removes what was there before. */
    record Reset(DocumentValue origin) implements Item {}

    /** {@code !override}: replaces what was there before, instead of merging. */
    record Overriding(Item value) implements Item {
        @Override
        public DocumentValue origin() {
            return value.origin();
        }
    }

    /** {@return the text of a scalar; for another value one that no other has} */
    static String textOf(Item item) {
        return item instanceof Text text ? text.text() : item.at().toString();
    }

    /** {@return the value without the tags of Compose; empty if it is reset} */
    static Optional<Item> plain(Item item) {
        if (item instanceof Reset) {
            return Optional.empty();
        }
        if (item instanceof Overriding override) {
            return plain(override.value());
        }
        if (item instanceof Items items) {
            List<Item> elements = new ArrayList<>(items.elements().size());
            items.elements().forEach(element -> plain(element).ifPresent(elements::add));
            return Optional.of(new Items(items.origin(), elements));
        }
        if (item instanceof Members mapping) {
            Map<String, Item> members = new LinkedHashMap<>();
            mapping.members().forEach((name, member) -> plain(member).ifPresent(value -> members.put(name, value)));
            return Optional.of(new Members(mapping.origin(), members));
        }
        return Optional.of(item);
    }
}
