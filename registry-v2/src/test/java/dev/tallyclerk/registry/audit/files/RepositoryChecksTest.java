package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.TestTar;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether package managers check signatures; lines end at a vertical bar. */
class RepositoryChecksTest {
    private static Set<String> found(String path, String text) throws IOException {
        return LayeredImage.of(new TestTar().file(path, text.replace('|', '\n') + "\n"))
                .found("FS-051");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "etc/apt/sources.list.d/a.list; deb [ arch=amd64 trusted=Yes ] https://a b c",
                "etc/apt/sources.list.d/a.list; deb-src [allow-insecure=true] https://a b c",
                "etc/apt/sources.list.d/a.sources; Types: deb|URIs: https://a|Trusted: Yes",
                "etc/apt/apt.conf; APT::Get::AllowUnauthenticated \"1\";",
                "etc/apt/apt.conf.d/9; APT { Get {|AllowUnauthenticated \"true\"; }; };",
                "etc/apt/apt.conf.d/9; /* a| b */ acquire::allowinsecurerepositories \"yes\"; // c",
                "etc/apt/apt.conf.d/9; Acquire|{|  AllowWeakRepositories true|}",
                "etc/yum.repos.d/a.repo; [a]|gpgcheck=1|gpgcheck = False",
                "etc/zypp/repos.d/a.repo; [a]|enabled=1|gpgcheck=0",
                "etc/tdnf/tdnf.conf; [main]|gpgcheck=0",
                "etc/pacman.conf; [options]|SigLevel = Never",
                "etc/pacman.conf; [custom]|SigLevel = Optional TrustAll",
                "etc/apk/config; cache-dir /x|allow-untrusted"
            })
    void reportsWhereSignaturesAreNotChecked(String path, String text) throws IOException {
        assertEquals(Set.of("0 " + path), found(path, text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "etc/apt/sources.list.d/a.list.save; deb [trusted=yes] https://a b c",
                "etc/apt/sources.list.d/a.list; deb [trusted=no signed-by=/yes] https://a b c",
                "etc/apt/sources.list.d/a.sources.bak; Types: deb|Trusted: yes",
                "etc/apt/sources.list.d/a.sources; Types: deb|Trusted: yes|Enabled: no",
                "etc/apt/apt.conf.d/9.bak; APT::Get::AllowUnauthenticated \"true\";",
                "etc/apt/apt.conf.d/9; // APT::Get::AllowUnauthenticated \"true\";",
                "etc/apt/apt.conf.d/9; APT { Other { AllowUnauthenticated \"true\"; }; };",
                "etc/apt/apt.conf.d/9; Acquire::http::Proxy \"http://true\"; APT::Get::AllowUnauthenticated \"no\";",
                "etc/yum.repos.d/a.repo.rpmsave; [a]|gpgcheck=0",
                "etc/yum.repos.d/a.repo; [a]|gpgcheck=0|gpgcheck=1|repo_gpgcheck=0",
                "etc/pacman.conf; [options]|SigLevel = Required DatabaseOptional|LocalFileSigLevel = Optional",
                "etc/apk/config; allow-untrusted no",
                "etc/apk/config; # allow-untrusted"
            })
    void isSilentAboutFilesOfNoEffectAndOtherSettings(String path, String text) throws IOException {
        assertEquals(Set.of(), found(path, text));
    }
}
