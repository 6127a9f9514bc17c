package dev.tallyclerk.testcontainers;

import dev.tallyclerk.reference.Reference;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * Verifies every image that a test names by the policy files of the project, and replaces its tag by the digest that
 * was verified. An image that is not accepted is refused with an {@link ImageRefusedException}.
 *
 * <p>Testcontainers finds it on the class path. Each image is verified once in a process, and not again by other
 * processes for as long as {@code tallyclerk.accepted.for} says. Thread-safe.
 */
public final class VerifyingSubstitutor extends ImageNameSubstitutor {
    private final VerifiedImages images;

    /** Reads settings as Testcontainers does; nothing else happens before the first image. */
    public VerifyingSubstitutor() {
        this(Settings.of(name ->
                Optional.ofNullable(TestcontainersConfiguration.getInstance().getEnvVarOrProperty(name, null))));
    }

    VerifyingSubstitutor(Settings settings) {
        this.images = new VerifiedImages(settings, Path.of("").toAbsolutePath(), Clock.systemUTC());
    }

    /** {@return the name by which the image is pulled: with the digest of its manifest} */
    @Override
    public DockerImageName apply(DockerImageName original) {
        Reference name;
        try {
            name = Reference.parseNormalized(original.asCanonicalNameString()).withDefaultTag();
        } catch (IllegalArgumentException e) {
            throw new ImageRefusedException(original + " is no name of an image: " + e.getMessage(), e);
        }
        return DockerImageName.parse(images.pinned(name).toString()).asCompatibleSubstituteFor(original);
    }

    @Override
    protected String getDescription() {
        return "Tallyclerk, which verifies images and pins their digests";
    }
}
