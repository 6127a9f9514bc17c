package dev.tallyclerk.hardening.container.internal.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MemberSpellingTest {
    /** A member that a rule reads and an engine finds in any case must not pass unseen in another one. */
    @Test
    void guardsTheSpellingOfEachMemberThatIsRead() throws IOException {
        Set<String> ofEnginesOnly = Set.of(
                "AppArmorProfile",
                "BoundingCaps",
                "CgroupMode",
                "ConmonPidFile",
                "CreateCommand",
                "Dependencies",
                "Dns",
                "EffectiveCaps",
                "Endpoints",
                "ExecIDs",
                "FinishedAt",
                "ImageName",
                "Mode",
                "Names",
                "Networks",
                "OCIRuntime",
                "Ports",
                "ProcessLabel",
                "RepoTags",
                "RootFS",
                "Running",
                "RW",
                "Scope",
                "Spec",
                "Status",
                "VolumesRW");
        Pattern name = Pattern.compile("\"([A-Z][A-Za-z]+)\"");
        Path folder = Path.of("src/main/java/dev/tallyclerk/hardening/container/internal");
        Set<String> unguarded = new TreeSet<>();
        for (String reader : List.of(
                "reader/Container",
                "reader/ContainerConfigDocument",
                "reader/ContainerDocument",
                "reader/HostConfigDocument",
                "reader/HostVolume",
                "reader/MountElement",
                "reader/MountReader",
                "reader/PortReader",
                "reader/Readings",
                "rules/Tmpfs")) {
            Matcher names = name.matcher(Files.readString(folder.resolve(reader + ".java")));
            names.results().map(found -> found.group(1)).forEach(unguarded::add);
        }
        assertTrue(unguarded.contains("Privileged"), "the sources were read");
        unguarded.removeIf(MemberSpelling::isGuarded);
        unguarded.removeAll(ofEnginesOnly);
        assertEquals(Set.of(), unguarded);
    }
}
