package dev.tallyclerk.testcontainers;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What can be set in the properties and variables that Testcontainers reads.
 *
 * @param policy the policy; empty for the file of the usual name, if there is one
 * @param trust the trust policy; empty for the file of the usual name, if there is one
 * @param platform the platform of the images; empty for that of this machine
 * @param acceptedFor how long an image counts as accepted in other processes; zero if they decide anew
 * @param store the folder that remembers accepted images and trusted metadata
 */
record Settings(
        Optional<Path> policy, Optional<Path> trust, Optional<String> platform, Duration acceptedFor, Path store) {
    private static final Duration HALF_A_DAY = Duration.ofHours(12);
    private static final Duration LONGEST = Duration.ofDays(7);

    /**
     * {@return the settings}
     *
     * @param properties gives the value of a property, if it is set
     * @throws ImageRefusedException if a value is malformed
     */
    static Settings of(Function<String, Optional<String>> properties) {
        Path home = Path.of(System.getProperty("user.home", ""));
        return new Settings(
                properties.apply("tallyclerk.policy").map(Path::of),
                properties.apply("tallyclerk.trust").map(Path::of),
                properties.apply("tallyclerk.platform"),
                properties
                        .apply("tallyclerk.accepted.for")
                        .map(Settings::duration)
                        .orElse(HALF_A_DAY),
                properties.apply("tallyclerk.store").map(Path::of).orElse(home.resolve(".tallyclerk/testcontainers")));
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse(text.strip());
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException e) {
            throw new ImageRefusedException("tallyclerk.accepted.for is a duration such as PT12H, not " + text, e);
        }
        throw new ImageRefusedException("tallyclerk.accepted.for is from PT0S to P7D, not " + text);
    }

    /** {@return the platform whose images run on this machine} */
    String platformOrDefault() {
        return platform.orElseGet(
                () -> System.getProperty("os.arch", "").equals("aarch64") ? "linux/arm64" : "linux/amd64");
    }
}
