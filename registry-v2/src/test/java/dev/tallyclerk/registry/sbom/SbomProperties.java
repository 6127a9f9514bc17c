package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.packageurl.PackageURL;
import dev.tallyclerk.registry.filesystem.LayerOrigin;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import dev.tallyclerk.registry.inventory.Inventory;
import dev.tallyclerk.registry.inventory.PackageUrl;
import dev.tallyclerk.registry.inventory.SourcePackage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.cyclonedx.Version;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.parsers.JsonParser;

/** Documents of packages whose names, versions and paths are whatever a hostile or careless image has. */
class SbomProperties {
    private static final LayerOrigin LAYER = new LayerOrigin(0, TestInventory.LAYER);

    /** The namespaces of package URLs, by type. */
    private static final Map<String, String> NAMESPACES = Map.of(
            "deb",
            "debian",
            "apk",
            "alpine",
            "rpm",
            "rocky",
            "npm",
            "@Scope",
            "golang",
            "example.test/A/v2",
            "maven",
            "org.example",
            "pypi",
            "",
            "gem",
            "",
            "cargo",
            "");

    private static Arbitrary<String> text(int least) {
        return Arbitraries.oneOf(
                        Arbitraries.strings()
                                .withChars("abzAZ09.+~:-_^/@%?#&= \"'\\<>|")
                                .ofMinLength(least)
                                .ofMaxLength(12),
                        Arbitraries.strings()
                                .withChars("é中ß\u0130\u200b\u202e\u0000\n\t\u001b\u007f")
                                .withCharRange('a', 'z')
                                .ofMinLength(least)
                                .ofMaxLength(12),
                        Arbitraries.of("1:2.41-12+b1", "0~rc1", "v1.0.0+incompatible", "\uD83D\uDE00", "(devel)"))
                .filter(each -> least == 0 || !each.replace("/", "").isBlank());
    }

    @Provide
    static Arbitrary<List<InstalledPackage>> packages() {
        Arbitrary<InstalledPackage> one = Combinators.combine(
                        Arbitraries.of(NAMESPACES.keySet()), text(1), text(0), text(0), text(1))
                .as((type, name, version, path, source) -> {
                    String namespace = NAMESPACES.getOrDefault(type, "");
                    PackageUrl plain = PackageUrl.of(type, namespace, name, version);
                    PackageUrl url = type.equals("rpm") ? plain.withQualifier("epoch", "3") : plain;
                    InstalledPackage.Builder builder = InstalledPackage.builder(
                                    type, url.packageName(), url.packageVersion(), Evidence.DATABASE, path, LAYER)
                            .purl(url);
                    boolean isSystem = List.of("deb", "apk", "rpm").contains(type);
                    return (isSystem ? builder.source(SourcePackage.of(source, version)) : builder).build();
                });
        return one.list().ofMaxSize(6);
    }

    @Property(tries = 200)
    void documentsAreValidAndReadBack(@ForAll("packages") List<InstalledPackage> packages) throws Exception {
        Inventory inventory = Inventory.of(packages);
        byte[] bom = TestInventory.written(SbomFormat.CYCLONEDX, inventory);
        assertEquals(List.of(), new JsonParser().validate(bom, Version.VERSION_16));
        Bom parsed = new JsonParser().parse(bom);
        for (Component each : parsed.getComponents()) {
            PackageURL url = new PackageURL(each.getPurl());
            PackageUrl own = PackageUrl.parse(each.getPurl());
            assertEquals(url.getType(), own.type());
            // The library takes the bytes of UTF-8 for characters.
            if (own.version().chars().allMatch(c -> c < 0x80)) {
                assertEquals(url.getVersion() == null ? "" : url.getVersion(), own.version());
            }
        }
        byte[] document = TestInventory.written(SbomFormat.SPDX, inventory);
        assertEquals(
                List.of(), SbomPeersTest.spdx(document).verify(), () -> new String(document, StandardCharsets.UTF_8));
        for (byte[] each : List.of(bom, document)) {
            Sbom sbom = SbomReader.create().read(each);
            assertEquals(
                    Set.copyOf(packages).size(), sbom.inventory().packages().size());
            assertEquals(
                    List.of(), SbomComparison.of(sbom.inventory(), inventory).differences());
        }
    }
}
