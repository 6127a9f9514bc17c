package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.secret.SecretNames;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.shell.ShellScript.Command.Assignment;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Commands in words that are never secret: their programs with options, paths, addresses and, where a program's
 * operands are public, those.
 */
public final class CommandSummary {
    /** A step may be a MiB long; longer summaries are cut. */
    private static final int MAX_LENGTH = 900;

    /** Programs that take files, modes, packages or accounts, and no secrets as operands. */
    private static final Set<String> PUBLIC = Words.set("""
            add-apt-repository addgroup adduser apk apt apt-get chgrp chmod chown cp delgroup deluser dnf dpkg gem git
            go groupadd groupmod install ln microdnf mkdir mv npm passwd pip pip3 rm rmdir rpm setcap tar touch unzip
            useradd usermod yarn yum zypper
            """);

    private static final Set<String> ACCOUNTS = Words.set("adduser useradd usermod addgroup groupadd groupmod passwd");

    /** Query members that say which file is meant, and not who asks. */
    private static final Set<String> SELECTING = Words.set("""
            arch architecture branch build channel dl download ext file filename format lang name os package path
            platform raw ref release rev tag v ver version
            """);

    private static final Pattern OPTION = Pattern.compile("-[A-Za-z]|--[A-Za-z0-9-]+");
    private static final Pattern USER_INFORMATION = Pattern.compile("^([a-z+]+://)[^/?#]*@", Pattern.CASE_INSENSITIVE);

    private CommandSummary() {}

    /** {@return whether a summary is so long that more of it would be cut} */
    public static boolean isLong(StringBuilder summary) {
        return summary.length() > MAX_LENGTH;
    }

    /** {@return the URL without its user information, query and fragment, which may contain secrets} */
    public static String address(String url) {
        int end = 0;
        while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
            end++;
        }
        return USER_INFORMATION.matcher(url.substring(0, end)).replaceFirst("$1");
    }

    /** {@return the members of the URL's query without their values, except for values that select a file} */
    public static String query(String url) {
        int start = url.indexOf('?');
        int end = url.indexOf('#') < 0 ? url.length() : url.indexOf('#');
        List<String> shown = new ArrayList<>();
        for (String member : start < 0 || start > end
                ? new String[0]
                : url.substring(start + 1, end).split("[&;]", -1)) {
            int equals = member.indexOf('=');
            if (equals > 0) {
                boolean isPublic =
                        SELECTING.contains(member.substring(0, equals).toLowerCase(Locale.ROOT));
                shown.add(isPublic ? member : member.substring(0, equals));
            }
        }
        return cut(SecretText.redact(String.join(" ", shown)));
    }

    /** Adds the words of a command that are never secret. */
    public static void add(Command command, StringBuilder out) {
        for (Assignment assignment : command.assignments()) {
            add(assignment.name() + '=', out);
        }
        if (command.words().isEmpty()) {
            return;
        }
        String program = command.program();
        add(program, out);
        List<String> secrets =
                CommandSecrets.of(command).stream().map(Assignment::value).toList();
        boolean isPublic = PUBLIC.contains(program);
        boolean isAccount = ACCOUNTS.contains(program);
        boolean isValue = false;
        for (String word : command.arguments()) {
            if (isLong(out)) {
                return;
            }
            boolean isOption = word.startsWith("-");
            if (isOption) {
                addOption(word, out);
            } else if (!isValue && !secrets.contains(word) && word.indexOf('=') < 0 && isShown(word, isPublic)) {
                add(address(word), out);
            }
            isValue = SecretNames.isSecretOption(word) || (isAccount && word.equals("-p"));
        }
    }

    private static boolean isShown(String word, boolean isPublic) {
        return isPublic || word.contains("://") || word.startsWith("/") || word.startsWith("./");
    }

    /** Adds the name of an option; the rest of a word such as {@code -pPASSWORD} may be its value. */
    private static void addOption(String word, StringBuilder out) {
        var name = OPTION.matcher(word);
        if (name.lookingAt()) {
            add(name.group(), out);
        }
    }

    /** Adds a word. */
    public static void add(String word, StringBuilder out) {
        out.append(out.length() == 0 ? "" : " ").append(word);
    }

    /** {@return a summary of limited length} */
    public static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
