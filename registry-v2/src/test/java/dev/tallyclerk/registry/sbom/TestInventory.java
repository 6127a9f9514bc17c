package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.filesystem.LayerOrigin;
import dev.tallyclerk.registry.inventory.Distribution;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.InventoryProblem;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.inventory.SourcePackage;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An inventory with each kind of package, and the image that it is of. */
final class TestInventory {
    static final Digest LAYER = Digest.sha256Of("layer".getBytes(StandardCharsets.UTF_8));
    static final Digest UPPER = Digest.sha256Of("upper".getBytes(StandardCharsets.UTF_8));
    static final Digest MANIFEST = Digest.sha256Of("manifest".getBytes(StandardCharsets.UTF_8));

    private static final LayerOrigin LOWER = new LayerOrigin(0, LAYER);

    private TestInventory() {}

    static DescribedImage image() {
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                .created(Instant.parse("2026-10-01T10:20:30.5Z"))
                .layer(LAYER)
                .layer(UPPER)
                .build();
        return DescribedImage.of(MANIFEST, config);
    }

    static Inventory inventory() {
        return Inventory.of(packages())
                .withDistribution(Distribution.of(
                        Map.of("ID", "debian", "VERSION_ID", "13", "PRETTY_NAME", "Debian GNU/Linux 13 (trixie)")))
                .withProblems(List.of());
    }

    static Inventory incomplete() {
        return inventory()
                .withProblems(List.of(new InventoryProblem(
                        InventoryProblem.Reason.MALFORMED, "opt/a.jar", 0, "the archive\nis cut off")));
    }

    static List<InstalledPackage> packages() {
        return List.of(
                InstalledPackage.builder(
                                "deb", "libc6", "1:2.41-12+b1", Evidence.DATABASE, "var/lib/dpkg/status", LOWER)
                        .purl(PackageUrl.parse("pkg:deb/debian/libc6@1:2.41-12%2Bb1?arch=amd64&distro=debian-13"))
                        .architecture("amd64")
                        .source(SourcePackage.of("glibc", "1:2.41-12"))
                        .build(),
                InstalledPackage.builder(
                                "deb", "python3-six", "1.17.0-1", Evidence.DATABASE, "var/lib/dpkg/status", LOWER)
                        .purl(PackageUrl.parse("pkg:deb/debian/python3-six@1.17.0-1?arch=all&distro=debian-13"))
                        .architecture("all")
                        .source(SourcePackage.of("python3-six", "1.17.0-1"))
                        .build(),
                InstalledPackage.builder(
                                "golang",
                                "github.com/Azure/go-autorest",
                                "v14.2.0+incompatible",
                                Evidence.PROGRAM,
                                "usr/bin/tool",
                                new LayerOrigin(1, UPPER))
                        .purl(PackageUrl.of("golang", "github.com/Azure", "go-autorest", "v14.2.0+incompatible"))
                        .build(),
                InstalledPackage.builder("golang", "stdlib", "go1.24.4", Evidence.PROGRAM, "usr/bin/tool", LOWER)
                        .purl(PackageUrl.of("golang", "", "stdlib", "1.24.4"))
                        .build(),
                InstalledPackage.builder("maven", "org.example:app", "1.0", Evidence.INSTALLATION, "srv/app.war", LOWER)
                        .purl(PackageUrl.of("maven", "org.example", "app", "1.0"))
                        .build(),
                InstalledPackage.builder(
                                "maven",
                                "org.example:lib",
                                "2.0",
                                Evidence.INSTALLATION,
                                "srv/app.war!/WEB-INF/lib/lib.jar",
                                LOWER)
                        .purl(PackageUrl.of("maven", "org.example", "lib", "2.0"))
                        .build(),
                InstalledPackage.builder(
                                "npm",
                                "@Scope/JSONStream",
                                "1.3.5",
                                Evidence.INSTALLATION,
                                "app/node_modules/@Scope/JSONStream/package.json",
                                LOWER)
                        .purl(PackageUrl.of("npm", "@Scope", "JSONStream", "1.3.5"))
                        .build(),
                InstalledPackage.builder("npm", "claimed", "1", Evidence.CLAIM, "usr/share/a.cdx.json", LOWER)
                        .purl(PackageUrl.of("npm", "", "claimed", "1"))
                        .build(),
                InstalledPackage.builder(
                                "pypi",
                                "six",
                                "1.17.0",
                                Evidence.INSTALLATION,
                                "usr/lib/python3/dist-packages/six-1.17.0.dist-info/METADATA",
                                LOWER)
                        .purl(PackageUrl.of("pypi", "", "six", "1.17.0"))
                        .owner("python3-six")
                        .build(),
                InstalledPackage.builder("rpm", "perl-Errno", "1:1.30-481.el9", Evidence.DATABASE, "var/lib/rpm", LOWER)
                        .purl(PackageUrl.parse("pkg:rpm/rocky/perl-Errno@1.30-481.el9?arch=x86_64&epoch=1"))
                        .architecture("x86_64")
                        .source(SourcePackage.of("perl", "5.32.1-481.el9").withEpoch(4))
                        .modularityLabel("perl:5.32:1:a\\b")
                        .build());
    }

    static byte[] written(SbomFormat format, Inventory inventory) {
        return written(SbomWriter.of(format), image(), inventory);
    }

    static byte[] written(SbomWriter writer, DescribedImage image, Inventory inventory) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(image, inventory, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
