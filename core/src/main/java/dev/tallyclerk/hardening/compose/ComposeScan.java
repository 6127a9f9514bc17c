package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.internal.text.Words;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out whether a file is one of Compose: it has {@code services} with keys that services have. Other programs have
 * {@code services} too, as lists or with keys of their own.
 */
final class ComposeScan {
    private static final Set<String> SECTIONS = Words.set("services include networks volumes secrets configs");
    private static final Set<String> OF_OTHERS = Words.set("apiVersion kind jobs stages pipeline swagger openapi");
    private static final Pattern NAME =
            Pattern.compile("(?i)(?:.*[/\\\\])?(?:docker-)?compose(?:[._-][^/\\\\]*)?\\.(?:ya?ml|json)");
    private static final Pattern KEY =
            Pattern.compile("(?:[{,]\\s*)?[\"']?([A-Za-z_<][\\w.<-]*)[\"']?\\s*:(?:\\s|$|[\\[{\"'])");
    private static final int MAX_LINES = 2_000;

    private ComposeScan() {}

    static boolean isCompose(SourceDocument document) {
        Set<String> names = document.memberNames();
        if (names.stream().anyMatch(OF_OTHERS::contains)) {
            return false;
        }
        boolean isNamed = NAME.matcher(document.name()).matches();
        if (isNamed && names.stream().anyMatch(SECTIONS::contains)) {
            return true;
        }
        return names.contains("services") && hasService(document.start());
    }

    private static boolean hasService(String text) {
        int from = text.indexOf("services");
        while (from >= 0) {
            if (hasServiceAfter(text, from + "services".length())) {
                return true;
            }
            from = text.indexOf("\nservices", from + 1);
            from = from < 0 ? from : from + 1;
        }
        return false;
    }

    /** Looks for a key of a service below the section, until the next key at the top. */
    private static boolean hasServiceAfter(String text, int from) {
        int lines = 0;
        for (String line : text.substring(from).split("\n", MAX_LINES)) {
            boolean isTop =
                    lines++ > 0 && !line.isBlank() && !Character.isWhitespace(line.charAt(0)) && line.charAt(0) != '#';
            if (isTop && line.charAt(0) != '}' && line.charAt(0) != '{') {
                return false;
            }
            Matcher key = KEY.matcher(line);
            while (key.find()) {
                if (KnownKeys.isOfService(key.group(1)) || key.group(1).equals("<<")) {
                    return true;
                }
            }
        }
        return false;
    }
}
