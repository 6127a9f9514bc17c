package dev.tallyclerk.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A version by PEP 440, normalised. A phase that the version does not have is null.
 *
 * @param pre the letter of the prerelease and its number
 */
record PythonVersion(
        String epoch,
        List<String> release,
        @Nullable String phase,
        String pre,
        @Nullable String post,
        @Nullable String dev,
        List<String> local)
        implements VersionKey {
    static PythonVersion parse(String text) {
        return new Parser(text).parse();
    }

    /** Reads the parts of a version from left to right; each part is optional but the release. */
    private static final class Parser {
        private static final String[][] PRE = {
            {"alpha", "a"},
            {"a", "a"},
            {"beta", "b"},
            {"b", "b"},
            {"preview", "rc"},
            {"pre", "rc"},
            {"c", "rc"},
            {"rc", "rc"}
        };
        private static final String[][] POST = {{"post", ""}, {"rev", ""}, {"r", ""}};
        private static final String[][] DEV = {{"dev", ""}};

        private final String input;
        private final String text;
        private int at;

        Parser(String input) {
            this.input = input;
            this.text = input.strip().toLowerCase(Locale.ROOT);
        }

        PythonVersion parse() {
            if (text.startsWith("v")) {
                at++;
            }
            String epoch = "";
            List<String> release = new ArrayList<>();
            String number = digits();
            if (peek('!')) {
                epoch = required(number);
                at++;
                number = digits();
            }
            release.add(required(number));
            while (peek('.') && at + 1 < text.length() && Digits.isDigit(text.charAt(at + 1))) {
                at++;
                release.add(digits());
            }
            @Nullable String phase = phase(PRE);
            String pre = phase == null ? "" : phaseNumber();
            @Nullable String post = implicitPost();
            if (post == null && phase(POST) != null) {
                post = phaseNumber();
            }
            @Nullable String dev = phase(DEV) == null ? null : phaseNumber();
            List<String> local = local();
            if (at != text.length()) {
                throw invalid();
            }
            while (!release.isEmpty() && Digits.isZero(release.get(release.size() - 1))) {
                release.remove(release.size() - 1);
            }
            return new PythonVersion(epoch, List.copyOf(release), phase, pre, post, dev, local);
        }

        private String digits() {
            int start = at;
            at = Digits.end(text, at);
            return text.substring(start, at);
        }

        private String required(String number) {
            if (number.isEmpty()) {
                throw invalid();
            }
            return number;
        }

        private boolean peek(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private int separatorEnd(int from) {
            return from < text.length() && "-_.".indexOf(text.charAt(from)) >= 0 ? from + 1 : from;
        }

        /** Takes a separator and one of some words; takes nothing and returns null if they do not follow. */
        private @Nullable String phase(String[][] words) {
            int start = separatorEnd(at);
            @Nullable String found = null;
            int end = start;
            for (String[] word : words) {
                if (text.startsWith(word[0], start) && start + word[0].length() > end) {
                    found = word[1];
                    end = start + word[0].length();
                }
            }
            at = found == null ? at : end;
            return found;
        }

        /** Takes an optional separator and an optional number. */
        private String phaseNumber() {
            at = separatorEnd(at);
            return digits();
        }

        /** {@code 1.0-1} is {@code 1.0.post1}. */
        private @Nullable String implicitPost() {
            if (!peek('-')) {
                return null;
            }
            int end = Digits.end(text, at + 1);
            if (end == at + 1) {
                return null;
            }
            String number = text.substring(at + 1, end);
            at = end;
            return number;
        }

        private List<String> local() {
            if (!peek('+')) {
                return List.of();
            }
            List<String> parts =
                    Parts.split(text.substring(at + 1).replace('-', '.').replace('_', '.'), '.');
            for (String part : parts) {
                if (part.isEmpty()
                        || !part.chars().allMatch(c -> Digits.isDigit((char) c) || Digits.isLower((char) c))) {
                    throw invalid();
                }
            }
            at = text.length();
            return parts;
        }

        private InvalidVersionException invalid() {
            return new InvalidVersionException(
                    input, "it is not [epoch!]release[pre][.post][.dev][+local] of PEP 440, at character " + (at + 1));
        }
    }

    @Override
    public int compareTo(VersionKey other) {
        PythonVersion that = (PythonVersion) other;
        int order = Digits.compare(epoch, that.epoch);
        int length = Math.max(release.size(), that.release.size());
        for (int at = 0; order == 0 && at < length; at++) {
            order = Digits.compare(Parts.get(release, at), Parts.get(that.release, at));
        }
        if (order == 0) {
            order = phaseRank().compareTo(that.phaseRank());
        }
        if (order == 0) {
            order = Digits.compare(pre, that.pre);
        }
        if (order == 0) {
            order = compareOptional(post, that.post, -1);
        }
        if (order == 0) {
            order = compareOptional(dev, that.dev, 1);
        }
        return order != 0 ? order : compareLocal(local, that.local);
    }

    /** A development release of a release is before its prereleases; the release itself is after them. */
    private String phaseRank() {
        if (phase != null) {
            return phase;
        }
        return post == null && dev != null ? "" : "~";
    }

    /** Compares numbers; {@code missing} is how a missing number compares with any. */
    private static int compareOptional(@Nullable String first, @Nullable String second, int missing) {
        if (first == null || second == null) {
            return missing * Boolean.compare(first == null, second == null);
        }
        return Digits.compare(first, second);
    }

    private static int compareLocal(List<String> first, List<String> second) {
        int shared = Math.min(first.size(), second.size());
        for (int at = 0; at < shared; at++) {
            String a = first.get(at);
            String b = second.get(at);
            boolean digits = Digits.areDigits(a);
            if (digits != Digits.areDigits(b)) {
                return digits ? 1 : -1;
            }
            int order = digits ? Digits.compare(a, b) : a.compareTo(b);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(first.size(), second.size());
    }
}
