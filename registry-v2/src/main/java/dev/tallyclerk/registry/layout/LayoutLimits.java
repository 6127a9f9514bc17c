package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.model.DocumentLimits;
import java.util.Objects;

/**
 * What a layout or an archive may cost to be opened.
 *
 * <p>Immutable. Start with {@link #defaults} and change what has to be another. Each number is 1 or more; less is an
 * {@link IllegalArgumentException}.
 *
 * @param documents what {@code index.json}, manifests and configurations may cost; {@code manifest.json} and
 *     {@code repositories} of a docker archive count as manifests
 * @param maxEntries the most entries of a tar file, or files below {@code blobs}
 * @param maxNameLength the longest name of an entry, or target of a link, in characters
 * @param maxNamesLength the most that the names of all entries may take together, in characters, because they are kept
 * @param maxExtendedHeaderBytes the most that extended headers (pax records, long names) may hold for one entry, in
 *     bytes
 * @param maxLinks how many links of a tar file may follow each other
 * @param maxImages the most images of a docker archive
 * @param maxTemporaryBytes the largest that a compressed archive may become, in bytes
 * @param maxRatio how many times its compressed size an archive may become, once it has passed {@code ratioFreeBytes}
 * @param ratioFreeBytes how large an archive may become whatever its compressed size, in bytes, because small files of
 *     zeros are harmless
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

    /** {@return these limits with others for documents} */
    public LayoutLimits withDocuments(DocumentLimits limits) {
        return new LayoutLimits(
                limits,
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

    /** {@return these limits with another number of entries} */
    public LayoutLimits withMaxEntries(int entries) {
        return new LayoutLimits(
                documents,
                entries,
                maxNameLength,
                maxNamesLength,
                maxExtendedHeaderBytes,
                maxLinks,
                maxImages,
                maxTemporaryBytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another longest name, in characters} */
    public LayoutLimits withMaxNameLength(int characters) {
        return new LayoutLimits(
                documents,
                maxEntries,
                characters,
                maxNamesLength,
                maxExtendedHeaderBytes,
                maxLinks,
                maxImages,
                maxTemporaryBytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another length of all names together, in characters} */
    public LayoutLimits withMaxNamesLength(int characters) {
        return new LayoutLimits(
                documents,
                maxEntries,
                maxNameLength,
                characters,
                maxExtendedHeaderBytes,
                maxLinks,
                maxImages,
                maxTemporaryBytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another size of the extended headers of one entry, in bytes} */
    public LayoutLimits withMaxExtendedHeaderBytes(int bytes) {
        return new LayoutLimits(
                documents,
                maxEntries,
                maxNameLength,
                maxNamesLength,
                bytes,
                maxLinks,
                maxImages,
                maxTemporaryBytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another number of links that may follow each other} */
    public LayoutLimits withMaxLinks(int links) {
        return new LayoutLimits(
                documents,
                maxEntries,
                maxNameLength,
                maxNamesLength,
                maxExtendedHeaderBytes,
                links,
                maxImages,
                maxTemporaryBytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another number of images in a docker archive} */
    public LayoutLimits withMaxImages(int images) {
        return new LayoutLimits(
                documents,
                maxEntries,
                maxNameLength,
                maxNamesLength,
                maxExtendedHeaderBytes,
                maxLinks,
                images,
                maxTemporaryBytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another largest uncompressed archive, in bytes} */
    public LayoutLimits withMaxTemporaryBytes(long bytes) {
        return new LayoutLimits(
                documents,
                maxEntries,
                maxNameLength,
                maxNamesLength,
                maxExtendedHeaderBytes,
                maxLinks,
                maxImages,
                bytes,
                maxRatio,
                ratioFreeBytes);
    }

    /** {@return these limits with another ratio} */
    public LayoutLimits withMaxRatio(int ratio) {
        return new LayoutLimits(
                documents,
                maxEntries,
                maxNameLength,
                maxNamesLength,
                maxExtendedHeaderBytes,
                maxLinks,
                maxImages,
                maxTemporaryBytes,
                ratio,
                ratioFreeBytes);
    }

    /** {@return these limits with another size up to which the ratio does not matter, in bytes} */
    public LayoutLimits withRatioFreeBytes(long bytes) {
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
                bytes);
    }
}
