package dev.tallyclerk.registry.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
    })
    void makesTextsCanonical(String text, String canonical) {
        assertEquals(canonical, PackageUrl.parse(text).toString());
        assertEquals(PackageUrl.parse(text), PackageUrl.parse(canonical));
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
