package dev.tallyclerk.examples.proxy;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.document.Document;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.text.Quoted;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A mapping of a configuration file, read key by key; {@link #end} refuses the keys that nobody has asked for. */
final class Section {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB|TiB)?");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int UNIT_BITS = 10;

    /** What can still be counted in nanoseconds, and more than anybody waits. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final DocumentValue value;
    private final Path file;
    private final String name;
    private final Set<String> asked = new LinkedHashSet<>();

    private Section(DocumentValue value, Path file, String name) {
        this.value = value;
        this.file = file;
        this.name = name;
    }

    /**
     * {@return the whole of a file}
     *
     * @throws ConfigException if it is not one YAML document with a mapping
     */
    static Section of(Path file, byte[] content) throws ConfigException {
        List<Document> documents;
        try {
            documents = DocumentReader.of(DocumentDialect.COMPOSE).read(SourceDocument.of(file.toString(), content));
        } catch (MalformedSubjectException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
        if (documents.size() != 1) {
            throw new ConfigException(file + ": " + documents.size() + " YAML documents; write one");
        }
        Section whole = new Section(documents.get(0).root(), file, "");
        whole.requireMapping();
        return whole;
    }

    private void requireMapping() throws ConfigException {
        if (value.type() != DocumentValue.Type.MAPPING) {
            throw at(value.location(), (name.isEmpty() ? "the file" : name) + " is no mapping; write keys and values");
        }
    }

    private static ConfigException at(Location.Region place, String message) {
        return new ConfigException(place.source() + ":" + place.line() + ": " + message);
    }

    private String path(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    /** {@return an error about the value of a key, at its line, or about the section if it has none} */
    ConfigException error(String key, String message) {
        return at(value.member(key).orElse(value).location(), path(key) + " " + message);
    }

    /** {@return an error about the whole section, at its line} */
    ConfigException error(String message) {
        return at(value.location(), name + ": " + message);
    }

    private Optional<DocumentValue> member(String key) {
        asked.add(key);
        return value.member(key).filter(member -> member.type() != DocumentValue.Type.NULL);
    }

    /** {@return a text, number or truth value as written} */
    Optional<String> text(String key) throws ConfigException {
        Optional<DocumentValue> member = member(key);
        return member.isEmpty() ? Optional.empty() : Optional.of(scalar(member.get(), path(key)));
    }

    private static String scalar(DocumentValue value, String path) throws ConfigException {
        String text = value.scalar().fold((stated, at) -> stated, assumed -> "", missing -> "");
        if (text.isEmpty() || value.tag().isPresent()) {
            throw at(value.location(), path + " is no text; write one value in one line");
        }
        return text;
    }

    String requiredText(String key, String example) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            throw at(value.location(), path(key) + " is missing; write " + key + ": " + example);
        }
        return text.get();
    }

    /** {@return a truth value} */
    boolean isTrue(String key) throws ConfigException {
        String text = text(key).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw error(key, "is " + Quoted.quote(text) + "; write true or false");
        }
        return text.equals("true");
    }

    Optional<Duration> time(String key) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = TIME.matcher(text.get());
        if (!parts.matches()) {
            throw error(key, "is " + Quoted.quote(text.get()) + "; write a number and ms, s, m, h or d, such as 30s");
        }
        long number = Long.parseLong(parts.group(1));
        Duration time = switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        if (time.compareTo(LONGEST) > 0) {
            throw error(key, "is " + Quoted.quote(text.get()) + "; write at most " + LONGEST.toDays() + "d");
        }
        return Optional.of(time);
    }

    /** {@return a time that has to be longer than none} */
    Optional<Duration> positiveTime(String key) throws ConfigException {
        Optional<Duration> time = time(key);
        if (time.isPresent() && time.get().isZero()) {
            throw error(key, "is no time at all; write at least 1ms");
        }
        return time;
    }

    /** {@return a number of bytes} */
    OptionalLong size(String key) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher parts = SIZE.matcher(text.get());
        if (parts.matches()) {
            String unit = parts.group(2) == null ? "B" : parts.group(2);
            BigInteger bytes = new BigInteger(parts.group(1)).shiftLeft(UNIT_BITS * UNITS.indexOf(unit));
            if (bytes.bitLength() < Long.SIZE) {
                return OptionalLong.of(bytes.longValueExact());
            }
        }
        throw error(key, "is " + Quoted.quote(text.get()) + "; write a number and KiB, MiB, GiB or TiB, such as 20GiB");
    }

    /** {@return a whole number} */
    int number(String key, int otherwise, int most) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.get().matches("[0-9]{1,9}")
                || Integer.parseInt(text.get()) < 1
                || Integer.parseInt(text.get()) > most) {
            throw error(key, "is " + Quoted.quote(text.get()) + "; write a whole number from 1 to " + most);
        }
        return Integer.parseInt(text.get());
    }

    /** {@return a file, relative to the folder of the configuration} */
    Optional<Path> file(String key) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Path folder = file.toAbsolutePath().getParent();
        try {
            Path named = Path.of(text.get());
            return Optional.of(folder == null ? named : folder.resolve(named).normalize());
        } catch (java.nio.file.InvalidPathException e) {
            throw error(key, "is no path: " + Quoted.quote(text.get()));
        }
    }

    /** {@return one of several words} */
    <E extends Enum<E>> Optional<E> word(String key, Class<E> words) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<String> known = new ArrayList<>();
        for (E each : words.getEnumConstants()) {
            String word = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (word.equals(text.get())) {
                return Optional.of(each);
            }
            known.add(word);
        }
        throw error(key, "is " + Quoted.quote(text.get()) + "; write " + String.join(" or ", known));
    }

    /** {@return the texts of a list; empty if there is none} */
    List<String> texts(String key) throws ConfigException {
        List<String> texts = new ArrayList<>();
        for (DocumentValue element : elements(key)) {
            texts.add(scalar(element, path(key)));
        }
        return texts;
    }

    private List<DocumentValue> elements(String key) throws ConfigException {
        Optional<DocumentValue> member = member(key);
        if (member.isEmpty()) {
            return List.of();
        }
        if (member.get().type() != DocumentValue.Type.SEQUENCE) {
            throw error(key, "is no list; begin each line of it with - ");
        }
        return member.get().elements().fold((list, at) -> list, assumed -> List.of(), missing -> List.of());
    }

    /** {@return a mapping below a key} */
    Optional<Section> section(String key) throws ConfigException {
        Optional<DocumentValue> member = member(key);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        Section section = new Section(member.get(), file, path(key));
        section.requireMapping();
        return Optional.of(section);
    }

    /** {@return the mappings of a list} */
    List<Section> sections(String key) throws ConfigException {
        List<Section> sections = new ArrayList<>();
        for (DocumentValue element : elements(key)) {
            Section section = new Section(element, file, path(key) + "[" + sections.size() + "]");
            section.requireMapping();
            sections.add(section);
        }
        return sections;
    }

    /** Refuses what nothing has read. */
    void end() throws ConfigException {
        for (String key : value.names()) {
            if (!asked.contains(key)) {
                String near = Spelling.nearest(key, asked)
                        .map(known -> "; did you mean " + known + "?")
                        .orElse("; known are " + String.join(", ", asked));
                throw at(
                        value.keyLocation(key)
                                .filter(Location.Region.class::isInstance)
                                .map(Location.Region.class::cast)
                                .orElse(value.location()),
                        "unknown key " + Quoted.quote(path(key)) + near);
            }
        }
    }
}
