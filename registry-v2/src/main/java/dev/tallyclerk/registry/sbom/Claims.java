package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.sbom.SbomException.Reason;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Collects the packages that one document claims. Used once. */
final class Claims {
    private static final Comparator<InstalledPackage> ORDER = Comparator.comparing(InstalledPackage::type)
            .thenComparing(InstalledPackage::name)
            .thenComparing(InstalledPackage::version)
            .thenComparing(InstalledPackage::path)
            .thenComparing(each -> each.architecture().orElse(""));

    /** What a package of a system or a language may be called; files, containers and devices are none. */
    private static final Set<String> PACKAGE_KINDS = Set.of("library", "framework", "LIBRARY", "FRAMEWORK", "");

    private static final Set<String> IMAGE_TYPES = Set.of("oci", "docker");
    private static final int MAX_PROBLEMS = 100;

    private final Digest document;
    private final long maxBytes;
    private final AtomicLong bytes;
    private final List<ClaimedPackage> packages = new ArrayList<>();
    private final List<InventoryProblem> problems = new ArrayList<>();

    /** Packages of SPDX without a package URL, by identifier: one may turn out to be the subject. */
    private final Map<String, String> unidentified = new TreeMap<>();

    /** The digests of images that SPDX lists as packages, by identifier. */
    private final Map<String, String> images = new HashMap<>();

    /** Images that SPDX lists as packages, and that may be the base of another one, by identifier. */
    private final Map<String, ClaimedBase> bases = new HashMap<>();

    /** What SPDX says an element descends from, by the identifier of the element. */
    private final Map<String, Set<String>> ancestors = new HashMap<>();

    /** The identifiers of SPDX packages that an annotation marks as the base. */
    private final Set<String> markedBases = new LinkedHashSet<>();

    /** The layers that SPDX states for images, by identifier. */
    private final Map<String, List<Digest>> layers = new HashMap<>();

    private final Map<String, String> distribution = new TreeMap<>();
    private int untold;

    /**
     * @param document the digest of the document
     * @param bytes the memory that is taken already
     */
    Claims(Digest document, long maxBytes, AtomicLong bytes) {
        this.document = document;
        this.maxBytes = maxBytes;
        this.bytes = bytes;
    }

    /** {@return the digest of the document} */
    Digest document() {
        return document;
    }

    /** {@return the claims of a part of the document, within the same memory} */
    Claims within() {
        return new Claims(document, maxBytes, bytes);
    }

    private void take(long size) throws SbomException {
        if (bytes.addAndGet(size) > maxBytes) {
            throw new SbomException(
                    Reason.LIMIT_EXCEEDED,
                    "the packages of the document need more than " + maxBytes + " bytes of memory");
        }
    }

    /** Adds a component of CycloneDX, and those within it. */
    void addComponent(JsonObject component) throws SbomException {
        String kind = Members.text(component, "type");
        Map<String, String> properties = new HashMap<>();
        for (JsonObject each : Members.list(component, "properties")) {
            properties.putIfAbsent(Members.text(each, "name"), Members.text(each, "value"));
        }
        String name = Members.text(component, "name");
        String version = Members.text(component, "version");
        if (kind.equals("operating-system")) {
            distribution(name, version, properties);
        } else {
            properties.computeIfAbsent(Property.PATH, none -> location(component));
            add(kind, name, version, Members.text(component, "purl"), properties);
        }
        for (JsonObject each : Members.list(component, "components")) {
            addComponent(each);
        }
    }

    private static @Nullable String location(JsonObject component) {
        if (component.members().get("evidence") instanceof JsonObject evidence) {
            for (JsonObject occurrence : Members.list(evidence, "occurrences")) {
                return Members.text(occurrence, "location");
            }
        }
        return null;
    }

    /** Adds a package of SPDX. */
    void addPackage(JsonObject listed) throws SbomException {
        String purl = "";
        for (JsonObject reference : Members.list(listed, "externalRefs")) {
            if (purl.isEmpty() && Members.text(reference, "referenceType").equals("purl")) {
                purl = Members.text(reference, "referenceLocator");
            }
        }
        Map<String, String> properties = new HashMap<>();
        StatedLayers stated = new StatedLayers();
        for (String line : Members.text(listed, "comment").split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0 && line.startsWith(Property.PREFIX)) {
                String value = CommentLine.unescaped(line.substring(equals + 1));
                stated.add(line.substring(0, equals), value);
                properties.putIfAbsent(line.substring(0, equals), value);
            }
        }
        for (String text : Members.texts(listed, "attributionTexts")) {
            stated.addText(text);
        }
        for (JsonObject annotation : Members.list(listed, "annotations")) {
            stated.addText(Members.text(annotation, "comment"));
        }
        ToolProperties.addSource(Members.text(listed, "sourceInfo"), properties);
        String kind = Members.text(listed, "primaryPackagePurpose");
        String name = Members.text(listed, "name");
        String version = Members.text(listed, "versionInfo");
        String identifier = Members.text(listed, "SPDXID");
        if (!stated.list().isEmpty()) {
            take(200 + 100L * stated.list().size());
            layers.put(identifier, stated.list());
        }
        if (kind.equals("OPERATING-SYSTEM")) {
            distribution(name, version, properties);
            return;
        }
        putBase(identifier, kind, name, version, purl);
        if (Members.list(listed, "annotations").stream().anyMatch(Claims::marksBase)) {
            take(200 + 2L * identifier.length());
            markedBases.add(identifier);
        }
        if (purl.isEmpty() && !properties.containsKey(Property.TYPE)) {
            if (PACKAGE_KINDS.contains(kind)) {
                take(200 + 2L * (identifier.length() + name.length()));
                unidentified.put(identifier, name);
            }
            putImage(identifier, version);
        } else {
            Optional<String> digest = imageDigest(purl);
            if (digest.isPresent()) {
                putImage(identifier, digest.get());
            }
            add(kind, name, version, purl, properties);
        }
    }

    /** {@return whether an annotation is a property that Konflux writes into SPDX as JSON} */
    private static boolean marksBase(JsonObject annotation) {
        String comment = Members.text(annotation, "comment").replaceAll("\\s", "");
        return comment.equals("{\"name\":\"konflux:container:is_base_image\",\"value\":\"true\"}");
    }

    private void putBase(String identifier, String kind, String name, String version, String purl)
            throws SbomException {
        boolean isImage = kind.equals("CONTAINER")
                || version.indexOf(':') > 0
                || ClaimedBase.imageUrl(purl).isPresent();
        ClaimedBase base = isImage ? ClaimedBase.of(name, version, purl).orElse(null) : null;
        if (base != null) {
            take(600 + 2L * (identifier.length() + base.toString().length()));
            bases.put(identifier, base);
        }
    }

    /** Adds that an element of SPDX descends from another one. */
    void addAncestor(String descendant, String ancestor) throws SbomException {
        take(400 + 2L * (descendant.length() + ancestor.length()));
        ancestors.computeIfAbsent(descendant, none -> new LinkedHashSet<>()).add(ancestor);
    }

    /** {@return the image that elements with these identifiers descend from or, if none does, the marked one} */
    Optional<ClaimedBase> base(Set<String> identifiers) {
        Set<String> stated = new LinkedHashSet<>();
        identifiers.forEach(each -> stated.addAll(ancestors.getOrDefault(each, Set.of())));
        stated.removeAll(identifiers);
        List<ClaimedBase> named = images(stated);
        return ClaimedBase.only(named.isEmpty() ? images(markedBases) : named);
    }

    private List<ClaimedBase> images(Set<String> identifiers) {
        List<ClaimedBase> found = new ArrayList<>();
        for (String each : identifiers) {
            ClaimedBase base = bases.get(each);
            if (base != null) {
                found.add(base);
            }
        }
        return found;
    }

    private void putImage(String identifier, String digest) throws SbomException {
        if (digest.indexOf(':') > 0) {
            take(200 + 2L * (identifier.length() + digest.length()));
            images.put(identifier, digest);
        }
    }

    /** {@return the version of a package URL of an image; empty for any other text} */
    static Optional<String> imageDigest(String purl) {
        return ClaimedBase.imageUrl(purl).map(PackageUrl::version);
    }

    /** {@return what SPDX packages with these identifiers state as digests of images} */
    List<String> imageDigests(Set<String> identifiers) {
        return identifiers.stream()
                .map(each -> images.getOrDefault(each, ""))
                .filter(digest -> !digest.isEmpty())
                .toList();
    }

    /** {@return the layers of the only image among SPDX packages with these identifiers} */
    List<Digest> layers(Set<String> identifiers) {
        List<List<Digest>> stated = identifiers.stream()
                .map(each -> layers.getOrDefault(each, List.of()))
                .filter(each -> !each.isEmpty())
                .toList();
        return stated.size() == 1 ? stated.get(0) : List.of();
    }

    private void distribution(String name, String version, Map<String, String> properties) {
        if (!distribution.isEmpty()) {
            return;
        }
        for (String field : Property.OS_RELEASE_FIELDS) {
            String value = properties.getOrDefault(Property.OS_RELEASE + field, "");
            if (!value.isEmpty()) {
                distribution.put(field, value);
            }
        }
        if (distribution.isEmpty()) {
            distribution.putAll(ToolProperties.distribution(name, version, properties));
        }
    }

    private void add(String kind, String name, String version, String purl, Map<String, String> properties)
            throws SbomException {
        PackageUrl url = null;
        if (!purl.isEmpty()) {
            try {
                url = PackageUrl.parse(purl);
            } catch (IllegalArgumentException e) {
                problem(InventoryProblem.Reason.MALFORMED, Quoted.printable(String.valueOf(e.getMessage())));
                return;
            }
            if (IMAGE_TYPES.contains(url.type())) {
                return;
            }
        } else if (!properties.containsKey(Property.TYPE)) {
            // An application without a version is a lock file or a program, whose packages are listed beside it.
            boolean isPackage = PACKAGE_KINDS.contains(kind) || (kind.equals("application") && !version.isEmpty());
            if (isPackage) {
                unidentifiable(name);
            }
            return;
        }
        ToolProperties.addSource(url, version, properties);
        ClaimedPackage claimed = new ClaimedPackage(name, version, url, Property.relevant(properties));
        take(claimed.memoryBytes());
        packages.add(claimed);
    }

    private void unidentifiable(String name) {
        problem(InventoryProblem.Reason.UNSUPPORTED, Quoted.quote(name) + " has no package URL");
    }

    private void problem(InventoryProblem.Reason reason, String detail) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new InventoryProblem(reason, "", -1, detail));
        } else {
            untold++;
        }
    }

    /** Adds what the writer of the document could not read in the image. */
    void addProblem(String stated) {
        problem(InventoryProblem.Reason.UNSUPPORTED, "the document says: " + Quoted.quote(stated));
    }

    /** {@return what is claimed, without packages that are the subject of the document} */
    Inventory inventory(Set<String> described) {
        unidentified.forEach((identifier, name) -> {
            if (!described.contains(identifier)) {
                unidentifiable(name);
            }
        });
        if (untold > 0) {
            problems.add(new InventoryProblem(
                    InventoryProblem.Reason.UNSUPPORTED, "", -1, untold + " more packages cannot be identified"));
        }
        boolean statesSources = packages.stream().anyMatch(ClaimedPackage::statesSource);
        Set<InstalledPackage> all = new LinkedHashSet<>();
        packages.forEach(each -> all.add(each.installed(document, statesSources)));
        Inventory inventory = Inventory.of(all.stream().sorted(ORDER).toList()).withProblems(problems);
        Map<String, String> fields = distribution.isEmpty() ? ToolProperties.distribution(packages) : distribution;
        return fields.getOrDefault("ID", "").isEmpty()
                ? inventory
                : inventory.withDistribution(Distribution.of(fields));
    }
}
