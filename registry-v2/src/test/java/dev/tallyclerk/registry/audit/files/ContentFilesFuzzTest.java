package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The first byte chooses a configuration file, and the next ones say how many of the other bytes it has; the rest is
 * the next file. Whatever they contain, findings are about these files, bounded, and the same each time.
 */
class ContentFilesFuzzTest {
    private static final List<String> PATHS = List.of(
            "etc/passwd",
            "etc/shadow",
            "etc/group",
            "etc/sudoers",
            "etc/sudoers.d/a",
            "etc/doas.conf",
            "etc/crontab",
            "etc/os-release",
            "etc/debian_version",
            "etc/ssh/sshd_config",
            "etc/apt/sources.list",
            "etc/apt/sources.list.d/a.sources",
            "etc/apt/apt.conf",
            "etc/apk/repositories",
            "etc/yum.repos.d/a.repo",
            "etc/ld.so.conf",
            "etc/ld.so.preload",
            "etc/environment",
            "root/.ssh/authorized_keys");

    private static final int MAX_FILES = 4;

    @FuzzTest
    void look(byte[] data) {
        List<ContentFile> files = new ArrayList<>();
        int at = 0;
        while (at + 2 < data.length && files.size() < MAX_FILES) {
            String path = PATHS.get((data[at] & 0xff) % PATHS.size());
            int length = Math.min((data[at + 1] & 0xff) << 4, data.length - at - 2);
            files.add(new ContentFile(path, 0, null, Arrays.copyOfRange(data, at + 2, at + 2 + length), ""));
            at += 2 + length;
        }
        List<String> found = found(files);

        assertEquals(found, found(files));
    }

    private static List<String> found(List<ContentFile> files) {
        ContentFiles contents = ContentFiles.ofFiles(files);
        Findings findings = new Findings();
        AccountChecks.look(contents, findings);
        ConfigurationChecks.look(contents, findings);
        Distribution distribution = Distribution.of(contents, findings);
        List<String> all = new ArrayList<>();
        all.add("names " + distribution);
        IntStream.rangeClosed(1, 61)
                .mapToObj(number -> String.format("FS-%03d", number))
                .forEach(rule -> {
                    List<Sighting> sightings = findings.found(rule).sightings();
                    assertTrue(sightings.size() <= Findings.MAX_SIGHTINGS, rule);
                    for (Sighting sighting : sightings) {
                        assertTrue(contents.at(sighting.path()) != null, sighting::toString);
                        all.add(rule + " " + sighting);
                    }
                });
        return all;
    }
}
