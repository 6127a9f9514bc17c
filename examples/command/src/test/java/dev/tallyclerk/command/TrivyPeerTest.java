package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.version.VersionOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the matches of this project with those of Trivy, which has the same records in a store of its own: for
 * packages and records with random versions, in the forms that both can say.
 */
class TrivyPeerTest {
    private static final int PACKAGES = 60;
    private static final String[] SUFFIXES_OF_DEB = {
        "", "", "", "~rc1", "+b1", "~", "+dfsg", "a", ".0", "-0", "+deb13u2"
    };
    private static final String[] SUFFIXES_OF_APK = {"", "", "_rc1", "_alpha2", "_p1", "a", "_git20240101"};
    private static final String[] SUFFIXES_OF_NPM = {"", "", "", "-rc.1", "-alpha", "-0", "+build.5", "-beta.11"};
    private static final String[] SUFFIXES_OF_PYPI = {"", "", "rc1", ".post2", ".dev3", "a1", "b2"};
    private static final String[] SUFFIXES_OF_GEM = {"", "", "", ".rc1", ".beta.2", ".pre"};

    @TempDir
    Path folder = Path.of("");

    private final Random random = new Random(20261130);
    private final TrivyStore store = new TrivyStore();

    /** What one record is about: a package in a version, and the bounds of the affected range. */
    private record Compared(String ecosystem, String version, String bound) {}

    private final Map<String, Compared> compared = new LinkedHashMap<>();

    private String version(String[] suffixes, boolean hasThree) {
        StringBuilder version = new StringBuilder();
        int parts = hasThree ? 3 : 1 + random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            version.append(i == 0 ? "" : ".").append(random.nextInt(random.nextBoolean() ? 3 : 12));
        }
        return version + suffixes[random.nextInt(suffixes.length)];
    }

    private String versionOf(String ecosystem) {
        return switch (ecosystem) {
            case "Debian:13" ->
                (random.nextInt(4) == 0 ? random.nextInt(3) + ":" : "") + version(SUFFIXES_OF_DEB, false) + "-"
                        + (1 + random.nextInt(3)) + SUFFIXES_OF_DEB[random.nextInt(5)];
            case "Alpine:v3.20" -> version(SUFFIXES_OF_APK, false) + "-r" + random.nextInt(3);
            case "npm" -> version(SUFFIXES_OF_NPM, true);
            case "PyPI" -> version(SUFFIXES_OF_PYPI, false);
            case "RubyGems" -> version(SUFFIXES_OF_GEM, false);
            default -> throw new IllegalArgumentException(ecosystem);
        };
    }

    /** Writes one record about a package in the form of OSV, and as Trivy has it. */
    private void record(String ecosystem, String bucket, String name, String installed, String id) throws IOException {
        String fixed = random.nextInt(8) == 0 ? "" : versionOf(ecosystem);
        boolean isSystem = ecosystem.indexOf(':') > 0;
        // Trivy's advisories of distributions have no beginning.
        String introduced = isSystem || random.nextBoolean() ? "0" : versionOf(ecosystem);
        if (!introduced.equals("0") && !fixed.isEmpty() && isAfter(ecosystem, introduced, fixed)) {
            String other = introduced;
            introduced = fixed;
            fixed = other;
        }
        Files.writeString(
                folder.resolve("osv/" + id + ".json"),
                "{\"id\":\"" + id
                        + "\",\"modified\":\"2026-11-20T00:00:00Z\",\"affected\":[{\"package\":{\"ecosystem\":\""
                        + ecosystem + "\",\"name\":\"" + name + "\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":["
                        + "{\"introduced\":\"" + introduced + "\"}"
                        + (fixed.isEmpty() ? "" : ",{\"fixed\":\"" + fixed + "\"}") + "]}]}]}");
        String advisory = isSystem
                ? fixed.isEmpty() ? "{}" : "{\"FixedVersion\":\"" + fixed + "\"}"
                : "{\"VulnerableVersions\":[\"" + (introduced.equals("0") ? "" : ">=" + introduced + ", ") + "<"
                        + (fixed.isEmpty() ? "99999" : fixed) + "\"]}";
        store.advisory(bucket, name, id, advisory);
        compared.put(id, new Compared(ecosystem, installed, introduced + " " + fixed));
    }

    private static boolean isAfter(String ecosystem, String one, String other) {
        VersionOrder order = switch (ecosystem) {
            case "npm" -> VersionOrder.NPM;
            case "PyPI" -> VersionOrder.PYPI;
            default -> VersionOrder.GEM;
        };
        return order.compare(one, other) > 0;
    }

    /** Installs a package in an image. */
    private interface Installed {
        void add(String name, String version, LayeredImage image);
    }

    private void packages(String ecosystem, String bucket, LayeredImage image, Installed installed) throws IOException {
        for (int i = 0; i < PACKAGES; i++) {
            String name = bucket.substring(0, 3).strip() + "-" + i;
            String version = versionOf(ecosystem);
            installed.add(name, version, image);
            for (int each = 0; each < 5; each++) {
                record(
                        ecosystem,
                        bucket,
                        name,
                        version,
                        "T-" + ecosystem.charAt(0) + (100 * i + each) + "-" + bucket.length());
            }
        }
    }

    private static Set<String> ours(CommandRun run) throws JsonException {
        Set<String> found = new TreeSet<>();
        for (String line : run.out().lines().toList()) {
            JsonCursor each = JsonCursor.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
            if (each.required("kind").string().equals("vuln")) {
                found.add(each.required("id").string() + " "
                        + each.required("package").string());
            } else {
                assertEquals("done", each.required("kind").string(), line);
            }
        }
        return found;
    }

    private Set<String> trivys(Path trivy, String layout) throws IOException, InterruptedException, JsonException {
        store.write(folder.resolve("cache"));
        Path report = folder.resolve("report.json");
        Peers.run(
                folder,
                trivy.toString(),
                "image",
                "--input",
                layout,
                "--cache-dir",
                folder.resolve("cache").toString(),
                "--skip-db-update",
                "--skip-java-db-update",
                "--offline-scan",
                "--scanners",
                "vuln",
                "--format",
                "json",
                "--output",
                report.toString());
        Set<String> found = new TreeSet<>();
        JsonCursor root = JsonCursor.parse(Files.readAllBytes(report), JsonLimits.ofBytes(64 << 20));
        for (JsonCursor result : elements(root, "Results")) {
            for (JsonCursor each : elements(result, "Vulnerabilities")) {
                found.add(each.required("VulnerabilityID").string() + " "
                        + each.required("PkgName").string());
            }
        }
        return found;
    }

    private static List<JsonCursor> elements(JsonCursor object, String member) throws JsonException {
        List<JsonCursor> elements = new ArrayList<>();
        if (object.optional(member).isPresent()) {
            JsonCursor array = object.required(member);
            for (int i = 0; i < array.length(); i++) {
                elements.add(array.element(i));
            }
        }
        return elements;
    }

    /**
     * {@return whether npm's rule for dependencies, which Trivy applies to advisories too, leaves out what is affected:
     * a prerelease is in a range only if the range names a prerelease of the same version} OSV has no such rule.
     */
    private static boolean isLeftOutAsPrerelease(Compared each) {
        int hyphen = each.version.split("\\+", 2)[0].indexOf('-');
        return each.ecosystem.equals("npm")
                && hyphen > 0
                && !(" " + each.bound).contains(" " + each.version.substring(0, hyphen) + "-");
    }

    /** Asserts that both found the same, with the one class of differences that is explained. */
    private void assertSame(LayeredImage image) throws IOException, InterruptedException, JsonException {
        Path trivy = Peers.requireIfOffered("trivy");
        String source = image.write(Files.createDirectory(folder.resolve("image")));
        Set<String> ours = ours(CommandRun.of(
                "vulnerabilities", source, "--database", folder.resolve("osv").toString(), "--format", "jsonl"));
        Set<String> theirs = trivys(trivy, folder.resolve("image").toString());
        assertTrue(ours.size() > compared.size() / 5 && ours.size() < compared.size(), ours.size() + " matches");
        Set<String> different = new TreeSet<>(ours);
        different.addAll(theirs);
        different.removeIf(each -> ours.contains(each) && theirs.contains(each));
        List<String> unexplained = new ArrayList<>();
        for (String each : different) {
            Compared by = Objects.requireNonNull(compared.get(each.substring(0, each.indexOf(' '))));
            if (ours.contains(each) && isLeftOutAsPrerelease(by)) {
                continue;
            }
            unexplained.add((ours.contains(each) ? "only ours: " : "only Trivy's: ") + each + " " + by);
        }
        assertEquals(List.of(), unexplained, unexplained.size() + " of " + compared.size());
    }

    @Test
    void packagesOfDebian() throws Exception {
        Files.createDirectory(folder.resolve("osv"));
        StringBuilder status = new StringBuilder();
        LayeredImage image = new LayeredImage()
                .file("etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n")
                .file("etc/debian_version", "13.2\n");
        packages(
                "Debian:13",
                "debian 13",
                image,
                (name, version, to) -> status.append("Package: ")
                        .append("bin-" + name)
                        .append("\nStatus: install ok installed\nArchitecture: amd64\nSource: " + name + "\nVersion: ")
                        .append(version)
                        .append("\n\n"));
        assertSame(image.file("var/lib/dpkg/status", status.toString()));
    }

    @Test
    void packagesOfAlpine() throws Exception {
        Files.createDirectory(folder.resolve("osv"));
        StringBuilder installed = new StringBuilder();
        LayeredImage image = new LayeredImage()
                .file("etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\n")
                .file("etc/alpine-release", "3.20.3\n");
        packages(
                "Alpine:v3.20",
                "alpine 3.20",
                image,
                (name, version, to) -> installed
                        .append("P:bin-" + name + "\nV:")
                        .append(version)
                        .append("\nA:x86_64\no:" + name + "\n\n"));
        assertSame(image.file("lib/apk/db/installed", installed.toString()));
    }

    @Test
    void packagesOfLanguages() throws Exception {
        Files.createDirectory(folder.resolve("osv"));
        LayeredImage image = new LayeredImage();
        packages(
                "npm",
                "npm::test",
                image,
                (name, version, to) -> to.file(
                        "app/node_modules/" + name + "/package.json",
                        "{\"name\":\"" + name + "\",\"version\":\"" + version + "\"}"));
        packages(
                "PyPI",
                "pip::test",
                image,
                (name, version, to) -> to.file(
                        "usr/lib/python3/site-packages/" + name + "-" + version + ".dist-info/METADATA",
                        "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n"));
        packages(
                "RubyGems",
                "rubygems::test",
                image,
                (name, version, to) -> to.file(
                        "usr/share/gems/specifications/" + name + "-" + version + ".gemspec",
                        "Gem::Specification.new do |s|\n  s.name = \"" + name + "\".freeze\n  s.version = \"" + version
                                + "\"\nend\n"));
        assertSame(image);
    }
}
