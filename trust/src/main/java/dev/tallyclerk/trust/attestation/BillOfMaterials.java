package dev.tallyclerk.trust.attestation;

import java.util.List;
import java.util.Objects;

/**
 * The packages of an artifact, by SPDX 2 or CycloneDX.
 *
 * @param format the format
 * @param specVersion the version of the format, for example {@code SPDX-2.3} or {@code 1.6}
 * @param name the name of the document or its subject, empty if it has none
 * @param namespace the unique name: SPDX's {@code documentNamespace} or CycloneDX's {@code serialNumber}, empty if it
 *     has none
 * @param packages the packages: SPDX's {@code packages}, CycloneDX's {@code components} with those within them
 */
public record BillOfMaterials(
        Format format, String specVersion, String name, String namespace, List<ListedPackage> packages)
        implements Predicate {
    /** The format of a bill of materials. */
    public enum Format {
        /** SPDX, whose packages may include the artifact itself. */
        SPDX,
        /** CycloneDX. */
        CYCLONEDX
    }

    /** Keeps a copy of the list. */
    public BillOfMaterials {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(specVersion, "specVersion");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(namespace, "namespace");
        packages = List.copyOf(packages);
    }

    /**
     * A package.
     *
     * @param name the name
     * @param version the version, empty if it has none
     * @param purl the package URL, empty if it has none; of several the first
     */
    public record ListedPackage(String name, String version, String purl) {
        /** Requires every part. */
        public ListedPackage {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(version, "version");
            Objects.requireNonNull(purl, "purl");
        }
    }
}
