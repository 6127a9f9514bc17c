package dev.tallyclerk.registry.internal.reference;

import dev.tallyclerk.digest.Digest;
import java.util.regex.Pattern;

/**
 * The tag under which a registry without the referrers API has the index of a manifest's referrers.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema">OCI
 *     distribution-spec v1.1.1, Referrers Tag Schema</a>
 */
public final class ReferrersTag {
    private static final int MAX_ALGORITHM = 32;
    private static final int MAX_ENCODED = 64;

    /** What a digest may have and a tag may not. */
    private static final Pattern NO_TAG = Pattern.compile("[^a-zA-Z0-9._-]");

    private ReferrersTag() {}

    /** {@return the tag for a subject} */
    public static String of(Digest subject) {
        String tag = cut(subject.algorithm().name(), MAX_ALGORITHM) + "-" + cut(subject.encoded(), MAX_ENCODED);
        return NO_TAG.matcher(tag).replaceAll("-");
    }

    /**
     * {@return whether what stands under the tag is the subject, and so no list}
     *
     * <p>Some registries, such as GitLab's, take the tag for the digest that it is made of where there is no such tag.
     */
    public static boolean isSubjectItself(Digest subject, byte[] document) {
        return subject.algorithm().isSupported()
                && Digest.of(subject.algorithm(), document).equals(subject);
    }

    private static String cut(String text, int most) {
        return text.substring(0, Math.min(text.length(), most));
    }
}
