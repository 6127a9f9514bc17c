package dev.tallyclerk.registry.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageUrlTest {
    @ParameterizedTest
    @CsvSource({
        "pkg:deb/debian/curl@7.50.3-1?distro=jessie&arch=i386, pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
        "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64, pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64",
        "pkg:deb/debian/attr@1%3A2.4.47-2, pkg:deb/debian/attr@1:2.4.47-2",
        "pkg:GOLANG/google.golang.org/genproto@abc#/googleapis/api/../annotations/, "
                + "pkg:golang/google.golang.org/genproto@abc#googleapis/api/annotations",
        "pkg:npm/%40angular/animation@12.3.1, pkg:npm/%40angular/animation@12.3.1",
        "pkg:npm/@angular/animation@12.3.1, pkg:npm/%40angular/animation@12.3.1",
        "pkg:PYPI/Django_package@1.11.1.dev1, pkg:pypi/django-package@1.11.1.dev1",
        "pkg:maven/org.apache.commons/io?classifier=&type=zip, pkg:maven/org.apache.commons/io?type=zip",
        "pkg:///npm//foobar@1//, pkg:npm/foobar@1",
        "pkg:rpm/Fedora/curl@7.50.3-1.fc25?epoch=1, pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=1",
        "pkg:nuget/Newtonsoft.Json@12, pkg:nuget/Newtonsoft.Json@12",
        "pkg:pypi/My.PyPI_.--._Package@1.11.1.dev1, pkg:pypi/my-pypi-package@1.11.1.dev1",
        "pkg:npm/%40MyScope/MyPackage@1.0.0, pkg:npm/%40myscope/mypackage@1.0.0",
        "pkg:npm/foo@1.0.0#src/%F0%9F%98%83/file.js, pkg:npm/foo@1.0.0#src/%F0%9F%98%83/file.js",
        "pkg:golang/GitHub.com/Gorilla/Context@v1.1.0, pkg:golang/github.com/gorilla/context@v1.1.0",
        "pkg:composer/Laravel/Laravel@5.5.0, pkg:composer/laravel/laravel@5.5.0",
        "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Distro=fedora-25&Arch=i386, "
                + "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25",
        "pkg:rpm/centerim@4.22.10-1.el6?arch=i686&epoch=1&distro=fedora-25, "
                + "pkg:rpm/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1",
        "pkg:apk/Alpine/curl@7.83.0-r0?arch=x86, pkg:apk/alpine/curl@7.83.0-r0?arch=x86",
        "pkg:alpm/arch/containers-common@1:0.47.4-4?arch=x86_64, pkg:alpm/arch/containers-common@1:0.47.4-4?arch=x86_64",
        "pkg:cargo/Inflector@0.11.4, pkg:cargo/Inflector@0.11.4",
        "pkg:gem/jruby-launcher@1.1.2?platform=java, pkg:gem/jruby-launcher@1.1.2?platform=java",
        "pkg:gem/RedCloth@4.3.2, pkg:gem/RedCloth@4.3.2",
        "pkg:maven/net.sf.Jacob/jacob@1.14.3?type=dll&classifier=x86, "
                + "pkg:maven/net.sf.Jacob/jacob@1.14.3?classifier=x86&type=dll",
        "pkg:oci/debian@sha256%3A244fd47e07d10?repository_url=docker.io/library/debian&arch=amd64&tag=latest, "
                + "pkg:oci/debian@sha256:244fd47e07d10?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=latest",
        "'pkg:generic/openssl@1.1.10g?checksum=sha1:ad9503c3,sha256:41bf9088', "
                + "pkg:generic/openssl@1.1.10g?checksum=sha1:ad9503c3%2Csha256:41bf9088",
    })
    void makesTextsCanonical(String text, String canonical) {
        assertEquals(canonical, PackageUrl.parse(text).toString());
        assertEquals(PackageUrl.parse(text), PackageUrl.parse(canonical));
    }

    @ParameterizedTest
    @CsvSource({
        "deb, Debian, Attr, 1:2.4.47-2+b1, pkg:deb/debian/attr@1:2.4.47-2%2Bb1",
        "apk, alpine, curl, 8.14.1-r1, pkg:apk/alpine/curl@8.14.1-r1",
        "rpm, Fedora, ImageMagick, 7.1~rc1-1.fc41, pkg:rpm/fedora/ImageMagick@7.1~rc1-1.fc41",
        "npm, @angular, animation, 12.3.1, pkg:npm/%40angular/animation@12.3.1",
        "pypi, '', zope.interface, 5.4.0, pkg:pypi/zope-interface@5.4.0",
        "golang, github.com/Azure, go-autorest, v14.2.0+incompatible, "
                + "pkg:golang/github.com/azure/go-autorest@v14.2.0%2Bincompatible",
        "maven, org.apache.xmlgraphics, batik-anim, 1.9.1, pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1",
        "composer, Symfony, Polyfill_Mbstring, v1.30.0, pkg:composer/symfony/polyfill_mbstring@v1.30.0",
        "nuget, '', EnterpriseLibrary.Common, 6.0.1304, pkg:nuget/EnterpriseLibrary.Common@6.0.1304",
        "cargo, '', rand, 0.7.2, pkg:cargo/rand@0.7.2",
        "gem, '', rails, 7.1.0, pkg:gem/rails@7.1.0",
        "generic, a b/c?d, e#f@g, 1 2%3, pkg:generic/a%20b/c%3Fd/e%23f%40g@1%202%253",
    })
    void writesParts(String type, String namespace, String name, String version, String text) {
        PackageUrl url = PackageUrl.of(type, namespace, name, version);
        assertEquals(text, url.toString());
        assertEquals(url, PackageUrl.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "pkg:maven/org.example/app@1, org.example:app, 1",
        "pkg:npm/%40angular/animation@12, @angular/animation, 12",
        "pkg:npm/ms@2, ms, 2",
        "pkg:golang/github.com/gorilla/context@v1, github.com/gorilla/context, v1",
        "pkg:golang/stdlib@1.24.4, stdlib, go1.24.4",
        "pkg:composer/laravel/laravel@5.5.0, laravel/laravel, 5.5.0",
        "pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=2, curl, 2:7.50.3-1.fc25",
        "pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=0, curl, 7.50.3-1.fc25",
        "pkg:deb/debian/attr@1:2.4.47-2, attr, 1:2.4.47-2",
        "pkg:deb/debian/attr@2.4.47-2?epoch=1, attr, 1:2.4.47-2",
        "pkg:npm/ms@2?epoch=1, ms, 2",
    })
    void knowsTheWordsOfThePackageManager(String text, String name, String version) {
        assertEquals(name, PackageUrl.parse(text).packageName());
        assertEquals(version, PackageUrl.parse(text).packageVersion());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "npm/a@1",
                "pkg:a@1",
                "pkg:n&g?inx/nginx@0.8.9",
                "pkg:3nginx/nginx@0.8.9",
                "pkg:nginx:a/nginx@0.8.9",
                "pkg:maven/@1.3.4",
                "pkg%3Amaven/a/b",
                "pkg:npm/a@1?in%20production=true",
                "pkg:npm/a@1?a=1&A=2",
                "pkg:npm/a@1?flag",
                "pkg:npm/a%2",
                "pkg:npm/a%zz",
                "pkg:npm/a%ff",
                "pkg:npm/a%2Fb/c"
            })
    void refusesOtherTexts(String text) {
        assertThrows(IllegalArgumentException.class, () -> PackageUrl.parse(text));
    }

    @Test
    void refusesVeryLongTexts() {
        assertThrows(IllegalArgumentException.class, () -> PackageUrl.parse("pkg:npm/" + "a".repeat(10_000)));
    }

    @Test
    void comparesWithoutQualifiers() {
        PackageUrl plain = PackageUrl.of("deb", "debian", "a", "1");
        assertEquals(plain, plain.withQualifier("Arch", "amd64").coordinates());
        assertEquals(
                Map.of("arch", "amd64"), plain.withQualifier("Arch", "amd64").qualifiers());
        assertEquals(plain, plain.withQualifier("arch", "amd64").withQualifier("arch", ""));
    }

    @Property
    void everyNameAndVersionSurvives(@ForAll String namespace, @ForAll String name, @ForAll String version) {
        if (name.isEmpty() || !isWellFormed(namespace + name + version) || name.contains("/")) {
            return;
        }
        PackageUrl url = PackageUrl.of("generic", namespace.replace("/", ""), name, version);
        if (url.toString().length() <= 8192) {
            assertEquals(url, PackageUrl.parse(url.toString()));
        }
    }

    @Property
    void everyTypeSurvivesWithQualifiersAndSubpath(
            @ForAll("types") String type,
            @ForAll @StringLength(min = 1, max = 20) String name,
            @ForAll @StringLength(max = 20) String version,
            @ForAll @Size(max = 3) Map<@AlphaChars @StringLength(min = 1, max = 5) String, @NotEmpty String> qualifiers) {
        if (!isWellFormed(name + version + qualifiers.values()) || name.contains("/")) {
            return;
        }
        PackageUrl url;
        try {
            url = new PackageUrl(type, "Some/Where", name, version, qualifiers, "a/B");
        } catch (IllegalArgumentException e) {
            return; // two keys that differ in case
        }
        if (url.toString().length() <= 8192) {
            assertEquals(url, PackageUrl.parse(url.toString()));
            assertEquals(url.toString(), PackageUrl.parse(url.toString()).toString());
        }
    }

    @Provide
    Arbitrary<String> types() {
        return Arbitraries.of(
                "alpm",
                "apk",
                "cargo",
                "composer",
                "deb",
                "gem",
                "generic",
                "golang",
                "hex",
                "maven",
                "npm",
                "nuget",
                "oci",
                "pypi",
                "rpm");
    }

    private static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    @Property
    void anyTextIsAUrlOrRefused(@ForAll String text) {
        for (String each : new String[] {text, "pkg:" + text, "pkg:npm/a" + text}) {
            try {
                PackageUrl url = PackageUrl.parse(each);
                assertEquals(url, PackageUrl.parse(url.toString()));
            } catch (IllegalArgumentException e) {
                assertEquals(IllegalArgumentException.class, e.getClass());
            }
        }
    }
}
