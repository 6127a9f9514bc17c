package dev.tallyclerk.maven;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.admission.Acceptance;
import dev.tallyclerk.registry.admission.AcceptanceStore;
import dev.tallyclerk.registry.admission.FileFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;

/** The images that earlier builds accepted under the same conditions. */
final class AcceptedImages {
    private static final Duration LONGEST = Duration.ofDays(7);

    private final AcceptanceStore store;
    private final List<String> conditions;
    private final Clock clock;

    /** @param conditions all but the image that the decision depends on, in an order that is always the same */
    AcceptedImages(AcceptanceStore store, List<String> conditions, Clock clock) {
        this.store = store;
        this.conditions = List.copyOf(conditions);
        this.clock = clock;
    }

    /**
     * {@return how long an image counts as accepted}
     *
     * @throws MojoExecutionException if the text is no duration above zero and of at most a week
     */
    static Duration duration(String text) throws MojoExecutionException {
        try {
            Duration duration = Duration.parse(text.strip());
            if (!duration.isZero() && !duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            throw new MojoExecutionException("acceptedFor is a duration such as PT12H, not " + text, e);
        }
        throw new MojoExecutionException("acceptedFor is more than zero and at most a week, not " + text);
    }

    /** {@return what the plugin is made of: its code decides, so other code decides anew} */
    static List<String> code(PluginDescriptor plugin) throws IOException {
        List<String> code = new ArrayList<>();
        for (Artifact artifact : plugin.getArtifacts()) {
            Path jar = artifact.getFile().toPath();
            code.add(artifact.getId() + " " + Files.size(jar) + " "
                    + Files.getLastModifiedTime(jar).toMillis());
        }
        return code;
    }

    /** {@return the acceptance of an image, if it still counts} */
    Optional<Acceptance> find(WantedImage image) {
        return store.find(question(image));
    }

    /** {@return how long ago an image was accepted, for people} */
    String age(Acceptance acceptance) {
        long minutes = Duration.between(acceptance.decided(), clock.instant()).toMinutes();
        return minutes + (minutes == 1 ? " minute ago" : " minutes ago");
    }

    /**
     * Keeps an acceptance until the first thing ends that it rests on, and for at most a week.
     *
     * @param files the fingerprints of all that was read, taken before, and of the reports
     */
    void keep(WantedImage image, Verdict verdict, Collection<FileFingerprint> files) throws IOException {
        if (verdict.isCached() && image.place().file().isPresent()) {
            return; // its layers were read before the fingerprint of the image was taken
        }
        Instant longest = verdict.start().plus(LONGEST);
        Instant until = verdict.validUntil().filter(longest::isAfter).orElse(longest);
        store.keep(
                question(image),
                new Acceptance(Digest.parse(verdict.digest()), verdict.start(), until, List.copyOf(files)));
    }

    /** Drops the acceptance of an image, which is rejected now. */
    void forget(WantedImage image) throws IOException {
        store.forget(question(image));
    }

    private String question(WantedImage image) {
        List<String> parts = new ArrayList<>(conditions);
        parts.addAll(List.of(image.name(), image.place().toString(), image.platform()));
        StringBuilder question = new StringBuilder();
        for (String part : parts) {
            question.append(part.length()).append(':').append(part);
        }
        return question.toString();
    }
}
