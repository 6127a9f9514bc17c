package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.inventory.SourcePackage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The packages of a document by identifier, and how they belong together. Immutable. */
final class ListedPackages {
    private static final Set<String> SYSTEM = Set.of("deb", "apk", "rpm", "alpm", "opkg");
    private static final int ID_LENGTH = 16;

    private final Map<String, InstalledPackage> byId = new LinkedHashMap<>();

    private final List<String> roots = new ArrayList<>();
    private final Map<String, List<String>> parts = new LinkedHashMap<>();

    ListedPackages(List<InstalledPackage> packages) {
        Map<String, Integer> repeated = new HashMap<>();
        for (InstalledPackage each : packages) {
            String id = id(each);
            int before = repeated.merge(id, 1, Integer::sum);
            byId.put(before == 1 ? id : id + "-" + before, each);
        }
        Map<String, String> system = new HashMap<>();
        Map<String, String> archives = new HashMap<>();
        byId.forEach((id, each) -> {
            if (each.evidence() == Evidence.DATABASE) {
                system.putIfAbsent(each.name(), id);
            } else {
                // Several packages in one archive: none of them contains what is in the archive.
                archives.merge(each.path(), id, (one, other) -> "");
            }
        });
        byId.forEach((id, each) -> {
            String archive = archives.getOrDefault(outer(each.path()), "");
            String owner = each.owner().map(system::get).orElse("");
            String parent = archive.isEmpty() ? owner : archive;
            if (parent.isEmpty() || parent.equals(id)) {
                roots.add(id);
            } else {
                parts.computeIfAbsent(parent, none -> new ArrayList<>()).add(id);
            }
        });
    }

    private static String outer(String path) {
        int in = path.lastIndexOf("!/");
        return in < 0 ? "" : path.substring(0, in);
    }

    private static String id(InstalledPackage each) {
        String parts = String.join(
                "\0",
                each.type(),
                each.name(),
                each.version(),
                each.architecture().orElse(""),
                each.path(),
                each.evidence().name());
        return Digest.sha256Of(parts.getBytes(StandardCharsets.UTF_8)).encoded().substring(0, ID_LENGTH);
    }

    /** {@return the packages by identifier, which depends on nothing but the package} */
    Map<String, InstalledPackage> byId() {
        return byId;
    }

    /** {@return the identifiers of the packages that are part of no other} */
    List<String> roots() {
        return roots;
    }

    /** {@return the identifiers of what each system package and archive brought} */
    Map<String, List<String>> parts() {
        return parts;
    }

    /**
     * {@return the package URL, with the source package as scanners look for it}
     *
     * <p>Its qualifier {@code upstream} is that of the type rpm, and a convention for deb and apk.
     */
    static Optional<PackageUrl> purl(InstalledPackage each) {
        return each.purl()
                .map(purl -> each.source()
                        .filter(source -> SYSTEM.contains(each.type()))
                        .map(source -> upstream(each, source))
                        .filter(upstream -> !upstream.isEmpty())
                        .map(upstream -> purl.withQualifier("upstream", upstream))
                        .orElse(purl));
    }

    private static String upstream(InstalledPackage each, SourcePackage source) {
        if (each.type().equals("rpm")) {
            return source.version().isEmpty() ? "" : source.name() + "-" + source.version() + ".src.rpm";
        }
        boolean sameName = source.name().equals(each.name());
        boolean sameVersion = source.version().isEmpty() || source.version().equals(each.version());
        if (sameName && sameVersion) {
            return "";
        }
        return sameVersion ? source.name() : source.name() + "@" + source.version();
    }

    /** {@return what neither format has a member for, by the name of a property} */
    static Map<String, String> properties(InstalledPackage each) {
        Map<String, String> properties = new TreeMap<>();
        properties.put(Property.TYPE, each.type());
        properties.put(Property.EVIDENCE, each.evidence().name().toLowerCase(Locale.ROOT));
        properties.put(Property.PATH, each.path());
        properties.put(Property.LAYER_NUMBER, String.valueOf(each.layer().index() + 1));
        properties.put(Property.LAYER_DIFF_ID, each.layer().diffId().toString());
        each.architecture().ifPresent(value -> properties.put(Property.ARCHITECTURE, value));
        each.modularityLabel().ifPresent(value -> properties.put(Property.MODULARITY, value));
        each.owner().ifPresent(value -> properties.put(Property.OWNER, value));
        each.source().ifPresent(source -> {
            properties.put(Property.SOURCE_NAME, source.name());
            properties.put(Property.SOURCE_VERSION, source.version());
            source.epoch().ifPresent(epoch -> properties.put(Property.SOURCE_EPOCH, String.valueOf(epoch)));
        });
        return properties;
    }
}
