package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.admission.AcceptanceStore;
import dev.tallyclerk.registry.admission.FileFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedImagesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-30T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private AcceptedImages under(String... conditions) throws IOException {
        return new AcceptedImages(AcceptanceStore.open(folder.resolve("store"), CLOCK), List.of(conditions), CLOCK);
    }

    @Test
    void countsOnlyUnderTheSameConditions() throws IOException {
        under("HIGH", "policy.yaml").keep("app:1.0", Digest.sha256Of(new byte[0]), Optional.empty(), List.of());
        assertTrue(under("HIGH", "policy.yaml").find("app:1.0").isPresent());
        assertFalse(under("HIGH", "policy.yaml").find("app:1.1").isPresent());
        assertFalse(under("LOW", "policy.yaml").find("app:1.0").isPresent());
        assertFalse(under("HIGHpolicy.yaml").find("app:1.0").isPresent());
    }

    @Test
    void countsOnlyWhileALocalImageIsTheSame() throws IOException {
        Path image = Files.createDirectories(folder.resolve("image"));
        Files.writeString(image.resolve("blob"), "content");
        under().keep("image", Digest.sha256Of(new byte[0]), Optional.empty(), List.of(FileFingerprint.of(image)));
        assertTrue(under().find("image").isPresent());
        Files.writeString(image.resolve("blob"), "tampered");
        assertFalse(under().find("image").isPresent());
    }

    @Test
    void forgetsAnImageThatIsRejected() throws IOException {
        under().keep("app:1.0", Digest.sha256Of(new byte[0]), Optional.empty(), List.of());
        under().forget("app:1.1");
        assertTrue(under().find("app:1.0").isPresent());
        under().forget("app:1.0");
        assertFalse(under().find("app:1.0").isPresent());
    }

    @Test
    void takesADuration() throws MojoExecutionException {
        assertEquals(Duration.ofHours(12), AcceptedImages.duration(" PT12H"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12h", "PT0S", "-PT1H", "P8D"})
    void refusesOtherDurations(String text) {
        assertThrows(MojoExecutionException.class, () -> AcceptedImages.duration(text));
    }
}
