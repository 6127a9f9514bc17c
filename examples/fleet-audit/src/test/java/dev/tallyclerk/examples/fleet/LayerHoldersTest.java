package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layer that some of the repositories lack which name it. */
class LayerHoldersTest {
    /** Every tenth image has it. */
    private static final int LAYER = 0;

    private static final int EACH = 10;

    @TempDir
    Path folder;

    private void assertDecisions(int repositories, int lacking, String decision) throws IOException {
        AuditedFleet fleet = new AuditedFleet(folder);
        try (SyntheticRegistry registry = SyntheticRegistry.start(repositories * EACH, 60, 100)) {
            for (int i = 0; i < lacking; i++) {
                registry.remove(i, LAYER);
            }
            fleet.auditAll(registry);
            for (int image = 0; image < repositories * EACH; image++) {
                assertEquals(
                        registry.has(image, LAYER) ? decision : "accepted",
                        fleet.decision(registry.name(image)),
                        registry.name(image));
            }
        }
    }

    @Test
    void aLayerIsLookedForInOtherRepositories() throws IOException {
        assertDecisions(4, 3, "accepted");
    }

    @Test
    void aLayerThatNoRepositoryHasIsMissing() throws IOException {
        assertDecisions(3, 3, "rejected");
    }

    @Test
    void aLayerThatSomeRepositoriesLackCondemnsNoImageOfOthers() throws IOException {
        assertDecisions(12, 11, "incomplete");
    }

    @Test
    void aLayerThatCannotBeReadIsIncompleteHoweverItFails() throws IOException {
        AuditedFleet fleet = new AuditedFleet(folder);
        try (SyntheticRegistry registry = SyntheticRegistry.start(2 * EACH, 60, 100)) {
            registry.refuse(0, 500);
            registry.refuse(1, 429);
            registry.refuse(2, 401);
            registry.cut(3);
            assertEquals(Summary.INCOMPLETE, fleet.auditAll(registry), fleet::progress);
            for (int image = 0; image < 2 * EACH; image++) {
                boolean fails = image % EACH <= 3;
                assertEquals(fails ? "incomplete" : "accepted", fleet.decision(registry.name(image)));
                assertEquals(!fails, fleet.line(registry.name(image)).contains("\"verified\":true"));
            }
        }
    }

    @Test
    void whatIsKeptDoesNotDependOnTheOrderOfImages() {
        LayerNeed need = new LayerNeed("docker://h", "type", digest('a'), 1, digest('b'), List.of(), "");
        LayerUse one = new LayerUse();
        LayerUse other = new LayerUse();
        LayerUse part = new LayerUse();
        for (int i = 0; i < 12; i++) {
            one.add(need, image(i));
            (i % 2 == 0 ? other : part).add(need, image(11 - i));
        }
        other.addAll(part);
        assertEquals(one.holders(), other.holders());
        assertEquals(image(0), one.holders().get(0));
        assertTrue(one.hasMoreHolders() && other.hasMoreHolders());
    }

    private static String digest(char digit) {
        return "sha256:" + String.valueOf(digit).repeat(64);
    }

    private static FleetImage image(int number) {
        return FleetImage.at("docker://h/app-" + (char) ('a' + number) + ":1", "docker://h");
    }
}
