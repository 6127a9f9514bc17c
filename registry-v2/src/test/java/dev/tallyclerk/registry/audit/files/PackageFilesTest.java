package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.checksum.FileChecksum;
import dev.tallyclerk.registry.TestTar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackageFilesTest {
    private static final String KEY = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkxE9reBKYpvXeffx
            hEXU+eU/cMDck9Xr9ukOgN+BwTqhRANCAATT741JhaNcMRr2Mo+0O3J3pNtJvJif
            -----END PRIVATE KEY-----
            """;

    private static final String PATH = "usr/share/openssl/key.pem";
    private static final String RELEASE = "ID=debian\nVERSION_ID=13\n";

    private static byte[] checksum(FileChecksum of, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return of.of(bytes, 0, bytes.length);
    }

    private static String md5(String content) {
        return HexFormat.of().formatHex(checksum(FileChecksum.MD5, content));
    }

    private static TestTar tar() {
        return new TestTar();
    }

    private static TestTar installed(TestTar tar, String name, String path) {
        return tar.file("var/lib/dpkg/info/" + name + ":amd64.md5sums", md5(KEY) + "  " + path + "\n")
                .file(
                        "var/lib/dpkg/status",
                        "Package: " + name + "\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n");
    }

    private static TestTar debian() {
        return installed(tar().file("usr/lib/os-release", RELEASE), "openssl", PATH);
    }

    private static List<Severity> severities(LayeredImage image) throws IOException {
        return image.audit().findings(Outcome.Kind.FAIL).stream()
                .filter(finding -> finding.rule().id().equals(new RuleId("FS-016")))
                .map(Finding::severity)
                .toList();
    }

    @Test
    void anUnchangedFileOfADistributionIsSilent() throws IOException {
        assertEquals(Set.of(), LayeredImage.of(debian().file(PATH, KEY)).found("FS-016"));
    }

    @Test
    void anUnchangedLibraryWithKeysForItsSelfTestsIsSilent() throws IOException {
        String library = "\u007fELF" + "\0".repeat(3 << 20) + KEY;
        String path = "usr/lib/x86_64-linux-gnu/libtls.so.30";
        TestTar tar = debian().file("var/lib/dpkg/info/openssl.md5sums", md5(library) + "  " + path + "\n");

        assertEquals(Set.of(), LayeredImage.of(tar.file(path, library)).found("FS-016"));
        assertEquals(
                Set.of("0 " + path),
                LayeredImage.of(debian().file(path, library)).found("FS-016"));
    }

    @Test
    void theListMayNameThePathWithoutUsr() throws IOException {
        TestTar tar = installed(tar().file("usr/lib/os-release", RELEASE), "a", "lib/a/key.pem");

        assertEquals(
                Set.of(), LayeredImage.of(tar.file("usr/lib/a/key.pem", KEY)).found("FS-016"));
    }

    @Test
    void aChangedFileOfAPackageIsAFinding() throws IOException {
        LayeredImage image = LayeredImage.of(debian().file(PATH, KEY + "\n"));

        assertEquals(Set.of("0 " + PATH), image.found("FS-016"));
        assertEquals(List.of(Severity.CRITICAL), severities(image));
    }

    @Test
    void aFileThatALaterLayerReplacesIsAFinding() throws IOException {
        LayeredImage image = LayeredImage.of(debian().file(PATH, KEY), tar().file(PATH, KEY + "\n"));

        assertEquals(Set.of("1 " + PATH), image.found("FS-016"));
    }

    @Test
    void aListOfAnotherLayerSaysNothingAboutAFile() throws IOException {
        TestTar base = tar().file("usr/lib/os-release", RELEASE).file(PATH, KEY);
        LayeredImage image = LayeredImage.of(base, installed(tar(), "openssl", PATH));

        assertEquals(List.of(Severity.CRITICAL), severities(image));
    }

    @Test
    void aListOfALaterLayerLowersTheSeverityAndHidesNothing() throws IOException {
        TestTar later = installed(tar().file("etc/os-release", RELEASE), "forged", PATH);
        LayeredImage image = LayeredImage.of(debian(), later.file(PATH, KEY));

        assertEquals(Set.of("1 " + PATH), image.found("FS-016"));
        assertEquals(List.of(Severity.LOW), severities(image));
    }

    @Test
    void aListOfAPackageThatIsNotInstalledSaysNothing() throws IOException {
        TestTar tar = debian().file("var/lib/dpkg/info/other.md5sums", md5(KEY) + "  usr/lib/other.pem\n");
        LayeredImage image = LayeredImage.of(tar.file("usr/lib/other.pem", KEY));

        assertEquals(List.of(Severity.CRITICAL), severities(image));
    }

    @Test
    void noDistributionHasFilesInHomesOrBelowOpt() throws IOException {
        for (String path : List.of("root/key.pem", "opt/shop/key.pem", "etc/ssl/key.pem", "usr/local/key.pem")) {
            TestTar tar = installed(tar().file("usr/lib/os-release", RELEASE), "a", path);

            assertEquals(List.of(Severity.CRITICAL), severities(LayeredImage.of(tar.file(path, KEY))), path);
        }
    }

    @Test
    void aPolicyReportsFilesOfTheDistributionToo() throws IOException {
        RuleId rule = new RuleId("FS-016");
        @SuppressWarnings("unchecked") // the parameter of that name is a flag
        RuleParameter<Boolean> allowDistribution = (RuleParameter<Boolean>) FileSystemRules.ruleSet().rules().stream()
                .map(Rule::info)
                .filter(info -> info.id().equals(rule))
                .flatMap(info -> info.parameters().stream())
                .filter(parameter -> parameter.name().equals("allowDistribution"))
                .findFirst()
                .orElseThrow();
        Policy policy = Policy.defaults()
                .withProfile(Profile.STRICT)
                .withSetting(rule, RuleSetting.of(allowDistribution, false));

        assertEquals(
                1,
                LayeredImage.of(debian().file(PATH, KEY)).audit(policy).findings(Outcome.Kind.FAIL).stream()
                        .filter(finding -> finding.rule().id().equals(rule))
                        .count());
    }

    @Test
    void aSecretOfAnUnchangedFileThatIsDeletedLaterIsSilentToo() throws IOException {
        LayeredImage image = LayeredImage.of(debian().file(PATH, KEY), tar().whiteout("usr/share/openssl/key.pem"));

        assertEquals(Set.of(), image.found("FS-025"));
    }

    @Test
    void readsTheListsOfImagesWithoutAPackageManager() throws IOException {
        TestTar tar = tar().file("etc/os-release", RELEASE)
                .file("var/lib/dpkg/status.d/openssl", "Package: openssl\nVersion: 1\nArchitecture: amd64\n")
                .file("var/lib/dpkg/status.d/openssl.md5sums", md5(KEY) + "  " + PATH + "\n");

        assertEquals(Set.of(), LayeredImage.of(tar.file(PATH, KEY)).found("FS-016"));
    }

    @Test
    void readsTheChecksumsOfApk() throws IOException {
        String checksum = Base64.getEncoder().encodeToString(checksum(FileChecksum.SHA1, KEY));
        TestTar tar = tar().file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.0\n")
                .file(
                        "lib/apk/db/installed",
                        "P:openssl\nV:3.5.0-r0\nA:x86_64\nF:usr/share/openssl\nR:key.pem\nZ:Q1" + checksum + "\n\n");

        assertEquals(Set.of(), LayeredImage.of(tar.file(PATH, KEY)).found("FS-016"));
        TestTar changed = tar().file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.0\n")
                .file(
                        "lib/apk/db/installed",
                        "P:openssl\nV:3.5.0-r0\nA:x86_64\nF:usr/share/openssl\nR:key.pem\nZ:Q1" + checksum + "\n\n");
        assertEquals(
                Set.of("0 " + PATH),
                LayeredImage.of(changed.file(PATH, "x\n" + KEY)).found("FS-016"));
    }
}
