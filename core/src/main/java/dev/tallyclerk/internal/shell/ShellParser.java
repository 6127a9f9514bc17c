package dev.tallyclerk.internal.shell;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Parses one script, reading each character once.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html">POSIX.1-2017, Shell Command
 *     Language</a>
 */
public final class ShellParser {
    /**
     * Deeper nesting is read as plain text and flagged, so that a hostile script cannot exhaust the stack. An
     * unterminated construct is flagged too, because it has swallowed the text after it.
     */
    private static final int MAX_NESTING = 40;

    /** Scripts that scripts hand to a shell are parsed to this depth. */
    private static final int MAX_DEPTH = 8;

    private static final char NO_TERMINATOR = '\0';

    private final String text;
    private final int depth;
    private final ShellBudget budget;
    private final List<Heredoc> pending = new ArrayList<>();
    private int at;
    private int nesting;
    private int arithmetic;

    private ShellParser(String text, int depth, ShellBudget budget) {
        this.text = text;
        this.depth = depth;
        this.budget = budget;
    }

    /** {@return the commands of {@code text}; any text can be parsed} */
    public static ShellScript parse(String text) {
        return parse(text, ShellBudget.create());
    }

    /** {@return the commands of {@code text}, as far as the budget goes} */
    public static ShellScript parse(String text, ShellBudget budget) {
        return new ShellParser(text, 0, budget).script();
    }

    /** {@return a script that runs one program with these words, without a shell} */
    public static ShellScript ofWords(List<String> words) {
        return ofWords(words, ShellBudget.create());
    }

    /** {@return a script that runs one program with these words, and scripts in them as far as the budget goes} */
    public static ShellScript ofWords(List<String> words, ShellBudget budget) {
        CommandBuilder command = new CommandBuilder(new ShellParser("", 0, budget)::inner, budget);
        words.forEach(command::addLiteral);
        return new ShellScript(List.of(new Pipeline(List.of(command.build()))));
    }

    /** {@return a script that a command of this one hands to a shell} */
    private ShellScript inner(String script) {
        boolean isReadable = depth < MAX_DEPTH && !budget.isSpent();
        return isReadable ? new ShellParser(script, depth + 1, budget).script() : ShellScript.UNREAD;
    }

    /** A here-document whose body starts after the line. */
    private record Heredoc(CommandBuilder command, String delimiter, boolean tabsStripped) {}

    /**
     * The list of commands that is being parsed.
     *
     * <p>A command with a here-document is built once the body has been read, possibly after the list has ended.
     * Everything else is built at once, which needs less memory.
     */
    private static final class Frame {
        private final Function<String, ShellScript> inner;
        private final ShellBudget budget;
        private final List<Supplier<Pipeline>> pipelines = new ArrayList<>();
        private List<Supplier<Command>> stages = new ArrayList<>();
        private CommandBuilder command;
        private boolean isPipelineOpen;
        private boolean isOpen;
        private boolean isCut;

        Frame(Function<String, ShellScript> inner, ShellBudget budget) {
            this.inner = inner;
            this.budget = budget;
            this.command = new CommandBuilder(inner, budget);
        }

        void endStage() {
            if (!command.isEmpty()) {
                isCut |= !budget.takeCommand(command.size());
                stages.add(builtUnless(command.isOpen(), command::build));
                isPipelineOpen |= command.isOpen();
            }
            command = new CommandBuilder(inner, budget);
        }

        /** A line that ends with a pipe continues on the next one. */
        void endLine() {
            boolean awaitsStage = command.isEmpty() && !stages.isEmpty();
            if (!awaitsStage) {
                endPipeline();
            }
        }

        void endPipeline() {
            endStage();
            if (!stages.isEmpty()) {
                List<Supplier<Command>> ended = stages;
                pipelines.add(builtUnless(isPipelineOpen, () -> new Pipeline(CommandBuilder.build(ended))));
                isOpen |= isPipelineOpen;
            }
            stages = new ArrayList<>();
            isPipelineOpen = false;
        }

        /** The bars of a case pattern are not pipes, wherever its clause begins. */
        void endPattern() {
            CommandBuilder clause = command;
            command = new CommandBuilder(inner, budget);
            endPipeline();
            command = clause;
        }

        boolean isEmpty() {
            return pipelines.isEmpty() && !isCut;
        }

        ShellScript script() {
            return new ShellScript(CommandBuilder.build(pipelines), isCut);
        }

        void addTo(CommandBuilder outer) {
            outer.addScript(builtUnless(isOpen, this::script), isOpen);
        }

        private static <T> Supplier<T> builtUnless(boolean open, Supplier<T> builder) {
            if (open) {
                return builder;
            }
            T built = builder.get();
            return () -> built;
        }
    }

    private ShellScript script() {
        Frame frame = list(NO_TERMINATOR);
        // The bodies would start on the next line, which is missing.
        frame.isCut |= !pending.isEmpty();
        return frame.script();
    }

    private Frame list(char terminator) {
        Frame frame = new Frame(this::inner, budget);
        boolean hasEnded = terminator == NO_TERMINATOR;
        while (at < text.length() && !budget.isSpent()) {
            char c = text.charAt(at);
            if (c == terminator && !hasEnded) {
                at++;
                hasEnded = true;
                break;
            }
            if (c == '\n') {
                at++;
                readHeredocs(frame);
                frame.endLine();
            } else if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (c == '#') {
                skipLine();
            } else if (c == ';' || c == '&' || c == '|') {
                operator(c, frame);
            } else if (c == '(' || c == ')') {
                parenthesis(c, frame);
            } else if (c == '<' || c == '>') {
                redirection(frame);
            } else {
                readWord(frame);
            }
        }
        frame.isCut |= !hasEnded || budget.isSpent();
        frame.endPipeline();
        return frame;
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private void operator(char c, Frame frame) {
        char next = at + 1 < text.length() ? text.charAt(at + 1) : NO_TERMINATOR;
        if (c == '&' && next == '>') {
            at++;
            redirection(frame);
            return;
        }
        boolean pipe = c == '|' && next != '|';
        at += next == c || (c == '|' && next == '&') ? 2 : 1;
        if (pipe) {
            frame.endStage();
        } else {
            frame.endPipeline();
        }
    }

    private void parenthesis(char c, Frame frame) {
        at++;
        if (c == ')') {
            frame.command.dropWords();
            frame.endPattern();
        } else if (nesting < MAX_NESTING) {
            Frame inner = nested(text.startsWith("(", at));
            if (!inner.isEmpty() || !frame.command.dropFunctionName()) {
                inner.addTo(frame.command);
            }
        } else {
            frame.isCut = true;
            frame.endPipeline();
        }
    }

    /** Parses a list in parentheses; in arithmetic, {@code <<} is a shift and not a here-document. */
    private Frame nested(boolean isArithmetic) {
        nesting++;
        arithmetic += isArithmetic ? 1 : 0;
        Frame inner = list(')');
        arithmetic -= isArithmetic ? 1 : 0;
        nesting--;
        return inner;
    }

    private void redirection(Frame frame) {
        char direction = text.charAt(at);
        if (text.startsWith("(", at + 1)) {
            if (nesting < MAX_NESTING) {
                at += 2;
                nested(false).addTo(frame.command);
                frame.command.addWord("<()");
                return;
            }
            frame.isCut = true;
        }
        int start = at;
        while (at < text.length()
                && (text.charAt(at) == direction || text.charAt(at) == '&' || text.charAt(at) == '|')) {
            at++;
        }
        boolean heredoc = text.substring(start, at).equals("<<") && arithmetic == 0;
        boolean hereString = text.substring(start, at).equals("<<<");
        boolean tabsStripped = heredoc && text.startsWith("-", at);
        at += tabsStripped ? 1 : 0;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        String target = word(frame);
        if (hereString) {
            frame.command.addHereString(target);
        }
        if (heredoc && !target.isEmpty()) {
            frame.command.awaitHeredoc();
            pending.add(new Heredoc(frame.command, target, tabsStripped));
        }
    }

    /** Reads the bodies, which follow the line that names them; its commands may have ended long before. */
    private void readHeredocs(Frame frame) {
        for (Heredoc heredoc : pending) {
            StringBuilder body = new StringBuilder();
            boolean hasEnded = false;
            while (at < text.length()) {
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                at = end < 0 ? text.length() : end + 1;
                if ((heredoc.tabsStripped() ? withoutTabs(line) : line).equals(heredoc.delimiter())) {
                    hasEnded = true;
                    break;
                }
                body.append(line).append('\n');
            }
            // A shell ends the body with the text, and Buildah records no end. Where more bodies follow, one took
            // theirs.
            frame.isCut |= !hasEnded && pending.size() > 1;
            heredoc.command().addHeredoc(body.toString());
        }
        pending.clear();
    }

    private static String withoutTabs(String line) {
        int start = 0;
        while (start < line.length() && line.charAt(start) == '\t') {
            start++;
        }
        return line.substring(start);
    }

    private void readWord(Frame frame) {
        int start = at;
        String word = word(frame);
        boolean descriptor = at < text.length()
                && (text.charAt(at) == '<' || text.charAt(at) == '>')
                && at - start == word.length()
                && word.length() < 3
                && word.chars().allMatch(c -> c >= '0' && c <= '9');
        boolean continuedLine = word.isEmpty() && text.charAt(start) == '\\';
        if (!descriptor && !continuedLine) {
            frame.command.addWord(word);
        }
    }

    /** {@return the unquoted word at the current position; empty if there is none} */
    private String word(Frame frame) {
        StringBuilder word = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isMeta(c)) {
                break;
            }
            at++;
            switch (c) {
                case '\\' -> escaped(word);
                case '\'' -> singleQuoted(word, frame);
                case '"' -> doubleQuoted(word, frame);
                case '$' -> dollar(word, frame, false);
                case '`' -> backquoted(word, frame);
                default -> word.append(c);
            }
        }
        return word.toString();
    }

    private static boolean isMeta(char c) {
        return switch (c) {
            case ' ', '\t', '\r', '\n', ';', '&', '|', '(', ')', '<', '>' -> true;
            default -> false;
        };
    }

    private void escaped(StringBuilder word) {
        if (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\n') {
                word.append(c);
            }
        }
    }

    private void singleQuoted(StringBuilder word, Frame frame) {
        int end = text.indexOf('\'', at);
        frame.isCut |= end < 0;
        int stop = end < 0 ? text.length() : end;
        word.append(text, at, stop);
        at = end < 0 ? stop : end + 1;
    }

    private void doubleQuoted(StringBuilder word, Frame frame) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case '"' -> {
                    return;
                }
                case '\\' -> {
                    if (at < text.length() && "$`\"\\\n".indexOf(text.charAt(at)) < 0) {
                        word.append(c);
                    }
                    escaped(word);
                }
                case '$' -> dollar(word, frame, true);
                case '`' -> backquoted(word, frame);
                default -> word.append(c);
            }
        }
        frame.isCut = true;
    }

    private void dollar(StringBuilder word, Frame frame, boolean quoted) {
        char next = at < text.length() ? text.charAt(at) : NO_TERMINATOR;
        if (next == '(' && nesting < MAX_NESTING) {
            at++;
            nested(text.startsWith("(", at)).addTo(frame.command);
            word.append("$()");
        } else if (next == '(') {
            frame.isCut = true;
            word.append('$');
        } else if (next == '{') {
            parameter(word, frame, quoted);
        } else if (next == '\'' && !quoted) {
            at++;
            ansiQuoted(word, frame);
        } else {
            word.append('$');
        }
    }

    /**
     * Copies a parameter expansion literally, because its value is unknown, and parses the commands in it. POSIX,
     * 2.6.2: quotes, escapes and nested expansions matter when searching for its end; other braces do not.
     */
    private void parameter(StringBuilder word, Frame frame, boolean quoted) {
        word.append("${");
        at++;
        StringBuilder open = new StringBuilder("{");
        int quotes = quoted ? 1 : 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            char innermost = open.charAt(open.length() - 1);
            if (c == '$' && text.startsWith("(", at)) {
                dollar(word, frame, true);
                continue;
            }
            if (c == '`') {
                backquoted(word, frame);
                continue;
            }
            word.append(c);
            if (c == '\\' && at < text.length()) {
                word.append(text.charAt(at++));
            } else if (c == '\'' && quotes == 0) {
                singleQuoted(word, frame);
                word.append(c);
            } else if (c == '$' && text.startsWith("{", at)) {
                word.append(text.charAt(at++));
                open.append('{');
            } else if (c == '"') {
                boolean ends = innermost == '"';
                quotes += ends ? -1 : 1;
                open.setLength(open.length() - (ends ? 1 : 0));
                open.append(ends ? "" : "\"");
            } else if (c == '}' && innermost == '{') {
                open.setLength(open.length() - 1);
            }
            if (open.length() == 0) {
                return;
            }
        }
        frame.isCut = true;
    }

    private void ansiQuoted(StringBuilder word, Frame frame) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\'') {
                return;
            }
            if (c == '\\') {
                escaped(word);
            } else {
                word.append(c);
            }
        }
        frame.isCut = true;
    }

    private void backquoted(StringBuilder word, Frame frame) {
        StringBuilder inner = new StringBuilder();
        boolean hasEnded = false;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '`') {
                hasEnded = true;
                break;
            }
            if (c == '\\' && at < text.length() && "`$\\".indexOf(text.charAt(at)) >= 0) {
                inner.append(text.charAt(at++));
            } else {
                inner.append(c);
            }
        }
        frame.isCut |= !hasEnded;
        word.append("$()");
        if (depth + nesting < MAX_NESTING) {
            ShellParser parser = new ShellParser(inner.toString(), depth + 1, budget);
            parser.nesting = nesting + 1;
            ShellScript script = parser.script();
            frame.command.addScript(() -> script, false);
        } else {
            frame.isCut = true;
        }
    }
}
