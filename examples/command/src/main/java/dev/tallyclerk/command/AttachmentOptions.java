package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryAttachments;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of commands that read what is attached to an image. */
final class AttachmentOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--signature-repository",
            paramLabel = "REPOSITORY",
            description =
                    "Look for attached artifacts in this repository, [docker://]HOST/REPOSITORY, and not beside the"
                            + " image, as cosign does with COSIGN_REPOSITORY.")
    private @Nullable String repository;

    @Option(
            names = "--signature-registry",
            paramLabel = "HOST",
            description = "Look for attached artifacts in this registry, in a repository with the path of the image's.")
    private @Nullable String registry;

    /** {@return whether an option is given} */
    boolean isGiven() {
        return repository != null || registry != null;
    }

    /** {@return the image with the attached artifacts of the repository or registry, if one is named} */
    ImageSource applied(ImageLocation from, ImageSource image, RegistryAccess access, RegistryAccess.Clients clients)
            throws IOException {
        return applied(from, from.reference(), image, access, clients);
    }

    /**
     * {@return the image with the attached artifacts of the repository or registry, if one is named}
     *
     * @param named the name of the image, if it has one
     */
    ImageSource applied(
            ImageLocation from,
            Optional<Reference> named,
            ImageSource image,
            RegistryAccess access,
            RegistryAccess.Clients clients)
            throws IOException {
        String host = registry;
        if (host != null && repository != null) {
            throw Usage.error(spec, "give one of --signature-repository and --signature-registry");
        }
        if (host != null && named.isEmpty()) {
            throw Usage.error(spec, "--signature-registry needs an image with a name");
        }
        String wanted =
                host == null ? repository : host + "/" + named.orElseThrow().path();
        if (wanted == null) {
            return image;
        }
        Reference name = Usage.parsed(spec, () -> ImageLocation.repository(wanted));
        if (from.isRegistry()) {
            access.refuseOneOptionFor(from.reference().orElseThrow(), name);
        }
        return image.withAttachments(RegistryAttachments.of(clients.of(name)).of(name));
    }
}
