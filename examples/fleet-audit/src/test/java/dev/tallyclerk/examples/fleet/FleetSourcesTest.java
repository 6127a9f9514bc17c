package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetSourcesTest {
    private static final int LAYERS = 20;

    @TempDir
    Path folder;

    private List<FleetImage> list(List<String> plainHttp, String... sources) throws IOException {
        try (Registries registries = Registries.of(plainHttp, Map.of(), folder)) {
            return FleetSources.list(List.of(sources), registries);
        }
    }

    private List<String> names(String... sources) throws IOException {
        return list(List.of(), sources).stream().map(FleetImage::name).toList();
    }

    @Test
    void aFolderThatIsSpelledTwiceIsOne() throws IOException {
        assertEquals(
                List.of("oci:images/hello:1.0"),
                names("images/hello", "./images/../images/hello", "oci:./images/hello:1.0", "images/hello"));
    }

    @Test
    void aNameInALayoutMayHaveColons() throws IOException {
        String name = "docker.io/library/app:1.0";
        WrittenLayout.in(folder.resolve("layout")).entry(name, WrittenLayout.hello(), "");
        String origin = "oci:" + folder.resolve("layout");
        assertEquals(List.of(FleetImage.at(origin + ":" + name, origin)), list(List.of(), origin + ":" + name));
        assertEquals(
                List.of(FleetImage.at(origin + "@" + WrittenLayout.HELLO, origin)),
                list(List.of(), origin + "@" + WrittenLayout.HELLO));
        AuditedFleet fleet = new AuditedFleet(folder);
        assertEquals(Summary.ACCEPTED, fleet.audit(origin + ":" + name), fleet::progress);
    }

    @Test
    void linksToFoldersAreFollowed() throws IOException {
        WrittenLayout.in(folder.resolve("elsewhere/layout")).entry("1.0", WrittenLayout.hello(), "");
        Path fleet = Files.createDirectory(folder.resolve("fleet"));
        Files.createSymbolicLink(fleet.resolve("linked"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(fleet.resolve("loop"), fleet);
        assertEquals(List.of("oci:" + fleet + "/linked/layout:1.0"), names(fleet.toString()));
        Path link = Files.createSymbolicLink(folder.resolve("link"), fleet);
        assertEquals(List.of("oci:" + link + "/linked/layout:1.0"), names(link.toString()));
    }

    @Test
    void aHostThatDockerTakesForARepositoryIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> names("docker://registry"));
        assertTrue(String.valueOf(e.getMessage()).contains("docker://registry:443"), e.getMessage());
    }

    private void assertUnreadable(String source, SyntheticRegistry registry, String why) throws IOException {
        List<FleetImage> listed = list(List.of(registry.host()), source);
        assertEquals(List.of(source), listed.stream().map(FleetImage::name).toList());
        assertTrue(listed.get(0).failure().contains(why), listed::toString);
    }

    @Test
    void anEmptyCatalogAndARepositoryWithoutTagsAreNotTakenForNothing() throws IOException {
        try (SyntheticRegistry registry = SyntheticRegistry.start(0, LAYERS, 1)) {
            assertUnreadable("docker://" + registry.host(), registry, "catalog is empty");
            assertUnreadable("docker://" + registry.host() + "/team/app-0099", registry, "no tags");
        }
    }

    @Test
    void aListThatFailsInTheMiddleIsIncomplete() throws IOException {
        try (SyntheticRegistry registry = SyntheticRegistry.start(20, LAYERS, 1)) {
            registry.breakLists();
            String all = "docker://" + registry.host();
            List<FleetImage> listed = list(List.of(registry.host()), all);
            assertEquals(
                    List.of(all, all + "/team/app-0000", registry.name(0)),
                    listed.stream().map(FleetImage::name).toList());
            assertTrue(listed.get(0).failure().startsWith("cannot be listed: "), listed::toString);
            assertTrue(listed.get(1).failure().startsWith("cannot be listed: "), listed::toString);
        }
    }
}
