package dev.tallyclerk.trust.policy;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The images that a rule is about.
 *
 * <table>
 * <caption>Scopes, from the least specific</caption>
 * <tr><th>scope</th><th>covers</th></tr>
 * <tr><td>{@code *}</td><td>every image, also one without a name</td></tr>
 * <tr><td>{@code *}{@code /*}</td><td>every image with a name</td></tr>
 * <tr><td>{@code *.example.org}</td><td>every repository of the hosts below {@code example.org}</td></tr>
 * <tr><td>{@code registry.example.org}</td><td>every repository of the host, whose port is part of it</td></tr>
 * <tr><td>{@code registry.example.org/team/*}</td><td>every repository below {@code team}</td></tr>
 * <tr><td>{@code registry.example.org/team/app}</td><td>one repository</td></tr>
 * <tr><td>{@code registry.example.org/team/app:1.*}</td><td>the tags of a repository that match, {@code *} standing for
 *     any characters</td></tr>
 * </table>
 *
 * <p>A scope is more specific the further down it stands in the table; among equals, the one with more characters is.
 * An image with a digest and no tag is covered by scopes without tags. Immutable.
 */
public final class TrustScope implements Comparable<TrustScope> {
    /** The scope of every image. */
    public static final TrustScope EVERYTHING = new TrustScope("*", Kind.EVERYTHING, "", null);

    /** The scope of every image with a name. */
    public static final TrustScope NAMED = new TrustScope("*/*", Kind.NAMED, "", null);

    private static final int MAX_LENGTH = 512;
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9.-]{1,253}(:[0-9]{1,5})?|\\[[0-9a-f:.]{2,45}](:[0-9]{1,5})?");
    private static final Pattern TAG_GLOB = Pattern.compile("[A-Za-z0-9_.*-]{1,128}");

    private enum Kind {
        EVERYTHING,
        NAMED,
        HOSTS,
        HOST,
        PREFIX,
        REPOSITORY,
        TAGS
    }

    private final String text;
    private final Kind kind;
    private final String place;
    private final @Nullable String tags;

    private TrustScope(String text, Kind kind, String place, @Nullable String tags) {
        this.text = text;
        this.kind = kind;
        this.place = place;
        this.tags = tags;
    }

    /**
     * Parses a scope.
     *
     * @param text as in the table; a host is required, because {@code debian} is {@code docker.io/library/debian}
     * @throws IllegalArgumentException if it is none of these forms
     */
    public static TrustScope parse(String text) {
        if (text.equals("*")) {
            return EVERYTHING;
        }
        if (text.equals(NAMED.text)) {
            return NAMED;
        }
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw malformed(text, "it has " + text.length() + " characters, allowed are 1 to " + MAX_LENGTH);
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            return host(text);
        }
        String host = text.substring(0, slash);
        requireHost(text, host);
        String path = text.substring(slash + 1);
        if (path.equals("*")) {
            throw malformed(text, "write " + host + " for all repositories of the host");
        }
        if (path.endsWith("/*")) {
            String prefix = path.substring(0, path.length() - 2);
            requireRepository(text, host, prefix);
            return new TrustScope(text, Kind.PREFIX, host + "/" + prefix, null);
        }
        int colon = path.indexOf(':');
        String repository = colon < 0 ? path : path.substring(0, colon);
        requireRepository(text, host, repository);
        if (colon < 0) {
            return new TrustScope(text, Kind.REPOSITORY, host + "/" + repository, null);
        }
        String tags = path.substring(colon + 1);
        if (!TAG_GLOB.matcher(tags).matches()) {
            throw malformed(text, Quoted.quote(tags) + " is neither a tag nor a tag with *");
        }
        return new TrustScope(text, Kind.TAGS, host + "/" + repository, tags);
    }

    private static TrustScope host(String text) {
        if (text.startsWith("*.")) {
            requireHost(text, text.substring(2));
            return new TrustScope(text, Kind.HOSTS, text.substring(1), null);
        }
        requireHost(text, text);
        return new TrustScope(text, Kind.HOST, text, null);
    }

    private static void requireHost(String text, String host) {
        boolean isHost = HOST.matcher(host).matches()
                && host.equals(host.toLowerCase(Locale.ROOT))
                && (host.indexOf('.') >= 0 || host.indexOf(':') >= 0 || host.equals("localhost"));
        if (!isHost) {
            throw malformed(
                    text, Quoted.quote(host) + " is not a host; write the whole name, as in docker.io/library/debian");
        }
    }

    private static void requireRepository(String text, String host, String repository) {
        try {
            Reference parsed = Reference.parse(host + "/" + repository);
            if (parsed.name().equals(host + "/" + repository)
                    && parsed.tag().isEmpty()
                    && parsed.digest().isEmpty()) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw malformed(text, String.valueOf(e.getMessage()));
        }
        throw malformed(text, Quoted.quote(repository) + " is not a repository");
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException("not a scope: " + Quoted.quote(text) + ": " + why);
    }

    /**
     * {@return whether the scope covers an image}
     *
     * @param name the image's whole name; empty for an image without one
     */
    public boolean covers(Optional<Reference> name) {
        if (kind == Kind.EVERYTHING) {
            return true;
        }
        if (name.isEmpty()) {
            return false;
        }
        String host = name.get().domain();
        String repository = name.get().name();
        return switch (kind) {
            case EVERYTHING, NAMED -> true;
            case HOSTS -> host.endsWith(place);
            case HOST -> host.equals(place);
            case PREFIX -> repository.startsWith(place + "/");
            case REPOSITORY -> repository.equals(place);
            case TAGS ->
                repository.equals(place)
                        && name.get().tag().filter(this::matches).isPresent();
        };
    }

    private boolean matches(String tag) {
        String glob = Objects.requireNonNull(tags);
        // Greedy with one place to go back to, so that no glob takes more than the product of the lengths.
        int at = 0;
        int in = 0;
        int star = -1;
        int mark = 0;
        while (in < tag.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                mark = in;
            } else if (at < glob.length() && glob.charAt(at) == tag.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++mark;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }

    private boolean isGlob() {
        return tags != null && tags.indexOf('*') >= 0;
    }

    /** Compares how specific two scopes are: the more specific one is the greater. */
    @Override
    public int compareTo(TrustScope other) {
        int byKind = kind.compareTo(other.kind);
        if (byKind != 0) {
            return byKind;
        }
        if (isGlob() != other.isGlob()) {
            return isGlob() ? -1 : 1;
        }
        int byLength = Integer.compare(text.length(), other.text.length());
        return byLength != 0 ? byLength : text.compareTo(other.text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrustScope that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** {@return the scope as {@link #parse} reads it} */
    @Override
    public String toString() {
        return text;
    }
}
