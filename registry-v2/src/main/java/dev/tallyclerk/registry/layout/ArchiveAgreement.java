package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.RegistryLimits;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tar file that is a docker archive and an OCI layout at once, as Docker 25 and later write it. Some engines load it
 * by {@code manifest.json}, others by {@code index.json}, so both must lead to the same images, by the same names.
 */
final class ArchiveAgreement {
    /** Every one is looked for in its index, and no archive that somebody wants has more. */
    private static final int MAX_PLATFORMS = 64;

    private final FileTree files;
    private final RegistryLimits limits;

    /** The images of manifest.json, by the digests of their configurations, and for which platform each is. */
    private final Map<Digest, Platform> images = new LinkedHashMap<>();

    private final Set<Platform> platforms = new HashSet<>();

    /** A document that is referred to a thousand times is looked at once. */
    private final Map<Visit, Set<Digest>> visited = new HashMap<>();

    private record Visit(Digest digest, String mediaType, boolean exempt, boolean nested) {}

    private ArchiveAgreement(FileTree files, RegistryLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /**
     * Requires that each image of the one is an image of the other, and that no name stands for two.
     *
     * @throws LayoutException if one is not, or it cannot be found out
     */
    static void require(FileTree files, List<DockerArchive.Item> items, ImageIndex index, LayoutLimits limits)
            throws IOException {
        try {
            new ArchiveAgreement(files, limits.documents()).check(items, index);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(
                    files.path() + " has manifest.json and index.json, and whether they agree cannot be told", e);
        }
    }

    private void check(List<DockerArchive.Item> items, ImageIndex index) throws IOException {
        Map<Reference, Set<Digest>> byTag = new LinkedHashMap<>();
        Map<String, Digest> read = new HashMap<>();
        for (DockerArchive.Item item : items) {
            String config = files.locate(item.config())
                    .orElseThrow(() -> new LayoutException(
                            Reason.MALFORMED_ARCHIVE, files.path() + " has no " + Quoted.quote(item.config())));
            Digest image = read.get(config);
            if (image == null) {
                image = learn(files.read(config, limits.maxConfigBytes()).orElseThrow());
                read.put(config, image);
            }
            for (Reference tag : item.tags()) {
                byTag.computeIfAbsent(tag, name -> new HashSet<>()).add(image);
            }
        }
        Set<Digest> found = new HashSet<>();
        for (Descriptor entry : index.manifests()) {
            Set<Digest> leadsTo = requireKnown(entry, false);
            found.addAll(leadsTo);
            requireSameName(entry, leadsTo, byTag);
        }
        for (Digest image : images.keySet()) {
            if (!found.contains(image)) {
                throw isTwo("manifest.json leads to the image with the configuration " + image
                        + ", which index.json does not know");
            }
        }
    }

    private Digest learn(byte[] config) throws IOException {
        Digest image = Digest.sha256Of(config);
        Platform platform = ImageConfig.parse(config, limits).platform();
        images.put(image, platform);
        platforms.add(platform.normalized());
        if (platforms.size() > MAX_PLATFORMS) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED, files.path() + " has images for more than " + MAX_PLATFORMS + " platforms");
        }
        return image;
    }

    /** What manifest.json gives a name to must be what index.json gives it to. */
    private void requireSameName(Descriptor entry, Set<Digest> leadsTo, Map<Reference, Set<Digest>> byTag)
            throws LayoutException {
        if (leadsTo.isEmpty()) {
            return;
        }
        String full = entry.annotations().getOrDefault(DockerArchiveWriter.IMAGE_NAME, "");
        String name = full.isEmpty() ? entry.annotations().getOrDefault(OciLayout.REF_NAME, "") : full;
        Set<Digest> meant = new HashSet<>();
        byTag.forEach((tag, tagged) -> {
            // The shorter name has no repository, and may be that of several.
            if (isNamed(tag, name) || (full.isEmpty() && tag.tag().equals(Optional.of(name)))) {
                meant.addAll(tagged);
            }
        });
        if (!meant.isEmpty() && meant.stream().noneMatch(leadsTo::contains)) {
            throw isTwo("the name " + Quoted.quote(name) + " stands for another image in index.json than in"
                    + " manifest.json");
        }
        if (!full.isEmpty() && !leadsTo.containsAll(meant)) {
            throw isTwo("the name " + Quoted.quote(name) + " stands for an image in manifest.json that it does not"
                    + " stand for in index.json");
        }
    }

    private static boolean isNamed(Reference tag, String name) {
        try {
            return tag.equals(Reference.parseNormalized(name).withDefaultTag());
        } catch (MalformedReferenceException e) {
            return false;
        }
    }

    private LayoutException isTwo(String why) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, files.path() + " is two: " + why);
    }

    /** {@return the images that somebody could choose, all of which must be known, for whatever platform} */
    private Set<Digest> requireKnown(Descriptor entry, boolean nested) throws IOException {
        Visit visit = new Visit(entry.digest(), entry.mediaType(), isAttestation(entry), nested);
        Set<Digest> known = visited.get(visit);
        if (known == null) {
            known = leadsTo(entry, nested);
            visited.put(visit, known);
        }
        return known;
    }

    private Set<Digest> leadsTo(Descriptor entry, boolean nested) throws IOException {
        Optional<Manifest> document = document(entry);
        if (document.isEmpty() && nested) {
            return Set.of(); // an archive of one platform keeps the index of all
        }
        Manifest found = document.orElseThrow(() ->
                new LayoutException(Reason.MALFORMED_ARCHIVE, files.path() + " has no manifest " + entry.digest()));
        if (found instanceof ImageIndex index) {
            return leadsTo(index, nested);
        }
        if (found instanceof ImageManifest manifest) {
            if (manifest.isArtifact() || isAttestation(entry)) {
                return Set.of();
            }
            if (!images.containsKey(manifest.config().digest())) {
                throw isTwo("index.json leads to the image " + entry.digest() + ", which manifest.json does not know");
            }
            return Set.of(manifest.config().digest());
        }
        throw new LayoutException(
                Reason.MALFORMED_ARCHIVE,
                files.path() + " has the manifest " + entry.digest() + " of type " + found.mediaType()
                        + ", which manifest.json cannot know");
    }

    private Set<Digest> leadsTo(ImageIndex index, boolean nested) throws IOException {
        if (nested) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, files.path() + " has an index within an index of index.json");
        }
        Set<Digest> all = new HashSet<>();
        for (Descriptor entry : index.manifests()) {
            Set<Digest> known = requireKnown(entry, true);
            all.addAll(known);
            for (Digest image : known) {
                requireChosen(image, entry, index);
            }
        }
        return all;
    }

    /** Whoever asks an index for the platform of an image has to get that image. */
    private void requireChosen(Digest image, Descriptor entry, ImageIndex index) throws IOException {
        Platform own = images.getOrDefault(image, Platform.of("unknown", "unknown"));
        Platform platform = entry.platform().map(own::withVariantOf).orElse(own).normalized();
        Optional<Descriptor> chosen = index.manifestFor(platform);
        if (chosen.flatMap(Descriptor::platform).isEmpty()
                || !requireKnown(chosen.get(), true).contains(image)) {
            throw isTwo("index.json has another image for " + platform + " than manifest.json");
        }
    }

    /** BuildKit lists statements about an image beside it, for a platform that nobody has. */
    private static boolean isAttestation(Descriptor entry) {
        return entry.platform()
                .filter(platform -> platform.os().equals("unknown")
                        && platform.architecture().equals("unknown"))
                .isPresent();
    }

    private Optional<Manifest> document(Descriptor entry) throws IOException {
        Optional<byte[]> bytes = files.read(OciLayout.blobPath(entry.digest()), limits.maxManifestBytes());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Manifest.parseVerified(bytes.get(), entry.mediaType(), entry.digest(), limits));
        } catch (VerificationException e) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    files.path() + ": manifest " + entry.digest() + " is another document",
                    e);
        }
    }
}
