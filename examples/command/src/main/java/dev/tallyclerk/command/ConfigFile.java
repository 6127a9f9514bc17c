package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.document.Document;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file with options that the user would otherwise give each time:
 *
 * <pre>{@code
 * options:           # for every command that has the option
 *   ca: /etc/ssl/example.pem
 *   mirror: [docker.io=https://mirror.example.org]
 * commands:          # for one command; comes before the options above
 *   verify:
 *     fail-on: HIGH
 * }</pre>
 */
final class ConfigFile {
    private static final ConfigOwner OWNER = new ConfigOwner("--config", "what is verified");
    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> SECTIONS = Set.of("options", "commands");

    private final Path file;
    private final Map<String, Entry> options;
    private final Map<String, Map<String, Entry>> commands;
    private final Map<String, Integer> commandLines;

    private ConfigFile(
            Path file,
            Map<String, Entry> options,
            Map<String, Map<String, Entry>> commands,
            Map<String, Integer> commandLines) {
        this.file = file;
        this.options = options;
        this.commands = commands;
        this.commandLines = commandLines;
    }

    /**
     * An option in the file.
     *
     * @param values its values, as written
     * @param isList whether they are written as a list
     * @param line the line of the first value
     */
    record Entry(List<String> values, boolean isList, int line) {}

    /** {@return the file that the arguments or the environment name, or the user's own if there is one} */
    static Optional<ConfigFile> find(List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> options =
                arguments.stream().takeWhile(each -> !each.equals("--")).toList();
        if (options.contains("--no-config")) {
            return Optional.empty();
        }
        String named = null;
        for (int i = 0; i < options.size(); i++) {
            if (options.get(i).startsWith("--config=")) {
                named = options.get(i).substring("--config=".length());
            } else if (options.get(i).equals("--config") && i + 1 < options.size()) {
                named = options.get(i + 1);
            }
        }
        if (named == null) {
            named = environment.get("TALLYCLERK_CONFIG");
        }
        if (named != null) {
            if (named.isEmpty()) {
                return Optional.empty();
            }
            Path file = path(named);
            OWNER.requireNamed(file);
            return Optional.of(read(file));
        }
        return own(environment);
    }

    private static Path path(String text) throws IOException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IOException("--config: not a path: " + Quoted.quote(text), e);
        }
    }

    private static Optional<ConfigFile> own(Map<String, String> environment) throws IOException {
        Optional<ConfigFolder> place = ConfigFolder.of(environment);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        List<Path> found = Stream.of("config.yml", "config.yaml", "config.json")
                .map(place.get().folder()::resolve)
                .filter(Files::exists)
                .toList();
        if (found.size() > 1) {
            throw new IOException("two configuration files: " + found.get(0) + " and " + found.get(1)
                    + "; remove one, or give --config");
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        OWNER.requireOwn(place.get().base(), found.get(0));
        return Optional.of(read(found.get(0)));
    }

    private static ConfigFile read(Path file) throws IOException {
        byte[] content = InputFile.read(file, MAX_BYTES);
        boolean isJson = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        List<Document> documents;
        try {
            documents = DocumentReader.of(isJson ? DocumentDialect.JSON : DocumentDialect.COMPOSE)
                    .read(SourceDocument.of(file.toString(), content));
        } catch (MalformedSubjectException e) {
            throw new IOException(Messages.of(e), e);
        }
        if (documents.isEmpty()) {
            return new ConfigFile(file, Map.of(), Map.of(), Map.of());
        }
        if (documents.size() > 1) {
            throw new IOException(file + ": " + documents.size() + " YAML documents; write one");
        }
        DocumentValue root = documents.get(0).root();
        Map<String, Map<String, Entry>> commands = new LinkedHashMap<>();
        Map<String, Integer> commandLines = new LinkedHashMap<>();
        if (root.type() == DocumentValue.Type.NULL) {
            return new ConfigFile(file, Map.of(), commands, commandLines);
        }
        Map<String, DocumentValue> sections = members(file, root, "the file");
        for (String name : sections.keySet()) {
            if (!SECTIONS.contains(name)) {
                throw error(
                        file,
                        keyLine(root, name),
                        "unknown member " + Quoted.quote(name) + Misspelling.didYouMean(name, SECTIONS)
                                + "; write options or commands, and the options below them");
            }
        }
        Optional<DocumentValue> options = present(sections, "options");
        Optional<DocumentValue> section = present(sections, "commands");
        if (section.isPresent()) {
            for (Map.Entry<String, DocumentValue> command :
                    members(file, section.get(), "commands").entrySet()) {
                commands.put(command.getKey(), entries(file, command.getValue(), command.getKey()));
                commandLines.put(command.getKey(), keyLine(section.get(), command.getKey()));
            }
        }
        return new ConfigFile(
                file, options.isEmpty() ? Map.of() : entries(file, options.get(), "options"), commands, commandLines);
    }

    private static Optional<DocumentValue> present(Map<String, DocumentValue> sections, String name) {
        return Optional.ofNullable(sections.get(name)).filter(section -> section.type() != DocumentValue.Type.NULL);
    }

    private static Map<String, DocumentValue> members(Path file, DocumentValue value, String name) throws IOException {
        if (value.type() != DocumentValue.Type.MAPPING || value.tag().isPresent()) {
            throw error(file, value.location().line(), name + " must be a mapping, with keys and values");
        }
        Map<String, DocumentValue> members = new LinkedHashMap<>();
        value.names().forEach(each -> members.put(each, value.member(each).orElseThrow()));
        return members;
    }

    private static Map<String, Entry> entries(Path file, DocumentValue section, String name) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, DocumentValue> member :
                members(file, section, name).entrySet()) {
            DocumentValue value = member.getValue();
            boolean isList = value.type() == DocumentValue.Type.SEQUENCE;
            List<String> values = new ArrayList<>();
            for (DocumentValue each : isList ? elements(value) : List.of(value)) {
                String text = each.scalar().fold((stated, at) -> stated, assumed -> "", missing -> "");
                if (text.isEmpty() || each.tag().isPresent()) {
                    throw error(
                            file, each.location().line(), member.getKey() + " must be a text, a number, true or false");
                }
                values.add(text);
            }
            entries.put(member.getKey(), new Entry(values, isList, keyLine(section, member.getKey())));
        }
        return entries;
    }

    private static List<DocumentValue> elements(DocumentValue sequence) {
        return sequence.elements().fold((stated, at) -> stated, assumed -> List.of(), missing -> List.of());
    }

    private static int keyLine(DocumentValue mapping, String name) {
        return mapping.keyLocation(name).orElse(mapping.location()) instanceof Location.Region region
                ? region.line()
                : 1;
    }

    private static IOException error(Path file, int line, String message) {
        return new IOException(file + ":" + line + ": " + message);
    }

    /** {@return an error at a line of this file} */
    IOException error(int line, String message) {
        return error(file, line, message);
    }

    Path file() {
        return file;
    }

    /** {@return the options for every command} */
    Map<String, Entry> options() {
        return options;
    }

    /** {@return the options of a command; none if the file does not name it} */
    Map<String, Entry> options(String command) {
        return commands.getOrDefault(command, Map.of());
    }

    /** {@return the commands that the file names, with their lines} */
    Map<String, Integer> commands() {
        return commandLines;
    }
}
