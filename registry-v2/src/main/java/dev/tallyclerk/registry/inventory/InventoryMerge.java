package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.filesystem.FileChange;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.internal.inventory.Doubt;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.FoundPackage.FoundSource;
import dev.tallyclerk.registry.inventory.InventoryProblem.Reason;
import dev.tallyclerk.registry.inventory.LayerFindings.FoundFile;
import dev.tallyclerk.registry.inventory.LayerFindings.Use;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Merges what the layers of one image say. Used once. */
final class InventoryMerge {
    private static final Comparator<InstalledPackage> ORDER = Comparator.comparing(InstalledPackage::type)
            .thenComparing(InstalledPackage::name)
            .thenComparing(InstalledPackage::version)
            .thenComparing(InstalledPackage::path)
            .thenComparing(each -> each.architecture().orElse(""));

    /**
     * What names the distribution, the first one that does. Ubuntu has the version of Debian that it was made from in
     * {@code debian_version}.
     */
    private static final List<String> RELEASE_FILES = List.of(
            "etc/os-release",
            "usr/lib/os-release",
            "etc/lsb-release",
            "etc/openwrt_release",
            "etc/oracle-release",
            "etc/redhat-release",
            "etc/system-release",
            "etc/alpine-release",
            "etc/debian_version",
            "etc/arch-release");

    private static final int MAX_LINKS = 1000;

    private static final String CHECKSUMS = ".md5sums";

    private final List<AnalyzedLayer<LayerFindings>> layers;
    private final List<InventoryProblem> problems = new ArrayList<>();
    private final List<InstalledPackage> packages = new ArrayList<>();

    InventoryMerge(List<AnalyzedLayer<LayerFindings>> layers) {
        this.layers = layers;
    }

    /** {@return the inventory of the merged files; null if the layers do not merge} */
    Inventory merge(@Nullable ImageFileSystem files) {
        for (AnalyzedLayer<LayerFindings> layer : layers) {
            layer.problem()
                    .ifPresent(problem ->
                            problems.add(new InventoryProblem(Reason.LAYER_NOT_READ, "", layer.index(), problem)));
            layer.value()
                    .map(value -> value.files().get(LayerScan.OVERFLOW))
                    .ifPresent(file -> addDoubts(file, "", layer.index()));
        }
        if (files == null) {
            problems.add(new InventoryProblem(
                    Reason.LAYER_NOT_READ,
                    "",
                    -1,
                    "the layers do not merge into one file system, so it is unknown which files the image has"));
            layers.forEach(this::countPackages);
            return new Inventory(List.of(), problems, null);
        }
        return new Merged(files).inventory();
    }

    /** Says how many packages a layer lists that may or may not be in the image. */
    private void countPackages(AnalyzedLayer<LayerFindings> layer) {
        long count = layer.value().stream()
                .flatMap(value -> value.files().values().stream())
                .filter(file -> file.use() != Use.CLAIM && file.use() != Use.STORED)
                .mapToLong(file -> file.findings().packages().size())
                .sum();
        if (count > 0) {
            problems.add(new InventoryProblem(
                    Reason.LAYER_NOT_READ, "", layer.index(), "lists " + count + " packages, which were not merged"));
        }
    }

    private Optional<FoundFile> findings(int layer, int position) {
        return layers.get(layer).value().map(value -> value.files().get(position));
    }

    private void addDoubts(FoundFile file, String path, int layer) {
        for (Doubt doubt : file.findings().doubts()) {
            problems.add(new InventoryProblem(reason(doubt), Quoted.printable(path), layer, doubt.detail()));
        }
    }

    private static Reason reason(Doubt doubt) {
        return switch (doubt.reason()) {
            case MALFORMED -> Reason.MALFORMED;
            case LIMIT_EXCEEDED -> Reason.LIMIT_EXCEEDED;
            case UNSUPPORTED -> Reason.UNSUPPORTED;
        };
    }

    /** {@return whether a file counts wherever it lies} */
    private static boolean isAnywhere(FoundFile file) {
        return switch (file.use()) {
            case INSTALLATION, PROGRAM, CLAIM -> true;
            case SYSTEM, RPM_LOG, STORED -> false;
        };
    }

    /** The merge over one file system. */
    private final class Merged {
        private final ImageFileSystem files;
        private final SystemFiles system;
        private final @Nullable Distribution distribution;

        /** Whether it was said that packages of the system may be missing. */
        private boolean isSystemDoubted;

        /** The files that count, by path, those of the system first. */
        private final Map<String, FoundFile> counted = new LinkedHashMap<>();

        Merged(ImageFileSystem files) {
            this.files = files;
            this.system = new SystemFiles(files, this::doubtSystem);
            UnreadManagers.find(files, this::doubtSystem);
            this.distribution = distribution();
            addSystem();
            addOthers();
        }

        private void doubtSystem(InventoryProblem problem) {
            problems.add(problem);
            isSystemDoubted = true;
        }

        private @Nullable Distribution distribution() {
            for (String path : RELEASE_FILES) {
                Optional<Map<String, String>> fields = files.resolve(path)
                        .flatMap(file -> FileVersions.current(file, InventoryMerge.this::findings))
                        .map(found -> found.findings().notes())
                        .filter(notes -> !notes.getOrDefault("ID", "").isEmpty());
                if (fields.isPresent()) {
                    return Distribution.of(fields.get());
                }
            }
            return null;
        }

        private void addSystem() {
            system.found().forEach((path, file) -> {
                Optional<FoundFile> found = FileVersions.current(file, InventoryMerge.this::findings);
                if (found.isPresent() && found.get().use() == Use.SYSTEM) {
                    counted.put(path, found.get());
                } else {
                    system.unreadable(file);
                }
            });
            checkLogs();
        }

        /** A database and its log that are not of one layer were never read together. */
        private void checkLogs() {
            for (Map.Entry<String, FoundFile> database : counted.entrySet()) {
                String path = database.getKey();
                if (!path.endsWith("rpmdb.sqlite")) {
                    continue;
                }
                String log = path + "-wal";
                int layer = files.file(path).orElseThrow().contentOrigin().index();
                Optional<ImageFile> now = files.file(log).filter(this::hasContent);
                boolean sameLayer = now.isPresent() && now.get().contentOrigin().index() == layer;
                boolean wasRead = database.getValue().findings().notes().containsKey(LayerScan.READ_WITH_LOG);
                if (now.isPresent() != wasRead || (now.isPresent() && !sameLayer)) {
                    problems.add(new InventoryProblem(
                            Reason.UNSUPPORTED,
                            Quoted.printable(log),
                            layer,
                            "the database and its write-ahead log come from different layers"));
                }
            }
        }

        private boolean hasContent(ImageFile file) {
            return file.size() > 0;
        }

        private void addOthers() {
            Set<String> paths = new LinkedHashSet<>();
            for (AnalyzedLayer<LayerFindings> layer : layers) {
                layer.value().stream()
                        .flatMap(value -> value.files().entrySet().stream())
                        .filter(each -> isAnywhere(each.getValue()))
                        .sorted(Map.Entry.comparingByKey())
                        .forEach(each -> paths.add(each.getValue().path()));
            }
            for (String path : paths) {
                Optional<ImageFile> file = files.file(path);
                if (file.isEmpty()) {
                    file = files.resolve(path); // the layer writes through a link
                }
                file.ifPresent(now -> FileVersions.current(now, InventoryMerge.this::findings)
                        .filter(InventoryMerge::isAnywhere)
                        .ifPresent(found -> counted.putIfAbsent(now.path(), found)));
            }
            if (layers.stream()
                    .anyMatch(layer ->
                            layer.value().filter(LayerFindings::hasHardLinks).isPresent())) {
                addLinks();
            }
        }

        /** Adds each file once that is known by a hard link only: its first path is gone, or is that of a store. */
        private void addLinks() {
            Set<FileFindings> known = Collections.newSetFromMap(new IdentityHashMap<>());
            counted.values().forEach(found -> known.add(found.findings()));
            List<ImageFile> notRead = new ArrayList<>();
            files.walk().filter(Merged::isHardLink).forEach(link -> {
                Optional<FoundFile> found = FileVersions.current(link, InventoryMerge.this::findings);
                boolean isNamed = LayerScan.isInstallation(link.path());
                if (found.isEmpty()) {
                    // The first ones say it; an image with a million such links must not fill the memory.
                    if (isNamed && notRead.size() < MAX_LINKS) {
                        notRead.add(link);
                    }
                } else if (counts(found.get(), isNamed) && known.add(found.get().findings())) {
                    counted.put(link.path(), found.get());
                }
            });
            notRead.forEach(link -> problems.add(notRead(link)));
        }

        private static boolean counts(FoundFile found, boolean isNamed) {
            return switch (found.use()) {
                case INSTALLATION, CLAIM, STORED -> isNamed;
                case PROGRAM -> true;
                case SYSTEM, RPM_LOG -> false;
            };
        }

        private static boolean isHardLink(ImageFile file) {
            return file.type() == LayerEntry.Type.FILE
                    && file.entry()
                            .filter(entry -> entry.type() == LayerEntry.Type.HARD_LINK)
                            .isPresent();
        }

        private InventoryProblem notRead(ImageFile link) {
            String target = link.entry().orElseThrow().hardLinkPath();
            return new InventoryProblem(
                    Reason.UNSUPPORTED,
                    Quoted.printable(link.path()),
                    link.origin().index(),
                    "is a hard link to a file whose name does not say what it is: " + Quoted.quote(target));
        }

        Inventory inventory() {
            FileOwners owners = owners();
            List<Claim> claims = new ArrayList<>();
            Set<PackageUrl> known = new HashSet<>();
            Map<String, Integer> systemLayers = new HashMap<>();
            counted.forEach((path, found) -> {
                ImageFile file = files.file(path).orElseThrow();
                addDoubts(found, path, file.origin().index());
                isSystemDoubted |=
                        found.use() == Use.SYSTEM && !found.findings().doubts().isEmpty();
                if (found.findings().packages().isEmpty()) {
                    return;
                }
                FileVersions versions = new FileVersions(files, file, InventoryMerge.this::findings);
                for (FoundPackage each : new LinkedHashSet<>(found.findings().packages())) {
                    int layer = versions.firstLayer(each);
                    if (found.use() == Use.SYSTEM) {
                        systemLayers.merge(each.name(), layer, Math::max);
                    }
                    // What is newer than the package that brought the file has been installed over it.
                    Optional<String> owner =
                            owners.of(path).filter(name -> layer <= systemLayers.getOrDefault(name, -1));
                    if (found.use() == Use.CLAIM) {
                        claims.add(new Claim(path, each, layer, owner));
                    } else {
                        Optional<PackageUrl> url = PackageUrls.of(each, distribution);
                        url.ifPresent(purl -> known.add(purl.coordinates()));
                        add(each, path, evidence(found.use()), layer, url, owner);
                    }
                }
            });
            claims.forEach(claim -> claim(claim, known));
            packages.sort(ORDER);
            if (!isSystemDoubted && packages.stream().noneMatch(each -> each.evidence() == Evidence.DATABASE)) {
                checkMissing();
            }
            return new Inventory(packages, problems, distribution);
        }

        /** What a distribution brought is unknown if no database lists it. */
        private void checkMissing() {
            Stream<String> deleted =
                    files.deleted().stream().map(FileChange::path).filter(SystemFiles::isDatabase);
            Optional<InventoryProblem> emptied = Stream.concat(system.found().keySet().stream(), deleted)
                    .map(this::listedBefore)
                    .flatMap(Optional::stream)
                    .findFirst();
            if (emptied.isPresent()) {
                problems.add(emptied.get());
            } else if (distribution != null) {
                problems.add(new InventoryProblem(
                        Reason.NO_DATABASE,
                        "",
                        -1,
                        "the image names the distribution " + Quoted.printable(distribution.toString())
                                + ", and no database lists a package"));
            }
        }

        /** {@return that lower layers list packages in a database that is gone or lists none} */
        private Optional<InventoryProblem> listedBefore(String path) {
            List<FileChange> history = files.history(path);
            int most = history.stream()
                    .flatMap(change -> change.entry().stream()
                            .flatMap(entry -> findings(change.entryLayer().index(), entry.position()).stream()))
                    .mapToInt(found -> found.findings().packages().size())
                    .max()
                    .orElse(0);
            return most == 0
                    ? Optional.empty()
                    : Optional.of(new InventoryProblem(
                            Reason.NO_DATABASE,
                            Quoted.printable(path),
                            history.get(history.size() - 1).layer().index(),
                            "lists no package any more, and " + most + " in a lower layer"));
        }

        private FileOwners owners() {
            Map<String, String> diversions = new TreeMap<>();
            Set<String> paths = new HashSet<>();
            counted.forEach((path, found) -> {
                if (found.use() != Use.SYSTEM) {
                    paths.add(path);
                } else if (path.endsWith("/diversions")) {
                    diversions.putAll(found.findings().notes());
                }
            });
            FileOwners owners = new FileOwners(diversions, paths);
            counted.forEach((path, found) -> {
                if (found.use() == Use.SYSTEM) {
                    owners.add(found.findings(), stanzaOf(path));
                }
            });
            return owners;
        }

        /**
         * {@return the package of the stanza that a list of a distroless image is beside; their files are named alike}
         */
        private Optional<String> stanzaOf(String list) {
            FoundFile stanza = list.endsWith(CHECKSUMS)
                    ? counted.get(list.substring(0, list.length() - CHECKSUMS.length()))
                    : null;
            return stanza == null
                    ? Optional.empty()
                    : stanza.findings().packages().stream()
                            .map(FoundPackage::name)
                            .findFirst();
        }

        private static Evidence evidence(Use use) {
            return switch (use) {
                case SYSTEM, RPM_LOG -> Evidence.DATABASE;
                case INSTALLATION, STORED -> Evidence.INSTALLATION;
                case PROGRAM -> Evidence.PROGRAM;
                case CLAIM -> Evidence.CLAIM;
            };
        }

        private void add(
                FoundPackage found,
                String path,
                Evidence evidence,
                int layer,
                Optional<PackageUrl> url,
                Optional<String> owner) {
            InstalledPackage.Builder builder = InstalledPackage.builder(
                    found.type(),
                    found.name(),
                    found.version(),
                    evidence,
                    path + found.inside(),
                    files.layers().get(layer));
            url.ifPresent(builder::purl);
            owner.ifPresent(builder::owner);
            if (!found.architecture().isEmpty()) {
                builder.architecture(found.architecture());
            }
            if (!found.label().isEmpty()) {
                builder.modularityLabel(found.label());
            }
            FoundSource source = found.source();
            if (!source.name().isEmpty()) {
                SourcePackage of = SourcePackage.of(source.name(), source.version());
                builder.source(source.epoch().isEmpty() ? of : of.withEpoch(Long.parseLong(source.epoch())));
            }
            packages.add(builder.build());
        }

        /** Something that nothing but a bill of materials lists. */
        private void claim(Claim claim, Set<PackageUrl> known) {
            PackageUrl url;
            try {
                url = claimed(claim.found);
            } catch (IllegalArgumentException e) {
                problems.add(new InventoryProblem(
                        Reason.MALFORMED,
                        Quoted.printable(claim.path),
                        claim.layer,
                        Quoted.printable(String.valueOf(e.getMessage()))));
                return;
            }
            if (known.add(url.coordinates())) {
                String name = url.packageName();
                // A package URL may be in lower case where the name is not.
                String spelled = claim.found.name().equalsIgnoreCase(name) ? claim.found.name() : name;
                FoundPackage found = FoundPackage.of(url.type(), spelled, url.packageVersion());
                add(found, claim.path, Evidence.CLAIM, claim.layer, Optional.of(url), claim.owner);
            }
        }
    }

    /** {@return the URL of a claim, with the version that is beside it if it has none} */
    private static PackageUrl claimed(FoundPackage found) {
        PackageUrl url = PackageUrl.parse(found.claimed());
        return url.version().isEmpty()
                ? new PackageUrl(
                        url.type(), url.namespace(), url.name(), found.version(), url.qualifiers(), url.subpath())
                : url;
    }

    /** A package of a bill of materials. */
    private record Claim(String path, FoundPackage found, int layer, Optional<String> owner) {}
}
