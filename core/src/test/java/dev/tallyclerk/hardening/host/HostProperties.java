package dev.tallyclerk.hardening.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.SubjectLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HostProperties {
    /** Every reader takes the text, and every rule has an outcome. */
    static void assertOutcomes(String text) {
        MemoryHost host = new MemoryHost()
                .file("/usr/bin/dockerd", 0755, 0, 0)
                .folder("/var/lib/docker", 0710)
                .text("/etc/audit/audit.rules", text)
                .text("/etc/audit/rules.d/a.rules", text)
                .text("/usr/lib/systemd/system/docker.service", text)
                .text("/etc/systemd/system/docker.service.d/a.conf", text)
                .text("/etc/default/docker", text)
                .text("/etc/docker/daemon.json", text)
                .text("/etc/group", text)
                .text("/etc/passwd", text)
                .text("/proc/self/mountinfo", text)
                .text("/proc/1/comm", "dockerd")
                .text("/proc/1/cmdline", text);
        assertFalse(MemoryHost.kinds(host.read()).containsValue(Outcome.Kind.ERROR), "a rule has no outcome");
        MountTable.ofMounts(text).around("/var/lib/docker");
    }

    static void assertListing(byte[] document) {
        try {
            HostListing listing = HostListing.parse(document, SubjectLimits.defaults());
            HostSubject host = HostSubject.builder("host", listing).read();
            assertFalse(MemoryHost.kinds(host).containsValue(Outcome.Kind.ERROR), "a rule has no outcome");
        } catch (MalformedSubjectException e) {
            assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
        }
    }

    @Property(tries = 300)
    void everyTextHasOutcomes(@ForAll String text) {
        assertOutcomes(text);
    }

    @Property(tries = 300)
    void everyTextOfTheFormatsHasOutcomes(@ForAll("lines") String text) {
        assertOutcomes(text);
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.of(
                        "-w",
                        "-a",
                        "-F",
                        "-S",
                        "-D",
                        "-R",
                        "/etc",
                        "/etc/docker",
                        "always,exit",
                        "never,task",
                        "dir=/",
                        "path=",
                        "\n",
                        "\n",
                        "[Service]\n",
                        "ExecStart=",
                        "Environment=",
                        "EnvironmentFile=",
                        "$A",
                        "${A}",
                        "\\\n",
                        "\"",
                        "'",
                        "=",
                        "#",
                        ";",
                        "A=b",
                        "1 2 8:1 / / rw - ext4 x rw\n",
                        "\\040",
                        "\\9",
                        "docker:x:1:a,b\n",
                        "docker",
                        ":",
                        "/etc/default/docker",
                        "--tlskey=/a",
                        "--group",
                        " ")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 300)
    void aWatchCoversExactlyWhatIsBelow(@ForAll("paths") String watched, @ForAll("paths") String file) {
        AuditRules rules = new AuditRules.Reader(path -> Optional.empty())
                .read("-w " + watched + " -p wa")
                .rules();
        boolean isBelow = file.equals(watched) || (file + "/").startsWith(watched + "/");
        assertEquals(isBelow, rules.covers(file));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "ab")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(parts -> parts.stream().map(part -> "/" + part).collect(Collectors.joining()));
    }

    @Property(tries = 300)
    void anEscapedMountPointIsReadBack(@ForAll("names") String name) {
        String escaped = name.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
        MountTable table = MountTable.ofMountinfo("1 0 8:1 / /" + escaped + " rw - ext4 /dev/x rw");
        assertEquals("8:1", table.at("/" + name).orElseThrow().device());
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", " ", "\\", "\t", "\n", "é", "0")
                .list()
                .ofMinSize(1)
                .ofMaxSize(10)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 300)
    void quotedWordsAreReadBack(@ForAll("words") List<String> words) {
        String line = words.stream()
                .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(" "));
        assertEquals(words, UnitSettings.words(line));
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Arbitraries.strings()
                .withChars("a \\\"'$=")
                .ofMaxLength(8)
                .list()
                .ofMaxSize(5);
    }

    @Property(tries = 300)
    void everyListingIsReadOrRefused(@ForAll String text) {
        assertListing(text.getBytes(StandardCharsets.UTF_8));
    }
}
