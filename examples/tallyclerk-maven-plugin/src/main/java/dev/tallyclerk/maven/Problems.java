package dev.tallyclerk.maven;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.text.Quoted;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.jspecify.annotations.Nullable;

/** Why a build fails: what is not accepted, and what could not be decided on. */
final class Problems {
    private final Set<String> lines = new LinkedHashSet<>();
    private @Nullable Exception first;

    /** Adds a line about something that is not accepted. */
    void notAccepted(String line) {
        lines.add(line);
    }

    /** Adds a line about something that could not be decided on; the others still are. */
    void undecided(String name, Exception failure) {
        add(name + ": not decided: ", failure);
    }

    /** Adds a line about what keeps everything else from being decided on. */
    void failed(Exception failure) {
        add("", failure);
    }

    private void add(String prefix, Exception failure) {
        lines.add(Quoted.printable(prefix + failure.getMessage() + hint(failure)));
        if (first == null) {
            first = failure;
        }
    }

    /** {@return what to do about a failure, or nothing} */
    private static String hint(Exception failure) {
        return failure instanceof HttpException http && http.reason() == HttpException.Reason.UNAUTHORIZED
                ? "; the login is that of the <server> in the settings whose <id> is the registry's host, or docker"
                        + " login's"
                : "";
    }

    /**
     * Fails the build if there is a problem.
     *
     * @throws MojoExecutionException if something could not be decided on
     * @throws MojoFailureException if something is not accepted
     */
    void raise() throws MojoExecutionException, MojoFailureException {
        String all = String.join("\n", lines);
        if (first != null) {
            throw new MojoExecutionException(all, first);
        }
        if (!lines.isEmpty()) {
            throw new MojoFailureException(all);
        }
    }
}
