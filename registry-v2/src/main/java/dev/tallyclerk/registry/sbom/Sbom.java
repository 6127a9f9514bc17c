package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.sbom.SbomException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bill of materials as somebody wrote it: claims about the packages of an image. Immutable.
 *
 * <p>Reads CycloneDX and SPDX 2 in JSON, on their own, in an in-toto statement, in a DSSE envelope or in a Sigstore
 * bundle. No signature is verified. A document that two readers may take differently, because a member is there twice,
 * is refused.
 */
public final class Sbom {
    private final SbomFormat format;
    private final String specVersion;
    private final String name;
    private final String identifier;
    private final List<Digest> subjects;
    private final boolean isAttestation;
    private final Inventory inventory;

    Sbom(
            SbomFormat format,
            String specVersion,
            String name,
            String identifier,
            List<Digest> subjects,
            boolean isAttestation,
            Inventory inventory) {
        this.format = Objects.requireNonNull(format, "format");
        this.specVersion = Objects.requireNonNull(specVersion, "specVersion");
        this.name = Objects.requireNonNull(name, "name");
        this.identifier = Objects.requireNonNull(identifier, "identifier");
        this.subjects = List.copyOf(subjects);
        this.isAttestation = isAttestation;
        this.inventory = Objects.requireNonNull(inventory, "inventory");
    }

    /**
     * {@return the bill of materials in a document, within the default limits}
     *
     * @throws SbomException if it is none that can be read
     */
    public static Sbom read(byte[] document) throws SbomException {
        return read(document, SbomLimits.defaults());
    }

    /**
     * {@return the bill of materials in a document}
     *
     * @throws SbomException if it is none that can be read within the limits
     */
    public static Sbom read(byte[] document, SbomLimits limits) throws SbomException {
        return SbomReader.read(document, limits, new AtomicLong());
    }

    /**
     * {@return the bill of materials in a file, within the default limits}
     *
     * @throws SbomException if it is none that can be read
     * @throws IOException if the file cannot be read
     */
    public static Sbom open(Path file) throws IOException {
        return open(file, SbomLimits.defaults());
    }

    /**
     * {@return the bill of materials in a file}
     *
     * @throws SbomException if it is none that can be read within the limits
     * @throws IOException if the file cannot be read
     */
    public static Sbom open(Path file, SbomLimits limits) throws IOException {
        byte[] document;
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            int length = (int) Math.min(size, limits.maxDocumentBytes());
            byte[] known = new byte[length];
            int read = in.readNBytes(known, 0, length);
            // A pipe has no size, and a file may grow.
            byte[] rest = in.readNBytes(limits.maxDocumentBytes() - read);
            if (in.read() >= 0) {
                throw new SbomException(
                        Reason.LIMIT_EXCEEDED,
                        "the document has more than " + limits.maxDocumentBytes()
                                + " bytes; a larger heap allows more");
            }
            document = rest.length == 0 && read == length ? known : joined(known, read, rest);
        }
        return read(document, limits);
    }

    private static byte[] joined(byte[] first, int length, byte[] second) {
        byte[] all = new byte[length + second.length];
        System.arraycopy(first, 0, all, 0, length);
        System.arraycopy(second, 0, all, length, second.length);
        return all;
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
