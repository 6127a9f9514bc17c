package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads an OCI image layout, in a folder or in a tar file. {@link OciLayoutWriter} and {@link OciArchiveWriter} write
 * one.
 *
 * <p>Opening reads {@code oci-layout} and {@code index.json}, of a tar file the headers of all entries, and where there
 * is a {@code manifest.json} too, what tells whether both lead to the same images; no layer is looked into for that. A
 * folder may be a stranger's: a link that leads out of it, and what is no plain file, is refused before it is read.
 * Somebody who changes the folder while it is read can still make a read wait or fail, and never make wrong content
 * pass.
 *
 * <p>A tar file that is compressed with gzip is decompressed when it is opened, within the {@link LayoutLimits}, into a
 * temporary file that only the owner may open and that is gone when the layout is closed.
 *
 * <p>Safe for use by several threads. It is closed by whoever opened it, and gives images until then: closing one of
 * them leaves it open. Closing a layout in a tar file ends the streams that its images gave. So does an interrupt of a
 * thread that reads one of them, for all threads: the runtime closes the file, and the layout has to be opened again. A
 * layout in a folder goes on.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
public final class OciLayout implements Closeable {
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    static final String MARKER = "oci-layout";
    static final String INDEX = "index.json";
    static final String BLOBS = "blobs";
    static final String VERSION = "1.0.0";

    static final int MAX_MARKER_BYTES = 4096;

    private final Path path;
    private final FileTree files;
    private final ImageIndex index;

    /** For entries of the index, the manifests that the docker archive in the same file does not have for them. */
    private final Map<Descriptor, Set<Digest>> hidden;

    private final boolean forOneImage;

    private OciLayout(
            Path path, FileTree files, ImageIndex index, Map<Descriptor, Set<Digest>> hidden, boolean forOneImage) {
        this.path = path;
        this.files = files;
        this.index = index;
        this.hidden = hidden;
        this.forOneImage = forOneImage;
    }

    /**
     * Opens a layout in a folder, within the {@linkplain LayoutLimits#defaults default limits}.
     *
     * @throws LayoutException if {@code folder} is not a layout of version 1.0.0
     * @throws IOException if it cannot be read
     */
    public static OciLayout open(Path folder) throws IOException {
        return open(folder, LayoutLimits.defaults());
    }

    /**
     * Opens a layout in a folder.
     *
     * @throws LayoutException if {@code folder} is not a layout of version 1.0.0
     * @throws IOException if it cannot be read
     */
    public static OciLayout open(Path folder, LayoutLimits limits) throws IOException {
        return open(folder, FolderTree.of(folder, limits), limits);
    }

    /**
     * Opens a layout in a tar file, within the {@linkplain LayoutLimits#defaults default limits}; a compressed one is
     * decompressed into the folder in which it lies.
     *
     * @throws LayoutException if {@code file} is not a tar file with a layout of version 1.0.0
     * @throws IOException if it cannot be read
     */
    public static OciLayout openArchive(Path file) throws IOException {
        return openArchive(file, LayoutLimits.defaults(), Folders.of(file));
    }

    /**
     * Opens a layout in a tar file.
     *
     * @param temporaryFolder where a compressed file is decompressed
     * @throws LayoutException if {@code file} is not a tar file with a layout of version 1.0.0
     * @throws IOException if it cannot be read, or decompressed
     */
    public static OciLayout openArchive(Path file, LayoutLimits limits, Path temporaryFolder) throws IOException {
        return open(file, TarFile.open(file, limits, temporaryFolder), limits);
    }

    private static OciLayout open(Path path, FileTree files, LayoutLimits limits) throws IOException {
        try {
            Optional<ImageIndex> found = readIndex(path, files, limits);
            if (found.isEmpty() || files.size(MARKER).isEmpty()) {
                throw new LayoutException(
                        Reason.NOT_AN_IMAGE, path + " lacks oci-layout or index.json, so it is no OCI layout");
            }
            ImageIndex index = found.get();
            Optional<List<DockerArchive.Item>> items = DockerArchive.readItems(path, files, limits);
            if (items.isEmpty() && files.size(DockerArchive.REPOSITORIES).isPresent()) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        path + " is a docker archive of the oldest form too, which may be another image");
            }
            Map<Descriptor, Set<Digest>> hidden =
                    items.isPresent() ? ArchiveAgreement.require(files, items.get(), index, true, limits) : Map.of();
            return new OciLayout(path, files, index, hidden, false);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * {@return what {@code index.json} says, or nothing if there is none}
     *
     * <p>Some engines read it whether or not there is an {@code oci-layout} beside it, so that may be missing here.
     */
    static Optional<ImageIndex> readIndex(Path path, FileTree files, LayoutLimits limits) throws IOException {
        DocumentLimits documents = limits.documents();
        Optional<byte[]> document = files.readDocument(INDEX, documents.maxManifestBytes());
        if (document.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> marker = files.readDocument(MARKER, MAX_MARKER_BYTES);
        if (marker.isPresent()) {
            requireVersion(path, marker.get());
        }
        return Optional.of(parseIndex(path, document.get(), documents));
    }

    /** {@return the content of {@code oci-layout}} */
    static byte[] marker() {
        return ("{\"imageLayoutVersion\":\"" + VERSION + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    static ImageIndex parseIndex(Path path, byte[] document, DocumentLimits limits) throws LayoutException {
        try {
            return (ImageIndex) Manifest.parse(document, MediaType.OCI_INDEX, limits);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(path + ": index.json", e);
        }
    }

    static void requireVersion(Path path, byte[] marker) throws LayoutException {
        try {
            String version = JsonCursor.parse(marker, JsonLimits.ofBytes(MAX_MARKER_BYTES))
                    .required("imageLayoutVersion")
                    .string();
            if (!version.equals(VERSION)) {
                throw new LayoutException(
                        Reason.UNSUPPORTED,
                        path + " is a layout of version " + Quoted.quote(version) + ", not " + VERSION);
            }
        } catch (JsonException e) {
            throw LayoutException.of(path + ": oci-layout", e);
        }
    }

    /**
     * {@return this layout for whoever reads one image of it and no more}
     *
     * <p>Closing an image of what is returned closes the layout.
     */
    public OciLayout forOneImage() {
        return new OciLayout(path, files, index, hidden, true);
    }

    /** {@return what the layout holds, as {@code index.json} says} */
    public ImageIndex index() {
        return index;
    }

    /**
     * {@return the digests of all blobs that lie in the layout, referred to or not, in the order of their text}
     *
     * <p>Their content is not read; that of an algorithm which is not supported cannot be verified.
     *
     * @throws LayoutException if a file below {@code blobs} is not at {@code blobs/<algorithm>/<encoded>} with a
     *     well-formed digest, is no plain file, or there are more than the limits allow
     * @throws IOException if the layout cannot be read
     */
    public List<Digest> blobs() throws IOException {
        List<Digest> digests = new ArrayList<>();
        for (String file : files.list(BLOBS)) {
            digests.add(digestOf(file));
        }
        digests.sort(null);
        return List.copyOf(digests);
    }

    private Digest digestOf(String file) throws LayoutException {
        String name = file.substring(BLOBS.length() + 1);
        int slash = name.indexOf('/');
        try {
            if (slash > 0) {
                return new Digest(DigestAlgorithm.of(name.substring(0, slash)), name.substring(slash + 1));
            }
        } catch (MalformedDigestException e) {
            // Falls through to the one message for both.
        }
        throw new LayoutException(
                Reason.BAD_BLOB_NAME, path + ": " + Quoted.quote(file) + " has no digest for its name");
    }

    /**
     * {@return the only image of the layout, which need not be closed}
     *
     * @throws LayoutException if there is none, or more than one
     */
    public ImageSource image() throws LayoutException {
        List<Descriptor> manifests = distinct(index.manifests());
        if (manifests.isEmpty()) {
            throw new LayoutException(Reason.NO_SUCH_IMAGE, path + " holds no image");
        }
        if (manifests.size() > 1) {
            throw new LayoutException(
                    Reason.SEVERAL_IMAGES,
                    path + " holds " + manifests.size() + " images; name one of " + names()
                            + " or give its digest, one of " + digests(manifests));
        }
        return new LayoutImage(path.toString(), manifests.get(0));
    }

    /**
     * {@return the image whose annotation {@code org.opencontainers.image.ref.name} is {@code refName}, or whose
     * {@code io.containerd.image.name} is}
     *
     * <p>Docker and containerd write the tag alone into the first one, which images of several repositories may have,
     * and the whole name into the second one. The image need not be closed.
     *
     * @throws LayoutException if there is none, or more than one, or another image shares another name of it
     */
    public ImageSource image(String refName) throws LayoutException {
        List<Descriptor> named = distinct(index.manifests().stream()
                .filter(entry -> refName.equals(entry.annotations().get(REF_NAME))
                        || refName.equals(entry.annotations().get(DockerArchiveWriter.IMAGE_NAME)))
                .toList());
        if (named.isEmpty()) {
            throw new LayoutException(
                    Reason.NO_SUCH_IMAGE,
                    path + " holds no image named " + Quoted.quote(refName) + "; it has " + names());
        }
        if (named.size() > 1) {
            throw new LayoutException(
                    Reason.SEVERAL_IMAGES,
                    path + " holds " + named.size() + " images named " + Quoted.quote(refName) + "; give the digest of"
                            + " one, which are " + digests(named));
        }
        requireOwnNames(refName, named.get(0));
        return new LayoutImage(path + ":" + refName, named.get(0));
    }

    /** An engine goes by whichever annotation it knows, and of two images of one name has the last one. */
    private void requireOwnNames(String refName, Descriptor chosen) throws LayoutException {
        Set<String> names = names(chosen);
        for (Descriptor other : index.manifests()) {
            if (!other.digest().equals(chosen.digest()) && !Collections.disjoint(names, names(other))) {
                throw new LayoutException(
                        Reason.SEVERAL_IMAGES,
                        path + " holds another image by another name of " + Quoted.quote(refName) + "; give the digest"
                                + " of one, which are " + digests(List.of(chosen, other)));
            }
        }
    }

    /** {@return the names by which an image can be loaded; a tag beside a whole name is none} */
    private static Set<String> names(Descriptor entry) {
        String full = entry.annotations().getOrDefault(DockerArchiveWriter.IMAGE_NAME, "");
        String name = entry.annotations().getOrDefault(REF_NAME, "");
        Set<String> names = new HashSet<>(Set.of(full));
        if (!RefNames.isTagOf(name, full)) {
            names.add(name);
        }
        names.remove("");
        return names;
    }

    /**
     * {@return whether an image in a layout can be given that name}
     *
     * <p>The specification has a grammar for the annotation {@code org.opencontainers.image.ref.name}. Reading takes
     * any.
     *
     * @see <a
     *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys">OCI
     *     image-spec v1.1.1, Pre-Defined Annotation Keys</a>
     */
    public static boolean isRefName(String text) {
        return RefNames.isRefName(text);
    }

    /**
     * {@return the image whose manifest or index has that digest, whether or not {@code index.json} names it}
     *
     * <p>Nothing is read: whether the layout has it shows when its manifest is read. It need not be closed.
     */
    public ImageSource image(Digest digest) {
        return new LayoutImage(digest);
    }

    /** {@return what must not be read of an index, by whichever of its entries' names it is meant} */
    private Set<Digest> hiddenBehind(Digest digest) {
        Set<Digest> all = new HashSet<>();
        hidden.forEach((entry, manifests) -> {
            if (entry.digest().equals(digest)) {
                all.addAll(manifests);
            }
        });
        return all;
    }

    /** {@return the entries that somebody could mean, without those that say the same of the same manifest} */
    private static List<Descriptor> distinct(List<Descriptor> entries) {
        Map<List<Object>, Descriptor> different = new LinkedHashMap<>();
        for (Descriptor entry : entries) {
            different.putIfAbsent(List.of(entry.digest(), entry.mediaType(), entry.size(), entry.platform()), entry);
        }
        return List.copyOf(different.values());
    }

    private static String digests(List<Descriptor> entries) {
        return RefNames.listed(entries.stream()
                .map(entry -> entry.digest()
                        + entry.platform().map(where -> " for " + where).orElse(""))
                .toList());
    }

    private String names() {
        return RefNames.listed(index.manifests().stream()
                .flatMap(entry -> Stream.of(REF_NAME, DockerArchiveWriter.IMAGE_NAME)
                        .flatMap(annotation ->
                                Stream.ofNullable(entry.annotations().get(annotation))))
                .distinct()
                .toList());
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    /** One image of the layout. */
    private final class LayoutImage implements ImageSource {
        private final String name;
        private final ResolvedDigest digest;
        private final Set<Digest> notHere;
        private final Optional<Platform> platform;

        LayoutImage(String name, Descriptor entry) {
            this.name = name;
            this.platform = entry.platform();
            this.digest = ResolvedDigest.of(entry.digest(), entry.size(), "the layout itself");
            this.notHere = hiddenBehind(entry.digest());
        }

        LayoutImage(Digest digest) {
            this.name = path + "@" + digest;
            this.platform = Optional.empty();
            this.digest = ResolvedDigest.of(digest, "the reference itself");
            this.notHere = hiddenBehind(digest);
            boolean isEntry =
                    index.manifests().stream().anyMatch(entry -> entry.digest().equals(digest));
            if (!isEntry && hidden.values().stream().anyMatch(manifests -> manifests.contains(digest))) {
                notHere.add(digest);
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public ResolvedDigest resolve() {
            return digest;
        }

        @Override
        public Optional<Platform> announcedPlatform(Digest wanted) {
            return wanted.equals(digest.digest()) ? platform : Optional.empty();
        }

        @Override
        public Optional<FetchedManifest> unverifiedManifest(Digest wanted, int maxBytes) throws IOException {
            if (notHere.contains(wanted)) {
                throw new LayoutException(
                        Reason.MALFORMED_ARCHIVE,
                        path + " is two: index.json leads to the image " + wanted + ", which manifest.json does not"
                                + " have, so some engines would load another; choose the platform that is in both");
            }
            String mediaType = index.manifests().stream()
                    .filter(entry -> entry.digest().equals(wanted))
                    .map(Descriptor::mediaType)
                    .findFirst()
                    .orElse("");
            return files.read(blobPath(wanted), maxBytes).map(bytes -> FetchedManifest.of(bytes, mediaType));
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
            return files.open(blobPath(descriptor.digest()));
        }

        @Override
        public void close() throws IOException {
            if (forOneImage) {
                OciLayout.this.close();
            }
        }
    }

    /** A digest's grammar has no slash and no lone dots, so the path cannot leave the folder. */
    static String blobPath(Digest digest) {
        return BLOBS + "/" + digest.algorithm().name() + "/" + digest.encoded();
    }
}
