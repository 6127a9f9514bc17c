package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileDigests;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FileScan;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.internal.inventory.OwnedPaths;
import dev.tallyclerk.registry.internal.inventory.ReadLimits;
import dev.tallyclerk.registry.internal.inventory.WholeFile;
import dev.tallyclerk.registry.internal.inventory.rpm.RpmDatabase;
import dev.tallyclerk.registry.internal.inventory.system.ApkInstalled;
import dev.tallyclerk.registry.internal.inventory.system.ChecksumList;
import dev.tallyclerk.registry.internal.inventory.system.DpkgStatus;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The files of one layer that are as a package brought them, by the databases of dpkg, apk and rpm in the same layer.
 * Belongs to one thread.
 *
 * <p>A package manager writes a file and its checksum in one step, so that a database in another layer says nothing
 * about a file. Only folders of distributions count: no distribution has packages with files in {@code /opt},
 * {@code /srv} or the homes of users. What cannot be read or kept makes no file unchanged.
 */
final class PackageFiles {
    private static final String INFO = "var/lib/dpkg/info/";
    private static final String STATUS_FOLDER = "var/lib/dpkg/status.d/";
    private static final String CHECKSUMS = ".md5sums";
    private static final Set<String> APK = Set.of("lib/apk/db/installed", "usr/lib/apk/db/installed");
    private static final List<String> RPM_FOLDERS = List.of("var/lib/rpm/", "usr/lib/sysimage/rpm/");
    private static final Set<String> RPM_NAMES = Set.of("rpmdb.sqlite", "Packages.db", "Packages");
    private static final List<String> FOLDERS = List.of("usr/", "lib/", "lib64/", "bin/", "sbin/");
    private static final String USR = "usr/";
    private static final Set<String> NAMES_OF_RELEASES = Set.of("etc/os-release", "usr/lib/os-release");

    private static final long MAX_BYTES = 64 << 20;
    private static final ReadLimits LIMITS = new ReadLimits(MAX_BYTES, 1 << 20, 0, 0, 0);

    private final MemoryBudget budget;

    /** The checksums of dpkg, by the name of the package. */
    private final Map<String, FileFindings> lists = new TreeMap<>();

    /** What says which packages of dpkg are installed. */
    private final List<FileFindings> states = new ArrayList<>();

    /** The databases of apk and rpm. */
    private final List<FileFindings> databases = new ArrayList<>();

    private boolean namesRelease;

    private PackageFiles(MemoryBudget budget) {
        this.budget = budget;
    }

    /** {@return what reads the layers of one image, which share 64 MiB of memory for databases} */
    static Supplier<PackageFiles> ofLayers() {
        MemoryBudget budget = MemoryBudget.ofBytes(MAX_BYTES);
        return () -> new PackageFiles(budget);
    }

    /** {@return whether a file at a path may be one of a distribution's packages} */
    static boolean mayHave(String path) {
        for (String folder : FOLDERS) {
            if (path.startsWith(folder)) {
                return !path.startsWith("usr/local/");
            }
        }
        return false;
    }

    /** {@return what reads an entry, if it is a part of a database} */
    Optional<ContentConsumer> entry(LayerEntry entry) {
        String path = entry.path();
        namesRelease |= NAMES_OF_RELEASES.contains(path);
        if (entry.type() != LayerEntry.Type.FILE || entry.whiteout().isPresent()) {
            return Optional.empty();
        }
        FileFindings findings = FileFindings.withDigests(LIMITS, budget);
        if (path.equals("var/lib/dpkg/status")) {
            return read(DpkgStatus.ofDpkg(), findings, states);
        }
        if (path.startsWith(INFO) && path.endsWith(CHECKSUMS)) {
            return list(path.substring(INFO.length()), findings);
        }
        if (path.startsWith(STATUS_FOLDER)) {
            return path.endsWith(CHECKSUMS)
                    ? list(path.substring(STATUS_FOLDER.length()), findings)
                    : read(DpkgStatus.ofDistroless(), findings, states);
        }
        if (APK.contains(path)) {
            return read(new ApkInstalled(), findings, databases);
        }
        for (String folder : RPM_FOLDERS) {
            if (path.startsWith(folder) && RPM_NAMES.contains(path.substring(folder.length()))) {
                databases.add(findings);
                return Optional.of(new FileScan(findings, RpmDatabase.sink(findings)));
            }
        }
        return Optional.empty();
    }

    private Optional<ContentConsumer> list(String name, FileFindings findings) {
        String stem = name.substring(0, name.length() - CHECKSUMS.length());
        int colon = stem.indexOf(':');
        lists.put(colon < 0 ? stem : stem.substring(0, colon), findings);
        return Optional.of(new FileScan(findings, new WholeFile(new ChecksumList(), findings)));
    }

    private static Optional<ContentConsumer> read(
            ContentReader reader, FileFindings findings, List<FileFindings> into) {
        into.add(findings);
        return Optional.of(new FileScan(findings, new WholeFile(reader, findings)));
    }

    /** {@return what the databases say about the files with secrets, and which programs that engines run they list} */
    LayerFacts.Packages facts(Collection<SecretFile> files) {
        Map<Long, Set<Long>> wanted = new HashMap<>();
        files.forEach(
                file -> names(file.entry().path()).forEach(name -> wanted.put(OwnedPaths.hash(name), new HashSet<>())));
        List<String> run = EnginePrograms.paths();
        run.forEach(path -> wanted.put(OwnedPaths.hash(path), new HashSet<>()));
        boolean hasLists = find(wanted);
        Set<String> listed = new HashSet<>();
        for (String path : run) {
            if (names(path).stream()
                    .anyMatch(name -> !wanted.getOrDefault(OwnedPaths.hash(name), Set.of())
                            .isEmpty())) {
                listed.add(path);
            }
        }
        boolean hasDistribution = namesRelease && !(states.isEmpty() && databases.isEmpty());
        return new LayerFacts.Packages(unchanged(files, wanted), listed, hasLists, hasDistribution);
    }

    /** {@return whether there is a list} */
    private boolean find(Map<Long, Set<Long>> wanted) {
        Set<String> installed = new HashSet<>();
        states.forEach(state -> state.packages().forEach(each -> installed.add(each.name())));
        List<FileDigests> all = new ArrayList<>();
        lists.forEach((name, list) -> {
            if (installed.contains(name)) {
                all.add(list.digests());
            }
        });
        databases.forEach(database -> all.add(database.digests()));
        all.forEach(digests -> digests.find(wanted));
        return all.stream().anyMatch(digests -> !digests.isEmpty());
    }

    private static Set<Integer> unchanged(Collection<SecretFile> files, Map<Long, Set<Long>> wanted) {
        Set<Integer> unchanged = new HashSet<>();
        for (SecretFile file : files) {
            boolean isListed = names(file.entry().path()).stream()
                    .anyMatch(name -> wanted.getOrDefault(OwnedPaths.hash(name), Set.of()).stream()
                            .anyMatch(file.checksums()::contains));
            if (isListed) {
                unchanged.add(file.entry().position());
            }
        }
        return unchanged;
    }

    /** {@return the paths under which a package may list a file; {@code /lib} and its like may lead to {@code /usr}} */
    private static List<String> names(String path) {
        return path.startsWith(USR) ? List.of(path, path.substring(USR.length())) : List.of(path, USR + path);
    }

    /** {@return the starts of the checksums of a file's content, one for each that package managers use} */
    static Set<Long> checksums(Iterable<byte[]> all) {
        Set<Long> starts = new HashSet<>();
        all.forEach(checksum -> starts.add(FileDigests.start(checksum)));
        return starts;
    }
}
