package dev.tallyclerk.registry.client;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * A place that has copies of what a registry has, and is asked before it.
 *
 * <p>It is never trusted more than a digest: what it has is compared, and what it does not have comes from the
 * registry. What it has wrong fails the reading that finds it, and comes from the registry when it is read again. What
 * tags stand for it is asked only if it is {@linkplain #withTags told so}. It gets the registry's name in the parameter
 * {@code ns}, and no credentials but its own. Immutable.
 */
public final class Mirror {
    private final URI base;
    private final Credentials credentials;
    private final boolean tags;

    private Mirror(URI base, Credentials credentials, boolean tags) {
        this.base = base;
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        this.tags = tags;
    }

    /**
     * {@return the mirror at an address, without credentials, which is asked for digests only}
     *
     * @param address {@code https://host[:port][/path]}, below which {@code /v2/} is, or with that; plain http only
     *     where that is safe
     * @throws IllegalArgumentException if it has no host or another scheme, or a user, a query or a fragment
     */
    public static Mirror at(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        boolean plain =
                address.getRawUserInfo() == null && address.getRawQuery() == null && address.getRawFragment() == null;
        if (!plain || address.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException("not the address of a mirror: " + OriginRules.shown(address.toString()));
        }
        String path = address.getRawPath().replaceFirst("(/+v2)?/+$|/+v2$", "");
        return new Mirror(
                URI.create(scheme + "://" + address.getRawAuthority() + path + "/v2/"), Credentials.anonymous(), false);
    }

    /** {@return this mirror with credentials of its own} */
    public Mirror withCredentials(Credentials other) {
        return new Mirror(base, other, tags);
    }

    /**
     * {@return this mirror, which is asked what tags stand for, or is not}
     *
     * <p>If it is, it decides which image a tag is, as the registry otherwise does.
     */
    public Mirror withTags(boolean trusted) {
        return new Mirror(base, credentials, trusted);
    }

    URI base() {
        return base;
    }

    Credentials credentials() {
        return credentials;
    }

    boolean tags() {
        return tags;
    }

    /** {@return its address, without its credentials} */
    @Override
    public String toString() {
        return base.toString();
    }
}
