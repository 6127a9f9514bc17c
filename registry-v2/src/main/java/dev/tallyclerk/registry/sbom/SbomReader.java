package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.registry.sbom.SbomException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bills of materials: CycloneDX and SPDX 2 in JSON, on their own, in an in-toto statement, in a DSSE envelope or
 * in a Sigstore bundle.
 *
 * <pre>{@code
 * Inventory claims = SbomReader.create().open(Path.of("sbom.cdx.json")).inventory();
 * }</pre>
 *
 * <p>No signature is verified. A document that two readers may take differently, because a member is there twice, is
 * refused. Immutable, and safe for use by several threads.
 */
public final class SbomReader {
    private final SbomLimits limits;

    private SbomReader(SbomLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** {@return a reader with the default limits} */
    public static SbomReader create() {
        return new SbomReader(SbomLimits.defaults());
    }

    /** {@return this reader with other limits} */
    public SbomReader withLimits(SbomLimits limits) {
        return new SbomReader(limits);
    }

    /**
     * {@return the bill of materials in a document}
     *
     * @throws SbomException if it is none that can be read within the limits
     */
    public Sbom read(byte[] document) throws SbomException {
        return SbomParser.read(document, limits, new AtomicLong());
    }

    /**
     * {@return the bill of materials in a file}
     *
     * @throws SbomException if it is none that can be read within the limits
     * @throws IOException if the file cannot be read
     */
    public Sbom open(Path file) throws IOException {
        return read(bytes(file));
    }

    /** A pipe has no size, and a file may grow. */
    private byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] known = new byte[(int) Math.min(Files.size(file), limits.maxDocumentBytes())];
            int read = in.readNBytes(known, 0, known.length);
            byte[] rest = in.readNBytes(limits.maxDocumentBytes() - read);
            if (in.read() >= 0) {
                throw new SbomException(
                        Reason.LIMIT_EXCEEDED,
                        "the document has more than the allowed " + limits.maxDocumentBytes()
                                + " bytes; the default limit grows with the heap");
            }
            return rest.length == 0 && read == known.length ? known : joined(known, read, rest);
        }
    }

    private static byte[] joined(byte[] first, int length, byte[] second) {
        byte[] all = new byte[length + second.length];
        System.arraycopy(first, 0, all, 0, length);
        System.arraycopy(second, 0, all, length, second.length);
        return all;
    }
}
