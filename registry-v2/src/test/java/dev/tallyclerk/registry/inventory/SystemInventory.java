package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.filesystem.LayerOrigin;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Inventories for tests. */
public final class SystemInventory {
    private static final LayerOrigin LAYER = new LayerOrigin(0, Digest.sha256Of(new byte[0]));

    private SystemInventory() {}

    /** {@return an inventory of an image of a distribution} */
    public static Inventory of(String id, String version, InstalledPackage... packages) {
        Distribution distribution = Distribution.of(Map.of("ID", id, "VERSION_ID", version));
        return new Inventory(List.of(packages), List.of(), distribution);
    }

    /** {@return a package, whose purl names the distribution {@code debian-13} if it is a system's} */
    public static InstalledPackage.Builder builder(String type, String name, String version) {
        String namespace = type.equals("deb") ? "debian" : "";
        return InstalledPackage.builder(
                        type,
                        name,
                        version,
                        type.equals("deb") || type.equals("rpm") ? Evidence.DATABASE : Evidence.INSTALLATION,
                        "files/" + name,
                        LAYER)
                .purl(PackageUrl.of(type, namespace, name.substring(name.indexOf(':') + 1), version));
    }

    /** {@return packages of a language, written {@code type name version}} */
    public static Inventory languages(String... packages) {
        return Inventory.of(Arrays.stream(packages)
                .map(each -> each.split(" ", -1))
                .map(parts -> builder(parts[0], parts[1], parts[2]).build())
                .toList());
    }
}
