package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.registry.inventory.Inventory;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bill of materials of an image, compared with the image, as a subject of rules.
 *
 * <p>Immutable.
 */
public final class SbomSubject implements Subject {
    /** The kind of the subject's {@link #ref}. */
    public static final String KIND = "image-sbom";

    private final SubjectRef ref;
    private final @Nullable Sbom sbom;
    private final @Nullable SbomComparison comparison;
    private final boolean isAboutAnother;
    private final String problem;

    private SbomSubject(
            SubjectRef ref,
            @Nullable Sbom sbom,
            @Nullable SbomComparison comparison,
            boolean isAboutAnother,
            String problem) {
        this.ref = ref;
        this.sbom = sbom;
        this.comparison = comparison;
        this.isAboutAnother = isAboutAnother;
        this.problem = Objects.requireNonNull(problem, "problem");
    }

    /**
     * {@return a bill of materials that is compared with an image}
     *
     * @param image the name of the image
     * @param document where the document is, for people; the label {@code document} of the reference
     * @param found the packages that the layers have
     * @param names the digests by which documents may name the image: of its manifest, index and configuration
     */
    public static SbomSubject of(String image, String document, Sbom sbom, Inventory found, Collection<Digest> names) {
        boolean isAboutAnother = !sbom.subjects().isEmpty() && Collections.disjoint(sbom.subjects(), names);
        return new SbomSubject(
                ref(image, document), sbom, SbomComparison.of(sbom.inventory(), found), isAboutAnother, "");
    }

    /**
     * {@return a bill of materials that cannot be read}
     *
     * @param image the name of the image
     * @param document where the document is, for people
     * @param why what is wrong with it, in a sentence
     */
    public static SbomSubject unreadable(String image, String document, String why) {
        return new SbomSubject(ref(image, document), null, null, false, why);
    }

    /**
     * {@return an image without a bill of materials}
     *
     * @param image the name of the image
     */
    public static SbomSubject none(String image) {
        return new SbomSubject(
                SubjectRef.of(KIND, image), null, null, false, "no bill of materials is attached to the image");
    }

    private static SubjectRef ref(String image, String document) {
        return SubjectRef.of(KIND, image).withLabel("document", document);
    }

    /** {@return this subject with the digest of the image's manifest} */
    public SbomSubject withDigest(Digest digest) {
        return new SbomSubject(ref.withDigest(digest), sbom, comparison, isAboutAnother, problem);
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /** {@return the bill of materials; empty if there is none that can be read} */
    public Optional<Sbom> sbom() {
        return Optional.ofNullable(sbom);
    }

    /** {@return the comparison; empty if there is no bill of materials that can be read} */
    public Optional<SbomComparison> comparison() {
        return Optional.ofNullable(comparison);
    }

    /** {@return whether the document names the digests of other images only} */
    public boolean isAboutAnother() {
        return isAboutAnother;
    }

    /** {@return why there is no comparison; empty if there is one} */
    public String problem() {
        return problem;
    }
}
