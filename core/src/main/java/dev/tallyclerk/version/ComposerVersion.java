package dev.tallyclerk.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Composer, normalised, in the parts by which PHP's {@code version_compare} orders it. */
record ComposerVersion(boolean isBranch, List<String> parts) implements VersionKey {
    private static final Pattern ALIAS = Pattern.compile("([^,\\s]++)\\s++as\\s++[^,\\s]++");
    private static final Pattern STABILITY =
            Pattern.compile("@(?:stable|RC|beta|alpha|dev)\\z", Pattern.CASE_INSENSITIVE);
    private static final Pattern BUILD = Pattern.compile("([^,\\s+]++)\\+\\S++");
    private static final String MODIFIER =
            "[._-]?(?:(stable|beta|b|RC|alpha|a|patch|pl|p)((?:[.-]?[0-9]++)*+)?)?([.-]?dev)?";
    private static final Pattern CLASSICAL = Pattern.compile(
            "v?([0-9]{1,5}+)(\\.[0-9]++)?(\\.[0-9]++)?(\\.[0-9]++)?" + MODIFIER, Pattern.CASE_INSENSITIVE);
    private static final Pattern DATED = Pattern.compile(
            "v?([0-9]{4}(?:[.:-]?[0-9]{2}){1,6}(?:[.:-]?[0-9]{1,3}){0,2})" + MODIFIER, Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMERIC_BRANCH = Pattern.compile(
            "v?([0-9]++)(\\.(?:[0-9]++|[xX*]))?(\\.(?:[0-9]++|[xX*]))?(\\.(?:[0-9]++|[xX*]))?[.-]?dev",
            Pattern.CASE_INSENSITIVE);
    /** What Composer writes for an {@code x} of a branch. */
    private static final String ANY = "9999999";
    /** Names from the earliest to the latest; {@code #} is a number. */
    private static final String[][] NAMES = {
        {"dev", "0"},
        {"alpha", "1"},
        {"a", "1"},
        {"beta", "2"},
        {"b", "2"},
        {"RC", "3"},
        {"rc", "3"},
        {"#", "4"},
        {"pl", "5"},
        {"p", "5"}
    };

    static ComposerVersion parse(String input) {
        String text = input.strip();
        Matcher alias = ALIAS.matcher(text);
        if (alias.matches()) {
            text = alias.group(1);
        }
        text = STABILITY.matcher(text).replaceFirst("");
        if (text.equals("master") || text.equals("trunk") || text.equals("default")) {
            text = "dev-" + text;
        }
        if (text.regionMatches(true, 0, "dev-", 0, 4)) {
            return new ComposerVersion(true, List.of(text.substring(4)));
        }
        Matcher build = BUILD.matcher(text);
        if (build.matches()) {
            text = build.group(1);
        }
        return new ComposerVersion(false, split(normalise(input, text)));
    }

    private static String normalise(String input, String text) {
        Matcher classical = CLASSICAL.matcher(text);
        if (classical.matches()) {
            StringBuilder numbers = new StringBuilder(classical.group(1));
            for (int group = 2; group <= 4; group++) {
                numbers.append(classical.group(group) == null ? ".0" : classical.group(group));
            }
            return numbers + modifier(classical, 5);
        }
        Matcher dated = DATED.matcher(text);
        if (dated.matches()) {
            return dated.group(1).replaceAll("[^0-9]", ".") + modifier(dated, 2);
        }
        Matcher branch = NUMERIC_BRANCH.matcher(text);
        if (branch.matches()) {
            StringBuilder numbers = new StringBuilder(branch.group(1));
            for (int group = 2; group <= 4; group++) {
                String number = branch.group(group);
                boolean isAny = number == null || !Digits.isDigit(number.charAt(1));
                numbers.append(isAny ? "." + ANY : number);
            }
            return numbers + "-dev";
        }
        throw new InvalidVersionException(input, "Composer cannot normalise it");
    }

    private static String modifier(Matcher matcher, int group) {
        String stability = matcher.group(group);
        String dev = matcher.group(group + 2) == null ? "" : "-dev";
        if (stability == null || stability.isEmpty()) {
            return dev;
        }
        if (stability.equals("stable")) {
            return "";
        }
        String number = matcher.group(group + 1) == null ? "" : matcher.group(group + 1);
        int digits = 0;
        while (digits < number.length() && (number.charAt(digits) == '.' || number.charAt(digits) == '-')) {
            digits++;
        }
        String folded = stability.toLowerCase(Locale.ROOT);
        String expanded = switch (folded) {
            case "a" -> "alpha";
            case "b" -> "beta";
            case "p", "pl" -> "patch";
            case "rc" -> "RC";
            default -> folded;
        };
        return "-" + expanded + number.substring(digits) + dev;
    }

    /** Parts are runs of digits or of other characters. */
    private static List<String> split(String version) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < version.length()) {
            char c = version.charAt(at);
            if (c == '.' || c == '-' || c == '_' || c == '+') {
                at++;
                continue;
            }
            boolean digits = Digits.isDigit(c);
            int end = at;
            while (end < version.length()
                    && ".-_+".indexOf(version.charAt(end)) < 0
                    && Digits.isDigit(version.charAt(end)) == digits) {
                end++;
            }
            parts.add(version.substring(at, end));
            at = end;
        }
        return List.copyOf(parts);
    }

    @Override
    public int compareTo(VersionKey other) {
        ComposerVersion that = (ComposerVersion) other;
        if (isBranch || that.isBranch) {
            return Boolean.compare(that.isBranch, isBranch);
        }
        int shared = Math.min(parts.size(), that.parts.size());
        for (int at = 0; at < shared; at++) {
            String a = parts.get(at);
            String b = that.parts.get(at);
            int order = Digits.areDigits(a) && Digits.areDigits(b)
                    ? Digits.compare(a, b)
                    : Integer.compare(rank(a), rank(b));
            if (order != 0) {
                return order;
            }
        }
        int order = parts.size() > shared ? compareToEnd(parts.get(shared)) : 0;
        return that.parts.size() > shared ? -compareToEnd(that.parts.get(shared)) : order;
    }

    /** A number is after the end; a name is before or after it as it is before or after a number. */
    private static int compareToEnd(String part) {
        return Digits.areDigits(part) ? 1 : Integer.compare(rank(part), rank("0"));
    }

    private static int rank(String part) {
        if (Digits.areDigits(part)) {
            return 4;
        }
        for (String[] name : NAMES) {
            if (part.startsWith(name[0])) {
                return Integer.parseInt(name[1]);
            }
        }
        return -1;
    }
}
