package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.filesystem.CorpusLayout.Layer;
import dev.tallyclerk.registry.filesystem.Engines.Loaded;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/engines.md says of hard links whose attributes differ from their file's. */
class EngineLinksTest {
    private static final String MODE = "mode";
    private static final String OWNER = "owner";
    private static final String SET_ID = "set-id";

    @TempDir
    Path folder = Path.of("");

    private static List<Layer> linked(Function<Header, Header> attributes) {
        return List.of(Layer.plain(new TestTar()
                .entry(Header.of("file", '0').mode(0640).owner(3, 4))
                .entry(attributes.apply(
                        Header.of("link", '1').link("file").mode(0640).owner(3, 4)))
                .finish()));
    }

    @Test
    void podmanAndContainerdGiveTheFileTheModeAndOwnerOfTheLinkAndUmociKeepsItsOwn() throws Exception {
        CorpusLayout corpus = new CorpusLayout(folder.resolve("layout"))
                .add(MODE, linked(link -> link.mode(0606)))
                .add(OWNER, linked(link -> link.owner(5, 6)))
                .add(SET_ID, linked(link -> link.mode(04755)));
        Map<String, String> ofLinks = Map.of(MODE, "100606 3:4", OWNER, "100640 5:6", SET_ID, "104755 3:4");
        try (Engines engines = Engines.start(folder)) {
            Map<String, Map<String, Loaded>> loaded = engines.load(corpus);
            for (Map.Entry<String, String> each : ofLinks.entrySet()) {
                assertEquals(
                        Map.of("umoci", "100640 3:4", "podman", each.getValue(), "containerd", each.getValue()),
                        loaded.getOrDefault(each.getKey(), Map.of()).entrySet().stream()
                                .collect(Collectors.toMap(Map.Entry::getKey, engine -> attributes(engine.getValue()))),
                        each.getKey());
            }
        }
    }

    /** {@return mode and owner of the file and its link, which are one} */
    private static String attributes(Loaded loaded) {
        assertEquals("", loaded.error());
        String file = String.valueOf(loaded.tree().get("file"));
        assertEquals(file, loaded.tree().get("link"));
        String[] words = file.split(" ", -1);
        assertTrue(words.length > 2, file);
        return words[0] + " " + words[1];
    }
}
