package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.trust.tuf.internal.text.PathPattern;
import dev.tallyclerk.trust.tuf.internal.text.TargetPathHash;
import java.util.List;
import java.util.function.Function;

/**
 * The target paths of a delegation: path patterns or hash prefixes. Immutable.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#delegation-role-paths">TUF 1.0.34, 4.5</a>
 */
public sealed interface PathSelector {
    /**
     * {@return whether the delegation is about a target}
     *
     * @param targetPath the target's path as metadata writes it
     */
    boolean matches(String targetPath);

    /**
     * Calls the function that applies.
     *
     * @param patterns called with shell-style path patterns
     * @param hashPrefixes called with prefixes of path hashes
     * @param <R> the type of the result
     * @return what the function returned
     */
    default <R> R fold(
            Function<? super List<String>, ? extends R> patterns,
            Function<? super List<String>, ? extends R> hashPrefixes) {
        return this instanceof HashPrefixes hashes
                ? hashPrefixes.apply(hashes.prefixes())
                : patterns.apply(((Patterns) this).patterns());
    }

    /**
     * Selects by shell-style patterns, as in glob(7): {@code *} is any run of characters, {@code ?} is one character,
     * {@code [a-cx]} is one of these and {@code [!a-cx]} is one that is none of these. None of them matches a
     * {@code /}. All other characters are literal, and case matters on every system.
     *
     * <p>In brackets, {@code ]} is a member if it comes first, and {@code -} if it comes first, last or after a range;
     * a range that runs backwards is empty. Where implementations differ, this does what python-tuf does: a bracket
     * that is not closed before the next {@code /}, a {@code ^} and a {@code \\} are literal, and there are no named
     * classes.
     *
     * @param patterns the patterns, one of which must match; empty if a role has neither patterns nor prefixes
     */
    record Patterns(List<String> patterns) implements PathSelector {
        public Patterns {
            patterns = List.copyOf(patterns);
        }

        @Override
        public boolean matches(String targetPath) {
            return patterns.stream().anyMatch(pattern -> PathPattern.matches(pattern, targetPath));
        }
    }

    /**
     * Selects by the SHA-256 of the path in UTF-8.
     *
     * @param prefixes prefixes of the hash in lower-case hexadecimal, one of which must match
     */
    record HashPrefixes(List<String> prefixes) implements PathSelector {
        public HashPrefixes {
            prefixes = List.copyOf(prefixes);
        }

        @Override
        public boolean matches(String targetPath) {
            String hash = TargetPathHash.of(targetPath);
            return prefixes.stream().anyMatch(hash::startsWith);
        }
    }
}
