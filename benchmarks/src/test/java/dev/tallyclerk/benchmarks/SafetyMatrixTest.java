package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.benchmarks.SafetyMatrix.Puller;
import dev.tallyclerk.benchmarks.SafetyMatrix.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hostile registry that programs are compared by: it has to be right without an attack, and wrong with each. */
class SafetyMatrixTest {
    @TempDir
    Path folder;

    private void pull(HostileRegistry registry) throws Exception {
        RegistryPull.main(new String[] {
            "tallyclerk-verify", registry.name(), folder.resolve("image").toString()
        });
    }

    @Test
    void withoutAnAttackTheImageIsWhole() throws Exception {
        try (HostileRegistry registry = HostileRegistry.start(Attack.NONE)) {
            pull(registry);
            assertTrue(registry.isTried());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyAttackIsTriedAndRefused(Attack attack) throws IOException {
        try (HostileRegistry registry = HostileRegistry.start(attack)) {
            assertThrows(Exception.class, () -> pull(registry));
            assertTrue(registry.isTried());
        }
    }

    @Test
    void aProgramThatChecksNothingCompletes() throws Exception {
        Puller curl = new Puller(
                "curl",
                "1",
                "curl -sf http://${NAME%%/*}/v2/team/image/manifests/1 -o $OUT/m && grep -q layers $OUT/m");
        Result result = new SafetyMatrix(folder).run(Attack.CLAIMED_DIGEST, curl);
        assertEquals(Processes.has("curl") ? Result.COMPLETES : Result.REFUSES, result);
        Puller none = new Puller("true", "1", "true");
        assertEquals(Result.DOES_NOT_ASK, new SafetyMatrix(folder).run(Attack.LAYER, none));
        String table = SafetyMatrix.render(List.of(none), Map.of(Attack.LAYER, List.of(Result.COMPLETES)));
        assertTrue(table.contains("| " + Attack.LAYER.title() + " | **completes** |"), table);
        assertTrue(Files.exists(folder));
    }
}
