package dev.tallyclerk.internal.secret;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The patterns that a policy adds to the built-in ones. Immutable. */
public final class SecretPatterns {
    private final @Nullable SecretEngine engine;

    private SecretPatterns(@Nullable SecretEngine engine) {
        this.engine = engine;
    }

    /**
     * {@return patterns, possibly none}
     *
     * @param patterns lines in the format of the built-in table
     * @throws PatternException if one is not a pattern
     */
    public static SecretPatterns of(List<String> patterns) {
        return new SecretPatterns(patterns.isEmpty() ? null : SecretEngine.of(String.join("\n", patterns)));
    }

    /**
     * Requires a pattern.
     *
     * @throws PatternException if the text is not exactly one
     */
    public static void check(String pattern) {
        if (pattern.indexOf('\n') >= 0) {
            throw new PatternException("a pattern is one line, and this has several");
        }
        PatternTable.pattern(pattern.strip());
    }

    /** {@return the names of the kinds of secrets in a text, except those that are looked for in named files only} */
    public Set<String> namesIn(String text) {
        Set<String> names = new TreeSet<>();
        if (engine != null) {
            engine.find(text).forEach(secret -> names.add(secret.name()));
        }
        return names;
    }
}
