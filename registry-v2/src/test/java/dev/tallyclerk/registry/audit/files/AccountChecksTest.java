package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases of accounts as C libraries read them; lines end at a vertical bar. */
class AccountChecksTest {
    private static Set<String> found(String rule, String path, String text) throws IOException {
        String lines = text.replace('|', '\n').replace("\\r", "\r");
        return LayeredImage.of(new TestTar().file(path, lines)).found(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "FS-006; etc/shadow; root:*:1:::::|a::1:::::",
                "FS-006; etc/shadow; a::1:::::\\r|b:*:1:::::\\r|",
                "FS-006; etc/shadow; a\\rb::1:::::",
                "FS-006; etc/shadow; '  a::1'",
                "FS-007; etc/shadow; a:$1$salt$hash:1",
                "FS-007; etc/shadow; a:$y$j9T$salt$hash:1",
                "FS-007; etc/shadow; a:abJnggxhB/yWI:1",
                "FS-007; etc/shadow; a:_J9..rasmBYk8r9AiWNc:1",
                "FS-007; etc/passwd; a:$6$salt$hash:1:1::/:/bin/sh",
                "FS-007; etc/gshadow; a:$6$salt$hash::",
                "FS-008; etc/passwd; root:x:0:0::/:|a::1:1::/:/bin/sh",
                "FS-009; etc/passwd; root:x:0:0::/:|a:x:+0:1::/:",
                "FS-009; etc/passwd; root:x:0:0::/:|a:x::1::/:",
                "FS-009; etc/passwd; +::0:0:::",
                "FS-010; etc/passwd; a:x:1:1::/:|a:x:1:1::/:",
                "FS-012; etc/passwd; a:x:1:1::/:|a:x:2:1::/:"
            })
    void reportsAnAccount(String rule, String path, String text) throws IOException {
        assertEquals(Set.of("0 " + path), found(rule, path, text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "FS-006; etc/shadow; +::::::::|-b::::::::|+@c::::::::",
                "FS-006; etc/shadow; '  # a::1'",
                "FS-006; etc/shadow; a:!:1|b:!!:1|c:*:1|d:x:1|e",
                "FS-007; etc/shadow; a:!$6$salt$hash:1|b:*LK*:1",
                "FS-008; etc/passwd; +::::::|-b::::::|+@c::::::",
                "FS-008; etc/passwd; ' # a::0:0'",
                "FS-009; etc/passwd; root:x:0:0::/:|+::::::",
                "FS-009; etc/passwd; '#b:x:0:0\\rc:x:0:0:'",
                "FS-009; etc/passwd; ' root:x:0:0::/:|a:x:10:0::/:'",
                "FS-012; etc/passwd; +::::::|+::::::"
            })
    void isSilentAboutLinesThatAreNone(String rule, String path, String text) throws IOException {
        assertEquals(Set.of(), found(rule, path, text));
    }

    @Test
    void theModeOfADatabaseIsThatOfTheFileThatALinkLeadsTo() throws IOException {
        LayeredImage image = LayeredImage.of(
                new TestTar().entry(Header.of("data/etc/shadow", '0').mode(0666)),
                new TestTar().symbolicLink("etc/shadow", "../data/etc/shadow"));

        assertEquals(Set.of("1 etc/shadow"), image.found("FS-013"));
        assertEquals(Set.of("1 etc/shadow"), image.found("FS-014"));
    }

    @Test
    void accountsBehindALinkedFolderAreRead() throws IOException {
        LayeredImage image = LayeredImage.of(new TestTar()
                .file("private/etc/passwd", "root:x:0:0::/:\ntoor:x:0:0::/:\n")
                .symbolicLink("etc", "private/etc"));

        assertEquals(Set.of("0 etc/passwd"), image.found("FS-009"));
    }

    @Test
    void aHardLinkHasTheCapabilitiesAndPermissionsOfItsOwnEntryToo() throws IOException {
        LayeredImage image = LayeredImage.of(
                new TestTar().file("bin/a", "x"),
                new TestTar()
                        .pax('x', TestTar.record("SCHILY.xattr.security.capability", "odd"))
                        .entry(Header.of("bin/b", '1').link("bin/a").mode(0666)));

        assertEquals(Set.of("1 bin/b"), image.found("FS-003"));
        assertEquals(Set.of("1 bin/b"), image.found("FS-004"));
    }
}
