package dev.tallyclerk.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;

/** The file or folder that the value of an option names, which may be a part of the value only. */
final class NamedFile {
    private static final String SCHEMES = "(?:oci|oci-archive|docker-archive|sbom):";
    private static final Pattern WHOLE = pattern("(.+)");
    private static final Pattern SOURCE = pattern(SCHEMES + "(.+)");
    private static final Pattern AFTER_NAME = pattern("[^=]+=(.+)");

    /** By the labels of options: the group is the path. A value that does not match names no file. */
    private static final Map<String, Pattern> PATHS = Map.ofEntries(
            Map.entry("FILE", pattern("(?!-\\z)(.+)")), // - is standard input
            Map.entry("SOURCE", SOURCE),
            Map.entry("OTHER", SOURCE),
            Map.entry("TEMPLATE", SOURCE),
            Map.entry("NAME=SOURCE", pattern("(?:(?!" + SCHEMES + "|docker://)[^=]+=)?" + SCHEMES + "(.+)")),
            Map.entry("FORMAT=FILE", AFTER_NAME),
            Map.entry("ROLE=FILE", AFTER_NAME),
            Map.entry("DIR|URL", pattern("(?!(?i:https?)://)(.+)")),
            Map.entry("REPO", pattern("(?!(?i:https?|docker)://)(.+)")),
            Map.entry("ENGINE", pattern("(?!default\\z|.*://)(.+)")),
            Map.entry("ID|FILE", pattern("(.+[.]tsv)")),
            Map.entry("ROOT.json,URL", TrustSpec.ROOT_AND_URL),
            Map.entry("tuf:ROOT.json,URL", TrustSpec.FORM));

    private NamedFile() {}

    /** {@return whether the label of an option says how its values name files} */
    static boolean isLabel(String label) {
        return PATHS.containsKey(label);
    }

    /** {@return the value, which names another path if it names one} */
    static String replaced(OptionSpec option, String value, UnaryOperator<String> path) {
        Pattern pattern = isPath(option) ? WHOLE : PATHS.get(option.paramLabel());
        Matcher matcher = pattern == null ? null : pattern.matcher(value);
        return matcher == null || !matcher.matches()
                ? value
                : value.substring(0, matcher.start(1)) + path.apply(matcher.group(1)) + value.substring(matcher.end(1));
    }

    private static boolean isPath(OptionSpec option) {
        return option.type() == Path.class || (option.isMultiValue() && option.auxiliaryTypes()[0] == Path.class);
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.DOTALL);
    }
}
