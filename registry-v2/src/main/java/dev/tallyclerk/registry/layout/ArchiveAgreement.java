package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.layout.DockerManifest.Item;
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
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The check of a tar file that is a docker archive and an OCI layout at once, as Docker 25 and later write it. Some
 * engines load by {@code manifest.json}, others by {@code index.json}, so both must lead to the same images under the
 * same names.
 *
 * <p>An image is its configuration and its layers: engines that load by {@code index.json} take the layers that the
 * manifest there lists, and not all compare them with the configuration. So a manifest with other layers, or none, is
 * another image. Docker 25.0.0 listed the layers in another order, and one of its release candidates listed none.
 *
 * <p>containerd writes one platform of an index into {@code manifest.json}, and all that it has into
 * {@code index.json}. Such an archive is read by its index, for that platform only: engines that load by
 * {@code manifest.json} get that image, so no other may be verified in its place.
 */
final class ArchiveAgreement {
    /** The index is searched for each platform; real archives have fewer. */
    private static final int MAX_PLATFORMS = 64;

    /** Lists of layers for one configuration: one per compression, so there are few. */
    private static final int MAX_FORMS = 16;

    private final FileTree files;
    private final DocumentLimits limits;

    /** The content of manifest.json, by the digests of the configurations. */
    private final Map<Digest, Known> known = new LinkedHashMap<>();

    private final Set<Image> images = new LinkedHashSet<>();
    private final Map<Reference, Set<Image>> byName = new LinkedHashMap<>();
    private final Map<String, Set<Image>> byTag = new HashMap<>();
    private final Set<Platform> platforms = new HashSet<>();

    /** Locations of files by path, because many images share layers. */
    private final Map<String, String> located = new HashMap<>();

    /** Results by document, because a document may be referred to a thousand times. */
    private final Map<Visit, Leads> visited = new HashMap<>();

    /** For entries of index.json, the manifests that manifest.json does not have for them. */
    private final Map<Descriptor, Set<Digest>> hidden = new HashMap<>();

    private record Visit(Digest digest, String mediaType, boolean exempt, boolean nested) {}

    /**
     * What an entry leads to.
     *
     * @param images the manifests of all platforms, each with the images of manifest.json that it may be
     * @param together all those images
     */
    private record Leads(Map<Digest, Set<Image>> images, Set<Image> together) {
        static Leads to(Map<Digest, Set<Image>> images) {
            return new Leads(images, union(images));
        }
    }

    /**
     * An image of manifest.json.
     *
     * @param config the digest of its configuration
     * @param form the number of its list of layers among those that manifest.json has for the configuration
     */
    private record Image(Digest config, int form) {}

    /**
     * A configuration of manifest.json.
     *
     * @param byLayers the images that have it, by the locations of their layers
     */
    private record Known(Platform platform, List<Digest> diffIds, Map<List<String>, Image> byLayers) {}

    private ArchiveAgreement(FileTree files, DocumentLimits limits) {
        this.files = files;
        this.limits = limits;
    }

    /**
     * Requires that {@code manifest.json} and {@code index.json} have the same images, and that no name refers to two.
     *
     * @param byIndex whether the archive is read by {@code index.json}; if not, images without a name may be missing
     *     there
     * @return for entries of {@code index.json} that lead to more than {@code manifest.json} has for them, the
     *     manifests that must not be read for the entry
     * @throws LayoutException if they do not agree, or that cannot be determined
     */
    static Map<Descriptor, Set<Digest>> require(
            FileTree files, List<Item> items, ImageIndex index, boolean byIndex, LayoutLimits limits)
            throws IOException {
        try {
            ArchiveAgreement agreement = new ArchiveAgreement(files, limits.documents());
            agreement.check(items, index, byIndex);
            return Map.copyOf(agreement.hidden);
        } catch (MalformedDocumentException e) {
            throw LayoutException.of(
                    files.path() + " has manifest.json and index.json, and whether they agree is unknown", e);
        }
    }

    private void check(List<Item> items, ImageIndex index, boolean byIndex) throws IOException {
        Map<String, Digest> read = new HashMap<>();
        for (Item item : items) {
            files.requireNoLink(item.config());
            String config = files.locate(item.config())
                    .orElseThrow(() -> malformed("has no file " + Quoted.quote(item.config())));
            Digest digest = read.get(config);
            if (digest == null) {
                digest = learn(files.read(config, limits.maxConfigBytes()).orElseThrow());
                read.put(config, digest);
            }
            learn(item, digest);
        }
        Set<Image> found = new HashSet<>();
        for (Descriptor entry : index.manifests()) {
            Leads leads = leads(entry, false);
            found.addAll(leads.together());
            // An engine may take an entry for an image that is none here, so it may not have an image's name either.
            Set<Image> meant = requireSameName(entry, leads.together());
            if (!leads.images().isEmpty()) {
                hide(entry, leads.images(), meant);
            }
        }
        // Docker leaves images without a name out of index.json. An engine that loads by index.json gets fewer images,
        // and no other one; but a reader of index.json has not seen them, and another engine loads them.
        Set<Image> wanted = byIndex ? images : union(byName);
        for (Image image : wanted) {
            if (!found.contains(image)) {
                throw ambiguous("manifest.json leads to the image with the configuration " + image.config()
                        + ", which index.json does not have");
            }
        }
    }

    private static Set<Image> union(Map<?, Set<Image>> parts) {
        return parts.values().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    private Digest learn(byte[] document) throws IOException {
        Digest digest = Digest.sha256Of(document);
        ImageConfig config = ImageConfig.parse(document, MediaType.DOCKER_CONFIG, limits);
        known.putIfAbsent(digest, new Known(config.platform(), config.diffIds(), new HashMap<>()));
        platforms.add(config.platform().normalized());
        requireWithin(platforms.size(), MAX_PLATFORMS, "platforms");
        return digest;
    }

    private void learn(Item item, Digest config) throws IOException {
        Map<List<String>, Image> forms =
                Objects.requireNonNull(known.get(config)).byLayers();
        List<String> layers = new ArrayList<>();
        for (String path : item.layers()) {
            layers.add(located(path));
        }
        Image image = forms.computeIfAbsent(layers, same -> new Image(config, forms.size()));
        requireWithin(forms.size(), MAX_FORMS, "lists of layers for the configuration " + config);
        images.add(image);
        for (Reference name : item.tags()) {
            byName.computeIfAbsent(name, same -> new HashSet<>()).add(image);
            name.tag()
                    .ifPresent(tag ->
                            byTag.computeIfAbsent(tag, same -> new HashSet<>()).add(image));
        }
    }

    private void requireWithin(int count, int most, String what) throws LayoutException {
        if (count > most) {
            throw LayoutException.limit(files.path() + " has more than " + most + " " + what);
        }
    }

    /** {@return where a file is, the same for all paths that lead to it; the path itself if there is none} */
    private String located(String path) throws IOException {
        String location = located.get(path);
        if (location == null) {
            location = files.locate(path).orElse(path);
            located.put(path, location);
        }
        return location;
    }

    /** Hides the manifests below an entry that manifest.json does not have for it. */
    private void hide(Descriptor entry, Map<Digest, Set<Image>> leadsTo, Set<Image> meant) throws LayoutException {
        Set<Digest> others = new HashSet<>();
        leadsTo.forEach((manifest, found) -> {
            if (Collections.disjoint(found, meant)) {
                others.add(manifest);
            }
        });
        if (others.size() == leadsTo.size()) {
            throw ambiguous(
                    "index.json leads to the image " + entry.digest() + ", which manifest.json does not have, or"
                            + " has with other layers; an archive saved by Docker 25.0.0 must be saved again by a later one");
        }
        if (!others.isEmpty()) {
            hidden.computeIfAbsent(entry, same -> new HashSet<>()).addAll(others);
        }
    }

    /**
     * Requires that the names of an entry refer to the same images in manifest.json.
     *
     * @return the images that manifest.json has by the entry's names, or all its images if it has none of the names
     */
    private Set<Image> requireSameName(Descriptor entry, Set<Image> leadsTo) throws LayoutException {
        String full = entry.annotations().getOrDefault(LayoutFiles.IMAGE_NAME, "");
        String name = entry.annotations().getOrDefault(LayoutFiles.REF_NAME, "");
        Set<Image> left = new HashSet<>(images);
        Set<Image> meantByFull = named(full);
        if (!meantByFull.isEmpty()) {
            requireOneOf(full, meantByFull, leadsTo);
            if (!leadsTo.containsAll(meantByFull)) {
                throw ambiguous("the name " + Quoted.quote(full)
                        + " refers to an image in manifest.json that it does not" + " refer to in index.json");
            }
            left.retainAll(meantByFull);
        }
        if (!RefNames.isTagOf(name, full)) {
            // Without a full name beside it, the name may be a tag, which several images may share.
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
        return RefNames.fullName(name)
                .map(full -> byName.getOrDefault(full, Set.of()))
                .orElse(Set.of());
    }

    private void requireOneOf(String name, Set<Image> meant, Set<Image> leadsTo) throws LayoutException {
        if (Collections.disjoint(meant, leadsTo)) {
            throw ambiguous("the name " + Quoted.quote(name) + " refers to another image in index.json than in"
                    + " manifest.json");
        }
    }

    private LayoutException ambiguous(String why) {
        return malformed("is ambiguous: " + why);
    }

    private LayoutException malformed(String what) {
        return LayoutException.malformed(files.path() + " " + what);
    }

    private Leads leads(Descriptor entry, boolean nested) throws IOException {
        Visit visit = new Visit(entry.digest(), entry.mediaType(), isAttestation(entry), nested);
        Leads before = visited.get(visit);
        if (before == null) {
            before = Leads.to(readImages(entry, nested));
            visited.put(visit, before);
        }
        return before;
    }

    private Map<Digest, Set<Image>> readImages(Descriptor entry, boolean nested) throws IOException {
        Optional<Manifest> document = document(entry);
        if (document.isEmpty() && nested) {
            return Map.of(); // an archive of one platform keeps the index of all
        }
        Manifest found = document.orElseThrow(() -> malformed("has no manifest " + entry.digest()));
        if (found instanceof ImageIndex index) {
            return imagesOf(index, nested);
        }
        if (found instanceof ImageManifest manifest) {
            // Nobody chooses an unknown platform of an index; but containerd takes every entry of index.json for an
            // image.
            return manifest.isArtifact() || (nested && isAttestation(entry))
                    ? Map.of()
                    : Map.of(entry.digest(), imagesOf(manifest));
        }
        throw malformed("has the manifest " + entry.digest() + " of type " + found.mediaType()
                + ", which manifest.json cannot have");
    }

    /**
     * {@return the images of manifest.json with the manifest's configuration and the same layers}
     *
     * <p>Every engine that loads by manifest.json compares the uncompressed layers with the diffIDs. So layers are the
     * same if they are plain and have the diffIDs as digests, or are the same files.
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
            throw malformed("has an index within an index of index.json");
        }
        Map<Digest, Set<Image>> all = new HashMap<>();
        Map<Platform, Optional<Descriptor>> chosen = new HashMap<>();
        for (Descriptor entry : index.manifests()) {
            Map<Digest, Set<Image>> leadsTo = leads(entry, true).images();
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
     * Requires that an index has an image for the image's own platform.
     *
     * @param found the images that one manifest may be, which have one configuration
     * @param chosen the entries of the index by platform, because each search reads the whole index
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
        requireWithin(chosen.size(), MAX_PLATFORMS, "platforms in an index");
        if (best.flatMap(Descriptor::platform).isEmpty()
                || leads(best.get(), true).images().values().stream().noneMatch(images -> images.containsAll(found))) {
            throw ambiguous("index.json has another image for " + platform + " than manifest.json");
        }
    }

    /** BuildKit lists attestations beside an image, for an unknown platform. */
    private static boolean isAttestation(Descriptor entry) {
        return entry.platform()
                .filter(platform -> platform.os().equals("unknown")
                        && platform.architecture().equals("unknown"))
                .isPresent();
    }

    private Optional<Manifest> document(Descriptor entry) throws IOException {
        Digest digest = entry.digest();
        Optional<byte[]> bytes = files.read(LayoutFiles.blobPath(digest), limits.maxManifestBytes());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            ResolvedDigest promised = ResolvedDigest.of(digest, LayoutFiles.INDEX);
            return Optional.of(Manifest.parseVerified(bytes.get(), entry.mediaType(), promised, limits));
        } catch (VerificationException e) {
            throw new LayoutException(
                    Reason.MALFORMED_ARCHIVE, files.path() + ": manifest " + digest + " is another document", e);
        }
    }
}
