package dev.tallyclerk.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Settings of apt and dnf, given as options or as lines of configuration files. */
public final class AptSettings {
    private static final Set<String> YES = Set.of("1", "true", "yes", "on", "with", "enable");
    private static final Set<String> NO = Set.of("0", "false", "no", "off");
    private static final Set<String> UNSIGNED =
            Set.of("apt::get::allowunauthenticated", "acquire::allowinsecurerepositories");

    /** Prefixes of options that give a setting; the setting may also be in the next word. */
    private static final List<String> OPTIONS = List.of("--option=", "--setopt=", "-o");

    private AptSettings() {}

    /**
     * {@return whether words let apt install unsigned packages, such as {@code -o APT::Get::AllowUnauthenticated=true}}
     */
    public static boolean allowsUnsigned(List<String> words) {
        List<String> parts = parts(words);
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            // In a file, the value is a separate word.
            String value = equals >= 0 ? part.substring(equals + 1) : i + 1 < parts.size() ? parts.get(i + 1) : "";
            if (UNSIGNED.contains(name) && YES.contains(unquoted(value))) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return whether words contain {@code gpgcheck=0} or dnf5's {@code pkg_gpgcheck=0}, for all repositories or for
     * one}
     */
    public static boolean skipsGpg(List<String> words) {
        return parts(words).stream().anyMatch(part -> {
            int equals = part.indexOf('=');
            String name = part.substring(0, Math.max(equals, 0));
            String setting = name.substring(name.lastIndexOf('.') + 1);
            boolean isCheck = setting.equals("gpgcheck") || setting.equals("pkg_gpgcheck");
            return isCheck && NO.contains(unquoted(part.substring(equals + 1)));
        });
    }

    private static List<String> parts(List<String> words) {
        List<String> parts = new ArrayList<>();
        for (String word : words) {
            String setting = word;
            for (String option : OPTIONS) {
                if (word.startsWith(option)) {
                    setting = word.substring(option.length());
                    break;
                }
            }
            // printf writes several lines from one word.
            for (String part : setting.replace("\\n", " ").split("\\s+", -1)) {
                parts.add(part.toLowerCase(Locale.ROOT));
            }
        }
        return parts;
    }

    /** {@return a value without the quotes and the semicolon of apt.conf(5)} */
    static String unquoted(String value) {
        String text = value.endsWith(";") ? value.substring(0, value.length() - 1) : value;
        boolean isQuoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return isQuoted ? text.substring(1, text.length() - 1) : text;
    }
}
