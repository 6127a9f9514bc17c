package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryAttachments;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import java.io.IOException;
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

    /** {@return whether an option is given} */
    boolean isGiven() {
        return repository != null;
    }

    /** {@return the image with the attached artifacts of the repository, if one is named} */
    ImageSource applied(ImageLocation from, ImageSource image, RegistryAccess access, RegistryAccess.Clients clients)
            throws IOException {
        String wanted = repository;
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
