package dev.tallyclerk.registry.attachment;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment.Place;
import java.util.Optional;

/**
 * The tags under which artifacts are attached to a digest by name, such as {@code sha256-HEX.sig}.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign, Signature Specification,
 *     Tag-based Discovery</a>
 */
public enum CosignTag {
    /** Signatures. */
    SIGNATURE(Place.SIGNATURE_TAG, ".sig"),
    /** Attestations. */
    ATTESTATION(Place.ATTESTATION_TAG, ".att"),
    /** Bills of materials, unsigned. */
    SBOM(Place.SBOM_TAG, ".sbom");

    private static final int LONGEST_TAG = 128;

    private final Place place;
    private final String suffix;

    CosignTag(Place place, String suffix) {
        this.place = place;
        this.suffix = suffix;
    }

    /** {@return the place that the tag stands for} */
    public Place place() {
        return place;
    }

    /** {@return the tag for a digest; empty if it would be no valid tag, as that of a SHA-512 digest} */
    public Optional<String> of(Digest subject) {
        String tag = subject.algorithm().name() + "-" + subject.encoded() + suffix;
        return tag.length() > LONGEST_TAG || tag.indexOf('+') >= 0 ? Optional.empty() : Optional.of(tag);
    }

    /** {@return the tag kind of a place; empty for referrers} */
    public static Optional<CosignTag> at(Place place) {
        for (CosignTag tag : values()) {
            if (tag.place == place) {
                return Optional.of(tag);
            }
        }
        return Optional.empty();
    }
}
