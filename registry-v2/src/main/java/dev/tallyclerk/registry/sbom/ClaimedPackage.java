package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.registry.filesystem.LayerOrigin;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.inventory.SourcePackage;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A package as a document lists it.
 *
 * @param name the name that the document states
 * @param version the version that the document states
 * @param url the package URL; null if the document is of this project and has no package URL for the package
 * @param properties the properties of this project, and those of other tools by the same names
 */
record ClaimedPackage(String name, String version, @Nullable PackageUrl url, Map<String, String> properties) {
    private static final int OBJECT_BYTES = 600;

    /** Systems whose packages are their own sources where nothing else is stated. */
    private static final Set<String> OWN_SOURCES = Set.of("deb", "apk");

    boolean statesSource() {
        return properties.containsKey(Property.SOURCE_NAME);
    }

    long memoryBytes() {
        long characters = name.length() + version.length() + (url == null ? 0 : 2L * length(url));
        for (Map.Entry<String, String> each : properties.entrySet()) {
            characters += 50 + each.getValue().length();
        }
        return OBJECT_BYTES + 2 * characters;
    }

    private static int length(PackageUrl url) {
        int length = url.namespace().length()
                + url.name().length()
                + url.version().length()
                + url.subpath().length();
        for (Map.Entry<String, String> each : url.qualifiers().entrySet()) {
            length += 60 + each.getKey().length() + each.getValue().length();
        }
        return length;
    }

    /**
     * {@return the package as a claim}
     *
     * @param document stands for the layer where no layer is stated
     * @param statesSources whether the document states the sources of packages that are not named like their source
     */
    InstalledPackage installed(Digest document, boolean statesSources) {
        String type = url == null ? properties.getOrDefault(Property.TYPE, "") : url.type();
        String ownName = url == null ? name : spelled(url);
        String ownVersion = url == null ? version : fullVersion(url);
        InstalledPackage.Builder builder = InstalledPackage.builder(
                type, ownName, ownVersion, Evidence.CLAIM, properties.getOrDefault(Property.PATH, ""), layer(document));
        String architecture = url == null ? "" : url.qualifiers().getOrDefault("arch", "");
        architecture = properties.getOrDefault(Property.ARCHITECTURE, architecture);
        if (!architecture.isEmpty()) {
            builder.architecture(architecture);
        }
        if (url != null) {
            builder.purl(url);
        }
        setSource(builder, statesSources && OWN_SOURCES.contains(type), ownName, ownVersion);
        String label = properties.getOrDefault(Property.MODULARITY, "");
        if (!label.isEmpty()) {
            builder.modularityLabel(label);
        }
        String owner = properties.getOrDefault(Property.OWNER, "");
        if (!owner.isEmpty()) {
            builder.owner(owner);
        }
        return builder.build();
    }

    /** {@return the name with the capitals that a package URL loses} */
    private String spelled(PackageUrl url) {
        String full = url.packageName();
        if (name.equalsIgnoreCase(full)) {
            return name;
        }
        int prefix = full.length() - name.length();
        boolean isTail = prefix > 0 && full.regionMatches(true, prefix, name, 0, name.length());
        return isTail && "/:".indexOf(full.charAt(prefix - 1)) >= 0 ? full.substring(0, prefix) + name : full;
    }

    /** {@return the version with an epoch that only the document's own version has} */
    private String fullVersion(PackageUrl url) {
        String stated = url.packageVersion();
        boolean hasMore = version.endsWith(":" + stated) && version.matches("[1-9][0-9]*:.*");
        return stated.isEmpty() || hasMore ? version : stated;
    }

    private void setSource(InstalledPackage.Builder builder, boolean isOwn, String ownName, String ownVersion) {
        String source = properties.getOrDefault(Property.SOURCE_NAME, isOwn ? ownName : "");
        if (source.isEmpty()) {
            return;
        }
        SourcePackage of = SourcePackage.of(source, properties.getOrDefault(Property.SOURCE_VERSION, ownVersion));
        String epoch = properties.getOrDefault(Property.SOURCE_EPOCH, "");
        builder.source(epoch.matches("[0-9]{1,10}") ? of.withEpoch(Long.parseLong(epoch)) : of);
    }

    private LayerOrigin layer(Digest document) {
        String number = properties.getOrDefault(Property.LAYER_NUMBER, "");
        try {
            Digest diffId = Digest.parse(properties.getOrDefault(Property.LAYER_DIFF_ID, ""));
            return new LayerOrigin(number.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(number) - 1 : 0, diffId);
        } catch (MalformedDigestException e) {
            return new LayerOrigin(0, document);
        }
    }
}
