package dev.tallyclerk.reference;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: {@code domain/path[:tag][@digest]}.
 *
 * <p>Immutable, and well formed by construction. Parsing takes time linear in the length of the text. Use
 * {@link #parseNormalized} for names that people type: it adds the parts that Docker lets them omit. Use {@link #parse}
 * for names in documents, which must be complete. {@link AnyReference} also accepts image IDs.
 *
 * @see <a href="https://github.com/distribution/reference">The distribution project's reference grammar</a>
 */
public final class Reference {
    /** The longest repository path, in characters. */
    public static final int MAX_PATH_LENGTH = 255;

    /** The domain of a name without one: Docker Hub. */
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
     * Parses a name as it is: adds nothing, and leaves {@link #domain} empty if the first component cannot be a domain.
     *
     * <p>Accepts what distribution's {@code Parse} accepts, except for SHA-384 digests: only SHA-256 and SHA-512 are
     * allowed, the algorithms that the OCI specification registers. The other parsing methods differ from
     * distribution's in the same way.
     *
     * @throws MalformedReferenceException if {@code text} does not match the grammar
     */
    public static Reference parse(String text) {
        return parse(text, text);
    }

    /**
     * Parses a name as Docker does: {@code debian} is {@code docker.io/library/debian}.
     *
     * <p>Adds no tag; {@link #withDefaultTag} does. Accepts what distribution's {@code ParseNormalizedNamed} accepts.
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
        if (LowerCase.changes(colon < 0 ? remainder : remainder.substring(0, colon))) {
            throw new MalformedReferenceException(Reason.UPPER_CASE, text);
        }
        return parse(domain + '/' + remainder, text);
    }

    /**
     * Parses a name as engines do before they pull: completed, and with either a digest or a tag. A tag beside a digest
     * is dropped, and a name with neither gets the tag {@code latest}.
     *
     * <p>Accepts what distribution's {@code ParseDockerRef} accepts.
     *
     * @throws MalformedReferenceException if {@code text} does not match the grammar, or is an image ID
     */
    public static Reference parseDockerRef(String text) {
        Reference named = parseNormalized(text);
        return named.digest == null ? named.withDefaultTag() : named.withoutTag();
    }

    /** {@return the host and optional port; empty if there is none} */
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

    /**
     * {@return this name pinned to {@code digest}, with its tag}
     *
     * @param digest a SHA-256 or SHA-512 digest
     * @throws MalformedReferenceException if the digest has another algorithm
     */
    public Reference withDigest(Digest digest) {
        if (!mayCarry(digest)) {
            throw new MalformedReferenceException(Reason.BAD_DIGEST, name() + '@' + digest);
        }
        return new Reference(domain, path, tag, digest);
    }

    /**
     * {@return this name with another tag, and with its digest}
     *
     * @param tag a letter, a digit or {@code _}, then up to 127 of these, {@code .} and {@code -}
     * @throws MalformedReferenceException if {@code tag} does not match that grammar
     */
    public Reference withTag(String tag) {
        ReferenceGrammar.Parts parts = ReferenceGrammar.match("a:" + Objects.requireNonNull(tag, "tag"));
        // With a slash, the letter would be a host and the path longer; with an at sign, there would be a digest.
        if (parts == null || parts.pathEnd() != 1 || !parts.hasTag() || parts.hasDigest()) {
            throw new MalformedReferenceException(Reason.BAD_FORMAT, name() + ':' + tag);
        }
        return new Reference(domain, path, tag, digest);
    }

    /** {@return this name without its tag} */
    public Reference withoutTag() {
        return new Reference(domain, path, null, digest);
    }

    /**
     * {@return the short form that Docker shows: without the default domain and its {@code library/}}
     *
     * <p>For display only. It does not always parse back to the same name: {@code docker.io/localhost/app} is shown as
     * {@code localhost/app}, in which {@link #parseNormalized} reads a host. Use {@link #toString} for text that is
     * parsed again.
     */
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

    private static Reference parse(String text, String given) {
        ReferenceGrammar.Parts parts = ReferenceGrammar.match(text);
        if (parts == null) {
            throw new MalformedReferenceException(whyNot(text), given);
        }
        int pathStart = parts.pathStart();
        String path = text.substring(pathStart, parts.pathEnd());
        if (path.length() > MAX_PATH_LENGTH) {
            throw new MalformedReferenceException(Reason.TOO_LONG, given);
        }
        return new Reference(
                pathStart == 0 ? "" : text.substring(0, pathStart - 1),
                path,
                parts.hasTag() ? text.substring(parts.pathEnd() + 1, parts.tagEnd()) : null,
                parts.hasDigest() ? digest(text.substring(parts.tagEnd() + 1), given) : null);
    }

    private static Reason whyNot(String text) {
        if (text.isEmpty()) {
            return Reason.EMPTY;
        }
        return ReferenceGrammar.match(new LowerCase(text)) == null ? Reason.BAD_FORMAT : Reason.UPPER_CASE;
    }

    private static Digest digest(String text, String given) {
        try {
            Digest digest = Digest.parse(text);
            if (mayCarry(digest)) {
                return digest;
            }
        } catch (MalformedDigestException e) {
            // Reported below as a malformed reference, because the caller passed a reference.
        }
        throw new MalformedReferenceException(Reason.BAD_DIGEST, given);
    }

    /** References may have digests of the two algorithms that registries support; documents may have any. */
    static boolean mayCarry(Digest digest) {
        return digest.algorithm().equals(DigestAlgorithm.SHA256)
                || digest.algorithm().equals(DigestAlgorithm.SHA512);
    }

    /** Docker reads the first component as a host if it cannot be a user of Docker Hub. */
    private static boolean isDomainByDockersRule(String first) {
        return first.equals("localhost")
                || first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || LowerCase.changes(first);
    }

    static boolean isImageId(String text) {
        return text.length() == 64 && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
