package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.model.ImageConfig;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images with which engines were attacked, and ordinary images that look alike. */
class EngineAttackTest {
    private static TestTar tar() {
        return new TestTar();
    }

    private static Arguments attack(String rule, String path, TestTar files, Consumer<ImageConfig.Builder> config) {
        return Arguments.of(rule, Set.of("0 " + path), files, config);
    }

    private static Arguments decoy(String rule, TestTar files, Consumer<ImageConfig.Builder> config) {
        return Arguments.of(rule, Set.of(), files, config);
    }

    private static TestTar passwd(String text) {
        return tar().file("etc/passwd", text);
    }

    private static TestTar program(String path, String content) {
        byte[] bytes = TestTar.latin1(content);
        return tar().entry(TestTar.Header.of(path, '0').mode(0755).size(bytes.length), bytes);
    }

    /** {@return the files with the list of a package that has one} */
    private static TestTar debian(TestTar tar, String listed) {
        return tar.file("var/lib/dpkg/info/a.md5sums", "0123456789abcdef0123456789abcdef  " + listed + "\n")
                .file("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\n");
    }

    static Stream<Arguments> images() {
        Consumer<ImageConfig.Builder> nothing = config -> {};
        return Stream.of(
                // CVE-2024-40635, CVE-2026-46680
                attack("ATK-004", "etc/passwd", passwd("app:x:0:0::/:\n"), config -> config.user("app")),
                attack(
                        "ATK-004",
                        "etc/passwd",
                        passwd("4294967297:x:0:0::/:\n"),
                        config -> config.user("4294967297:1")),
                decoy("ATK-004", passwd("app:x:1000:0::/:\nroot:x:0:0::/:\n"), config -> config.user("app")),
                decoy("ATK-004", passwd("root:x:0:0::/:\n"), config -> config.user("root")),
                // CVE-2026-47262
                attack("ATK-005", "etc/group", tar().file("etc/group", "a:x:1:" + "b,".repeat(40_000)), nothing),
                attack("ATK-005", "etc/passwd", passwd("a:x:1:1::/:\n".repeat(70_000)), nothing),
                attack("ATK-005", "etc/group", tar().file("etc/group", "#".repeat((1 << 20) + 1)), nothing),
                decoy("ATK-005", tar().file("etc/group", "a:x:1:" + "b,".repeat(400) + "\n"), nothing),
                // CVE-2023-27561, CVE-2023-28642, CVE-2026-41579
                attack("ATK-006", "proc", tar().symbolicLink("proc", "/etc"), nothing),
                attack("ATK-006", "dev", tar().file("dev", ""), nothing),
                decoy("ATK-006", tar().directory("proc").directory("sys").symbolicLink("run", "/var/run"), nothing),
                // CVE-2025-24965
                attack(
                        "ATK-011",
                        ".krun_config.json",
                        tar().symbolicLink(".krun_config.json", "/etc/cron.d/a"),
                        nothing),
                decoy("ATK-011", tar().file(".krun_config.json", "{}").symbolicLink("a.json", "/etc/a"), nothing),
                // CVE-2026-41567
                attack("ATK-010", "usr/bin/xz", program("usr/bin/xz", "#!/bin/sh\n"), nothing),
                attack("ATK-010", "usr/local/bin/unpigz", program("usr/local/bin/unpigz", "#!/bin/sh\n"), nothing),
                attack("ATK-010", "usr/bin/xz", debian(program("usr/bin/xz", "ELF"), "usr/bin/other"), nothing),
                attack("ATK-010", "bin/xz", program("opt/a", "#!/bin/sh\n").symbolicLink("bin/xz", "/opt/a"), nothing),
                decoy("ATK-010", debian(program("usr/bin/xz", "ELF"), "usr/bin/xz"), nothing),
                decoy("ATK-010", program("usr/bin/xz", "ELF"), nothing),
                decoy("ATK-010", tar().file("usr/bin/xz", "#!/bin/sh\n"), nothing),
                decoy("ATK-010", program("opt/xz", "#!/bin/sh\n"), nothing),
                decoy(
                        "ATK-010",
                        debian(program("bin/busybox", "ELF").symbolicLink("bin/xz", "busybox"), "bin/busybox"),
                        nothing),
                // CVE-2026-55686
                attack(
                        "ATK-007",
                        "work",
                        tar().symbolicLink("work", "/etc").directory("etc"),
                        config -> config.workingDir("/work/new")),
                attack(
                        "ATK-007",
                        "work",
                        tar().symbolicLink("work", "../../etc"),
                        config -> config.workingDir("/work")),
                attack(
                        "ATK-007",
                        "data",
                        tar().symbolicLink("data", "/sys/fs"),
                        config -> config.volumes(List.of("/data"))),
                decoy(
                        "ATK-007",
                        tar().directory("run/app").symbolicLink("var/run", "/run"),
                        config -> config.workingDir("/var/run/app")),
                decoy("ATK-007", tar().file("a", ""), config -> config.workingDir("/app/new")),
                // CVE-2019-5736
                attack(
                        "ATK-008",
                        "entry",
                        tar().symbolicLink("entry", "/proc/self/exe"),
                        config -> config.entrypoint(List.of("/entry"))),
                attack(
                        "ATK-008",
                        "bin/run",
                        tar().symbolicLink("bin/run", "../proc/self/exe"),
                        config -> config.command(List.of("run"))),
                decoy(
                        "ATK-008",
                        tar().symbolicLink("bin/sh", "dash")
                                .entry(Header.of("bin/dash", '0').mode(0755)),
                        config -> config.entrypoint(List.of("sh"))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("images")
    void findsTheAttackAndNotWhatLooksLikeIt(
            String rule, Set<String> expected, TestTar files, Consumer<ImageConfig.Builder> config) throws IOException {
        assertEquals(expected, LayeredImage.of(files).config(config).found(rule));
    }
}
