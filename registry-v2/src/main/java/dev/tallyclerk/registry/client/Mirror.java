package dev.tallyclerk.registry.client;

import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.text.Quoted;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mirror of a registry, which is tried before the registry.
 *
 * <p>It is not trusted: its content is verified by digest, and content that it lacks comes from the registry. Content
 * that fails verification makes that read fail, and comes from the registry when it is read again. A mirror resolves
 * tags only {@linkplain #withTags if allowed}. It receives the registry's name in the parameter {@code ns}, and only
 * its own credentials. Immutable.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#registry-proxying">OCI
 *     distribution-spec v1.1.1, Registry Proxying</a>
 */
public final class Mirror {
    private static final Pattern API = Pattern.compile("/+v2(?=/|$)");
    private static final Pattern API_AT_END = Pattern.compile("/+v2$");

    private final URI base;
    private final String prefix;
    private final Credentials credentials;
    private final boolean tags;

    private Mirror(URI base, String prefix, Credentials credentials, boolean tags) {
        this.base = base;
        this.prefix = prefix;
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        this.tags = tags;
    }

    /**
     * {@return the mirror at an address, without credentials, which is asked for digests only}
     *
     * @param address {@code https://host[:port][/path]}, below which {@code /v2/} is, or with that, and behind it, if
     *     there is one, the {@linkplain #withPrefix prefix}: {@code https://harbor.example.org/v2/dockerhub-proxy};
     *     plain http only where that is safe
     * @throws IllegalArgumentException if it has no host or another scheme, or a user, a query or a fragment; or
     *     {@code /v2/} more than once and not at its end, or something behind it that is no prefix
     */
    public static Mirror of(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        boolean plain =
                address.getRawUserInfo() == null && address.getRawQuery() == null && address.getRawFragment() == null;
        if (!plain || address.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException("not the address of a mirror: " + Origins.shown(address.toString()));
        }
        String path = address.getRawPath().replaceFirst("/+$", "");
        String prefix = "";
        Matcher atEnd = API_AT_END.matcher(path);
        Matcher api = API.matcher(path);
        if (atEnd.find()) {
            path = path.substring(0, atEnd.start());
        } else if (api.find()) {
            prefix = path.substring(api.end()).replaceFirst("^/+", "");
            path = path.substring(0, api.start());
            if (API.matcher("/" + prefix).find()) {
                throw new IllegalArgumentException("the address of a mirror has /v2/ once or at its end, not as in "
                        + Origins.shown(address.toString()) + "; give the prefix apart");
            }
        }
        Mirror mirror = new Mirror(
                URI.create(scheme + "://" + address.getRawAuthority() + path + "/v2/"),
                "",
                Credentials.anonymous(),
                false);
        return prefix.isEmpty() ? mirror : mirror.withPrefix(prefix);
    }

    /**
     * {@return this mirror, where the names of repositories have something before them}
     *
     * <p>So it is where one server is the mirror of several registries and tells them apart by the name: with the
     * prefix {@code dockerhub-proxy} it is asked for {@code dockerhub-proxy/library/debian}, and for a token for that,
     * in place of {@code library/debian}.
     *
     * @param prefix the prefix, which replaces the previous one: one or more parts of a repository's name
     * @throws IllegalArgumentException if it cannot be the beginning of a repository's name
     */
    public Mirror withPrefix(String prefix) {
        if (!ReferenceParts.isPath(prefix)) {
            throw new IllegalArgumentException("not the beginning of a repository's name: " + Quoted.quote(prefix));
        }
        return new Mirror(base, prefix, credentials, tags);
    }

    /** {@return this mirror with credentials of its own} */
    public Mirror withCredentials(Credentials credentials) {
        return new Mirror(base, prefix, credentials, tags);
    }

    /**
     * {@return this mirror, which is asked what tags stand for, or is not}
     *
     * <p>If it is, it decides which image a tag is, as the registry otherwise does.
     */
    public Mirror withTags(boolean tags) {
        return new Mirror(base, prefix, credentials, tags);
    }

    URI base() {
        return base;
    }

    /** {@return what the repository of that name at the registry is called here} */
    String path(String ofRegistry) {
        return prefix.isEmpty() ? ofRegistry : prefix + "/" + ofRegistry;
    }

    Credentials credentials() {
        return credentials;
    }

    boolean tags() {
        return tags;
    }

    /** {@return its address with its prefix, without its credentials} */
    @Override
    public String toString() {
        return base + prefix;
    }
}
