package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.Inventory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bill of materials as somebody wrote it: claims about the packages of an image, as an {@code SbomReader} reads them.
 * Immutable.
 */
public final class Sbom {
    private final Digest digest;
    private final SbomFormat format;
    private final String specVersion;
    private final String name;
    private final String identifier;
    private final List<Digest> subjects;
    private final List<Digest> layers;
    private final @Nullable ClaimedBase base;
    private final boolean isAttestation;
    private final Inventory inventory;

    Sbom(
            Digest digest,
            SbomFormat format,
            String specVersion,
            String name,
            String identifier,
            List<Digest> subjects,
            List<Digest> layers,
            @Nullable ClaimedBase base,
            boolean isAttestation,
            Inventory inventory) {
        this.digest = Objects.requireNonNull(digest, "digest");
        this.format = Objects.requireNonNull(format, "format");
        this.specVersion = Objects.requireNonNull(specVersion, "specVersion");
        this.name = Objects.requireNonNull(name, "name");
        this.identifier = Objects.requireNonNull(identifier, "identifier");
        this.subjects = List.copyOf(subjects);
        this.layers = List.copyOf(layers);
        this.base = base;
        this.isAttestation = isAttestation;
        this.inventory = Objects.requireNonNull(inventory, "inventory");
    }

    /** {@return the digest of the document; of what an envelope contains, if it is in one} */
    public Digest digest() {
        return digest;
    }

    /** {@return the format} */
    public SbomFormat format() {
        return format;
    }

    /** {@return the version of the format, for example {@code 1.6} or {@code SPDX-2.3}} */
    public String specVersion() {
        return specVersion;
    }

    /** {@return the name of the document or its subject, untrusted; empty if it has none} */
    public String name() {
        return name;
    }

    /** {@return CycloneDX's serial number or SPDX's document namespace, untrusted; empty if it has none} */
    public String identifier() {
        return identifier;
    }

    /**
     * {@return the digests of the subjects of the statement or, without a statement, those of images that the document
     * names as its subject; empty if there are none}
     *
     * <p>Untrusted. Documents name the digest of the manifest, of its index, of the configuration, or of a manifest
     * that only the machine had on which they were made.
     */
    public List<Digest> subjects() {
        return subjects;
    }

    /**
     * {@return the digests of the uncompressed layers that the document states for its image, the lowest first; empty
     * if it states none}
     *
     * <p>Untrusted. The documents of this project and of Trivy state them.
     */
    public List<Digest> layers() {
        return layers;
    }

    /**
     * {@return the base image that the document names; empty if it names none, or several}
     *
     * <p>Untrusted. In CycloneDX it is the container among the ancestors of the image or, without any, the one that
     * labels name which Syft or Trivy found; in SPDX, the package that the image is a {@code DESCENDANT_OF}, or that
     * Konflux marks as the base.
     */
    public Optional<ClaimedBase> base() {
        return Optional.ofNullable(base);
    }

    /** {@return whether it is the predicate of an in-toto statement, signed or not} */
    public boolean isAttestation() {
        return isAttestation;
    }

    /**
     * {@return what the document claims}
     *
     * <p>The evidence of each package is {@link Evidence#CLAIM}. Name, version, source package and distribution are
     * read from package URLs and from the properties of this project's documents, of Syft's and of Trivy's. A package
     * for which no layer is stated has the index 0 and the digest of the document. What is listed without a package URL
     * is a {@linkplain Inventory#problems problem}, because nothing tells which package is meant.
     */
    public Inventory inventory() {
        return inventory;
    }

    /** {@return the format, the name and the number of packages} */
    @Override
    public String toString() {
        return specVersion + " " + name + ", " + inventory.packages().size() + " packages";
    }
}
