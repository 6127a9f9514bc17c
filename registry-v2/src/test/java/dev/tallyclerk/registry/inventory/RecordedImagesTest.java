package dev.tallyclerk.registry.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The inventories of images whose packages the real package managers listed. */
class RecordedImagesTest {
    private static final String DATA = "image-audit/";

    @ParameterizedTest
    @ValueSource(
            strings = {"deb13", "distroless13", "alpine-npm", "rocky9", "rocky9-wal", "leap156", "rocky8", "languages"})
    void listsWhatThePackageManagersList(String image) throws IOException, JsonException {
        JsonCursor expected = JsonCursor.parse(
                SharedData.read(DATA + "expected/" + image + ".inventory.json"), JsonLimits.ofBytes(1 << 20));
        Set<String> wanted = new TreeSet<>();
        for (JsonCursor each : expected.required("packages").elements()) {
            if (each.optional("virtual").isEmpty()) {
                wanted.add(text(each, "type") + " " + text(each, "name") + " " + text(each, "version") + " in "
                        + text(each, "path") + " layer "
                        + each.required("layer").integer(0, 100) + " of " + text(each, "source") + " "
                        + text(each, "sourceVersion") + " " + text(each, "modularity"));
            }
        }
        Inventory inventory = inventory(image);
        Set<String> found = new TreeSet<>();
        for (InstalledPackage each : inventory.packages()) {
            boolean stated = !each.type().equals("apk");
            found.add(each.type() + " " + each.name() + " " + each.version() + " in " + each.path() + " layer "
                    + each.layer().index() + " of "
                    + each.source().map(SourcePackage::name).orElse("") + " "
                    + each.source()
                            .filter(source -> stated)
                            .map(SourcePackage::version)
                            .orElse("")
                    + " " + each.modularityLabel().orElse(""));
        }
        assertEquals(String.join("\n", wanted), String.join("\n", found));
        // The image has a Java archive that is cut off.
        assertEquals(
                image.equals("languages") ? List.of("opt/lib/bomb.jar") : List.of(),
                inventory.problems().stream().map(InventoryProblem::path).toList());
    }

    private static String text(JsonCursor object, String member) throws JsonException {
        Optional<JsonCursor> value = object.optional(member);
        return value.isPresent() ? value.get().string() : "";
    }

    @Test
    void answersForEveryHostileImage() throws IOException, JsonException {
        JsonCursor expected =
                JsonCursor.parse(SharedData.read(DATA + "expected/hostile.json"), JsonLimits.ofBytes(1 << 20));
        for (JsonCursor image : expected.required("images").elements()) {
            String name = image.required("image").string();
            Inventory inventory = inventory(name);
            if (image.optional("unknown").isPresent()) {
                assertFalse(inventory.isComplete(), name);
            }
            for (JsonCursor wanted : image.optional("packages").stream()
                    .flatMap(all -> elements(all).stream())
                    .toList()) {
                List<String> parts = wanted.strings();
                assertTrue(
                        inventory.packages().stream()
                                .anyMatch(each -> each.type().equals(parts.get(0))
                                        && each.name().equals(parts.get(1))
                                        && each.version().equals(parts.get(2))),
                        () -> name + " lacks " + parts + ": " + inventory.packages());
            }
        }
    }

    private static List<JsonCursor> elements(JsonCursor array) {
        try {
            return array.elements();
        } catch (JsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Inventory inventory(String image) throws IOException {
        InventoryAnalyzer analyzer = InventoryAnalyzer.create();
        ImageVerification verification = ImageVerifier.create()
                .withAnalyzer(analyzer)
                .verify(OciLayout.open(SharedData.require(DATA + "images/" + image))
                        .image()
                        .orElseThrow());
        return verification.result(analyzer).orElseThrow();
    }
}
