package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tar file that is a docker archive and an OCI layout at once, as Docker 25 and later write it. Some engines load it
 * by {@code manifest.json}, others by {@code index.json}, so both must lead to the same images, by the same names.
 *
 * <p>An image is its configuration and its layers: engines that load by {@code index.json} take the layers that the
 * manifest there lists, and not all compare them with the configuration. So a manifest that lists other layers, or
 * none, is not the image of {@code manifest.json}. Docker 25.0.0 listed them in another order, and a candidate of it
 * none.
 *
 * <p>containerd writes one platform of an index into {@code manifest.json} and all that it has into {@code index.json}.
 * Such an archive is read by its index, for that platform only: whoever loads it by {@code manifest.json} gets the one
 * image there is, so no other may be taken for what was verified.
 */
final class ArchiveAgreement {
    /** Every one is looked for in its index, and no archive that somebody wants has more. */
    private static final int MAX_PLATFORMS = 64;

    /** Lists of layers for one configuration: each is compressed in another way, and there are not many. */
    private static final int MAX_FORMS = 16;

    private final FileTree files;
    private final DocumentLimits limits;

    /** What manifest.json has, by the digests of the configurations. */
    private final Map<Digest, Known> known = new LinkedHashMap<>();

    private final Set<Image> images = new LinkedHashSet<>();
    private final Map<Reference, Set<Image>> byName = new LinkedHashMap<>();
    private final Map<String, Set<Image>> byTag = new HashMap<>();
    private final Set<Platform> platforms = new HashSet<>();

    /** Where files lie by their paths, because many images have the same ones. */
    private final Map<String, String> located = new HashMap<>();

    /** A document that is referred to a thousand times is looked at once. */
    private final Map<Visit, Map<Digest, Set<Image>>> visited = new HashMap<>();

    private final IdentityHashMap<Map<?, Set<Image>>, Set<Image>> unions = new IdentityHashMap<>();

    /** For entries of index.json, the manifests that manifest.json does not have for them. */
    private final Map<Descriptor, Set<Digest>> hidden = new HashMap<>();

    private record Visit(Digest digest, String mediaType, boolean exempt, boolean nested) {}

    /**
     * An image of manifest.json.
     *
     * @param config the digest of its configuration
     * @param form which of the lists of layers it is that manifest.json has for the configuration
     */
    private record Image(Digest config, int form) {}

    /**
     * A configuration that manifest.json has.
     *
     * @param byLayers the images that have it, by where the files of their layers lie
     */
    private record Known(Platform platform, List<Digest> diffIds, Map<List<String>, Image> byLayers) {}

    private ArchiveAgreement(FileTree files, DocumentLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /**
     * Requires that each image of {@code manifest.json} is one of {@code index.json} and that each entry of that leads
     * to an image of the other, and that no name stands for two.
     *
     * @param byIndex whether the archive is read by {@code index.json}, and not by {@code manifest.json}, of which
     *     images without a name may then be missing
     * @return for entries of {@code index.json} that lead to more than {@code manifest.json} has for them, the
     *     manifests that must not be read for it
     * @throws LayoutException if they do not agree, or it cannot be found out
     */
    static Map<Descriptor, Set<Digest>> require(
            FileTree files, List<DockerManifest.Item> items, ImageIndex index, boolean byIndex, LayoutLimits limits)
            throws IOException {
        try {
            ArchiveAgreement agreement = new ArchiveAgreement(files, limits.documents());
            agreement.check(items, index, byIndex);
            return Map.copyOf(agreement.hidden);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(
                    files.path() + " has manifest.json and index.json, and whether they agree cannot be told", e);
        }
    }

    private void check(List<DockerManifest.Item> items, ImageIndex index, boolean byIndex) throws IOException {
        Map<String, Digest> read = new HashMap<>();
        for (DockerManifest.Item item : items) {
            files.requireNoLink(item.config());
            String config = files.locate(item.config())
                    .orElseThrow(() -> new LayoutException(
                            Reason.MALFORMED_ARCHIVE, files.path() + " has no " + Quoted.quote(item.config())));
            Digest digest = read.get(config);
            if (digest == null) {
                digest = learn(files.read(config, limits.maxConfigBytes()).orElseThrow());
                read.put(config, digest);
            }
            learn(item, digest);
        }
        Set<Image> found = new HashSet<>();
        for (Descriptor entry : index.manifests()) {
            Map<Digest, Set<Image>> leadsTo = imagesOf(entry, false);
            Set<Image> together = together(leadsTo);
            found.addAll(together);
            // What is no image here may be one for an engine, so it may not have the name of one either.
            Set<Image> meant = requireSameName(entry, together);
            if (!leadsTo.isEmpty()) {
                hide(entry, leadsTo, meant);
            }
        }
        // Docker leaves images without a name out of index.json: who loads by that gets fewer than manifest.json has,
        // and
        // no other one. Who has read index.json has not seen them, and another engine loads them.
        Set<Image> wanted = byIndex ? images : together(byName);
        for (Image image : wanted) {
            if (!found.contains(image)) {
                throw isTwo("manifest.json leads to the image with the configuration " + image.config()
                        + ", which index.json does not know");
            }
        }
    }

    /** {@return all of them} Of one map it is asked for each entry that leads there. */
    private Set<Image> together(Map<?, Set<Image>> parts) {
        return unions.computeIfAbsent(
                parts, same -> parts.values().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet()));
    }

    private Digest learn(byte[] document) throws IOException {
        Digest digest = Digest.sha256Of(document);
        ImageConfig config = ImageConfig.parse(document, MediaType.DOCKER_CONFIG, limits);
        known.putIfAbsent(digest, new Known(config.platform(), config.diffIds(), new HashMap<>()));
        platforms.add(config.platform().normalized());
        if (platforms.size() > MAX_PLATFORMS) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED, files.path() + " has images for more than " + MAX_PLATFORMS + " platforms");
        }
        return digest;
    }

    private void learn(DockerManifest.Item item, Digest config) throws IOException {
        Map<List<String>, Image> forms =
                Objects.requireNonNull(known.get(config)).byLayers();
        List<String> layers = new ArrayList<>();
        for (String path : item.layers()) {
            layers.add(located(path));
        }
        Image image = forms.computeIfAbsent(layers, same -> new Image(config, forms.size()));
        if (forms.size() > MAX_FORMS) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED,
                    files.path() + " has more than " + MAX_FORMS + " lists of layers for the configuration " + config);
        }
        images.add(image);
        for (Reference name : item.tags()) {
            byName.computeIfAbsent(name, same -> new HashSet<>()).add(image);
            name.tag()
                    .ifPresent(tag ->
                            byTag.computeIfAbsent(tag, same -> new HashSet<>()).add(image));
        }
    }

    /** {@return where a file lies, the same for all the paths that lead to it; the path itself if there is none} */
    private String located(String path) throws IOException {
        String place = located.get(path);
        if (place == null) {
            place = files.locate(path).orElse(path);
            located.put(path, place);
        }
        return place;
    }

    /** Of what an entry leads to, keeps what manifest.json does not have for it from being read. */
    private void hide(Descriptor entry, Map<Digest, Set<Image>> leadsTo, Set<Image> meant) throws LayoutException {
        Set<Digest> others = new HashSet<>();
        leadsTo.forEach((manifest, found) -> {
            if (Collections.disjoint(found, meant)) {
                others.add(manifest);
            }
        });
        if (others.size() == leadsTo.size()) {
            throw isTwo("index.json leads to the image " + entry.digest() + ", which manifest.json does not know, or"
                    + " with other layers; what Docker 25.0.0 has saved, save again with a later one");
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
    private Set<Image> requireSameName(Descriptor entry, Set<Image> leadsTo) throws LayoutException {
        String full = entry.annotations().getOrDefault(LayoutFiles.IMAGE_NAME, "");
        String name = entry.annotations().getOrDefault(LayoutFiles.REF_NAME, "");
        Set<Image> left = new HashSet<>(images);
        Set<Image> meantByFull = named(full);
        if (!meantByFull.isEmpty()) {
            requireOneOf(full, meantByFull, leadsTo);
            if (!leadsTo.containsAll(meantByFull)) {
                throw isTwo("the name " + Quoted.quote(full) + " stands for an image in manifest.json that it does not"
                        + " stand for in index.json");
            }
            left.retainAll(meantByFull);
        }
        if (!RefNames.isTagOf(name, full)) {
            // Without a whole name beside it, the shorter one may be a tag, and then that of several.
            Set<Image> meant = new HashSet<>(named(name));
            if (full.isEmpty()) {
                meant.addAll(byTag.getOrDefault(name, Set.of()));
            }
            if (!meant.isEmpty()) {
                requireOneOf(name, meant, leadsTo);
                left.retainAll(meant);
            }
        }
        return left;
    }

    private Set<Image> named(String name) {
        return RefNames.wholeName(name)
                .map(whole -> byName.getOrDefault(whole, Set.of()))
                .orElse(Set.of());
    }

    private void requireOneOf(String name, Set<Image> meant, Set<Image> leadsTo) throws LayoutException {
        if (Collections.disjoint(meant, leadsTo)) {
            throw isTwo("the name " + Quoted.quote(name) + " stands for another image in index.json than in"
                    + " manifest.json");
        }
    }

    private LayoutException isTwo(String why) {
        return new LayoutException(Reason.MALFORMED_ARCHIVE, files.path() + " is two: " + why);
    }

    /**
     * {@return the manifests that somebody could choose, for whatever platform, each with the images of manifest.json
     * that it may be taken for}
     */
    private Map<Digest, Set<Image>> imagesOf(Descriptor entry, boolean nested) throws IOException {
        Visit visit = new Visit(entry.digest(), entry.mediaType(), isAttestation(entry), nested);
        Map<Digest, Set<Image>> before = visited.get(visit);
        if (before == null) {
            before = readImages(entry, nested);
            visited.put(visit, before);
        }
        return before;
    }

    private Map<Digest, Set<Image>> readImages(Descriptor entry, boolean nested) throws IOException {
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
            // Nobody chooses an unknown platform of an index; of index.json, containerd takes every entry for an image.
            return manifest.isArtifact() || (nested && isAttestation(entry))
                    ? Map.of()
                    : Map.of(entry.digest(), imagesOf(manifest));
        }
        throw new LayoutException(
                Reason.MALFORMED_ARCHIVE,
                files.path() + " has the manifest " + entry.digest() + " of type " + found.mediaType()
                        + ", which manifest.json cannot know");
    }

    /**
     * {@return the images of manifest.json that have the manifest's configuration and the same content}
     *
     * <p>Every engine that loads by manifest.json compares what the layers decompress to with the diffIDs. So layers
     * are the same if they are plain and named by the diffIDs, or are the same files.
     */
    private Set<Image> imagesOf(ImageManifest manifest) throws IOException {
        Known config = known.get(manifest.config().digest());
        if (config == null || manifest.layers().size() != config.diffIds().size()) {
            return Set.of();
        }
        List<String> layers = new ArrayList<>();
        boolean isPlain = true;
        for (int i = 0; i < manifest.layers().size(); i++) {
            Digest layer = manifest.layers().get(i).digest();
            isPlain &= layer.equals(config.diffIds().get(i));
            layers.add(located(LayoutFiles.blobPath(layer)));
        }
        if (isPlain) {
            return Set.copyOf(config.byLayers().values());
        }
        Image same = config.byLayers().get(layers);
        return same == null ? Set.of() : Set.of(same);
    }

    private Map<Digest, Set<Image>> imagesOf(ImageIndex index, boolean nested) throws IOException {
        if (nested) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, files.path() + " has an index within an index of index.json");
        }
        Map<Digest, Set<Image>> all = new HashMap<>();
        Map<Platform, Optional<Descriptor>> chosen = new HashMap<>();
        for (Descriptor entry : index.manifests()) {
            Map<Digest, Set<Image>> leadsTo = imagesOf(entry, true);
            all.putAll(leadsTo);
            for (Set<Image> found : leadsTo.values()) {
                if (!found.isEmpty()) {
                    requireChosen(found, entry, index, chosen);
                }
            }
        }
        return all;
    }

    /**
     * Whoever asks an index for the platform of an image has to get that image.
     *
     * @param found the images that one manifest may be taken for, which have one configuration
     * @param chosen what the index has for a platform, because it takes going through it to know
     */
    private void requireChosen(
            Set<Image> found, Descriptor entry, ImageIndex index, Map<Platform, Optional<Descriptor>> chosen)
            throws IOException {
        Digest config = found.iterator().next().config();
        Platform own = Objects.requireNonNull(known.get(config)).platform();
        Platform platform = entry.platform().map(own::withVariantOf).orElse(own).normalized();
        Optional<Descriptor> best = chosen.get(platform);
        if (best == null) {
            best = index.manifestFor(platform);
            chosen.put(platform, best);
        }
        if (chosen.size() > MAX_PLATFORMS) {
            throw new LayoutException(
                    Reason.LIMIT_EXCEEDED,
                    files.path() + " has an index with images for more than " + MAX_PLATFORMS + " platforms");
        }
        if (best.flatMap(Descriptor::platform).isEmpty()
                || imagesOf(best.get(), true).values().stream().noneMatch(images -> images.containsAll(found))) {
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
        Optional<byte[]> bytes = files.read(LayoutFiles.blobPath(entry.digest()), limits.maxManifestBytes());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Manifest.parseVerified(
                    bytes.get(), entry.mediaType(), ResolvedDigest.of(entry.digest(), "index.json"), limits));
        } catch (VerificationException e) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE,
                    files.path() + ": manifest " + entry.digest() + " is another document",
                    e);
        }
    }
}
