package dev.tallyclerk.internal.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads one script, each character once.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html">POSIX.1-2017, Shell Command
 *     Language</a>
 */
final class ShellParser {
    /** Deeper nesting is read as plain text and noted, so that a hostile script cannot use up the stack. */
    private static final int MAX_NESTING = 40;

    private static final char NO_TERMINATOR = '\0';

    private final String text;
    private final int depth;
    private final List<Heredoc> pending = new ArrayList<>();
    private int at;
    private int nesting;

    ShellParser(String text, int depth) {
        this.text = text;
        this.depth = depth;
    }

    /** A here-document whose body starts after the line. */
    private record Heredoc(CommandBuilder command, String delimiter, boolean tabsStripped) {}

    /**
     * The list of commands that is being read.
     *
     * <p>What has a here-document is built when the body has been read, which may be after the list has ended; all else
     * is built at once, because it needs less memory so.
     */
    private static final class Frame {
        private final int depth;
        private final List<Supplier<Pipeline>> pipelines = new ArrayList<>();
        private List<Supplier<Command>> stages = new ArrayList<>();
        private CommandBuilder command;
        private boolean isPipelineOpen;
        private boolean isOpen;
        private boolean isCut;

        Frame(int depth) {
            this.depth = depth;
            this.command = new CommandBuilder(depth);
        }

        void endStage() {
            if (!command.isEmpty()) {
                stages.add(builtUnless(command.isOpen(), command::build));
                isPipelineOpen |= command.isOpen();
            }
            command = new CommandBuilder(depth);
        }

        /** A line that ends with a pipe goes on in the next one. */
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
                pipelines.add(builtUnless(isPipelineOpen, () -> new Pipeline(build(ended))));
                isOpen |= isPipelineOpen;
            }
            stages = new ArrayList<>();
            isPipelineOpen = false;
        }

        /** The bars of a case pattern are no pipes, wherever its clause begins. */
        void endPattern() {
            CommandBuilder clause = command;
            command = new CommandBuilder(depth);
            endPipeline();
            command = clause;
        }

        boolean isEmpty() {
            return pipelines.isEmpty() && !isCut;
        }

        ShellScript script() {
            return new ShellScript(build(pipelines), isCut);
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

    static <T> List<T> build(List<Supplier<T>> parts) {
        // A stream would need many times the stack, of which nesting takes enough.
        List<T> built = new ArrayList<>(parts.size());
        for (Supplier<T> part : parts) {
            built.add(part.get());
        }
        return built;
    }

    ShellScript script() {
        return list(NO_TERMINATOR).script();
    }

    private Frame list(char terminator) {
        Frame frame = new Frame(depth);
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == terminator) {
                at++;
                break;
            }
            if (c == '\n') {
                at++;
                readHeredocs();
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
            Frame inner = nested();
            if (!inner.isEmpty() || !frame.command.dropFunctionName()) {
                inner.addTo(frame.command);
            }
        } else {
            frame.isCut = true;
            frame.endPipeline();
        }
    }

    private Frame nested() {
        nesting++;
        Frame inner = list(')');
        nesting--;
        return inner;
    }

    private void redirection(Frame frame) {
        char direction = text.charAt(at);
        if (text.startsWith("(", at + 1)) {
            if (nesting < MAX_NESTING) {
                at += 2;
                nested().addTo(frame.command);
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
        boolean heredoc = direction == '<' && at - start == 2;
        boolean tabsStripped = heredoc && text.startsWith("-", at);
        at += tabsStripped ? 1 : 0;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        String target = word(frame);
        if (heredoc && !target.isEmpty()) {
            frame.command.awaitHeredoc();
            pending.add(new Heredoc(frame.command, target, tabsStripped));
        }
    }

    /** The bodies stand after the line that names them, whose commands may have ended long before. */
    private void readHeredocs() {
        for (Heredoc heredoc : pending) {
            StringBuilder body = new StringBuilder();
            while (at < text.length()) {
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                at = end < 0 ? text.length() : end + 1;
                if ((heredoc.tabsStripped() ? withoutTabs(line) : line).equals(heredoc.delimiter())) {
                    break;
                }
                body.append(line).append('\n');
            }
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

    /** {@return the word that starts here, unquoted; empty if none does} */
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
                case '\'' -> singleQuoted(word);
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

    private void singleQuoted(StringBuilder word) {
        int end = text.indexOf('\'', at);
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
    }

    private void dollar(StringBuilder word, Frame frame, boolean quoted) {
        char next = at < text.length() ? text.charAt(at) : NO_TERMINATOR;
        if (next == '(' && nesting < MAX_NESTING) {
            at++;
            nested().addTo(frame.command);
            word.append("$()");
        } else if (next == '(') {
            frame.isCut = true;
            word.append('$');
        } else if (next == '{') {
            parameter(word);
        } else if (next == '\'' && !quoted) {
            at++;
            ansiQuoted(word);
        } else {
            word.append('$');
        }
    }

    /** Copies a parameter expansion as it stands: its value is not known. */
    private void parameter(StringBuilder word) {
        word.append('$');
        int open = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            word.append(c);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                return;
            }
        }
    }

    private void ansiQuoted(StringBuilder word) {
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
    }

    private void backquoted(StringBuilder word, Frame frame) {
        StringBuilder inner = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '`') {
                break;
            }
            if (c == '\\' && at < text.length() && "`$\\".indexOf(text.charAt(at)) >= 0) {
                inner.append(text.charAt(at++));
            } else {
                inner.append(c);
            }
        }
        word.append("$()");
        if (depth + nesting < MAX_NESTING) {
            ShellParser parser = new ShellParser(inner.toString(), depth + 1);
            parser.nesting = nesting + 1;
            ShellScript script = parser.script();
            frame.command.addScript(() -> script, false);
        } else {
            frame.isCut = true;
        }
    }
}
