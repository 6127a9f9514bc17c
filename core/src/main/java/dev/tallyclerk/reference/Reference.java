package dev.tallyclerk.reference;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: {@code domain/path[:tag][@digest]}.
 *
 * <p>Immutable, and well formed by construction. Parsing takes time linear in the length of the text. A name that a
 * person typed goes through {@link #parseNormalized}, which fills in what Docker leaves out; a name from a document
 * that must already be whole goes through {@link #parse}.
 *
 * @see <a href="https://github.com/distribution/reference">The distribution project's reference grammar</a>
 */
public final class Reference {
    /** The longest repository path, in characters. */
    public static final int MAX_PATH_LENGTH = 255;

    /** The domain of a name that has none: Docker Hub. */
    public static final String DEFAULT_DOMAIN = "docker.io";

    private static final String LEGACY_DEFAULT_DOMAIN = "index.docker.io";
    private static final String OFFICIAL_PREFIX = "library/";
    private static final String DEFAULT_TAG = "latest";

    private final String domain;
    private final String path;
    private final @Nullable String tag;
    private final @Nullable Digest digest;

    private Reference(String domain, String path, @Nullable String tag, @Nullable Digest digest) {
        this.domain = domain;
        this.path = path;
        this.tag = tag;
        this.digest = digest;
    }

    /**
     * Parses a name as it stands: nothing is filled in, and {@link #domain} is empty if no first component can be one.
     *
     * @throws MalformedReferenceException if {@code text} does not match the grammar
     */
    public static Reference parse(String text) {
        try {
            return parseStrictly(text);
        } catch (MalformedReferenceException e) {
            if (e.reason() == Reason.BAD_FORMAT && matchesInLowerCase(text)) {
                throw new MalformedReferenceException(Reason.UPPER_CASE, text);
            }
            throw e;
        }
    }

    /**
     * Parses a name as Docker reads it: {@code debian} is {@code docker.io/library/debian}.
     *
     * <p>No tag is filled in; {@link #withDefaultTag} does that where it is wanted.
     *
     * @throws MalformedReferenceException if {@code text} does not match the grammar, or is an image ID
     */
    public static Reference parseNormalized(String text) {
        if (isImageId(text)) {
            throw new MalformedReferenceException(Reason.IMAGE_ID, text);
        }
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        String domain = DEFAULT_DOMAIN;
        String remainder = text;
        if (slash >= 0 && isDomainByDockersRule(first)) {
            domain = first.equals(LEGACY_DEFAULT_DOMAIN) ? DEFAULT_DOMAIN : first;
            remainder = text.substring(slash + 1);
        }
        if (domain.equals(DEFAULT_DOMAIN) && remainder.indexOf('/') < 0) {
            remainder = OFFICIAL_PREFIX + remainder;
        }
        int colon = remainder.indexOf(':');
        String remote = colon < 0 ? remainder : remainder.substring(0, colon);
        if (!remote.equals(remote.toLowerCase(Locale.ROOT))) {
            throw new MalformedReferenceException(
                    matchesInLowerCase(text) ? Reason.UPPER_CASE : Reason.BAD_FORMAT, text);
        }
        return parse(domain + '/' + remainder);
    }

    /** {@return the host and optional port, or an empty string} */
    public String domain() {
        return domain;
    }

    /** {@return the repository within the domain, for example {@code library/debian}} */
    public String path() {
        return path;
    }

    /** {@return the name without tag and digest, for example {@code docker.io/library/debian}} */
    public String name() {
        return domain.isEmpty() ? path : domain + '/' + path;
    }

    /** {@return the tag, if there is one} */
    public Optional<String> tag() {
        return Optional.ofNullable(tag);
    }

    /** {@return the digest, if there is one} */
    public Optional<Digest> digest() {
        return Optional.ofNullable(digest);
    }

    /** {@return this name, with the tag {@code latest} if it has neither tag nor digest} */
    public Reference withDefaultTag() {
        return tag == null && digest == null ? new Reference(domain, path, DEFAULT_TAG, null) : this;
    }

    /** {@return this name pinned to {@code pinned}, keeping the tag} */
    public Reference withDigest(Digest pinned) {
        return new Reference(domain, path, tag, Objects.requireNonNull(pinned, "pinned"));
    }

    /** {@return this name without its tag} */
    public Reference withoutTag() {
        return new Reference(domain, path, null, digest);
    }

    /** {@return the short form that Docker shows: without the default domain and its {@code library/}} */
    public String familiar() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return toString();
        }
        boolean official = path.startsWith(OFFICIAL_PREFIX) && path.indexOf('/', OFFICIAL_PREFIX.length()) < 0;
        return suffixed(official ? path.substring(OFFICIAL_PREFIX.length()) : path);
    }

    /** {@return the text form, {@code domain/path[:tag][@digest]}} */
    @Override
    public String toString() {
        return suffixed(name());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Reference that
                && domain.equals(that.domain)
                && path.equals(that.path)
                && Objects.equals(tag, that.tag)
                && Objects.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Objects.hash(domain, path, tag, digest);
    }

    private String suffixed(String prefix) {
        return prefix + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    private static Reference parseStrictly(String text) {
        if (text.isEmpty()) {
            throw new MalformedReferenceException(Reason.EMPTY, text);
        }
        int at = text.indexOf('@');
        String digestText = at < 0 ? null : text.substring(at + 1);
        String rest = at < 0 ? text : text.substring(0, at);
        int colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
        String tag = colon < 0 ? null : rest.substring(colon + 1);
        String name = colon < 0 ? rest : rest.substring(0, colon);
        int slash = name.indexOf('/');
        String domain =
                slash > 0 && ReferenceGrammar.isDomain(name.substring(0, slash)) ? name.substring(0, slash) : "";
        String path = domain.isEmpty() ? name : name.substring(slash + 1);
        if (!ReferenceGrammar.isPath(path)
                || (tag != null && !ReferenceGrammar.isTag(tag))
                || (digestText != null && !ReferenceGrammar.isDigest(digestText))) {
            throw new MalformedReferenceException(Reason.BAD_FORMAT, text);
        }
        if (path.length() > MAX_PATH_LENGTH) {
            throw new MalformedReferenceException(Reason.TOO_LONG, text);
        }
        return new Reference(
                domain, path, tag, digestText == null ? null : ReferenceGrammar.supportedDigest(digestText, text));
    }

    private static boolean matchesInLowerCase(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals(text)) {
            return false;
        }
        try {
            parseStrictly(lower);
            return true;
        } catch (MalformedReferenceException e) {
            return e.reason() != Reason.BAD_FORMAT;
        }
    }

    /** Docker takes a first component for a host if it cannot be a user of its own registry. */
    private static boolean isDomainByDockersRule(String first) {
        return first.equals("localhost")
                || first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static boolean isImageId(String text) {
        if (text.length() != 64) {
            return false;
        }
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
