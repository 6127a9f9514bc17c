package dev.tallyclerk.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the output of a host's commands. Blank output comes from a command that failed, and is ignored. */
final class HostText {
    private static final String OF_UNIT = "Environment=";

    /** A word of a unit's environment: quoted if it has blanks, with escaped quotes and backslashes. */
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final Pattern SESTATUS = Pattern.compile("(?m)^SELinux status:\\s*(\\w+)\\s*$");

    private static final Pattern LISTENER =
            Pattern.compile("(?:^|\\s)((?:[0-9.]+|\\*|\\[[^\\]\\s]*]|[0-9a-fA-F:]*:)(?:%\\S+)?:[0-9]+)(?=\\s|$)");

    private HostText() {}

    /**
     * {@return the variables in the output of {@code env} or {@code systemctl show --property Environment}, or in
     * {@code /proc/PID/environ}}
     *
     * @throws IllegalArgumentException if there is no variable
     */
    static Optional<Map<String, String>> environment(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        Map<String, String> variables = new LinkedHashMap<>();
        boolean isEnvironment = false;
        for (String line : text.split(text.indexOf('\0') >= 0 ? "\0" : "\\R", -1)) {
            if (line.startsWith(OF_UNIT)) {
                isEnvironment = true;
                Matcher words = WORD.matcher(line.substring(OF_UNIT.length()));
                while (words.find()) {
                    String quoted = words.group(1);
                    add(
                            quoted == null
                                    ? words.group(2)
                                    : ESCAPED.matcher(quoted).replaceAll("$1"),
                            variables);
                }
            } else {
                // A line without a name continues the value before it, which no rule reads.
                isEnvironment |= add(line, variables);
            }
        }
        if (!isEnvironment) {
            throw new IllegalArgumentException("no NAME=VALUE line");
        }
        return Optional.of(variables);
    }

    private static boolean add(String assignment, Map<String, String> variables) {
        int equals = assignment.indexOf('=');
        if (equals > 0) {
            variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        return equals > 0;
    }

    /**
     * {@return whether the host uses SELinux, by the output of {@code getenforce} or {@code sestatus}}
     *
     * @throws IllegalArgumentException if it is the output of neither
     */
    static Optional<Boolean> selinux(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        Matcher status = SESTATUS.matcher(text);
        return Optional.of(
                switch (status.find() ? status.group(1) : text.strip()) {
                    case "Enforcing", "Permissive", "enabled" -> true;
                    case "Disabled", "disabled" -> false;
                    default -> throw new IllegalArgumentException("neither Enforcing, Permissive nor Disabled");
                });
    }

    /**
     * {@return the local addresses with ports in the output of {@code ss -lnt} or {@code netstat -lnt}}
     *
     * @throws IllegalArgumentException if no line has an address with a port
     */
    static Optional<List<String>> listeners(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        List<String> listeners = new ArrayList<>();
        for (String line : text.split("\\R", -1)) {
            // The first address is the local one.
            Matcher address = LISTENER.matcher(line);
            if (address.find()) {
                listeners.add(address.group(1).replaceFirst("%[^:\\]]*", ""));
            }
        }
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("no line of ss -lnt");
        }
        return Optional.of(List.copyOf(listeners));
    }
}
