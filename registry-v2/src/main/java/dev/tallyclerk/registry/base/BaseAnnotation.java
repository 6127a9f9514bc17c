package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.sbom.ClaimedBase;
import dev.tallyclerk.text.Quoted;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The base that an image names in its annotations or labels, or a bill of materials for it. A claim, which
 * {@link Fleet} compares with the layers.
 *
 * <p>Immutable.
 *
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys">OCI
 *     image-spec v1.1.1, Pre-Defined Annotation Keys</a>
 */
public final class BaseAnnotation {
    /** The annotation with the name of the base. */
    public static final String NAME = "org.opencontainers.image.base.name";

    /** The annotation with the digest of the manifest, or of the index, of the base. */
    public static final String DIGEST = "org.opencontainers.image.base.digest";

    private final @Nullable Reference reference;
    private final @Nullable Digest digest;
    private final boolean label;
    private final String problem;

    private BaseAnnotation(@Nullable Reference reference, @Nullable Digest digest, boolean label, String problem) {
        this.reference = reference;
        this.digest = digest;
        this.label = label;
        this.problem = problem;
    }

    /**
     * {@return what the annotations say or, if they say nothing, the labels; empty if neither name a base}
     *
     * @param annotations the annotations of the manifest
     * @param labels the labels of the configuration
     */
    public static Optional<BaseAnnotation> of(Map<String, String> annotations, Map<String, String> labels) {
        boolean isLabel =
                value(annotations, NAME).isEmpty() && value(annotations, DIGEST).isEmpty();
        Map<String, String> from = isLabel ? labels : annotations;
        String name = value(from, NAME);
        String hash = value(from, DIGEST);
        if (name.isEmpty() && hash.isEmpty()) {
            return Optional.empty();
        }
        Reference reference = null;
        Digest digest = null;
        String problem = "";
        try {
            reference = name.isEmpty() ? null : Reference.parseNormalized(name).withDefaultTag();
        } catch (IllegalArgumentException e) {
            problem = NAME + " is not the name of an image: " + Quoted.quote(name);
        }
        try {
            digest = hash.isEmpty() ? null : Digest.parse(hash);
        } catch (IllegalArgumentException e) {
            problem += (problem.isEmpty() ? "" : "; ") + DIGEST + " is not a digest: " + Quoted.quote(hash);
        }
        if (digest == null && reference != null) {
            digest = reference.digest().orElse(null);
        }
        return Optional.of(new BaseAnnotation(reference, digest, isLabel, problem));
    }

    /** {@return what a bill of materials says} */
    static BaseAnnotation of(ClaimedBase claimed) {
        return new BaseAnnotation(
                claimed.reference().map(Reference::withDefaultTag).orElse(null),
                claimed.digest().orElse(null),
                claimed.isLabel(),
                "");
    }

    private static String value(Map<String, String> from, String key) {
        return from.getOrDefault(key, "").strip();
    }

    /** {@return the name of the base, with the tag {@code latest} if it has neither tag nor digest} */
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
    }

    /** {@return the digest of the base, also if it stands in its name} */
    public Optional<Digest> digest() {
        return Optional.ofNullable(digest);
    }

    /** {@return whether this is from labels, which an image inherits from its base unless it sets its own} */
    public boolean isLabel() {
        return label;
    }

    /** {@return what is malformed, for people; empty if nothing is} */
    public String problem() {
        return problem;
    }

    /** {@return whether both name the same base} */
    boolean agreesWith(BaseAnnotation other) {
        return reference().equals(other.reference()) && digest().equals(other.digest());
    }

    /** {@return name and digest} */
    @Override
    public String toString() {
        if (reference == null) {
            return digest == null ? "a malformed name" : digest.toString();
        }
        return reference.digest().isPresent() || digest == null
                ? reference.familiar()
                : reference.familiar() + "@" + digest;
    }
}
