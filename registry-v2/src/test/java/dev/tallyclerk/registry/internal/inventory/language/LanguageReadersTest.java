package dev.tallyclerk.registry.internal.inventory.language;

import static dev.tallyclerk.registry.internal.inventory.Readings.doubts;
import static dev.tallyclerk.registry.internal.inventory.Readings.packages;
import static dev.tallyclerk.registry.internal.inventory.Readings.read;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.Doubt.Reason;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageReadersTest {
    @ParameterizedTest
    @CsvSource({
        "node_modules/ms/package.json, true",
        "usr/src/app/node_modules/@scope/is/package.json, true",
        "app/node_modules/a/node_modules/b/package.json, true",
        "app/node_modules/.pnpm/ms@2.0.0/node_modules/ms/package.json, true",
        "app/package.json, false",
        "app/node_modules/a/test/fixture/package.json, false",
        "app/node_modules/a/dist/esm/package.json, false",
        "app/node_modules/.bin/package.json, false",
        "app/node_modules/@scope/package.json, false",
        "app/mynode_modules/a/package.json, false"
    })
    void npmInstallsPackagesInNodeModules(String path, boolean installed) {
        assertEquals(installed, NpmPackage.isInstalled(path));
    }

    @Test
    void readsNameAndVersionOfNpmPackages() {
        assertEquals(
                List.of("npm @scope/is 0.14.0"),
                packages(read(new NpmPackage(), "\ufeff{\"name\":\"@scope/is\",\"version\":\"0.14.0\"}")));
        assertEquals(List.of(), packages(read(new NpmPackage(), "{\"type\":\"module\"}")));
        assertEquals(
                List.of("npm a 2"),
                packages(read(new NpmPackage(), "{\"version\":\"1\",\"name\":\"a\",\"version\":\"2\"}")),
                "the last of two members counts");
    }

    @Test
    void readsNpmPackagesWhoseAuthorsAreNotInUtf8() {
        byte[] latin =
                "{\"name\":\"a\",\"version\":\"1\",\"author\":\"J\u00f6rg\"}".getBytes(StandardCharsets.ISO_8859_1);
        FileFindings found = read(new NpmPackage(), latin);
        assertEquals(List.of("npm a 1"), packages(found));
        assertEquals(List.of(), found.doubts());
    }

    @ParameterizedTest
    @CsvSource({
        "x/zope_interface-5.4.0.dist-info/METADATA, true",
        "x/Markdown-3.3.7.egg-info/PKG-INFO, true",
        "x/six-1.16.0.egg-info, true",
        "x/a.egg/EGG-INFO/PKG-INFO, true",
        "x/a.dist-info/RECORD, false",
        "x/METADATA, false",
        "x/.egg-info, false",
        "x/~ip-23.0.dist-info/METADATA, false"
    })
    void pythonInstallsDistributionsWithMetadata(String path, boolean installed) {
        assertEquals(installed, PythonMetadata.isInstalled(path));
    }

    @Test
    void takesTheNameOfAPythonDistributionFromItsMetadata() {
        FileFindings found = read(
                new PythonMetadata(),
                "Metadata-Version: 2.1\nName: Zope._-Interface\nVersion: 5.4.0\nSummary: x\n\nVersion: 9\n");
        assertEquals(List.of("pypi zope-interface 5.4.0"), packages(found));
        assertEquals(List.of(Reason.MALFORMED), doubts(read(new PythonMetadata(), "Name: a\n\nVersion: 1\n")));
    }

    @Test
    void readsLiteralsOfGemspecs() {
        FileFindings found = read(new GemSpecification(), """
                # stub: nokogiri 1.13.10 x86_64-linux lib
                Gem::Specification.new do |s|
                  s.name = "nokogiri".freeze
                  s.version = "1.13.10"
                  s.platform = "x86_64-linux".freeze
                  s.metadata = { "name" => "other" } if s.respond_to? :metadata=
                end
                """);
        assertEquals(List.of("gem nokogiri 1.13.10"), packages(found));
        assertEquals(
                List.of("gem old 1.2"),
                packages(read(new GemSpecification(), "  s.name = 'old'\n  s.version = Gem::Version.new(\"1.2\")\n")));
        assertEquals(
                List.of("gem rack 1.2.1"),
                packages(read(new GemSpecification(), "  s.name = %q{rack}\n  s.version = \"1.2.1\"\n")));
        assertEquals(
                List.of(Reason.MALFORMED),
                doubts(read(new GemSpecification(), "  s.name = \"a\"\n  s.version = A::VERSION\n")));
        assertEquals(
                List.of("gem a 1.0"),
                packages(read(
                        new GemSpecification(),
                        "# -*- encoding: utf-8 -*-\n# stub: a 1.0 ruby lib\n\n  s.name = 'a'\n  s.version = A::V\n")),
                "RubyGems finds it by its stub");
        assertEquals(
                List.of(Reason.MALFORMED),
                doubts(read(new GemSpecification(), "  s.name = \"a#{b}\"\n  s.version = \"1\"\n")));
    }

    @Test
    void readsBothFormsOfComposer() {
        String list = "[{\"name\":\"twig/twig\",\"version\":\"v3.4.2\"},{\"name\":\"x\"}]";
        FileFindings one = read(new ComposerInstalled(), list);
        FileFindings two = read(new ComposerInstalled(), "{\"packages\":" + list + ",\"dev\":true}");
        assertEquals(List.of("composer twig/twig v3.4.2"), packages(one));
        assertEquals(packages(one), packages(two));
        assertEquals(List.of(Reason.MALFORMED), doubts(one));
    }

    @Test
    void readsThePackagesOfADotnetProgram() {
        FileFindings found = read(
                new DotnetDependencies(),
                "{\"libraries\":{\"Shop/1.0.0\":{\"type\":\"project\"},"
                        + "\"Newtonsoft.Json/12.0.3\":{\"type\":\"package\"},\"odd\":{\"type\":\"package\"}}}");
        assertEquals(List.of("nuget Newtonsoft.Json 12.0.3"), packages(found));
        assertEquals(List.of(Reason.MALFORMED), doubts(found));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'bomFormat':'CycloneDX','components':[{'name':'a','version':'1','purl':'pkg:npm/a@1','components':"
                        + "[{'name':'b','purl':'pkg:npm/b@2'}]},{'name':'without'}]}",
                "{'spdxVersion':'SPDX-2.3','packages':[{'name':'a','versionInfo':'1','externalRefs':[{'referenceType':"
                        + "'purl','referenceLocator':'pkg:npm/a@1'},{'referenceType':'cpe23Type','referenceLocator':'x'}]},"
                        + "{'name':'b','externalRefs':[{'referenceType':'purl','referenceLocator':'pkg:npm/b@2'}]},"
                        + "{'name':'without'}]}",
                "{'@context':'https://spdx.org/rdf/3.0.1/spdx-context.jsonld','@graph':[{'type':'SpdxDocument'},"
                        + "{'type':'software_Package','name':'a','software_packageUrl':'pkg:npm/a@1'},"
                        + "{'type':'software_Package','name':'b','externalIdentifier':[{'externalIdentifierType':"
                        + "'packageUrl','identifier':'pkg:npm/b@2'}]}]}",
                """
                ##
                SPDXVersion: SPDX-2.3
                PackageName: without
                PackageName: a
                PackageVersion: 1
                PackageComment: <text>see
                PackageName: c
                ExternalRef: PACKAGE-MANAGER purl pkg:npm/c@1</text>
                ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1
                PackageName: b
                ExternalRef: PACKAGE_MANAGER purl pkg:npm/b@2
                ExternalRef: SECURITY cpe23Type x
                """
            })
    void readsPackageUrlsOfBillsOfMaterials(String document) {
        FileFindings found = read(new BillOfMaterials(), document.replace('\'', '"'));
        assertEquals(
                List.of("pkg:npm/a@1", "pkg:npm/b@2"),
                found.packages().stream().map(FoundPackage::claimed).toList());
        assertEquals(List.of(), found.doubts());
    }

    @ParameterizedTest
    @CsvSource({
        "opt/bitnami/redis/.spdx-redis.spdx, true",
        "var/lib/db/sbom/curl-8.1.spdx.json, true",
        "app/sbom.cdx.json, true",
        "app/sbom.cdx, true",
        "app/sbom.cdx.xml, true",
        "usr/local/share/sbom/app.json, true",
        "app/sbom/app.json, false",
        "usr/share/licenses/a.txt, false"
    })
    void knowsWhereBillsOfMaterialsLie(String path, boolean likely) {
        assertEquals(likely, BillOfMaterials.isLikely(path));
    }

    @Test
    void anotherBillOfMaterialsIsUnsupported() {
        for (String each : List.of("{}", "<bom/>", "PackageName: a\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n")) {
            assertEquals(List.of(Reason.UNSUPPORTED), doubts(read(new BillOfMaterials(), each)), each);
        }
    }

    private static List<ContentReader> jsonReaders() {
        return List.of(new NpmPackage(), new ComposerInstalled(), new DotnetDependencies(), new BillOfMaterials());
    }

    @Test
    void refusesDocumentsThatAreTooDeepTooLongOrNone() {
        for (ContentReader reader : jsonReaders()) {
            assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(read(reader, "[".repeat(5000))), reader::toString);
            assertEquals(List.of(Reason.LIMIT_EXCEEDED), doubts(read(reader, " ".repeat(70_000))), reader::toString);
            assertEquals(List.of(Reason.MALFORMED), doubts(read(reader, "{")), reader::toString);
            assertEquals(List.of(Reason.MALFORMED), doubts(read(reader, "")), reader::toString);
            assertEquals(List.of(Reason.MALFORMED), doubts(read(reader, "1")), reader::toString);
        }
    }
}
