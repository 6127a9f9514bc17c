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
 * Unpacks an image into a folder.
 *
 * <p>The layers are verified while they are read. Contents go into a folder beside the target, under names that have
 * nothing to do with the image. Only when every layer has been verified and merged are folders made and contents moved
 * into them, each name once, symbolic links as text that nothing follows; and only the finished tree is renamed to the
 * target. If anything fails, the folder beside the target is removed and there is nothing at the target. A process that
 * is killed leaves a folder {@code .tallyclerk-*} behind.
 *
 * <p>Nothing is written outside the folder, whatever the image says. On systems where Java opens folders, such as Linux
 * and macOS, contents are created, moved and removed relative to open folders, so that they end up nowhere else even if
 * another process of the same user puts links in the way. Elsewhere, and for making folders and links and setting
 * modes, for which Java has only paths, it counts that nobody else may enter the folder beside the target; the folder
 * above must not be one in which anybody may rename what others own.
 *
 * <p>Immutable, and safe for use by several threads; it works in the caller's thread. Needs the memory of an
 * {@link ImageFileSystem}, and on the disk what the files of all layers have that no layer above replaces.
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

    /** {@return an extractor that writes what {@code options} says} */
    public static ImageExtractor of(ExtractionOptions options) {
        return new ImageExtractor(options, true, TargetNames::new);
    }

    /**
     * Reads the layers of an image, verifies them and writes their files.
     *
     * <p>An empty folder at the target is replaced by another one: who has opened it, or works in it, keeps the old
     * one, which has no name any more.
     *
     * @param source the image; not closed
     * @param manifest the image's manifest, verified
     * @param config the image's configuration, verified
     * @param target the folder to write, which must not exist or be empty and no mount point, in a folder that exists
     * @return what was written, and what was not
     * @throws dev.tallyclerk.verify.VerificationException if a layer is not the one that the manifest promises
     * @throws dev.tallyclerk.registry.layer.LayerException if a layer is no archive that can be read
     * @throws ImageFileSystemException if the layers make no file system that engines agree on, or the target cannot
     *     have it
     * @throws IOException if the source cannot be read or the target not be written
     * @throws IllegalArgumentException if {@code config} is not the manifest's or promises another number of layers, or
     *     {@code target} is no folder's name
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

    /** The contents of files, each under a name of ours. */
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

        /** No path leads to the content any more, so it need not take room. */
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
