package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The files of an OCI layout, and the annotations in its {@code index.json}. */
final class LayoutFiles {
    static final String MARKER = "oci-layout";
    static final String INDEX = "index.json";
    static final String BLOBS = "blobs";

    /** The annotation with an image's name or tag. */
    static final String REF_NAME = "org.opencontainers.image.ref.name";

    /** The annotation with an image's full name, which containerd reads. */
    static final String IMAGE_NAME = "io.containerd.image.name";

    static final int MAX_MARKER_BYTES = 4096;

    private static final String VERSION = "1.0.0";

    private LayoutFiles() {}

    /** {@return the path of a blob; a digest has neither slashes nor lone dots, so the path stays within the layout} */
    static String blobPath(Digest digest) {
        return BLOBS + "/" + digest.algorithm().name() + "/" + digest.encoded();
    }

    /** {@return the content of {@code oci-layout}} */
    static byte[] marker() {
        return ("{\"imageLayoutVersion\":\"" + VERSION + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    static void requireVersion(Path path, byte[] marker) throws LayoutException {
        try {
            String version = JsonCursor.parse(marker, JsonLimits.ofBytes(MAX_MARKER_BYTES))
                    .required("imageLayoutVersion")
                    .string();
            if (!version.equals(VERSION)) {
                throw LayoutException.unsupported(
                        path + " is a layout of version " + Quoted.quote(version) + ", supported is " + VERSION);
            }
        } catch (JsonException e) {
            throw LayoutException.of(path + ": " + MARKER, e);
        }
    }

    /**
     * {@return the content of {@code index.json}, or empty if there is none}
     *
     * <p>Some engines read it even without an {@code oci-layout} beside it, so that may be missing.
     */
    static Optional<ImageIndex> readIndex(FileTree files, LayoutLimits limits) throws IOException {
        DocumentLimits documents = limits.documents();
        Optional<byte[]> document = files.readDocument(INDEX, documents.maxManifestBytes());
        if (document.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> marker = files.readDocument(MARKER, MAX_MARKER_BYTES);
        if (marker.isPresent()) {
            requireVersion(files.path(), marker.get());
        }
        return Optional.of(parseIndex(files.path(), document.get(), documents));
    }

    static ImageIndex parseIndex(Path path, byte[] document, DocumentLimits limits) throws LayoutException {
        try {
            return (ImageIndex) Manifest.parse(document, MediaType.OCI_INDEX, limits);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(path + ": " + INDEX, e);
        }
    }
}
