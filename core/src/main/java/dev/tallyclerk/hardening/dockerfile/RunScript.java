package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.dockerfile.Instruction.Heredoc;
import dev.tallyclerk.internal.shell.ShellBudget;
import dev.tallyclerk.internal.shell.ShellParser;
import dev.tallyclerk.internal.shell.ShellScript;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What RUN runs: a program, a line for the shell with the here-documents that it reads, or a here-document as script.
 *
 * @param script the commands
 * @param unread why they are not all that runs, as a predicate; empty if they are
 */
record RunScript(ShellScript script, String unread) {
    private static final ShellScript NOTHING = new ShellScript(List.of());
    private static final RunScript EMPTY = new RunScript(NOTHING, "");
    private static final Set<String> POSIX = Words.set("sh bash dash ash zsh ksh mksh");
    private static final String OTHER_LANGUAGE = "is for an unsupported shell language";

    /** A line that consists of the announcement only: then the here-document is the script. */
    private static final Pattern ALONE = Pattern.compile("[0-9]*<<-?\\S+");

    private static final String INTERPRETER = "#!";

    static RunScript of(Instruction run, List<String> shell, char escape, ShellBudget budget) {
        if (budget.isSpent()) {
            return new RunScript(NOTHING, "is not parsed, because the file has too many commands");
        }
        if (run.isJson()) {
            return read(ShellParser.ofWords(run.words(), budget));
        }
        boolean isOtherShell = shell.isEmpty() ? escape == '`' : shell.stream().noneMatch(RunScript::isPosix);
        if (isOtherShell) {
            return new RunScript(NOTHING, OTHER_LANGUAGE);
        }
        if (run.heredocs().size() == 1 && ALONE.matcher(run.text()).matches()) {
            return ofScript(run.heredocs().get(0), budget);
        }
        if (run.heredocs().isEmpty()) {
            return read(ShellParser.parse(run.text(), budget));
        }
        StringBuilder all = new StringBuilder(run.text()).append('\n');
        for (Heredoc heredoc : run.heredocs()) {
            all.append(heredoc.content()).append(heredoc.name()).append('\n');
        }
        return read(ShellParser.parse(all.toString(), budget));
    }

    static RunScript empty() {
        return EMPTY;
    }

    private static RunScript ofScript(Heredoc heredoc, ShellBudget budget) {
        String body = heredoc.content();
        String first = body.lines().findFirst().orElse("").strip();
        if (first.startsWith(INTERPRETER)
                && List.of(first.substring(INTERPRETER.length()).strip().split("\\s+", -1)).stream()
                        .noneMatch(RunScript::isPosix)) {
            return new RunScript(NOTHING, OTHER_LANGUAGE);
        }
        return read(ShellParser.parse(body, budget));
    }

    private static RunScript read(ShellScript script) {
        return new RunScript(
                script,
                script.hasUnread()
                        ? "is too long or nested too deeply to parse, or has an unclosed quote, parenthesis or"
                                + " here-document"
                        : "");
    }

    private static boolean isPosix(String word) {
        String name = word.substring(word.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return POSIX.contains(name.endsWith(".exe") ? name.substring(0, name.length() - ".exe".length()) : name);
    }
}
