package dev.tallyclerk.version;

import java.util.List;
import java.util.Locale;

/** A version of NuGet: one to four numbers and a prerelease, without its build metadata. */
record NugetVersion(List<String> numbers, List<String> prerelease) implements VersionKey {
    static NugetVersion parse(String input) {
        String text = input.strip();
        int plus = text.indexOf('+');
        String version = plus < 0 ? text : text.substring(0, plus);
        int hyphen = version.indexOf('-');
        List<String> numbers = Parts.split(hyphen < 0 ? version : version.substring(0, hyphen), '.');
        if (numbers.size() > 4 || !numbers.stream().allMatch(Digits::areDigits)) {
            throw new InvalidVersionException(input, "it does not start with one to four numbers");
        }
        List<String> prerelease = hyphen < 0
                ? List.of()
                : Parts.split(version.substring(hyphen + 1).toLowerCase(Locale.ROOT), '.');
        prerelease.forEach(identifier -> SemanticVersion.requireIdentifier(input, identifier));
        return new NugetVersion(numbers, prerelease);
    }

    @Override
    public int compareTo(VersionKey other) {
        NugetVersion that = (NugetVersion) other;
        for (int at = 0; at < 4; at++) {
            int order = Digits.compare(Parts.get(numbers, at), Parts.get(that.numbers, at));
            if (order != 0) {
                return order;
            }
        }
        return SemanticVersion.comparePrereleases(prerelease, that.prerelease);
    }
}
