package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.dockerfile.Instruction.Flag;
import dev.tallyclerk.hardening.dockerfile.Instruction.Heredoc;
import dev.tallyclerk.hardening.dockerfile.Instruction.Pair;
import dev.tallyclerk.hardening.dockerfile.Instruction.Word;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Splits one joined line into keyword, options and arguments. */
final class InstructionParser {
    private static final Set<String> KEYWORDS = Words.set("""
            ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER
            VOLUME WORKDIR
            """);

    private static final Set<String> WITH_JSON =
            Set.of("ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME");
    private static final Set<String> WITH_HEREDOC = Set.of("ADD", "COPY", "RUN");
    private static final Set<String> NOT_TRIGGERS = Set.of("ONBUILD", "FROM", "MAINTAINER");

    /** The options that BuildKit knows. */
    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "ADD", Set.of("chmod", "chown", "link", "keep-git-dir", "checksum", "unpack", "exclude"),
            "COPY", Set.of("from", "chmod", "chown", "link", "parents", "exclude"),
            "FROM", Set.of("platform"),
            "HEALTHCHECK", Set.of("interval", "timeout", "start-period", "start-interval", "retries"),
            "RUN", Set.of("mount", "network", "security", "device"));

    private static final Pattern STAGE_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9._-]*");

    /** ONBUILD in ONBUILD is refused later; more of them than this are not parsed. */
    private static final int MAX_DEPTH = 3;

    private final String source;
    private final LogicalLine line;
    private final String text;
    private final char escape;
    private final int depth;
    private final List<Flag> flags = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private Word keyword = new Word("", 0, 0);
    private Word arguments = new Word("", 0, 0);
    private boolean isJson;
    private @Nullable InstructionParser trigger;
    private @Nullable String defect;

    InstructionParser(String source, LogicalLine line, char escape) {
        this(source, line, line.text(), 0, escape, 0);
    }

    private InstructionParser(String source, LogicalLine line, String text, int start, char escape, int depth) {
        this.source = source;
        this.line = line;
        this.text = text;
        this.escape = escape;
        this.depth = depth;
        this.keyword = new Word("", start, start);
    }

    void parse() {
        int start = Characters.blanksAt(text, keyword.start());
        int end = Characters.endOf(text, start);
        int endOfKeyword = start;
        while (endOfKeyword < end && !Characters.isBlank(text.charAt(endOfKeyword))) {
            endOfKeyword++;
        }
        keyword = new Word(text.substring(start, endOfKeyword).toUpperCase(Locale.ROOT), start, endOfKeyword);
        int rest = takeFlags(Math.min(endOfKeyword + 1, end), end);
        int first = Math.min(Characters.blanksAt(text, rest), end);
        arguments = new Word(text.substring(first, end), first, end);
        if (!KEYWORDS.contains(keyword.text())) {
            defect = "there is no instruction " + Quoted.quote(keyword.text());
        } else if (arguments.text().isEmpty()) {
            defect = keyword.text() + " needs an argument";
        } else {
            parseArguments();
            checkOptions();
        }
    }

    private void checkOptions() {
        Set<String> known = OPTIONS.getOrDefault(keyword.text(), Set.of());
        for (Flag flag : flags) {
            if (!known.contains(flag.name()) && defect == null) {
                defect = keyword.text() + " has no option " + Quoted.quote("--" + flag.name());
            }
        }
    }

    private void parseArguments() {
        switch (keyword.text()) {
            case "ENV", "LABEL" -> takePairs();
            case "ARG" -> takeArguments();
            case "ONBUILD" -> takeTrigger();
            case "HEALTHCHECK" -> takeHealthcheck();
            default -> {
                if (!WITH_JSON.contains(keyword.text()) || !takeJson(arguments.start())) {
                    split(arguments.start());
                }
                checkCount();
            }
        }
    }

    private void checkCount() {
        boolean isFrom = keyword.text().equals("FROM");
        if (isFrom
                && words.size() != 1
                && !(words.size() == 3 && words.get(1).text().equalsIgnoreCase("as"))) {
            defect = "FROM needs one name, or three words: NAME AS STAGE";
        } else if (isFrom
                && words.size() == 3
                && !STAGE_NAME.matcher(words.get(2).text()).matches()) {
            defect = "a stage cannot be called " + Quoted.quote(words.get(2).text());
        } else if (keyword.text().equals("SHELL") && !isJson) {
            defect = "SHELL needs the JSON form";
        } else if (keyword.text().equals("COPY") || keyword.text().equals("ADD")) {
            if (words.size() < 2) {
                defect = keyword.text() + " needs a source and a destination";
            }
        }
    }

    boolean takesHeredocs() {
        InstructionParser inner = trigger == null ? this : trigger;
        return WITH_HEREDOC.contains(inner.keyword.text()) && !inner.isJson;
    }

    Instruction instruction(List<Heredoc> heredocs, List<Comment> comments) {
        return new Instruction(new Instruction.Parts(
                source,
                line,
                keyword,
                flags,
                arguments,
                isJson,
                words,
                pairs,
                heredocs,
                trigger == null ? null : trigger.instruction(heredocs, comments),
                comments,
                defect));
    }

    /** Takes the options before the arguments; {@return where the arguments begin} */
    private int takeFlags(int from, int end) {
        int at = from;
        while (true) {
            int start = Characters.blanksAt(text, at);
            if (start >= end || !text.startsWith("--", start)) {
                return Math.min(start, end);
            }
            StringBuilder flag = new StringBuilder();
            char quote = 0;
            boolean isQuoted = false;
            for (at = start; at < end; at++) {
                char c = text.charAt(at);
                if (quote == 0 && Characters.isSpace(c)) {
                    break;
                }
                if (c == '\\' && at + 1 < end) {
                    flag.append(text.charAt(++at));
                } else if (c == quote) {
                    quote = 0;
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                    isQuoted = true;
                } else if (c != '\\') {
                    flag.append(c);
                }
            }
            if (flag.toString().equals("--")) {
                return at;
            }
            if (isQuoted || flag.length() > 0) {
                flags.add(flag(flag.toString()));
            }
        }
    }

    private static Flag flag(String word) {
        int equals = word.indexOf('=');
        return equals < 0
                ? new Flag(word.substring(2), "")
                : new Flag(word.substring(2, equals), word.substring(equals + 1));
    }

    private void split(int from) {
        int at = from;
        while (at < arguments.end()) {
            if (Characters.isBlank(text.charAt(at))) {
                at++;
                continue;
            }
            int start = at;
            while (at < arguments.end() && !Characters.isBlank(text.charAt(at))) {
                at++;
            }
            words.add(new Word(text.substring(start, at), start, at));
        }
    }

    /** Takes the JSON form; anything else is a line for the shell, but a list of other values is an error. */
    private boolean takeJson(int from) {
        if (from >= arguments.end() || text.charAt(from) != '[') {
            return false;
        }
        String json = text.substring(from, arguments.end());
        if (json.charAt(json.length() - 1) != ']') {
            return false;
        }
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        List<JsonCursor> elements;
        try {
            elements = JsonCursor.parse(bytes, new JsonLimits(bytes.length, 64, bytes.length, 64, bytes.length))
                    .elements();
        } catch (JsonException e) {
            return false;
        }
        List<Word> taken = new ArrayList<>();
        int at = from + 1;
        for (JsonCursor element : elements) {
            if (!(element.value() instanceof JsonString)) {
                throw new GrammarException("the JSON form of " + keyword.text() + " may only have strings");
            }
            int start = text.indexOf('"', at);
            int end = endOfString(start);
            try {
                taken.add(new Word(element.string(), start, end));
            } catch (JsonException e) {
                return false;
            }
            at = end;
        }
        words.addAll(taken);
        isJson = true;
        return true;
    }

    private int endOfString(int quote) {
        int at = quote + 1;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private void takeHealthcheck() {
        int end = arguments.start();
        while (end < arguments.end() && !Characters.isSpace(text.charAt(end))) {
            end++;
        }
        String type = text.substring(arguments.start(), end);
        int command = Characters.blanksAt(text, end);
        if (command < arguments.end() && !takeJson(command)) {
            split(command);
        }
        boolean isNone = type.equalsIgnoreCase("NONE");
        if (!isNone && !type.equalsIgnoreCase("CMD")) {
            defect = "HEALTHCHECK is NONE or CMD, not " + Quoted.quote(type);
        } else if (isNone != (command >= arguments.end())) {
            defect = isNone ? "HEALTHCHECK NONE has no command" : "HEALTHCHECK CMD needs a command";
        }
    }

    private void takePairs() {
        List<Word> parts = new PairSplitter(text, arguments.start(), arguments.end(), escape).split();
        if (parts.isEmpty()) {
            return;
        }
        if (parts.get(0).text().indexOf('=') < 0) {
            takeLegacyPair();
            return;
        }
        for (Word part : parts) {
            if (part.text().indexOf('=') < 0) {
                throw new GrammarException(keyword.text() + ": " + Quoted.quote(part.text())
                        + " has no =; write NAME=value, with quotes" + " around a value with blanks");
            }
            addPair(part);
        }
    }

    private void addPair(Word part) {
        int equals = part.text().indexOf('=');
        String name = equals < 0 ? part.text() : part.text().substring(0, equals);
        if (equals == 0) {
            defect = keyword.text() + " has a value without a name";
        }
        pairs.add(
                new Pair(name, part.text().substring(equals < 0 ? name.length() : equals + 1), equals >= 0, at(part)));
    }

    /** {@code ENV NAME the rest of the line}. */
    private void takeLegacyPair() {
        split(arguments.start());
        if (words.size() < 2) {
            throw new GrammarException(keyword.text() + " needs a name and a value");
        }
        Word name = words.get(0);
        int value = words.get(1).start();
        pairs.add(new Pair(
                name.text(),
                text.substring(value, arguments.end()),
                true,
                line.region(source, name.start(), arguments.end())));
    }

    private void takeArguments() {
        for (Word part : new PairSplitter(text, arguments.start(), arguments.end(), escape).split()) {
            addPair(part);
        }
    }

    private Location.Region at(Word part) {
        return line.region(source, part.start(), part.end());
    }

    private void takeTrigger() {
        InstructionParser inner = new InstructionParser(source, line, text, arguments.start(), escape, depth + 1);
        if (depth == MAX_DEPTH) {
            defect = "ONBUILD cannot have ONBUILD as its trigger";
            return;
        }
        inner.parse();
        trigger = inner;
        if (NOT_TRIGGERS.contains(inner.keyword.text())) {
            defect = "ONBUILD cannot have " + inner.keyword.text() + " as its trigger";
        }
    }
}
