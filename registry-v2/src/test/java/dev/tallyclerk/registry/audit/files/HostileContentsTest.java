package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that are made to confuse or to stop a reader: what is wrong with them is found, and no rule fails by itself.
 */
class HostileContentsTest {
    private static final Duration MOST = Duration.ofSeconds(60);

    private static Arguments image(String name, Set<String> found, TestTar... layers) {
        return Arguments.of(name, found, LayeredImage.of(layers));
    }

    private static TestTar program(TestTar tar, String path, String content) {
        byte[] bytes = TestTar.latin1(content);
        return tar.entry(Header.of(path, '0').mode(0755).size(bytes.length), bytes);
    }

    private static TestTar bytes(String path, String latin1) {
        byte[] bytes = TestTar.latin1(latin1);
        return new TestTar().entry(Header.of(path, '0').size(bytes.length), bytes);
    }

    static Stream<Arguments> images() {
        String header = "\177ELF\2\1\1" + "\0".repeat(9) + "\3\0\76\0\1\0\0\0";
        String everything = "\377".repeat(200);
        return Stream.of(
                image(
                        "byte order mark",
                        Set.of("FS-006 0 etc/shadow"),
                        bytes("etc/shadow", "\357\273\277a:$1$x:1::::::\nb::1::::::\n")),
                image(
                        "carriage returns and other bytes",
                        Set.of("FS-008 0 etc/passwd"),
                        bytes("etc/passwd", "root:x:0:0:\377\376::/:\r\nb\0c::0:0::/:\r\n")),
                image(
                        "a rule behind very many continued lines",
                        Set.of("FS-015 0 etc/sudoers"),
                        new TestTar().file("etc/sudoers", "a ALL=(ALL) " + "\\\n".repeat(200_000) + "NOPASSWD: ALL\n")),
                image(
                        "files that include themselves",
                        Set.of("FS-028 0 etc/ssh/sshd_config"),
                        new TestTar()
                                .file("etc/sudoers", "@includedir /etc\n@include /etc/sudoers\n".repeat(1000))
                                .file(
                                        "etc/ssh/sshd_config",
                                        "Include /etc/ssh/*\n".repeat(1000) + "PermitRootLogin yes\n")),
                image(
                        "a hard link to a file that is deleted",
                        Set.of("FS-001 0 opt/link", "FS-001 1 opt/two"),
                        new TestTar()
                                .entry(Header.of("opt/su", '0').mode(04755))
                                .hardLink("opt/link", "opt/su"),
                        new TestTar().whiteout("opt/.wh.su").hardLink("opt/two", "opt/link")),
                image(
                        "accounts that are links in a circle, pipes and devices",
                        Set.of("ATK-012 0 etc/group", "ATK-012 0 etc/passwd"),
                        new TestTar()
                                .symbolicLink("etc/shadow", "gshadow")
                                .symbolicLink("etc/gshadow", "shadow")
                                .entry(Header.of("etc/passwd", '6'))
                                .entry(Header.of("etc/group", '3').device(1, 5))
                                .directory("etc/os-release")),
                image(
                        "programs with absurd headers",
                        Set.of(),
                        program(
                                program(program(new TestTar(), "bin/a", header + everything), "bin/b", header),
                                "bin/c",
                                header + "\0".repeat(200))),
                image(
                        "floods of what begins like a secret",
                        Set.of(),
                        new TestTar()
                                .file("a.txt", "AKIA".repeat(500_000))
                                .file("b.txt", "-----BEGIN RSA PRIVATE KEY-----\n".repeat(60_000))
                                .file("c.txt", "https://a:".repeat(200_000))
                                .file("d.txt", "password=".repeat(200_000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("images")
    void isAuditedToTheEnd(String name, Set<String> found, LayeredImage image) throws IOException {
        AuditReport report = assertTimeout(MOST, () -> image.audit());

        assertEquals(List.of(), report.findings(Outcome.Kind.ERROR), name);
        for (String one : found) {
            String rule = one.substring(0, one.indexOf(' '));
            assertEquals(
                    found.stream().filter(each -> each.startsWith(rule + " ")).count(),
                    image.found(rule).stream()
                            .filter(each -> found.contains(rule + " " + each))
                            .count(),
                    () -> name + ": " + one);
        }
    }
}
