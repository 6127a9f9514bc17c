package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.model.DocumentLimits;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Limits on opening a layout or an archive. Each number is 1 or more; less is an {@link IllegalArgumentException}.
 *
 * @param documents limits on {@code index.json}, manifests and configurations; {@code manifest.json} and
 *     {@code repositories} of a docker archive count as manifests
 * @param maxEntries the number of entries of a tar file, or of files below {@code blobs}
 * @param maxNameLength the length of an entry's name or a link's target, in characters
 * @param maxNamesLength the length of all names together, in characters; they are held in memory
 * @param maxExtendedHeaderBytes the size of one entry's extended headers (pax records, long names), in bytes
 * @param maxLinks the number of links in a tar file that may lead to each other
 * @param maxImages the number of images in a docker archive
 * @param maxTemporaryBytes the uncompressed size of a compressed archive, in bytes
 * @param maxRatio the uncompressed size of an archive relative to its compressed size, once it exceeds
 *     {@code ratioFreeBytes}
 * @param ratioFreeBytes the uncompressed size up to which the ratio does not matter, in bytes; small files of zeros are
 *     harmless
 */
public record LayoutLimits(
        DocumentLimits documents,
        int maxEntries,
        int maxNameLength,
        int maxNamesLength,
        int maxExtendedHeaderBytes,
        int maxLinks,
        int maxImages,
        long maxTemporaryBytes,
        int maxRatio,
        long ratioFreeBytes) {
    private static final LayoutLimits DEFAULTS = new LayoutLimits(
            DocumentLimits.defaults(), 200_000, 4096, 32 << 20, 1 << 20, 8, 1000, 16L << 30, 200, 64L << 20);

    public LayoutLimits {
        Objects.requireNonNull(documents, "documents");
        requirePositive("maxEntries", maxEntries);
        requirePositive("maxNameLength", maxNameLength);
        requirePositive("maxNamesLength", maxNamesLength);
        requirePositive("maxExtendedHeaderBytes", maxExtendedHeaderBytes);
        requirePositive("maxLinks", maxLinks);
        requirePositive("maxImages", maxImages);
        requirePositive("maxTemporaryBytes", maxTemporaryBytes);
        requirePositive("maxRatio", maxRatio);
        requirePositive("ratioFreeBytes", ratioFreeBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is below 1: " + value);
        }
    }

    /**
     * {@return the {@linkplain DocumentLimits#defaults default limits} of documents, 200,000 entries, names of 4096
     * characters and of 32 Mi characters together, 1 MiB of extended headers for an entry, 8 links, 1000 images, and
     * for a compressed archive 16 GiB and, from 64 MiB on, 200 times its size}
     */
    public static LayoutLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with other limits on documents} */
    public LayoutLimits withDocuments(DocumentLimits documents) {
        return with(draft -> draft.documents = documents);
    }

    /** {@return these limits with another number of entries} */
    public LayoutLimits withMaxEntries(int maxEntries) {
        return with(draft -> draft.maxEntries = maxEntries);
    }

    /** {@return these limits with another length of a name, in characters} */
    public LayoutLimits withMaxNameLength(int maxNameLength) {
        return with(draft -> draft.maxNameLength = maxNameLength);
    }

    /** {@return these limits with another length of all names together, in characters} */
    public LayoutLimits withMaxNamesLength(int maxNamesLength) {
        return with(draft -> draft.maxNamesLength = maxNamesLength);
    }

    /** {@return these limits with another size of the extended headers of an entry, in bytes} */
    public LayoutLimits withMaxExtendedHeaderBytes(int maxExtendedHeaderBytes) {
        return with(draft -> draft.maxExtendedHeaderBytes = maxExtendedHeaderBytes);
    }

    /** {@return these limits with another number of links that may lead to each other} */
    public LayoutLimits withMaxLinks(int maxLinks) {
        return with(draft -> draft.maxLinks = maxLinks);
    }

    /** {@return these limits with another number of images in a docker archive} */
    public LayoutLimits withMaxImages(int maxImages) {
        return with(draft -> draft.maxImages = maxImages);
    }

    /** {@return these limits with another uncompressed size of an archive, in bytes} */
    public LayoutLimits withMaxTemporaryBytes(long maxTemporaryBytes) {
        return with(draft -> draft.maxTemporaryBytes = maxTemporaryBytes);
    }

    /** {@return these limits with another ratio} */
    public LayoutLimits withMaxRatio(int maxRatio) {
        return with(draft -> draft.maxRatio = maxRatio);
    }

    /** {@return these limits with another size up to which the ratio does not matter, in bytes} */
    public LayoutLimits withRatioFreeBytes(long ratioFreeBytes) {
        return with(draft -> draft.ratioFreeBytes = ratioFreeBytes);
    }

    private LayoutLimits with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /** A copy to change. */
    private static final class Draft {
        private DocumentLimits documents;
        private int maxEntries;
        private int maxNameLength;
        private int maxNamesLength;
        private int maxExtendedHeaderBytes;
        private int maxLinks;
        private int maxImages;
        private long maxTemporaryBytes;
        private int maxRatio;
        private long ratioFreeBytes;

        Draft(LayoutLimits limits) {
            documents = limits.documents;
            maxEntries = limits.maxEntries;
            maxNameLength = limits.maxNameLength;
            maxNamesLength = limits.maxNamesLength;
            maxExtendedHeaderBytes = limits.maxExtendedHeaderBytes;
            maxLinks = limits.maxLinks;
            maxImages = limits.maxImages;
            maxTemporaryBytes = limits.maxTemporaryBytes;
            maxRatio = limits.maxRatio;
            ratioFreeBytes = limits.ratioFreeBytes;
        }

        LayoutLimits limits() {
            return new LayoutLimits(
                    documents,
                    maxEntries,
                    maxNameLength,
                    maxNamesLength,
                    maxExtendedHeaderBytes,
                    maxLinks,
                    maxImages,
                    maxTemporaryBytes,
                    maxRatio,
                    ratioFreeBytes);
        }
    }
}
