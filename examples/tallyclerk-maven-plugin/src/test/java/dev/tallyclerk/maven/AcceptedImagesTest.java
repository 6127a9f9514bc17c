package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.Decision;
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
        return at(CLOCK.instant(), conditions);
    }

    private AcceptedImages at(Instant time, String... conditions) throws IOException {
        Clock clock = Clock.fixed(time, ZoneOffset.UTC);
        AcceptanceStore store =
                AcceptanceStore.open(folder.resolve("store"), clock).withMaxAge(Duration.ofDays(7));
        return new AcceptedImages(store, List.of(conditions), clock);
    }

    private WantedImage image(String text) {
        return new WantedImage(text, new ImageLocations(folder).find(text), "");
    }

    private static Verdict accepted(Optional<Instant> validUntil, boolean isCached) {
        return new Verdict(
                "image",
                Digest.sha256Of(new byte[0]).toString(),
                new Decision(Decision.Kind.ACCEPTED, List.of("a test accepts it")),
                Optional.empty(),
                CLOCK.instant(),
                validUntil,
                isCached);
    }

    private static Verdict accepted() {
        return accepted(Optional.empty(), false);
    }

    @Test
    void countsOnlyUnderTheSameConditions() throws IOException {
        under("HIGH", "policy.yaml").keep(image("app:1.0"), accepted(), List.of());
        assertTrue(under("HIGH", "policy.yaml").find(image("app:1.0")).isPresent());
        assertFalse(under("HIGH", "policy.yaml").find(image("app:1.1")).isPresent());
        assertFalse(under("LOW", "policy.yaml").find(image("app:1.0")).isPresent());
        assertFalse(under("HIGHpolicy.yaml").find(image("app:1.0")).isPresent());
    }

    @Test
    void countsOnlyForThePlaceThatTheNameStoodFor() throws IOException {
        under().keep(image("team/app"), accepted(), List.of());
        assertTrue(under().find(image("team/app")).isPresent());
        Files.createDirectories(folder.resolve("team/app"));
        assertFalse(under().find(image("team/app")).isPresent());
    }

    @Test
    void countsOnlyWhileALocalImageIsTheSame() throws IOException {
        Path layout = Files.createDirectories(folder.resolve("image"));
        Files.writeString(layout.resolve("blob"), "content");
        under().keep(image("image"), accepted(), List.of(FileFingerprint.of(layout)));
        assertTrue(under().find(image("image")).isPresent());
        Files.writeString(layout.resolve("blob"), "tampered");
        assertFalse(under().find(image("image")).isPresent());
    }

    @Test
    void endsWithWhatTheDecisionRestsOn() throws IOException {
        Instant end = CLOCK.instant().plus(Duration.ofHours(1));
        under().keep(image("app:1.0"), accepted(Optional.of(end), false), List.of());
        assertTrue(at(end.minusSeconds(1)).find(image("app:1.0")).isPresent());
        assertFalse(at(end).find(image("app:1.0")).isPresent());
    }

    @Test
    void doesNotKeepALocalImageWhoseLayersWereReadBeforeItsFingerprintWasTaken() throws IOException {
        Path layout = Files.createDirectories(folder.resolve("image"));
        under().keep(image("image"), accepted(Optional.empty(), true), List.of(FileFingerprint.of(layout)));
        assertFalse(under().find(image("image")).isPresent());
        under().keep(image("app:1.0"), accepted(Optional.empty(), true), List.of());
        assertTrue(under().find(image("app:1.0")).isPresent());
    }

    @Test
    void forgetsAnImageThatIsRejected() throws IOException {
        under().keep(image("app:1.0"), accepted(), List.of());
        under().forget(image("app:1.1"));
        assertTrue(under().find(image("app:1.0")).isPresent());
        under().forget(image("app:1.0"));
        assertFalse(under().find(image("app:1.0")).isPresent());
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
