package dev.tallyclerk.registry.filesystem;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;

/**
 * Extracts the files of an image into a folder.
 *
 * <p>The layers are verified while they are read. Contents go into a staging folder beside the target, under names
 * unrelated to the image. Only after every layer has been verified and merged are folders created and contents moved
 * into them, each name once, with symbolic links that nothing follows; then the finished tree is renamed to the target.
 * On failure the staging folder is removed and the target does not exist. A killed process leaves a folder
 * {@code .tallyclerk-*} behind.
 *
 * <p>Nothing is written outside the target, whatever the image contains. On systems where Java can open folders, such
 * as Linux and macOS, contents are created, moved and removed relative to open folders, so another process of the same
 * user cannot redirect them with links. On other systems, and for creating folders and links and setting modes, for
 * which Java only has paths, the protection is that no one else may enter the staging folder; the folder above must not
 * be one in which anyone may rename files of others.
 *
 * <p>Immutable, and safe for use by several threads; works on the calling thread. Needs the memory of an
 * {@link ImageFileSystem}, and disk space for the files of all layers that no higher layer replaces.
 */
public final class ImageExtractor {
    private static final int BUFFER = 64 * 1024;

    private final ExtractionOptions options;
    private final boolean byHandle;
    private final Function<FileSystem, TargetNames> names;

    ImageExtractor(ExtractionOptions options, boolean byHandle, Function<FileSystem, TargetNames> names) {
        this.options = Objects.requireNonNull(options, "options");
        this.byHandle = byHandle;
        this.names = names;
    }

    /** {@return an extractor with options} */
    public static ImageExtractor of(ExtractionOptions options) {
        return new ImageExtractor(options, true, TargetNames::new);
    }

    /**
     * Reads and verifies the layers of an image, and writes their files.
     *
     * <p>An empty folder at the target is replaced: processes that have it open, or as their working folder, keep the
     * old one, which no longer has a name.
     *
     * @param source the image; not closed
     * @param manifest the image's manifest, verified
     * @param config the image's configuration, verified
     * @param target the folder to write, in an existing folder; it must not exist, or be empty and not a mount point
     * @return what was written, and what was omitted
     * @throws dev.tallyclerk.verify.VerificationException if a layer does not match the manifest
     * @throws dev.tallyclerk.registry.layer.LayerException if a layer is not a readable archive
     * @throws ImageFileSystemException if engines would disagree on the files, or the target cannot hold them
     * @throws IOException if the source cannot be read or the target not be written
     * @throws IllegalArgumentException if {@code config} does not belong to the manifest or has another number of
     *     layers, or {@code target} is not the name of a folder
     * @throws UnsupportedOperationException if owners are to be kept and the target's file system has none
     */
    public ExtractionResult extract(ImageSource source, ImageManifest manifest, ImageConfig config, Path target)
            throws IOException {
        ImageLayers layers =
                ImageLayers.of(source, manifest, config, options.merge().layerVerifier());
        return layers.retrying(() -> extract(layers, target));
    }

    private ExtractionResult extract(ImageLayers layers, Path target) throws IOException {
        try (Staging staging = Staging.create(target, byHandle)) {
            Contents contents = new Contents(staging);
            var builder = new ImageFileSystem.Builder(options.merge(), contents::discard);
            layers.forEach((index, layer) -> builder.addLayer(
                    layers.diffId(index), layer, (entry, at) -> contents.keep(entry, at, layer.content())));
            TargetNames targetNames = names.apply(staging.target().getFileSystem());
            return new TreeWriter(staging, builder.build(), targetNames, options).write();
        }
    }

    /** The contents of files, each under a generated name. */
    private static final class Contents {
        private final Staging staging;
        private final byte[] buffer = new byte[BUFFER];

        Contents(Staging staging) {
            this.staging = staging;
        }

        void keep(LayerEntry entry, int layer, InputStream content) throws IOException {
            if (!isContent(entry)) {
                return;
            }
            try (OutputStream out = Channels.newOutputStream(staging.newFile(name(entry, layer)))) {
                for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                    out.write(buffer, 0, n);
                }
            }
        }

        /** Deletes content that no path leads to any more. */
        void discard(LayerEntry entry, int layer) throws IOException {
            if (isContent(entry)) {
                staging.deleteFile(name(entry, layer));
            }
        }

        private static boolean isContent(LayerEntry entry) {
            return entry.type() == LayerEntry.Type.FILE && entry.whiteout().isEmpty();
        }

        private Path name(LayerEntry entry, int layer) {
            return staging.name(TreeWriter.contentName(entry, layer));
        }
    }
}
