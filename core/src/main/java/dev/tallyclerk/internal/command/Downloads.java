package dev.tallyclerk.internal.command;

import java.util.Locale;
import java.util.regex.Pattern;

/** Sources of ADD that the builder downloads. */
public final class Downloads {
    private static final Pattern OF_SSH = Pattern.compile("[A-Za-z0-9_-]{1,64}@[A-Za-z0-9.-]{1,255}:(?!//)");

    /** The fragment of a repository URL: a commit, and optionally a directory in it. */
    private static final Pattern COMMIT = Pattern.compile("#(?:[0-9a-f]{64}|[0-9a-f]{40})(?::|$)");

    private Downloads() {}

    /** {@return whether a source is a URL of HTTP or HTTPS} */
    public static boolean isWebUrl(String source) {
        String lower = source.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    /** {@return whether a source is a git repository to BuildKit: by the scheme, the ssh form, or the name} */
    public static boolean isRepository(String source) {
        String lower = source.toLowerCase(Locale.ROOT);
        return lower.startsWith("git://")
                || lower.startsWith("ssh://")
                || OF_SSH.matcher(source).lookingAt()
                || (isWebUrl(source) && withoutFragment(lower).endsWith(".git"));
    }

    /** {@return whether a source is a commit of a git repository} */
    public static boolean isCommit(String source) {
        String fragment = source.substring(withoutFragment(source).length());
        return isRepository(source) && COMMIT.matcher(fragment).lookingAt();
    }

    private static String withoutFragment(String source) {
        int hash = source.indexOf('#');
        return hash < 0 ? source : source.substring(0, hash);
    }
}
