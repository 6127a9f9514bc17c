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
import dev.tallyclerk.registry.model.MediaType;
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
import java.util.function.Predicate;

/**
 * A tar file that is a docker archive and an OCI layout at once, as Docker 25 and later write it. Some engines load it
 * by {@code manifest.json}, others by {@code index.json}, so both must lead to the same images, by the same names.
 *
 * <p>containerd writes one platform of an index into {@code manifest.json} and all that it has into {@code index.json}.
 * Such an archive is read by its index, for that platform only: whoever loads it by {@code manifest.json} gets the one
 * image there is, so no other may be taken for what was verified.
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
    private final Map<Visit, Map<Digest, Digest>> visited = new HashMap<>();

    /** For entries of index.json, the manifests that manifest.json does not have for them. */
    private final Map<Descriptor, Set<Digest>> hidden = new HashMap<>();

    private record Visit(Digest digest, String mediaType, boolean exempt, boolean nested) {}

    private ArchiveAgreement(FileTree files, RegistryLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /**
     * Requires that each image of {@code manifest.json} is one of {@code index.json} and that each entry of that leads
     * to an image of the other, and that no name stands for two.
     *
     * @return for entries of {@code index.json} that lead to more than {@code manifest.json} has for them, the
     *     manifests that must not be read for it
     * @throws LayoutException if they do not agree, or it cannot be found out
     */
    static Map<Descriptor, Set<Digest>> require(
            FileTree files, List<DockerArchive.Item> items, ImageIndex index, LayoutLimits limits) throws IOException {
        try {
            ArchiveAgreement agreement = new ArchiveAgreement(files, limits.documents());
            agreement.check(items, index);
            return Map.copyOf(agreement.hidden);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(
                    files.path() + " has manifest.json and index.json, and whether they agree cannot be told", e);
        }
    }

    private void check(List<DockerArchive.Item> items, ImageIndex index) throws IOException {
        Map<Reference, Set<Digest>> byTag = new LinkedHashMap<>();
        Map<String, Digest> read = new HashMap<>();
        for (DockerArchive.Item item : items) {
            files.requireNoLink(item.config());
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
            Map<Digest, Digest> leadsTo = imagesOf(entry, false);
            if (!leadsTo.isEmpty()) {
                found.addAll(leadsTo.values());
                hide(entry, leadsTo, requireSameName(entry, Set.copyOf(leadsTo.values()), byTag));
            }
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
        Platform platform =
                ImageConfig.parse(config, MediaType.DOCKER_CONFIG, limits).platform();
        images.put(image, platform);
        platforms.add(platform.normalized());
        if (platforms.size() > MAX_PLATFORMS) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED, files.path() + " has images for more than " + MAX_PLATFORMS + " platforms");
        }
        return image;
    }

    /** Of what an entry leads to, keeps what manifest.json does not have for it from being read. */
    private void hide(Descriptor entry, Map<Digest, Digest> leadsTo, Set<Digest> known) throws LayoutException {
        Set<Digest> others = new HashSet<>();
        leadsTo.forEach((manifest, image) -> {
            if (!known.contains(image)) {
                others.add(manifest);
            }
        });
        if (others.size() == leadsTo.size()) {
            throw isTwo("index.json leads to the image " + entry.digest() + ", which manifest.json does not know");
        }
        if (!others.isEmpty()) {
            hidden.computeIfAbsent(entry, same -> new HashSet<>()).addAll(others);
        }
    }

    /**
     * What manifest.json gives a name to must be what index.json gives it to.
     *
     * @return the images that manifest.json has by the entry's names, or all that it has if none of them is in it
     */
    private Set<Digest> requireSameName(Descriptor entry, Set<Digest> leadsTo, Map<Reference, Set<Digest>> byTag)
            throws LayoutException {
        String full = entry.annotations().getOrDefault(DockerArchiveWriter.IMAGE_NAME, "");
        String name = entry.annotations().getOrDefault(OciLayout.REF_NAME, "");
        Set<Digest> known = new HashSet<>(images.keySet());
        Optional<Reference> wholeName = parsed(full);
        Set<Digest> meantByFull =
                meant(byTag, tag -> wholeName.filter(tag::equals).isPresent());
        if (!meantByFull.isEmpty()) {
            requireOneOf(full, meantByFull, leadsTo);
            if (!leadsTo.containsAll(meantByFull)) {
                throw isTwo("the name " + Quoted.quote(full) + " stands for an image in manifest.json that it does not"
                        + " stand for in index.json");
            }
            known.retainAll(meantByFull);
        }
        // The shorter name has no repository where containerd writes both, and may then be that of several.
        Optional<Reference> parsedName = parsed(name);
        Set<Digest> meant = meant(
                byTag,
                tag -> parsedName.filter(tag::equals).isPresent()
                        || (full.isEmpty() && tag.tag().equals(Optional.of(name))));
        if (!meant.isEmpty()) {
            requireOneOf(name, meant, leadsTo);
            known.retainAll(meant);
        }
        return known;
    }

    private static Set<Digest> meant(Map<Reference, Set<Digest>> byTag, Predicate<Reference> isMeant) {
        Set<Digest> meant = new HashSet<>();
        byTag.forEach((tag, tagged) -> {
            if (isMeant.test(tag)) {
                meant.addAll(tagged);
            }
        });
        return meant;
    }

    private void requireOneOf(String name, Set<Digest> meant, Set<Digest> leadsTo) throws LayoutException {
        if (meant.stream().noneMatch(leadsTo::contains)) {
            throw isTwo("the name " + Quoted.quote(name) + " stands for another image in index.json than in"
                    + " manifest.json");
        }
    }

    private static Optional<Reference> parsed(String name) {
        try {
            return Optional.of(Reference.parseNormalized(name).withDefaultTag());
        } catch (MalformedReferenceException e) {
            return Optional.empty();
        }
    }

    private LayoutException isTwo(String why) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, files.path() + " is two: " + why);
    }

    /** {@return the manifests that somebody could choose, for whatever platform, each with its configuration} */
    private Map<Digest, Digest> imagesOf(Descriptor entry, boolean nested) throws IOException {
        Visit visit = new Visit(entry.digest(), entry.mediaType(), isAttestation(entry), nested);
        Map<Digest, Digest> known = visited.get(visit);
        if (known == null) {
            known = readImages(entry, nested);
            visited.put(visit, known);
        }
        return known;
    }

    private Map<Digest, Digest> readImages(Descriptor entry, boolean nested) throws IOException {
        Optional<Manifest> document = document(entry);
        if (document.isEmpty() && nested) {
            return Map.of(); // an archive of one platform keeps the index of all
        }
        Manifest found = document.orElseThrow(() ->
                new LayoutException(Reason.MALFORMED_ARCHIVE, files.path() + " has no manifest " + entry.digest()));
        if (found instanceof ImageIndex index) {
            return imagesOf(index, nested);
        }
        if (found instanceof ImageManifest manifest) {
            return manifest.isArtifact() || isAttestation(entry)
                    ? Map.of()
                    : Map.of(entry.digest(), manifest.config().digest());
        }
        throw new LayoutException(
                Reason.MALFORMED_ARCHIVE,
                files.path() + " has the manifest " + entry.digest() + " of type " + found.mediaType()
                        + ", which manifest.json cannot know");
    }

    private Map<Digest, Digest> imagesOf(ImageIndex index, boolean nested) throws IOException {
        if (nested) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, files.path() + " has an index within an index of index.json");
        }
        Map<Digest, Digest> all = new HashMap<>();
        for (Descriptor entry : index.manifests()) {
            Map<Digest, Digest> leadsTo = imagesOf(entry, true);
            all.putAll(leadsTo);
            for (Digest image : leadsTo.values()) {
                requireChosen(image, entry, index);
            }
        }
        return all;
    }

    /** Whoever asks an index for the platform of an image has to get that image. */
    private void requireChosen(Digest image, Descriptor entry, ImageIndex index) throws IOException {
        Platform own = images.get(image);
        if (own == null) {
            return; // nobody gets it by manifest.json
        }
        Platform platform = entry.platform().map(own::withVariantOf).orElse(own).normalized();
        Optional<Descriptor> chosen = index.manifestFor(platform);
        if (chosen.flatMap(Descriptor::platform).isEmpty()
                || !imagesOf(chosen.get(), true).containsValue(image)) {
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
