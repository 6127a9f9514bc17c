package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The source repository of a build.
 *
 * <p>SLSA 1 leaves the parameters to the build type. Known places are {@code workflow.repository} (GitHub Actions),
 * {@code source} as text or with a {@code uri} (slsa-github-generator), {@code configSource.uri} (BuildKit) and
 * {@code sourceToBuild.repository} (Google Cloud Build).
 */
final class SourceRepository {
    private static final List<List<String>> PLACES = List.of(
            List.of("workflow", "repository"),
            List.of("source"),
            List.of("source", "uri"),
            List.of("configSource", "uri"),
            List.of("sourceToBuild", "repository"));

    private SourceRepository() {}

    /** {@return the texts at the known places of a build's parameters} */
    static List<String> ofParameters(JsonCursor parameters) throws JsonException {
        List<String> sources = new ArrayList<>();
        for (List<String> place : PLACES) {
            Optional<JsonCursor> at = Optional.of(parameters);
            for (String step : place) {
                at = at.isPresent() && at.get().value() instanceof JsonObject
                        ? at.get().optional(step)
                        : Optional.empty();
            }
            if (at.isPresent() && at.get().value() instanceof JsonString text) {
                sources.add(text.value());
            }
        }
        return sources;
    }

    /**
     * {@return a repository without what tools add: {@code git+} before it, {@code .git}, {@code @ref} and
     * {@code #fragment} behind it, and a slash at the end}
     */
    static String plain(String uri) {
        String plain = uri.startsWith("git+") ? uri.substring("git+".length()) : uri;
        int fragment = plain.indexOf('#');
        plain = fragment < 0 ? plain : plain.substring(0, fragment);
        int scheme = plain.indexOf("://");
        int path = scheme < 0 ? -1 : plain.indexOf('/', scheme + "://".length());
        int ref = path < 0 ? -1 : plain.indexOf('@', path);
        plain = ref < 0 ? plain : plain.substring(0, ref);
        plain = path >= 0 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
        return plain.endsWith(".git") ? plain.substring(0, plain.length() - ".git".length()) : plain;
    }

    /** {@return whether a repository is another one, or below it at the boundary of a path segment} */
    static boolean isBelow(String repository, String above) {
        String plain = plain(repository);
        String prefix = plain(above);
        return plain.equals(prefix) || (plain.startsWith(prefix + "/") && isDirect(plain.substring(prefix.length())));
    }

    /** {@return whether a path leads nowhere else than its segments say} */
    private static boolean isDirect(String path) {
        if (path.contains("%") || path.contains("\\") || path.contains("?")) {
            return false;
        }
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
