package dev.tallyclerk.version;

import java.util.List;

/** A version by Semantic Versioning 2.0.0, without its build metadata, which has no part in the order. */
record SemanticVersion(Dialect dialect, List<String> numbers, List<String> prerelease) implements VersionKey {
    private static final int MAX_NPM_LENGTH = 256;
    private static final String MAX_NPM_NUMBER = "9007199254740991";

    /** Whose versions they are. Versions of different dialects have no order. */
    private enum Dialect {
        STRICT,
        NPM,
        GO
    }

    static SemanticVersion parseStrict(String text) {
        return parse(text, text, Dialect.STRICT);
    }

    static SemanticVersion parseNpm(String text) {
        String stripped = text.strip();
        if (text.length() > MAX_NPM_LENGTH) {
            throw new InvalidVersionException(text, "it is longer than " + MAX_NPM_LENGTH + " characters");
        }
        SemanticVersion version = parse(text, stripped.startsWith("v") ? stripped.substring(1) : stripped, Dialect.NPM);
        for (String number : version.numbers) {
            if (Digits.compare(number, MAX_NPM_NUMBER) > 0) {
                throw new InvalidVersionException(text, "a number is above " + MAX_NPM_NUMBER);
            }
        }
        return version;
    }

    static SemanticVersion parseGo(String text) {
        if (!text.startsWith("v")) {
            throw new InvalidVersionException(text, "it does not start with v");
        }
        return parse(text, text.substring(1), Dialect.GO);
    }

    private static SemanticVersion parse(String input, String text, Dialect dialect) {
        int plus = text.indexOf('+');
        String version = plus < 0 ? text : text.substring(0, plus);
        int hyphen = version.indexOf('-');
        String core = hyphen < 0 ? version : version.substring(0, hyphen);
        List<String> numbers = Parts.split(core, '.');
        boolean isShort = dialect == Dialect.GO && numbers.size() < 3 && hyphen < 0 && plus < 0;
        if (numbers.size() != 3 && !isShort) {
            throw new InvalidVersionException(input, "it does not have three numbers");
        }
        for (String number : numbers) {
            if (!Digits.areDigits(number) || hasLeadingZero(number)) {
                throw new InvalidVersionException(
                        input, "major, minor and patch have to be numbers without leading zeros");
            }
        }
        List<String> prerelease = hyphen < 0 ? List.of() : Parts.split(version.substring(hyphen + 1), '.');
        for (String identifier : prerelease) {
            requireIdentifier(input, identifier);
            if (Digits.areDigits(identifier) && hasLeadingZero(identifier)) {
                throw new InvalidVersionException(input, "a number of the prerelease has a leading zero");
            }
        }
        if (plus >= 0) {
            Parts.split(text.substring(plus + 1), '.').forEach(identifier -> requireIdentifier(input, identifier));
        }
        return new SemanticVersion(dialect, numbers, prerelease);
    }

    private static boolean hasLeadingZero(String number) {
        return number.length() > 1 && number.charAt(0) == '0';
    }

    @Override
    public int compareTo(VersionKey other) {
        SemanticVersion that = (SemanticVersion) other;
        if (dialect != that.dialect) {
            throw new ClassCastException("a version of " + that.dialect + " cannot be compared with one of " + dialect);
        }
        for (int at = 0; at < 3; at++) {
            int order = Digits.compare(Parts.get(numbers, at), Parts.get(that.numbers, at));
            if (order != 0) {
                return order;
            }
        }
        return comparePrereleases(prerelease, that.prerelease, dialect == Dialect.NPM);
    }

    /** No prerelease is after any. Numbers are before texts. */
    static int comparePrereleases(List<String> first, List<String> second) {
        return comparePrereleases(first, second, false);
    }

    private static int comparePrereleases(List<String> first, List<String> second, boolean asDoubles) {
        if (first.isEmpty() || second.isEmpty()) {
            return Boolean.compare(first.isEmpty(), second.isEmpty());
        }
        int shared = Math.min(first.size(), second.size());
        for (int at = 0; at < shared; at++) {
            String a = first.get(at);
            String b = second.get(at);
            boolean digits = Digits.areDigits(a);
            if (digits != Digits.areDigits(b)) {
                return digits ? -1 : 1;
            }
            int order;
            if (digits && asDoubles) {
                order = Double.compare(Double.parseDouble(a), Double.parseDouble(b));
            } else {
                order = digits ? Digits.compare(a, b) : a.compareTo(b);
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(first.size(), second.size());
    }

    static void requireIdentifier(String input, String identifier) {
        if (identifier.isEmpty() || !identifier.chars().allMatch(c -> Digits.isAlphanumeric((char) c) || c == '-')) {
            throw new InvalidVersionException(
                    input, "an identifier is empty or has a character other than letters, digits and hyphens");
        }
    }
}
