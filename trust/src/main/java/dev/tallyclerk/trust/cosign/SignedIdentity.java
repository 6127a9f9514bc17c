package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import java.util.Objects;

/**
 * Which image name a signature must carry, as {@code signedIdentity} of containers' {@code policy.json}. Immutable.
 *
 * <p>cosign writes the repository without tag or digest, so only {@link #matchRepository}, {@link #exactRepository} and
 * a signature made with {@code --sign-container-identity} meet a demand.
 *
 * @param match how names are compared
 * @param value the name of {@code exactReference} and {@code exactRepository}, or the prefix of {@code remapIdentity};
 *     else empty
 * @param signedPrefix the signed prefix of {@code remapIdentity}; else empty
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5),
 *     signedBy</a>
 */
public record SignedIdentity(Match match, String value, String signedPrefix) {
    /** How names are compared. */
    public enum Match {
        /** The signed name is the image's, and both have a tag or digest. */
        MATCH_EXACT("matchExact"),
        /** The same, or the repositories are equal if the image is named by digest only. */
        MATCH_REPO_DIGEST_OR_EXACT("matchRepoDigestOrExact"),
        /** The repositories are equal. */
        MATCH_REPOSITORY("matchRepository"),
        /** The signed name is a given one with a tag or digest. */
        EXACT_REFERENCE("exactReference"),
        /** The repository of the signed name is a given one. */
        EXACT_REPOSITORY("exactRepository"),
        /** The image's name with another prefix, compared as by {@link #MATCH_REPO_DIGEST_OR_EXACT}. */
        REMAP_IDENTITY("remapIdentity");

        private final String spelling;

        Match(String spelling) {
            this.spelling = spelling;
        }

        /** {@return the {@code type} in {@code policy.json}} */
        public String spelling() {
            return spelling;
        }
    }

    /**
     * Checks the names.
     *
     * @throws MalformedReferenceException if a name is malformed
     * @throws IllegalArgumentException if a name is missing, or given where none belongs
     */
    public SignedIdentity {
        Objects.requireNonNull(match, "match");
        boolean isRemapped = match == Match.REMAP_IDENTITY;
        boolean isExact = match == Match.EXACT_REFERENCE || match == Match.EXACT_REPOSITORY;
        if ((isExact || isRemapped) == value.isEmpty() || isRemapped == signedPrefix.isEmpty()) {
            throw new IllegalArgumentException(match + " with the names \"" + value + "\" and \"" + signedPrefix
                    + "\": one is missing or too many");
        }
        if (isExact) {
            Reference named = Reference.parseNormalized(value);
            if (isNameOnly(named) != (match == Match.EXACT_REPOSITORY)) {
                throw new IllegalArgumentException(
                        match == Match.EXACT_REPOSITORY
                                ? "a repository has neither tag nor digest: " + value
                                : "an exact reference has a tag or digest: " + value);
            }
        }
        if (value.endsWith("/") || signedPrefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends without a slash: " + value + ", " + signedPrefix);
        }
    }

    /** {@return that the signed name is the image's, with its tag or digest} */
    public static SignedIdentity matchExact() {
        return new SignedIdentity(Match.MATCH_EXACT, "", "");
    }

    /** {@return that the signed name is the image's, where an image named by digest matches its whole repository} */
    public static SignedIdentity matchRepoDigestOrExact() {
        return new SignedIdentity(Match.MATCH_REPO_DIGEST_OR_EXACT, "", "");
    }

    /** {@return that the signed name is of the image's repository} */
    public static SignedIdentity matchRepository() {
        return new SignedIdentity(Match.MATCH_REPOSITORY, "", "");
    }

    /** {@return that the signed name is {@code reference}, which has a tag or digest} */
    public static SignedIdentity exactReference(String reference) {
        return new SignedIdentity(Match.EXACT_REFERENCE, reference, "");
    }

    /** {@return that the signed name is of {@code repository}} */
    public static SignedIdentity exactRepository(String repository) {
        return new SignedIdentity(Match.EXACT_REPOSITORY, repository, "");
    }

    /**
     * {@return that the signed name is the image's with another prefix, as for a mirror}
     *
     * @param prefix the host, host and path, or repository that the image's name starts with; names that do not are
     *     compared unchanged
     * @param signedPrefix what replaces it
     */
    public static SignedIdentity remapIdentity(String prefix, String signedPrefix) {
        return new SignedIdentity(Match.REMAP_IDENTITY, prefix, signedPrefix);
    }

    /**
     * {@return whether a signature counts for an image}
     *
     * @param image the image's name
     * @param signed the name in the signature; one that is malformed does not count
     */
    public boolean accepts(Reference image, String signed) {
        try {
            Reference name = Reference.parseNormalized(signed);
            return switch (match) {
                case MATCH_EXACT -> isExactly(image, name);
                case MATCH_REPO_DIGEST_OR_EXACT -> isRepoDigestOrExactly(image, name);
                case MATCH_REPOSITORY -> name.name().equals(image.name());
                case EXACT_REFERENCE -> isExactly(Reference.parseNormalized(value), name);
                case EXACT_REPOSITORY ->
                    name.name().equals(Reference.parseNormalized(value).name());
                case REMAP_IDENTITY -> isRepoDigestOrExactly(remapped(image), name);
            };
        } catch (MalformedReferenceException e) {
            return false;
        }
    }

    private Reference remapped(Reference image) {
        String name = image.name();
        return name.equals(value) || name.startsWith(value + "/")
                ? Reference.parse(signedPrefix + image.toString().substring(value.length()))
                : image;
    }

    private static boolean isRepoDigestOrExactly(Reference image, Reference signed) {
        boolean isNamedByDigest = image.tag().isEmpty() && image.digest().isPresent();
        if (isNamedByDigest) {
            return !isNameOnly(signed) && signed.name().equals(image.name());
        }
        return isExactly(image, signed);
    }

    private static boolean isExactly(Reference image, Reference signed) {
        return !isNameOnly(image) && !isNameOnly(signed) && signed.equals(image);
    }

    private static boolean isNameOnly(Reference reference) {
        return reference.tag().isEmpty() && reference.digest().isEmpty();
    }

    /** {@return the demand as {@code policy.json} spells it, with its names} */
    @Override
    public String toString() {
        return match.spelling
                + (value.isEmpty() ? "" : " " + value)
                + (signedPrefix.isEmpty() ? "" : " -> " + signedPrefix);
    }
}
