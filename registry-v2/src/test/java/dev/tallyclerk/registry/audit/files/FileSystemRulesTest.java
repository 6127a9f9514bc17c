package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FileSystemRulesTest {
    private static TestTar tar() {
        return new TestTar();
    }

    private static TestTar file(String name, int mode, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new TestTar().entry(Header.of(name, '0').mode(mode).size(bytes.length), bytes);
    }

    private static TestTar folder(String name, int mode) {
        return new TestTar().entry(Header.of(name, '5').mode(mode));
    }

    private static Arguments rule(String id, String path, TestTar bad, TestTar good) {
        return Arguments.of(id, path, bad, good);
    }

    private static final String KEY_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n";

    private static final String KEY =
            "-----BEGIN " + "PRIVATE KEY-----\n" + KEY_LINE.repeat(3) + "-----END " + "PRIVATE KEY-----\n";

    private static final String SLACK = "xoxb-710301421840-510671942154-QlNFyHBcRQSpAfH14h1BSDvp";

    static Stream<Arguments> secretCases() {
        return Stream.of(
                rule(
                        "FS-016",
                        "app/tls.key",
                        tar().file("app/tls.key", KEY),
                        tar().file("app/tls.key", KEY.replace("PRIVATE", "PUBLIC"))
                                .file(
                                        "app/README",
                                        "A key starts with -----BEGIN " + "PRIVATE KEY----- and ends so.\n")),
                rule(
                        "FS-019",
                        "root/.aws/credentials",
                        tar().file("root/.aws/credentials", "[default]\naws_secret_access_key = abcdef\n"),
                        tar().file("root/.aws/credentials", "[default]\naws_secret_access_key = ${SECRET}\n")),
                rule(
                        "FS-020",
                        "root/.docker/config.json",
                        tar().file("root/.docker/config.json", "{\"auths\":{\"a\":{\"auth\":\"dTpw\"}}}"),
                        tar().file("root/.docker/config.json", "{\"credHelpers\":{\"a\":\"ecr-login\"}}")),
                rule(
                        "FS-021",
                        "root/.npmrc",
                        tar().file("root/.npmrc", "//r.example.org/:_authToken=abcdef\n"),
                        tar().file("root/.npmrc", "//r.example.org/:_authToken=${NPM_TOKEN}\n")),
                rule(
                        "FS-021",
                        "root/.git-credentials",
                        tar().file("root/.git-credentials", "https://u:p4ss@example.org\n"),
                        tar().file("root/.git-credentials", "https://u@example.org\n")),
                rule(
                        "FS-022",
                        "root/.kube/config",
                        tar().file("root/.kube/config", "users:\n- name: a\n  user:\n    token: abcdefgh\n"),
                        tar().file("root/.kube/config", "users:\n- name: a\n  user:\n    exec: {}\n")),
                rule(
                        "FS-026",
                        "app/notes.txt",
                        tar().file("app/notes.txt", "use " + SLACK + "\n"),
                        tar().file("app/notes.txt", "use xoxb-" + "x".repeat(30) + " or AKIA" + "IOSFODNN7EXAMPLE\n")));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("secretCases")
    void reportsASecretAndNotWhatLooksLikeOne(String rule, String path, TestTar bad, TestTar good) throws IOException {
        reportsTheFileAndNotASimilarOne(rule, path, bad, good);
    }

    @Test
    void aSecretThatAHigherLayerDeletesIsStillThere() throws IOException {
        LayeredImage image = LayeredImage.of(
                tar().file("base", ""),
                tar().file("a/tls.key", KEY).file("b.txt", SLACK),
                tar().whiteout(".wh.a").file("b.txt", ""));

        assertEquals(Set.of("1 a/tls.key", "1 b.txt"), image.found("FS-025"));
        assertEquals(Set.of(), image.found("FS-016"));
        assertEquals(Set.of(), image.found("FS-026"));
    }

    @Test
    void findsASecretFarInALongFileAndInPrograms() throws IOException {
        String filler = "some text of a log\n".repeat(10_000);
        LayeredImage image =
                LayeredImage.of(tar().file("a.log", filler + SLACK + filler).file("program", "\0" + SLACK));

        assertEquals(Set.of("0 a.log", "0 program"), image.found("FS-026"));
    }

    /** A file that breaks each rule, where it is reported, and a similar one that does not. */
    static Stream<Arguments> cases() {
        return Stream.of(
                rule("FS-001", "bin/x", file("bin/x", 04755, "x"), file("bin/x", 0755, "x")),
                rule("FS-002", "bin/x", file("bin/x", 02755, "x"), folder("bin/x", 02755)),
                rule(
                        "FS-003",
                        "bin/x",
                        tar().pax('x', TestTar.record("SCHILY.xattr.security.capability", "odd"))
                                .file("bin/x", "x"),
                        tar().pax('x', TestTar.record("SCHILY.xattr.user.capability", "odd"))
                                .file("bin/x", "x")),
                rule("FS-004", "a", file("a", 0666, "x"), file("a", 0664, "x")),
                rule("FS-005", "a", folder("a", 0777), folder("a", 01777)),
                rule(
                        "FS-006",
                        "etc/shadow",
                        tar().file("etc/shadow", "a::1:::::\n"),
                        tar().file("etc/shadow", "a:!:1:::::\nb:*:1\n")),
                rule(
                        "FS-007",
                        "etc/shadow",
                        tar().file("etc/shadow", "a:$6$salt$hash:1:::::\n"),
                        tar().file("etc/shadow", "a:!$6$salt$hash:1:::::\n")),
                rule(
                        "FS-008",
                        "etc/passwd",
                        tar().file("etc/passwd", "a::1:1::/:/bin/sh\n"),
                        tar().file("etc/passwd", "a:x:1:1::/:/bin/sh\n+::::::\n")),
                rule(
                        "FS-009",
                        "etc/passwd",
                        tar().file("etc/passwd", "root:x:0:0::/:\ntoor:x:00:0::/:\n"),
                        tar().file("etc/passwd", "root:x:0:0::/:\na:x:1:0::/:\n")),
                rule(
                        "FS-010",
                        "etc/passwd",
                        tar().file("etc/passwd", "a:x:1:1::/:\nb:x:1:1::/:\n"),
                        tar().file("etc/passwd", "a:x:1:1::/:\nb:x:2:1::/:\n")),
                rule(
                        "FS-011",
                        "etc/group",
                        tar().file("etc/group", "a:x:1:\nb:x:1:\n"),
                        tar().file("etc/group", "a:x:1:\nb:x:2:\n")),
                rule(
                        "FS-012",
                        "etc/group",
                        tar().file("etc/passwd", "").file("etc/group", "a:x:1:\na:x:2:\n"),
                        tar().file("etc/passwd", "a:x:1:1::/:\n").file("etc/group", "a:x:1:\n")),
                rule("FS-013", "etc/shadow", file("etc/shadow", 0644, ""), file("etc/shadow", 0640, "")),
                rule("FS-014", "etc/passwd", file("etc/passwd", 0664, ""), file("etc/passwd", 0644, "")),
                rule(
                        "FS-015",
                        "etc/sudoers.d/a",
                        tar().file("etc/sudoers.d/a", "# x\nops ALL=(ALL) NOPASSWD: ALL\n"),
                        tar().file("etc/sudoers.d/a", "#ops ALL=(ALL) NOPASSWD: ALL\nroot ALL=(ALL:ALL) ALL\n")
                                .file("etc/sudoers.d/a.bak", "ops ALL=(ALL) NOPASSWD: ALL\n")),
                rule(
                        "FS-015",
                        "etc/sudoers",
                        tar().file("etc/sudoers", "ops ALL=\\\n (ALL) \\\n ALL\n"),
                        tar().file("etc/group", "wheel:x:9:\n")
                                .file("etc/passwd", "root:x:0:0::/:\n")
                                .file("etc/sudoers", "%wheel ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n")),
                rule(
                        "FS-015",
                        "etc/doas.conf",
                        tar().file("etc/doas.conf", "permit nopass :wheel\n"),
                        tar().file("etc/doas.conf", "permit persist :wheel\npermit nopass root\n")),
                rule(
                        "FS-017",
                        "etc/ssh/ssh_host_rsa_key",
                        tar().file("etc/ssh/ssh_host_rsa_key", "x"),
                        tar().file("etc/ssh/ssh_host_rsa_key.pub", "x")),
                rule(
                        "FS-018",
                        "root/.ssh/authorized_keys",
                        tar().file("root/.ssh/authorized_keys", "# me\nssh-ed25519 AAAA\n"),
                        tar().file("root/.ssh/authorized_keys", "# none\n\n")),
                rule("FS-023", "app/.env", tar().file("app/.env", "A=1"), tar().file("app/node_modules/a/.env", "A=1")),
                rule("FS-024", "app/a.JKS", tar().file("app/a.JKS", "x"), tar().file("app/jks", "x")),
                rule("FS-027", "usr/sbin/sshd", tar().file("usr/sbin/sshd", "x"), tar().file("etc/default/sshd", "x")),
                rule(
                        "FS-028",
                        "etc/ssh/sshd_config",
                        tar().file("etc/ssh/sshd_config", "permitrootlogin YES\n"),
                        tar().file(
                                        "etc/ssh/sshd_config",
                                        "#PermitRootLogin yes\nPermitRootLogin no\nPermitRootLogin yes\n")),
                rule(
                        "FS-029",
                        "var/lib/apt/lists",
                        tar().file("var/lib/apt/lists/x_Packages", "x"),
                        tar().file("var/lib/apt/lists/lock", "").directory("var/lib/apt/lists/partial")),
                rule(
                        "FS-030",
                        "var/cache/apt/archives",
                        tar().file("var/cache/apt/archives/a.deb", "x"),
                        tar().file("var/cache/apt/archives/lock", "x")),
                rule(
                        "FS-031",
                        "var/cache/apk",
                        tar().file("var/cache/apk/APKINDEX.tar.gz", "x"),
                        tar().directory("var/cache/apk")),
                rule(
                        "FS-032",
                        "var/cache/dnf",
                        tar().file("var/cache/dnf/a/b", "x"),
                        tar().file("var/cache/man/a", "x")),
                rule(
                        "FS-032",
                        "var/cache/pacman",
                        tar().file("var/cache/pacman/pkg/a.pkg.tar.zst", "x"),
                        tar().file("var/cache/dnf/tempfiles.json", "[]")),
                rule(
                        "FS-033",
                        "root/.local/share/pnpm/store",
                        tar().file("root/.local/share/pnpm/store/v3/a", "x"),
                        tar().file("app/store/a", "x")),
                rule("FS-033", "a/_cacache", tar().file("a/_cacache/index/b", "x"), tar().file("a/cacache/b", "x")),
                rule(
                        "FS-033",
                        "usr/lib/ruby/gems/3.1.0/cache",
                        tar().file("usr/lib/ruby/gems/3.1.0/cache/a-1.gem", "x"),
                        tar().file("usr/lib/ruby/gems/3.1.0/cache/a", "x").file("srv/a.gem", "x")),
                rule(
                        "FS-033",
                        "opt/conda/pkgs",
                        tar().file("opt/conda/pkgs/a-1.conda", "x"),
                        tar().file("opt/conda/pkgs/urls.txt", "")),
                rule(
                        "FS-033",
                        "root/.cache/pip",
                        tar().file("root/.cache/pip/http/a", "x"),
                        tar().file("root/.cache/other/a", "x")),
                rule(
                        "FS-034",
                        "app/.git",
                        tar().file("app/.git/config", "x"),
                        tar().file("app/node_modules/a/.git/config", "x")),
                rule(
                        "FS-035",
                        "app/Dockerfile",
                        tar().file("app/Dockerfile", "x"),
                        tar().file("app/dockerfile.md", "x")),
                rule(
                        "FS-036",
                        "root/.bash_history",
                        tar().file("root/.bash_history", "x"),
                        tar().file("root/.bash_history", "")),
                rule("FS-037", "var/log/a.log", tar().file("var/log/a.log", "x"), tar().file("var/log/a.log", "")),
                rule("FS-038", "usr/bin/apt-get", tar().file("usr/bin/apt-get", "x"), tar().file("opt/apt-get", "x")),
                rule("FS-039", "usr/bin/gcc", tar().file("usr/bin/gcc", "x"), tar().file("usr/bin/gcov", "x")),
                rule(
                        "FS-040",
                        "usr/bin/nc",
                        tar().symbolicLink("usr/bin/nc", "busybox"),
                        tar().file("usr/bin/ncal", "x")),
                rule("FS-041", "bin/sh", tar().symbolicLink("bin/sh", "dash"), tar().file("etc/sh", "x")),
                rule(
                        "FS-042",
                        "opt/null",
                        tar().entry(Header.of("opt/null", '3').device(1, 3)),
                        tar().entry(Header.of("opt/fifo", '6'))),
                rule("FS-043", "../a", tar().file("../a", ""), tar().file("..a/b..", "")),
                rule("FS-043", "a", tar().hardLink("a", "../b"), tar().symbolicLink("a", "../b")),
                rule(
                        "FS-044",
                        "a/b",
                        tar().symbolicLink("a/b", "../proc/1/root"),
                        tar().symbolicLink("a/b", "/dev/stdout").symbolicLink("a/c", "../d")),
                rule("FS-044", "a/b", tar().symbolicLink("a/b", "../../c"), tar().symbolicLink("a/b", "../c")),
                rule(
                        "FS-045",
                        "a/x",
                        tar().entry(Header.of("a", '5').mode(0777))
                                .entry(Header.of("a/x", '0').mode(04755)),
                        tar().entry(Header.of("a", '5').mode(0755))
                                .entry(Header.of("a/x", '0').mode(04755))),
                rule(
                        "FS-046",
                        "a",
                        tar().file("etc/passwd", "root:x:0:0::/:\n")
                                .entry(Header.of("a", '0').owner(7, 0)),
                        tar().file("etc/passwd", "a:x:7:0::/:\n")
                                .entry(Header.of("a", '0').owner(7, 0))),
                rule(
                        "FS-049",
                        "etc/cron.hourly/a",
                        tar().symbolicLink("etc/cron.hourly/a", "/opt/a"),
                        tar().file("etc/cron.deny", "").symbolicLink("var/spool/cron/crontabs", "/etc/crontabs")),
                rule(
                        "FS-049",
                        "etc/cron.daily/a",
                        tar().file("etc/cron.daily/a", "x"),
                        tar().file("etc/cron.daily/.placeholder", "")),
                rule(
                        "FS-050",
                        "usr/lib/os-release",
                        tar().file("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.19.1\n"),
                        tar().file("usr/lib/os-release", "ID='debian'\nVERSION_ID=\"12\"\n")),
                rule(
                        "FS-051",
                        "etc/apt/sources.list",
                        tar().file("etc/apt/sources.list", "deb [arch=amd64 trusted=yes] https://a b c\n"),
                        tar().file("etc/apt/sources.list", "# deb [trusted=yes] https://a b c\ndeb https://a b c\n")),
                rule(
                        "FS-051",
                        "etc/yum.repos.d/a.repo",
                        tar().file("etc/yum.repos.d/a.repo", "[a]\nbaseurl=https://a\ngpgcheck = 0\n"),
                        tar().file("etc/yum.repos.d/a.repo", "[a]\ngpgcheck=0\nenabled=0\n[b]\ngpgcheck=1\n")),
                rule(
                        "FS-052",
                        "etc/apk/repositories",
                        tar().file("etc/apk/repositories", "http://a/main\n"),
                        tar().file("etc/apk/repositories", "#http://a/main\nhttps://a/main\n")),
                rule("FS-053", "tmp/a", tar().file("tmp/a", "x"), tar().directory("tmp/a")),
                rule(
                        "FS-054",
                        "usr/bin/docker",
                        tar().file("usr/bin/docker", "x"),
                        tar().file("usr/bin/dockerize", "x")),
                rule(
                        "FS-055",
                        "etc/ld.so.preload",
                        tar().file("etc/ld.so.preload", "/lib/x.so\n"),
                        tar().file("etc/ld.so.preload", "# none\n")));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void reportsTheFileAndNotASimilarOne(String rule, String path, TestTar bad, TestTar good) throws IOException {
        TestTar base = tar().file("base", "");

        assertEquals(Set.of("1 " + path), LayeredImage.of(base, bad).found(rule));
        assertEquals(Set.of(), LayeredImage.of(base, good).found(rule));
    }

    @Test
    void aHardLinkToAFileOfALowerLayerHasItsMode() throws IOException {
        LayeredImage image = LayeredImage.of(
                file("bin/su", 04755, "x"),
                tar().entry(Header.of("opt/su", '1').link("bin/su").mode(04755)));

        assertEquals(Set.of("0 bin/su", "1 opt/su"), image.found("FS-001"));
    }

    @Test
    void filesThatAHigherLayerRemovesAreNotReported() throws IOException {
        LayeredImage image = LayeredImage.of(
                file("bin/su", 04755, "x").file("etc/shadow", "a::1\n"),
                tar().whiteout("bin/.wh.su").file("etc/shadow", "a:!:1\n"));

        assertEquals(Set.of(), image.found("FS-001"));
        assertEquals(Outcome.Kind.PASS, image.kind("FS-006"));
    }

    @Test
    void rulesThatFindNothingInLayersThatCannotBeMergedAreUnknown() throws IOException {
        LayeredImage image = LayeredImage.of(file("bin/su", 04755, "x").file("../x", ""));

        assertEquals(Set.of("0 bin/su"), image.found("FS-001"));
        assertEquals(Outcome.Kind.UNKNOWN, image.kind("FS-002"));
        assertEquals(Outcome.Kind.UNKNOWN, image.kind("FS-056"));
    }

    @Test
    void aRuleKeepsAThousandFilesAndIsUnknownAboutTheOthersIfThoseAreAllowed() throws IOException {
        TestTar many = tar();
        for (int i = 0; i < 1500; i++) {
            many.entry(Header.of("d/" + i, '0').mode(04755));
        }
        LayeredImage image = LayeredImage.of(many);
        @SuppressWarnings("unchecked")
        RuleParameter<List<String>> allowed = (RuleParameter<List<String>>)
                info("FS-001").parameter("allowed").orElseThrow();
        Policy policy = Policy.defaults().withProfile(Profile.STRICT);

        assertEquals(1000, image.found("FS-001").size());
        AuditReport report =
                image.audit(policy.withSetting(new RuleId("FS-001"), RuleSetting.of(allowed, List.of("d/*"))));
        assertEquals(
                List.of(Outcome.Kind.UNKNOWN),
                report.findings().stream()
                        .filter(finding -> finding.rule().id().value().equals("FS-001"))
                        .map(Finding::kind)
                        .toList());
    }

    @Test
    void aFileThatIsTooLargeIsUnknownWithItsPath() throws IOException {
        LayeredImage image = LayeredImage.of(tar().file("etc/shadow", "#".repeat(FileCheck.MAX_CONTENT_BYTES + 1)));

        assertEquals(Outcome.Kind.UNKNOWN, image.kind("FS-006"));
        assertTrue(image.subject(FileSystemAnalyzer.create())
                .facts()
                .map(facts -> facts.unexamined().get(0))
                .toString()
                .contains("etc/shadow of layer 1"));
    }

    @Test
    void accountsBehindALinkThatLeadsNowhereAreUnknown() throws IOException {
        LayeredImage image = LayeredImage.of(tar().symbolicLink("etc/passwd", "/etc/passwd"));

        assertEquals(Outcome.Kind.UNKNOWN, image.kind("FS-009"));
    }

    @Test
    void readsAccountsThroughALink() throws IOException {
        LayeredImage image = LayeredImage.of(
                tar().file("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.1\n"),
                tar().symbolicLink("etc/os-release", "../usr/lib/os-release"));

        assertEquals(Set.of("1 etc/os-release"), image.found("FS-050"));
    }

    @ParameterizedTest
    @CsvSource({
        "etc/redhat-release, CentOS release 6.10 (Final)",
        "etc/redhat-release, CentOS Linux release 8.4.2105",
        "etc/redhat-release, CentOS Stream release 8",
        "etc/redhat-release, Red Hat Enterprise Linux Server release 5.11 (Tikanga)",
        "etc/redhat-release, Fedora release 20 (Heisenbug)",
        "etc/lsb-release, DISTRIB_ID=Ubuntu|DISTRIB_RELEASE=12.04",
        "etc/debian_version, 7.11",
        "etc/alpine-release, 2.7.9",
        "etc/os-release, ID=opensuse|VERSION_ID=13.2",
        "etc/os-release, ID=sles_sap|VERSION_ID=12.1"
    })
    void oldReleasesAreKnownByTheirOwnFiles(String path, String text) throws IOException {
        LayeredImage image = LayeredImage.of(tar().file(path, text.replace('|', '\n') + "\n"));

        assertEquals(Set.of("0 " + path), image.found("FS-050"));
    }

    @Test
    void endOfLifeIsUnknownForRollingAndUnknownReleases() throws IOException {
        for (String release : List.of(
                "ID=wolfi\nVERSION_ID=20230201\n",
                "ID=debian\n",
                "ID=debian\nVERSION_ID=99\n",
                "ID=alpine\nVERSION_ID=3.20.0_alpha20231219\n")) {
            assertEquals(
                    Outcome.Kind.UNKNOWN,
                    LayeredImage.of(tar().file("etc/os-release", release)).kind("FS-050"),
                    release);
        }
        assertEquals(
                Outcome.Kind.NOT_APPLICABLE,
                LayeredImage.of(tar().file("a", "")).kind("FS-050"));
    }

    @Test
    void shellsAndSetIdHelpersAreWorseInAnImageThatCallsItselfMinimal() throws IOException {
        TestTar files = file("usr/bin/su", 06755, "x").file("usr/bin/sh", "x");
        LayeredImage ordinary = LayeredImage.of(files);
        LayeredImage minimal = LayeredImage.of(files)
                .config(config -> config.label("org.opencontainers.image.title", "Distroless base"));

        assertEquals(List.of(Severity.MEDIUM, Severity.LOW, Severity.INFO), severities(ordinary));
        assertEquals(List.of(Severity.HIGH, Severity.MEDIUM, Severity.MEDIUM), severities(minimal));
    }

    private static List<Severity> severities(LayeredImage image) throws IOException {
        AuditReport report = image.audit();
        return Stream.of("FS-001", "FS-002", "FS-041")
                .map(rule -> failures(report, rule).get(0).severity())
                .toList();
    }

    @Test
    void aPolicyDecidesOnExtendedSupport() throws IOException {
        LayeredImage image = LayeredImage.of(tar().file("etc/os-release", "ID=debian\nVERSION_ID=12\n"));
        RuleInfo info = info("FS-050");
        Policy strict = Policy.defaults()
                .withSetting(
                        info.id(),
                        RuleSetting.of(FileSystemRulesTest.<Boolean>parameter(info, "acceptExtended"), false));

        assertEquals(List.of(), failures(image.audit(Policy.defaults()), "FS-050"));
        assertEquals(1, failures(image.audit(strict), "FS-050").size());
    }

    @Test
    void aPolicyAllowsPathsAndWhatTheDistributionHas() throws IOException {
        LayeredImage image = LayeredImage.of(file("usr/bin/su", 04755, "x")
                .entry(Header.of("opt/a/b", '0').mode(04755))
                .file("etc/os-release", "ID=debian\nVERSION_ID=13\n"));
        Policy all = Policy.defaults().withProfile(Profile.STRICT);
        RuleInfo info = info("FS-001");
        @SuppressWarnings("unchecked")
        RuleParameter<List<String>> allowed =
                (RuleParameter<List<String>>) info.parameter("allowed").orElseThrow();

        assertEquals(2, failures(image.audit(all), "FS-001").size());
        assertEquals(
                1,
                failures(image.audit(all.withSetting(info.id(), RuleSetting.of(allowed, List.of("opt/*")))), "FS-001")
                        .size());
        assertEquals(
                1,
                failures(
                                image.audit(all.withSetting(
                                        info.id(),
                                        RuleSetting.of(
                                                FileSystemRulesTest.<Boolean>parameter(info, "allowDistribution"),
                                                true))),
                                "FS-001")
                        .size());
    }

    /** The distribution, a set-user-ID file of its packages, and one that it does not have. */
    @ParameterizedTest
    @CsvSource({
        "debian, '', usr/lib/openssh/ssh-keysign, sbin/unix_chkpwd",
        "ubuntu, debian, usr/bin/gpasswd, usr/bin/chage",
        "neon, ubuntu debian, usr/bin/su, usr/bin/chage",
        "alpine, '', bin/bbsuid, usr/bin/su",
        "rhel, fedora, usr/sbin/userhelper, usr/lib/openssh/ssh-keysign",
        "fedora, '', usr/bin/chage, bin/bbsuid",
        "amzn, centos rhel fedora, usr/bin/newgrp, usr/bin/expiry",
        "openEuler, '', usr/sbin/pam_timestamp_check, usr/bin/expiry",
        "eurolinux, rhel fedora centos, usr/bin/su, usr/bin/expiry",
        "opensuse-leap, suse opensuse, usr/bin/expiry, usr/sbin/userhelper",
        "sles, suse, usr/bin/chfn, usr/sbin/userhelper",
        "arch, '', usr/bin/unix_chkpwd, usr/sbin/unix_chkpwd",
        "photon, '', usr/bin/expiry, usr/sbin/userhelper",
        "wolfi, '', '', usr/bin/su",
        "chainguard, '', '', usr/bin/sudo",
        "unheard-of, '', '', usr/bin/su"
    })
    void eachDistributionHasItsOwnSetUserIdFiles(String id, String like, String known, String foreign)
            throws IOException {
        RuleInfo info = info("FS-001");
        TestTar files = tar().file("etc/os-release", "ID=" + id + "\nID_LIKE=\"" + like + "\"\n")
                .entry(Header.of(foreign, '0').mode(04755));
        if (!known.isEmpty()) {
            files.entry(Header.of(known, '0').mode(04755));
        }
        Policy policy = Policy.defaults()
                .withProfile(Profile.STRICT)
                .withSetting(
                        info.id(),
                        RuleSetting.of(FileSystemRulesTest.<Boolean>parameter(info, "allowDistribution"), true));

        List<String> found = failures(LayeredImage.of(files).audit(policy), "FS-001").stream()
                .map(finding -> finding.problem().orElseThrow().at().toString())
                .toList();

        assertEquals(1, found.size(), found::toString);
        assertTrue(found.get(0).contains(foreign), found::toString);
    }

    private static RuleInfo info(String id) {
        return FileSystemRules.ruleSet().rule(new RuleId(id)).orElseThrow().info();
    }

    @SuppressWarnings("unchecked")
    private static <T> RuleParameter<T> parameter(RuleInfo info, String name) {
        return (RuleParameter<T>) info.parameter(name).orElseThrow();
    }

    private static List<Finding> failures(AuditReport report, String rule) {
        return report.findings(Outcome.Kind.FAIL).stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .toList();
    }

    @Test
    void searchedFoldersAndStartedProgramsAreThoseOfTheConfiguration() throws IOException {
        LayeredImage image = LayeredImage.of(tar().file("etc/passwd", "app:x:7:7::/:\n")
                        .entry(Header.of("opt/tools", '5').mode(0777))
                        .entry(Header.of("opt/tools/run", '0').mode(0755).owner(7, 7)))
                .config(config ->
                        config.user("app").env("PATH", "/opt/tools:/bin").entrypoint(List.of("run")));

        assertEquals(Set.of("0 opt/tools"), image.found("FS-048"));
        assertEquals(Set.of("0 opt/tools/run"), image.found("FS-047"));
        assertEquals(Outcome.Kind.PASS, image.kind("IMG-003"));
    }

    @Test
    void aNamedUserMustExist() throws IOException {
        LayeredImage image =
                LayeredImage.of(tar().file("etc/passwd", "app:x:7:7::/:\n")).config(config -> config.user("other"));

        assertEquals(Set.of("0 etc/passwd"), image.found("IMG-003"));
    }

    @Test
    void deletedAndReplacedFilesAreWaste() throws IOException {
        LayeredImage image =
                LayeredImage.of(tar().file("a", "x".repeat(1000)).file("b", "x".repeat(1000)), tar().whiteout(".wh.a"));

        assertEquals(Set.of("layers"), image.found("IMG-039"));
        assertEquals(Outcome.Kind.PASS, LayeredImage.of(tar().file("a", "x")).kind("IMG-039"));
    }

    @Test
    void aPackCanHaveARuleOfItsOwn() throws IOException {
        RuleInfo info = RuleInfo.builder("ACME-001", "Script downloads a program")
                .rationale("The program is not checked.")
                .remediation("Install a package.")
                .severity(Severity.HIGH)
                .profile(Profile.L1)
                .since("1.0")
                .build();
        FileCheck check = FileCheck.of(
                info.id(),
                path -> path.endsWith(".sh"),
                file -> file.text().contains("| sh") ? Optional.of("pipes a download to a shell") : Optional.empty());
        FileSystemAnalyzer analyzer = FileSystemAnalyzer.create().withCheck(check);
        RuleSet rules = new RuleSet("acme", "1.0", List.of(FileSystemRules.rule(info)));
        LayeredImage image =
                LayeredImage.of(tar().file("a.sh", "curl https://x | sh\n").file("b.sh", "true\n"));

        AuditReport report = Auditor.of(Policy.defaults(), rules).audit(List.of(image.subject(analyzer)));

        assertEquals(
                List.of("layer[0]/a.sh: pipes a download to a shell"),
                report.findings(Outcome.Kind.FAIL).stream()
                        .map(finding -> finding.problem().orElseThrow().toString())
                        .toList());
    }

    @Test
    void withoutTheAnalyzerEveryRuleIsUnknown() throws IOException {
        FileSystemSubject unread = FileSystemSubject.of(
                ImageVerifier.create()
                        .verify(LayeredImage.of(tar().file("a", "")).source()),
                FileSystemAnalyzer.create());

        AuditReport report = Auditor.of(Policy.defaults().withProfile(Profile.STRICT), FileSystemRules.ruleSet())
                .audit(List.of(unread));

        assertTrue(report.findings().stream().allMatch(finding -> finding.kind() == Outcome.Kind.UNKNOWN));
    }
}
