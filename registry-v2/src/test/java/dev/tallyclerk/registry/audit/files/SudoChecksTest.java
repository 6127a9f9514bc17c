package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.registry.TestTar;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who becomes root by sudo and doas, by sudoers(5) and doas.conf(5). */
class SudoChecksTest {
    private static TestTar tar() {
        return new TestTar()
                .file("etc/passwd", "root:x:0:0::/:\nann:x:1:1::/:\n")
                .file("etc/group", "root:x:0:\nann:x:1:\nwheel:x:10:\nadmin:x:11:ann\n");
    }

    private static Set<String> found(TestTar tar) throws IOException {
        return LayeredImage.of(tar).found("FS-015");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# a comment \\\nann ALL=(ALL) NOPASSWD: ALL",
                "Defaults env_reset # a comment \\\nann ALL=(ALL) NOPASSWD: ALL",
                "ann ALL=(ALL) ALL\t# why",
                "ann ALL=(root) ALL",
                "ann ALL=(#0) ALL",
                "ann ALL = (ALL : ALL) SETENV: ALL",
                "ann ALL=ALL",
                "ann ALL=/bin/ls , ALL",
                "ann ALL=(bin) /bin/ls, (root) ALL",
                "ann ALL=(ALL) ALL, !/bin/su",
                "ann web = /bin/ls : db = (ALL) ALL",
                "ann\\ lee ALL=ALL",
                "bob, ann ALL=ALL",
                "ALL, !root ALL=ALL",
                "%admin ALL=(ALL) ALL",
                "%#11 ALL=(ALL) ALL",
                "#1 ALL=(ALL) ALL",
                "User_Alias OPS = bob, ann : OTHERS = joe\nOPS ALL=ALL",
                "Cmnd_Alias EVERY = /bin/ls, ALL\nann ALL=EVERY",
                "Cmnd_Alias A = B\nCmnd_Alias B = ALL\nann ALL=A",
                "Runas_Alias ANY = bin, root\nann ALL=(ANY) ALL",
                "ann ALL=(www) NOPASSWD : /bin/ls",
                "%wheel ALL=(ALL) NOPASSWD: ALL",
                "Defaults:ann !authenticate",
                "Defaults exempt_group = wheel"
            })
    void reportsWhoBecomesRoot(String text) throws IOException {
        assertEquals(Set.of("0 etc/sudoers"), found(tar().file("etc/sudoers", text)));
        assertEquals(
                Set.of("0 etc/sudoers"), found(tar().file("etc/sudoers", text.replace("\n", "\r\n") + "\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# ann ALL=(ALL) NOPASSWD: ALL",
                "#include_me ann ALL=(ALL) ALL",
                "root ALL=(ALL:ALL) NOPASSWD: ALL",
                "User_Alias ROOTS = root\nROOTS ALL=(ALL) ALL",
                "%wheel ALL=(ALL) ALL",
                "%gone ALL=(ALL) ALL",
                "ann ALL=(www) ALL",
                "ann ALL=() ALL",
                "ann ALL=(ALL, !root) ALL",
                "ann ALL=/bin/ALL",
                "ann ALL=/bin/echo ALL",
                "ann ALL=!ALL",
                "Defaults targetpw\nALL ALL=(ALL) ALL",
                "Defaults env_reset, mail_badpass",
                "Cmnd_Alias SHELLS = /bin/sh\nann ALL=SHELLS"
            })
    void isSilentAboutOthers(String text) throws IOException {
        assertEquals(Set.of(), found(tar().file("etc/sudoers", text + "\n")));
    }

    @Test
    void anAliasMayBeOfAnotherFile() throws IOException {
        assertEquals(
                Set.of("0 etc/sudoers.d/rules"),
                found(tar().file("etc/sudoers.d/rules", "OPS ALL=ALL\n")
                        .file("etc/sudoers.d/users", "User_Alias OPS = ann\n")
                        .file("etc/sudoers.d/old~", "ann ALL=NOPASSWD: ALL\n")));
    }

    @Test
    void readsAnIncludedFileBesideItAndIsUnknownAboutOthers() throws IOException {
        TestTar rules = new TestTar()
                .file("etc/sudoers", "#include /etc/sudoers.local\n")
                .file("etc/sudoers.local", "ann ALL=ALL\n")
                .file("etc/sudoers.rpmnew", "ann ALL=NOPASSWD: ALL\n");

        assertEquals(Set.of("0 etc/sudoers.local"), found(rules));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                LayeredImage.of(new TestTar().file("etc/sudoers", "@include /opt/rules\n"))
                        .kind("FS-015"));
    }

    @Test
    void rulesBehindALinkAreRead() throws IOException {
        TestTar rules = new TestTar()
                .directory("data/etc")
                .symbolicLink("etc", "data/etc")
                .file("data/etc/sudoers", "ann ALL=ALL\n")
                .directory("data/rules")
                .symbolicLink("data/etc/sudoers.d", "../rules")
                .file("data/rules/a", "ann ALL=ALL\n");

        assertEquals(Set.of("0 etc/sudoers"), found(rules));
    }

    @Test
    void aFolderOfRulesElsewhereIsUnknown() throws IOException {
        TestTar rules =
                new TestTar().symbolicLink("etc/sudoers.d", "/opt/rules").file("opt/rules/a", "ann ALL=ALL\n");

        assertEquals(Outcome.Kind.UNKNOWN, LayeredImage.of(rules).kind("FS-015"));
    }

    @Test
    void aliasesOfAliasesTakeNoLongTime() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            text.append("User_Alias A")
                    .append(i)
                    .append(" = ")
                    .append(("A" + (i + 1) + ", ").repeat(1000))
                    .append("x\n");
        }
        text.append("A0 ALL=(ww")
                .append(" ".repeat(100_000))
                .append(",".repeat(100_000))
                .append(") ALL\n");
        LayeredImage image = LayeredImage.of(new TestTar().file("etc/sudoers", text.toString()));

        assertEquals(
                Outcome.Kind.UNKNOWN, assertTimeoutPreemptively(Duration.ofSeconds(20), () -> image.kind("FS-015")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit nopass ann",
                "permit keepenv nopass :wheel as root cmd ls",
                "permit setenv { A B=c } nopass ann",
                "permit \\\n nopass ann"
            })
    void reportsWhoNeedsNoPasswordForDoas(String text) throws IOException {
        assertEquals(Set.of("0 etc/doas.d/a.conf"), found(tar().file("etc/doas.d/a.conf", text + "\n")));
        assertEquals(Set.of(), found(tar().file("etc/doas.d/a.bak", text + "\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit nopass keepenv root as root",
                "permit nopass root cmd ls",
                "permit persist :wheel",
                "permit ann cmd nopass",
                "deny nopass ann",
                "# permit nopass ann"
            })
    void isSilentAboutOtherRulesOfDoas(String text) throws IOException {
        assertEquals(Set.of(), found(tar().file("etc/doas.conf", text + "\n")));
    }
}
