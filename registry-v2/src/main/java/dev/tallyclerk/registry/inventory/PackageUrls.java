package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes package URLs of packages.
 *
 * @see <a href="https://github.com/package-url/purl-spec/tree/main/types-doc">Package-URL types</a>
 */
final class PackageUrls {
    private static final Set<String> SYSTEM = Set.of("deb", "apk", "rpm", "alpm", "opkg");

    private PackageUrls() {}

    /** {@return the URL of a package; nothing if its distribution is unknown and has to be part of it} */
    static Optional<PackageUrl> of(FoundPackage found, @Nullable Distribution distribution) {
        if (SYSTEM.contains(found.type())) {
            return Optional.ofNullable(distribution).map(known -> ofSystem(found, known));
        }
        String name = found.name();
        return Optional.of(
                switch (found.type()) {
                    case "maven" -> split(found, name.indexOf(':'), found.version());
                    case "npm" -> split(found, name.startsWith("@") ? name.indexOf('/') : -1, found.version());
                    case "golang" -> split(found, name.lastIndexOf('/'), goVersion(found));
                    case "composer" -> split(found, name.indexOf('/'), found.version());
                    default -> split(found, -1, found.version());
                });
    }

    private static String goVersion(FoundPackage found) {
        boolean isStandardLibrary =
                found.name().equals("stdlib") && found.version().startsWith("go");
        return isStandardLibrary ? found.version().substring(2) : found.version();
    }

    private static PackageUrl split(FoundPackage found, int at, String version) {
        String name = found.name();
        return at < 1 || at == name.length() - 1
                ? PackageUrl.of(found.type(), "", name, version)
                : PackageUrl.of(found.type(), name.substring(0, at), name.substring(at + 1), version);
    }

    private static PackageUrl ofSystem(FoundPackage found, Distribution distribution) {
        boolean isRpm = found.type().equals("rpm");
        int colon = isRpm ? found.version().indexOf(':') : -1;
        PackageUrl url = PackageUrl.of(
                        found.type(),
                        vendor(distribution.id()),
                        found.name(),
                        found.version().substring(colon + 1))
                .withQualifier("arch", found.architecture())
                .withQualifier(
                        "distro",
                        distribution.id()
                                + distribution.versionId().map(id -> "-" + id).orElse(""));
        return colon < 0 ? url : url.withQualifier("epoch", found.version().substring(0, colon));
    }

    /** {@return the vendor whose names other tools use} */
    private static String vendor(String id) {
        if (id.startsWith("opensuse")) {
            return "opensuse";
        }
        return id.equals("rhel") ? "redhat" : id;
    }
}
