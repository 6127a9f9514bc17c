package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.registry.inventory.PackageUrl;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Syft and Trivy write beside the members of the formats, by the names of this project's properties. */
final class ToolProperties {
    private static final Pattern SOURCE_RPM = Pattern.compile("(.+)-([^-]+-[^-]+)[.](?:no)?src[.]rpm");
    private static final Pattern BUILT_FROM = Pattern.compile("built package from: (\\S+) (\\S+)");
    private static final Pattern DISTRO = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*?)-([0-9][0-9A-Za-z.]*)");
    private static final String SYFT = "syft:";
    private static final String TRIVY = "aquasecurity:trivy:";

    /** Distributions whose name in Trivy's documents is not the {@code ID} of their os-release. */
    private static final Map<String, String> IDS = Map.of(
            "alma", "almalinux",
            "amazon", "amzn",
            "opensuse.leap", "opensuse-leap",
            "opensuse.tumbleweed", "opensuse-tumbleweed",
            "oracle", "ol",
            "redhat", "rhel");

    /** Labels of images, which both tools write. */
    private static final List<String> LABELS = List.of(SYFT + "image:labels:", TRIVY + "Labels:");

    static final String BASE_NAME = "org.opencontainers.image.base.name";
    static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

    private ToolProperties() {}

    /** {@return which of the two labels on a base a property is; empty if it is neither} */
    static Optional<String> label(String property) {
        return LABELS.stream()
                .filter(property::startsWith)
                .map(prefix -> property.substring(prefix.length()))
                .filter(label -> label.equals(BASE_NAME) || label.equals(BASE_DIGEST))
                .findFirst();
    }

    /** Adds the source package and the file, unless the document states them as this project does. */
    static void addSource(@Nullable PackageUrl url, String version, Map<String, String> properties) {
        copy(SYFT + "location:0:path", Property.PATH, properties);
        copy(TRIVY + "PkgPath", Property.PATH, properties);
        copy(TRIVY + "FilePath", Property.PATH, properties);
        copy(SYFT + "metadata:modularityLabel", Property.MODULARITY, properties);
        copy(TRIVY + "Modularitylabel", Property.MODULARITY, properties);
        if (properties.containsKey(Property.SOURCE_NAME)) {
            return;
        }
        String upstream = url == null ? "" : url.qualifiers().getOrDefault("upstream", "");
        String name = properties.getOrDefault(TRIVY + "SrcName", "");
        if (!upstream.isEmpty()) {
            Matcher rpm = SOURCE_RPM.matcher(upstream);
            int at = upstream.indexOf('@');
            if (rpm.matches()) {
                put(rpm.group(1), rpm.group(2), properties);
            } else if (at > 0) {
                put(upstream.substring(0, at), upstream.substring(at + 1), properties);
            } else {
                properties.put(Property.SOURCE_NAME, upstream);
            }
        } else if (!name.isEmpty()) {
            String release = properties.getOrDefault(TRIVY + "SrcRelease", "");
            String source = properties.getOrDefault(TRIVY + "SrcVersion", version);
            String epoch = properties.getOrDefault(TRIVY + "SrcEpoch", "");
            boolean isRpm = url != null && url.type().equals("rpm");
            if (isRpm && !epoch.isEmpty()) {
                properties.put(Property.SOURCE_EPOCH, epoch);
            }
            String full = release.isEmpty() || source.endsWith("-" + release) ? source : source + "-" + release;
            put(name, isRpm || epoch.isEmpty() || full.contains(":") ? full : epoch + ":" + full, properties);
        }
    }

    /** Adds the source package of SPDX's {@code sourceInfo}. */
    static void addSource(String sourceInfo, Map<String, String> properties) {
        Matcher source = BUILT_FROM.matcher(sourceInfo);
        if (source.matches() && !properties.containsKey(Property.SOURCE_NAME)) {
            put(source.group(1), source.group(2), properties);
        }
    }

    private static void put(String name, String version, Map<String, String> properties) {
        properties.put(Property.SOURCE_NAME, name);
        properties.put(Property.SOURCE_VERSION, version);
    }

    private static void copy(String from, String to, Map<String, String> properties) {
        String value = properties.getOrDefault(from, "");
        if (!value.isEmpty()) {
            properties.putIfAbsent(to, value.startsWith("/") ? value.substring(1) : value);
        }
    }

    /** {@return the fields of os-release that an operating system has in a document} */
    static Map<String, String> distribution(String name, String version, Map<String, String> properties) {
        Map<String, String> fields = new HashMap<>();
        String named = properties.getOrDefault(SYFT + "distro:id", name);
        String id = IDS.getOrDefault(named, named);
        String release = properties.getOrDefault(SYFT + "distro:versionID", version);
        if (!id.isEmpty()) {
            fields.put("ID", id);
        }
        if (!release.isEmpty()) {
            fields.put("VERSION_ID", release(id, release));
        }
        String pretty = properties.getOrDefault(SYFT + "distro:prettyName", "");
        if (!pretty.isEmpty()) {
            fields.put("PRETTY_NAME", pretty);
        }
        return fields;
    }

    /** {@return the release in the words of os-release: Debian 13.2 calls itself 13 there} */
    private static String release(String id, String version) {
        return id.equals("debian") ? version.replaceFirst("[.].*", "") : version;
    }

    /** {@return the fields of os-release by the qualifier {@code distro}, if all packages agree} */
    static Map<String, String> distribution(List<ClaimedPackage> packages) {
        Set<Map<String, String>> found = new HashSet<>();
        for (ClaimedPackage each : packages) {
            PackageUrl url = each.url();
            if (url != null && url.qualifiers().containsKey("distro")) {
                found.add(distribution(url));
            }
            if (found.size() > 1) {
                return Map.of();
            }
        }
        return found.isEmpty() ? Map.of() : found.iterator().next();
    }

    private static Map<String, String> distribution(PackageUrl url) {
        String distro = url.qualifiers().getOrDefault("distro", "");
        Matcher parts = DISTRO.matcher(distro);
        if (parts.matches()) {
            return distribution(parts.group(1), parts.group(2), Map.of());
        }
        boolean isRelease = !distro.isEmpty() && Character.isDigit(distro.charAt(0));
        return isRelease ? distribution(url.namespace(), distro, Map.of()) : distribution(distro, "", Map.of());
    }
}
