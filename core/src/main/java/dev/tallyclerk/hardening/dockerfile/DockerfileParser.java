package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.dockerfile.Instruction.Heredoc;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a file into directives, comments, instructions and here-documents. */
final class DockerfileParser {
    private static final Pattern DIRECTIVE = Pattern.compile("([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(\\S.*?)\\s*");
    private static final Set<String> DIRECTIVES = Set.of("syntax", "escape", "check");
    private static final Pattern HEREDOC = Pattern.compile("([0-9]{0,9})<<(-?)([^<]+)", Pattern.DOTALL);

    /** The longest file, in characters. */
    private static final int MAX_LENGTH = 1 << 20;

    private static final int MAX_INSTRUCTIONS = 10_000;

    /** BuildKit's scanner refuses longer ones. */
    private static final int MAX_LINE_BYTES = 65_535;

    private final String source;
    private final String text;
    private final List<Directive> directives = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private List<Comment> before = new ArrayList<>();
    private boolean directivesEnded;
    private char escape = '\\';
    private int at;
    private int line;

    DockerfileParser(String source, String text) {
        this.source = source;
        this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** What a file consists of. */
    record Parts(List<Directive> directives, List<Instruction> instructions, List<Comment> comments) {
        Parts {
            directives = List.copyOf(directives);
            instructions = List.copyOf(instructions);
            comments = List.copyOf(comments);
        }
    }

    Parts parse() throws MalformedSubjectException {
        if (text.length() > MAX_LENGTH) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    source,
                    "",
                    "the file has " + text.length() + " characters; " + MAX_LENGTH + " are allowed");
        }
        while (at < text.length()) {
            parseLine();
        }
        if (instructions.isEmpty()) {
            throw malformed(Math.max(line, 1), "the file has no instruction");
        }
        addEarlySyntax();
        return new Parts(directives, instructions, comments);
    }

    private MalformedSubjectException malformed(int atLine, String message) {
        return new MalformedSubjectException(Reason.SYNTAX, Location.Region.of(source, atLine, 1, atLine, 1), message);
    }

    /** Reads the next line of the file, with its end. */
    private String nextLine() throws MalformedSubjectException {
        int end = text.indexOf('\n', at);
        int next = end < 0 ? text.length() : end + 1;
        String read = text.substring(at, next);
        at = next;
        line++;
        if (read.length() > MAX_LINE_BYTES / 3 && Characters.utf8Length(read) > MAX_LINE_BYTES) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    Location.Region.of(source, line, 1, line, 1),
                    "the line is longer than " + MAX_LINE_BYTES + " bytes");
        }
        return read;
    }

    private void parseLine() throws MalformedSubjectException {
        String read = Characters.withoutLineEnd(nextLine());
        int indent = Characters.blanksAt(read, 0);
        String first = read.substring(indent);
        takeDirective(first);
        if (first.startsWith("#")) {
            Comment comment = new Comment(
                    first.substring(1).strip(), Location.Region.of(source, line, indent + 1, line, read.length() + 1));
            comments.add(comment);
            before.add(comment);
            return;
        }
        int end = continuation(first);
        if (end < 0 && first.isEmpty()) {
            return;
        }
        LogicalLine joined = new LogicalLine();
        joined.append(end < 0 ? first : first.substring(0, end), line, indent + 1);
        while (end >= 0 && at < text.length()) {
            String more = Characters.withoutLineEnd(nextLine());
            directivesEnded = true;
            int blanks = Characters.blanksAt(more, 0);
            if (blanks == more.length() || more.charAt(blanks) == '#') {
                continue;
            }
            end = continuation(more);
            joined.append(end < 0 ? more : more.substring(0, end), line, 1);
        }
        add(joined);
    }

    /** {@return where the escape character stands that continues the line; -1 if none does} */
    private int continuation(String read) {
        int end = read.length();
        while (end > 0 && (read.charAt(end - 1) == ' ' || read.charAt(end - 1) == '\t')) {
            end--;
        }
        boolean continues = end > 0 && read.charAt(end - 1) == escape;
        boolean isEscaped = end > 1 && read.charAt(end - 2) == escape;
        return continues && !isEscaped ? end - 1 : -1;
    }

    private void takeDirective(String first) throws MalformedSubjectException {
        if (directivesEnded) {
            return;
        }
        Optional<Directive> directive = directive(first, "#", line);
        if (directive.isEmpty()) {
            directivesEnded = true;
            return;
        }
        String name = directive.get().name();
        String value = directive.get().value();
        if (directives.stream().anyMatch(earlier -> earlier.name().equals(name))) {
            throw malformed(line, "the directive " + name + " is given twice; remove one");
        }
        directives.add(directive.get());
        if (name.equals("escape")) {
            if (!value.equals("\\") && !value.equals("`")) {
                throw malformed(line, "the escape character is " + Quoted.quote(value) + ", must be \\ or `");
            }
            escape = value.charAt(0);
        }
    }

    private Optional<Directive> directive(String read, String sign, int atLine) {
        if (!read.startsWith(sign)) {
            return Optional.empty();
        }
        int start = Characters.blanksAt(read, sign.length());
        Matcher match = DIRECTIVE.matcher(read).region(start, read.length());
        if (!match.matches() || !DIRECTIVES.contains(match.group(1).toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        return Optional.of(new Directive(
                match.group(1).toLowerCase(Locale.ROOT),
                match.group(2),
                Location.Region.of(source, atLine, 1, atLine, read.length() + 1)));
    }

    /** The syntax is looked up before the grammar is known: also after a line with {@code #!}, and behind slashes. */
    private void addEarlySyntax() {
        if (directives.stream().anyMatch(directive -> directive.name().equals("syntax"))) {
            return;
        }
        String[] lines = text.split("\n", 12);
        int first = lines[0].startsWith("#!") ? 1 : 0;
        for (String sign : List.of("#", "//")) {
            for (int i = first; i < Math.min(lines.length, 11); i++) {
                Optional<Directive> found = directive(Characters.withoutLineEnd(lines[i]), sign, i + 1);
                if (found.isEmpty()) {
                    break;
                }
                if (found.get().name().equals("syntax")) {
                    directives.add(found.get());
                    return;
                }
            }
        }
    }

    private void add(LogicalLine joined) throws MalformedSubjectException {
        if (instructions.size() == MAX_INSTRUCTIONS) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    Location.Region.of(source, line, 1, line, 1),
                    "the file has more than " + MAX_INSTRUCTIONS + " instructions");
        }
        InstructionParser parser = new InstructionParser(source, joined, escape);
        List<Heredoc> heredocs = new ArrayList<>();
        try {
            parser.parse();
            for (Heredoc announced : parser.takesHeredocs() ? announced(joined.text()) : List.<Heredoc>of()) {
                heredocs.add(readHeredoc(announced, joined.firstLine()));
            }
        } catch (GrammarException e) {
            throw malformed(joined.firstLine(), e.getMessage());
        }
        instructions.add(parser.instruction(heredocs, before));
        before = new ArrayList<>();
        directivesEnded = true;
    }

    /** {@return the here-documents that a line announces, without their contents} */
    private static List<Heredoc> announced(String text) {
        List<Heredoc> announced = new ArrayList<>();
        if (!text.contains("<<")) {
            return announced;
        }
        List<String> words;
        try {
            words = WordExpander.raw().words(text);
        } catch (GrammarException e) {
            // An unclosed quote: the build finds no here-document either.
            return announced;
        }
        for (String word : words) {
            Matcher match = HEREDOC.matcher(word);
            if (!match.matches()) {
                continue;
            }
            List<String> names = WordExpander.unquoting().words(match.group(3));
            if (names.size() == 1) {
                boolean isExpanded = names.equals(WordExpander.raw().words(match.group(3)));
                int descriptor = match.group(1).isEmpty() ? 0 : Integer.parseInt(match.group(1));
                boolean stripped = match.group(2).equals("-");
                announced.add(new Heredoc(names.get(0), descriptor, isExpanded, stripped, "", 1));
            }
        }
        return announced;
    }

    private Heredoc readHeredoc(Heredoc announced, int instructionLine) throws MalformedSubjectException {
        int start = at;
        int firstLine = line + 1;
        while (at < text.length()) {
            int startOfLine = at;
            String read = Characters.withoutLineEnd(nextLine());
            String end = announced.tabsAreStripped() ? Characters.withoutTabs(read) : read;
            if (end.equals(announced.name())) {
                return new Heredoc(
                        announced.name(),
                        announced.descriptor(),
                        announced.isExpanded(),
                        announced.tabsAreStripped(),
                        text.substring(start, startOfLine),
                        firstLine);
            }
        }
        throw malformed(
                instructionLine,
                "the here-document " + Quoted.quote(announced.name()) + " has no end; add a line with that word");
    }
}
