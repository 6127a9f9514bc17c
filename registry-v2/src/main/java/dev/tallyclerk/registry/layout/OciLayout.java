package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.StoredAttachments;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.text.Quoted;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
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
 * Reads an OCI image layout, in a folder or in a tar file.
 *
 * <p>Opening reads {@code oci-layout} and {@code index.json}, and the headers of a tar file. If there is a
 * {@code manifest.json} too, opening also reads what tells whether both lead to the same images, but no layers. A
 * folder may come from an attacker: links that lead out of it, and anything but plain files, are refused before they
 * are read. An attacker who changes the folder during a read can make the read wait or fail, but cannot make wrong
 * content pass.
 *
 * <p>A tar file compressed with gzip or Zstandard is decompressed when it is opened, within the {@link LayoutLimits},
 * into a temporary file that only the owner may open and that is deleted on close.
 *
 * <p>Safe for use by several threads. The caller closes the layout; closing an image leaves it open. Closing a layout
 * in a tar file ends the streams of its images. So does an interrupt of a thread that reads one of them, for all
 * threads: the Java runtime closes the file, and the layout must be opened again. A layout in a folder stays usable.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image-spec v1.1.1, Image
 *     Layout</a>
 */
public final class OciLayout implements Closeable {
    private final Path path;
    private final FileTree files;
    private final ImageIndex index;

    /** For entries of the index, the manifests that the docker archive in the same file does not have for them. */
    private final Map<Descriptor, Set<Digest>> hidden;

    private final LayoutAttachments attachments;

    private final boolean forOneImage;

    private OciLayout(
            FileTree files,
            ImageIndex index,
            Map<Descriptor, Set<Digest>> hidden,
            LayoutAttachments attachments,
            boolean forOneImage) {
        this.path = files.path();
        this.files = files;
        this.index = index;
        this.hidden = hidden;
        this.attachments = attachments;
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
        return open(FolderTree.of(folder, limits), limits);
    }

    /**
     * Opens a layout in a tar file, within the {@linkplain LayoutLimits#defaults default limits}; a compressed one is
     * decompressed into the folder of {@code file}.
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
     * @throws IOException if it cannot be read or decompressed
     */
    public static OciLayout openArchive(Path file, LayoutLimits limits, Path temporaryFolder) throws IOException {
        return open(TarFile.open(file, limits, temporaryFolder), limits);
    }

    private static OciLayout open(FileTree files, LayoutLimits limits) throws IOException {
        try {
            Path path = files.path();
            Optional<ImageIndex> index = LayoutFiles.readIndex(files, limits);
            if (index.isEmpty() || files.size(LayoutFiles.MARKER).isEmpty()) {
                throw LayoutException.notAnImage(path + " is no OCI layout: no oci-layout or no index.json");
            }
            Optional<List<DockerManifest.Item>> items = DockerManifest.read(files, limits);
            if (items.isEmpty() && files.size(DockerManifest.REPOSITORIES).isPresent()) {
                throw LayoutException.malformed(
                        path + " is also an archive from before Docker 1.10, which may hold another image");
            }
            Map<Descriptor, Set<Digest>> hidden = items.isPresent()
                    ? ArchiveAgreement.require(files, items.get(), index.get(), true, limits)
                    : Map.of();
            return new OciLayout(files, index.get(), hidden, new LayoutAttachments(files, index.get()), false);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * {@return this layout for reading one image only}
     *
     * <p>Closing an image of the returned layout closes the layout.
     */
    public OciLayout forOneImage() {
        return new OciLayout(files, index, hidden, attachments, true);
    }

    /** {@return the content of {@code index.json}} */
    public ImageIndex index() {
        return index;
    }

    /**
     * {@return the digests of all blobs in the layout, referred to or not, sorted}
     *
     * <p>Does not read the blobs. Blobs of an unsupported algorithm are listed, and cannot be verified.
     *
     * @throws LayoutException if a file below {@code blobs} is not at {@code blobs/<algorithm>/<encoded>} with a
     *     well-formed digest, or is no plain file, or there are more than the limits allow
     * @throws IOException if the layout cannot be read
     */
    public List<Digest> blobs() throws IOException {
        List<Digest> digests = new ArrayList<>();
        for (String file : files.list(LayoutFiles.BLOBS)) {
            digests.add(digestOf(file));
        }
        digests.sort(null);
        return List.copyOf(digests);
    }

    private Digest digestOf(String file) throws LayoutException {
        String name = file.substring(LayoutFiles.BLOBS.length() + 1);
        int slash = name.indexOf('/');
        try {
            if (slash > 0) {
                return new Digest(DigestAlgorithm.of(name.substring(0, slash)), name.substring(slash + 1));
            }
        } catch (MalformedDigestException e) {
            // Falls through to the one message for both.
        }
        throw new LayoutException(Reason.BAD_BLOB_NAME, path + ": the name of " + Quoted.quote(file) + " is no digest");
    }

    /**
     * {@return the only image of the layout, or empty if there is none}
     *
     * <p>Artifacts that are attached to an image, such as signatures, do not count unless an engine might load them. A
     * layout with nothing but one artifact has that one. Need not be closed.
     *
     * @throws LayoutException if there are several
     * @throws IOException if the entries cannot be read
     */
    public Optional<ImageSource> image() throws IOException {
        List<Descriptor> entries = distinct(index.manifests());
        if (entries.size() > 1) {
            List<Descriptor> images = new LayoutImages(files).among(entries);
            if (images.size() != 1) {
                throw several(" images; name one of " + names() + ", or", images.isEmpty() ? entries : images);
            }
            entries = images;
        }
        return entries.stream().findFirst().map(entry -> new LayoutImage(path.toString(), entry));
    }

    /**
     * {@return the only image of the layout}
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if there is none
     * @throws IOException as {@link #image()} does
     */
    public ImageSource requireImage() throws IOException {
        return image().orElseThrow(() -> new ImageException(ImageException.Reason.NOT_FOUND, path + " has no image"));
    }

    /**
     * {@return the image of a name, or empty if there is none}
     *
     * <p>The name is the value of the annotation {@code org.opencontainers.image.ref.name} or of
     * {@code io.containerd.image.name}. Docker and containerd write only the tag into the first, which images of
     * several repositories may share, and the full name into the second. The image need not be closed.
     *
     * @throws LayoutException if there are several, or another image shares another name of the image
     */
    public Optional<ImageSource> image(String refName) throws LayoutException {
        List<Descriptor> named = distinct(index.manifests().stream()
                .filter(entry -> refName.equals(entry.annotations().get(LayoutFiles.REF_NAME))
                        || refName.equals(entry.annotations().get(LayoutFiles.IMAGE_NAME)))
                .toList());
        if (named.size() > 1) {
            throw several(" images named " + Quoted.quote(refName) + ";", named);
        }
        if (named.isEmpty()) {
            return Optional.empty();
        }
        requireOwnNames(refName, named.get(0));
        return Optional.of(new LayoutImage(path + ":" + refName, named.get(0)));
    }

    /**
     * {@return the image of a name}
     *
     * @throws ImageException with {@link ImageException.Reason#NOT_FOUND} if there is none
     * @throws IOException as {@link #image(String)} does
     */
    public ImageSource requireImage(String refName) throws IOException {
        return image(refName)
                .orElseThrow(() -> new ImageException(
                        ImageException.Reason.NOT_FOUND,
                        path + " has no image named " + Quoted.quote(refName) + "; it has " + names()));
    }

    /** Engines go by whichever annotation they know, and of two images of one name load the last one. */
    private void requireOwnNames(String refName, Descriptor chosen) throws LayoutException {
        Set<String> names = names(chosen);
        for (Descriptor other : index.manifests()) {
            if (!other.digest().equals(chosen.digest()) && !Collections.disjoint(names, names(other))) {
                throw several(" images under the names of " + Quoted.quote(refName) + ";", List.of(chosen, other));
            }
        }
    }

    /** {@return the names by which an image can be loaded; a tag beside a full name is none} */
    private static Set<String> names(Descriptor entry) {
        String full = entry.annotations().getOrDefault(LayoutFiles.IMAGE_NAME, "");
        String name = entry.annotations().getOrDefault(LayoutFiles.REF_NAME, "");
        Set<String> names = new HashSet<>(Set.of(full));
        if (!RefNames.isTagOf(name, full)) {
            names.add(name);
        }
        names.remove("");
        return names;
    }

    /**
     * {@return whether {@code text} is a valid name for an image in a layout}
     *
     * <p>The specification defines a grammar for the annotation {@code org.opencontainers.image.ref.name}. Reading
     * accepts any name.
     *
     * @see <a
     *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys">OCI
     *     image-spec v1.1.1, Pre-Defined Annotation Keys</a>
     */
    public static boolean isRefName(String text) {
        return RefNames.isRefName(text);
    }

    /**
     * {@return the image whose manifest or index has that digest, in {@code index.json} or not}
     *
     * <p>Reads nothing: the digest is the caller's claim, so {@link ImageSource#resolve} returns it, and
     * {@link ImageSource#manifest} is empty if the layout does not have it. The image need not be closed.
     */
    public ImageSource image(Digest digest) {
        return new LayoutImage(digest);
    }

    /** {@return the manifests that must not be read for an entry of that digest, whatever its names} */
    private Set<Digest> hiddenBehind(Digest digest) {
        Set<Digest> all = new HashSet<>();
        hidden.forEach((entry, manifests) -> {
            if (entry.digest().equals(digest)) {
                all.addAll(manifests);
            }
        });
        return all;
    }

    /** {@return the entries without repetitions of the same manifest} */
    private static List<Descriptor> distinct(List<Descriptor> entries) {
        Map<List<Object>, Descriptor> different = new LinkedHashMap<>();
        for (Descriptor entry : entries) {
            different.putIfAbsent(List.of(entry.digest(), entry.mediaType(), entry.size(), entry.platform()), entry);
        }
        return List.copyOf(different.values());
    }

    private LayoutException several(String what, List<Descriptor> entries) {
        List<String> digests = entries.stream()
                .map(entry -> entry.digest()
                        + entry.platform().map(where -> " for " + where).orElse(""))
                .toList();
        return new LayoutException(
                Reason.SEVERAL_IMAGES,
                path + " has " + entries.size() + what + " give the digest of one: " + RefNames.listed(digests));
    }

    private String names() {
        return RefNames.listed(index.manifests().stream()
                .flatMap(entry -> Stream.of(LayoutFiles.REF_NAME, LayoutFiles.IMAGE_NAME)
                        .flatMap(annotation ->
                                Stream.ofNullable(entry.annotations().get(annotation))))
                .distinct()
                .toList());
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    private final class LayoutImage implements ImageSource {
        private final String name;
        private final ResolvedDigest digest;
        private final Set<Digest> refused;
        private final Optional<Platform> platform;

        LayoutImage(String name, Descriptor entry) {
            this.name = name;
            this.platform = entry.platform();
            this.digest = ResolvedDigest.of(entry.digest(), entry.size(), "the layout itself");
            this.refused = hiddenBehind(entry.digest());
        }

        LayoutImage(Digest digest) {
            this.name = path + "@" + digest;
            this.platform = Optional.empty();
            this.digest = ResolvedDigest.of(digest, "the reference itself");
            this.refused = hiddenBehind(digest);
            boolean isEntry =
                    index.manifests().stream().anyMatch(entry -> entry.digest().equals(digest));
            if (!isEntry && hidden.values().stream().anyMatch(manifests -> manifests.contains(digest))) {
                refused.add(digest);
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
            if (refused.contains(wanted)) {
                throw LayoutException.malformed(path + " is ambiguous: index.json leads to the image " + wanted
                        + ", which manifest.json does not have, so some engines would load another; choose a"
                        + " platform that is in both");
            }
            String mediaType = index.manifests().stream()
                    .filter(entry -> entry.digest().equals(wanted))
                    .map(Descriptor::mediaType)
                    .findFirst()
                    .orElse("");
            return files.read(LayoutFiles.blobPath(wanted), maxBytes)
                    .map(bytes -> FetchedManifest.of(bytes, mediaType));
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
            return files.open(LayoutFiles.blobPath(descriptor.digest()));
        }

        @Override
        public AttachmentSource attachments(AttachmentLimits limits) {
            return StoredAttachments.of(attachments, limits);
        }

        @Override
        public void close() throws IOException {
            if (forOneImage) {
                OciLayout.this.close();
            }
        }
    }
}
