package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.registry.inventory.Inventory;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packages of an image as a bill of materials: CycloneDX 1.6 or SPDX 2.3, in JSON.
 *
 * <pre>{@code
 * SbomWriter.of(SbomFormat.CYCLONEDX).write(DescribedImage.of(verification), inventory, out);
 * }</pre>
 *
 * <p>The same image and inventory give the same bytes: identifiers derive from digests, and no clock is read. Each
 * package has its package URL, the file and the layer that list it, and the kind of evidence; a claim of a bill of
 * materials within the image is marked as one. Relations say what is in the image, what a system package brought, which
 * archive another one is in, and the base image. If packages may be missing, the document says so. No licenses are
 * stated.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class SbomWriter {
    private final SbomFormat format;
    private final @Nullable Instant created;

    private SbomWriter(SbomFormat format, @Nullable Instant created) {
        this.format = Objects.requireNonNull(format, "format");
        this.created = created;
    }

    /**
     * {@return a writer of documents that do not say when they were made}
     *
     * <p>SPDX requires a time: it is that of the image, or the start of 1970 if the image has none.
     */
    public static SbomWriter of(SbomFormat format) {
        return new SbomWriter(format, null);
    }

    /** {@return this writer, with the time at which documents were made, to the second} */
    public SbomWriter withCreated(Instant created) {
        return new SbomWriter(format, Objects.requireNonNull(created, "created"));
    }

    /**
     * Writes a document, in UTF-8 with a line feed at the end.
     *
     * @param out flushed and not closed
     * @throws IOException if the stream cannot be written to
     */
    public void write(DescribedImage image, Inventory inventory, OutputStream out) throws IOException {
        ListedPackages packages = new ListedPackages(inventory.packages());
        switch (format) {
            case CYCLONEDX -> new CycloneDxDocument(image, inventory, packages).write(created, out);
            case SPDX -> new SpdxDocument(image, inventory, packages).write(created, out);
        }
    }
}
