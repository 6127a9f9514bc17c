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
 * <p>Immutable, and well formed by construction. Parsing takes time linear in the length of the text. A name that a
 * person typed goes through {@link #parseNormalized}, which fills in what Docker leaves out; a name from a document
 * that must already be whole goes through {@link #parse}. Where an image's ID may stand for the name,
 * {@link AnyReference} reads either.
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
     * <p>The answer is that of distribution's {@code Parse}, except that a digest is one of SHA-256 or SHA-512, which
     * the OCI's specification registers: one of SHA-384, which distribution reads too, is refused. The other methods
     * that parse differ from distribution's in that too.
     *
     * @throws MalformedReferenceException if {@code text} does not match the grammar
     */
    public static Reference parse(String text) {
        return parse(text, text);
    }

    /**
     * Parses a name as Docker reads it: {@code debian} is {@code docker.io/library/debian}.
     *
     * <p>No tag is filled in; {@link #withDefaultTag} does that where it is wanted. The answer is that of
     * distribution's {@code ParseNormalizedNamed}.
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
     * Parses a name as engines read it before they pull: whole, and with one way to the content. A tag beside a digest
     * is dropped, and {@code latest} is the tag of a name that has neither.
     *
     * <p>The answer is that of distribution's {@code ParseDockerRef}.
     *
     * @throws MalformedReferenceException if {@code text} does not match the grammar, or is an image ID
     */
    public static Reference parseDockerRef(String text) {
        Reference named = parseNormalized(text);
        return named.digest == null ? named.withDefaultTag() : named.withoutTag();
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
        // With a slash the letter is a host and the path longer, with an at sign there is a digest.
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
     * <p>It is for people. Docker's rule does not always lead back: {@code docker.io/localhost/app} is shown as
     * {@code localhost/app}, which {@link #parseNormalized} takes for a host. What a program reads again is
     * {@link #toString}.
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
            // The reference is what the caller gave, so the reference is what is refused, below.
        }
        throw new MalformedReferenceException(Reason.BAD_DIGEST, given);
    }

    /** References carry the two algorithms that registries know; a document may carry any. */
    static boolean mayCarry(Digest digest) {
        return digest.algorithm().equals(DigestAlgorithm.SHA256)
                || digest.algorithm().equals(DigestAlgorithm.SHA512);
    }

    /** Docker takes a first component for a host if it cannot be a user of its own registry. */
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
