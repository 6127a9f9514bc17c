package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.dockerfile.Instruction.Heredoc;
import dev.tallyclerk.internal.shell.ShellScript.Command;

/** Finds the place of a command in the instruction that runs it. */
final class CommandPlaces {
    private CommandPlaces() {}

    /**
     * {@return the place of a command; that of its whole instruction if the command is not written there as it runs}
     */
    @SuppressWarnings("ReferenceEquality") // equal commands stand at different places
    static Location of(Step step, Command command) {
        Instruction run = step.instruction();
        if (command.words().isEmpty() || command.words().get(0).isEmpty() || run.isJson()) {
            return run.at();
        }
        String program = command.words().get(0);
        int earlier = 0;
        for (Command other : step.commands()) {
            if (other == command) {
                break;
            }
            earlier += !other.words().isEmpty() && other.words().get(0).equals(program) ? 1 : 0;
        }
        Search search = new Search(program, earlier);
        int start = search.in(run.text());
        if (start >= 0) {
            return run.at(start, endOf(run.text(), start));
        }
        for (Heredoc heredoc : run.heredocs()) {
            start = search.in(heredoc.content());
            if (start >= 0) {
                return inBody(run, heredoc, start);
            }
        }
        return run.at();
    }

    private static Location inBody(Instruction run, Heredoc heredoc, int start) {
        String body = heredoc.content();
        int startOfLine = body.lastIndexOf('\n', start - 1) + 1;
        int line = heredoc.firstLine()
                + (int) body.substring(0, startOfLine)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        int endOfLine = body.indexOf('\n', start);
        String text = body.substring(startOfLine, endOfLine < 0 ? body.length() : endOfLine);
        int column = start - startOfLine;
        return Location.Region.of(run.source(), line, column + 1, line, endOf(text, column) + 1);
    }

    /** Looks for a program, and passes over as many of them as there are commands before. */
    private static final class Search {
        private final String program;
        private int left;

        Search(String program, int left) {
            this.program = program;
            this.left = left;
        }

        int in(String text) {
            for (int at = text.indexOf(program); at >= 0; at = text.indexOf(program, at + 1)) {
                if (isWord(text, at) && left-- == 0) {
                    return at;
                }
            }
            return -1;
        }

        private boolean isWord(String text, int at) {
            int end = at + program.length();
            return (at == 0 || isSeparator(text.charAt(at - 1)))
                    && (end == text.length() || isSeparator(text.charAt(end)));
        }

        private static boolean isSeparator(char c) {
            return !Character.isLetterOrDigit(c) && "_./-=".indexOf(c) < 0;
        }
    }

    /** {@return where the command at {@code start} ends: before the operator that follows, quotes aside} */
    private static int endOf(String text, int start) {
        char quote = 0;
        int end = start;
        for (int at = start; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote == 0 && (c == ';' || c == '|' || c == '&' || c == ')')) {
                break;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
            end = Characters.isSpace(c) ? end : at + 1;
        }
        return Math.max(end, start + 1);
    }
}
