package dev.tallyclerk.registry.client;

import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.StoredAttachments;
import dev.tallyclerk.registry.image.ImageSource;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Finds the artifacts attached to images in registries, also those in another repository than the image.
 *
 * <p>For images whose artifacts are beside them, {@link ImageSource#attachments()} is enough. Signatures may also be in
 * one repository for all images, as with cosign's {@code COSIGN_REPOSITORY}, or in another registry under the same
 * path, as those of Docker Hardened Images:
 *
 * <pre>{@code
 * AttachmentSource signatures = RegistryAttachments.of(client)
 *         .withSignatureRepository(Reference.parse("registry.example.org/signatures"))
 *         .of(name);
 * try (ImageSource image = layout.requireImage("1.0").withAttachments(signatures)) { ... }
 * }</pre>
 *
 * <p>Immutable, and safe for use by several threads if the client is.
 */
public final class RegistryAttachments {
    private final RegistryClient client;
    private final AttachmentLimits limits;
    private final UnaryOperator<Reference> repositories;

    private RegistryAttachments(RegistryClient client, AttachmentLimits limits, UnaryOperator<Reference> repositories) {
        this.client = Objects.requireNonNull(client, "client");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.repositories = Objects.requireNonNull(repositories, "repositories");
    }

    /** {@return the artifacts in the repositories of the images themselves, within the default limits} */
    public static RegistryAttachments of(RegistryClient client) {
        return new RegistryAttachments(client, AttachmentLimits.defaults(), UnaryOperator.identity());
    }

    /** {@return the same with other limits} */
    public RegistryAttachments withLimits(AttachmentLimits limits) {
        return new RegistryAttachments(client, limits, repositories);
    }

    /**
     * {@return the same, with the artifacts of all images in one repository}
     *
     * @param repository a name with a domain; tag and digest are ignored
     */
    public RegistryAttachments withSignatureRepository(Reference repository) {
        Objects.requireNonNull(repository, "repository");
        return withSignatureRepositories(image -> repository);
    }

    /**
     * {@return the same, with the artifacts of each image in another registry under the same path}
     *
     * @param registry host and port as in a reference, such as {@code registry.scout.docker.com}
     */
    public RegistryAttachments withSignatureRegistry(String registry) {
        Objects.requireNonNull(registry, "registry");
        return withSignatureRepositories(image -> Reference.parse(registry + "/" + image.path()));
    }

    /**
     * {@return the same, with the artifacts of each image in the repository that a function names}
     *
     * @param repositories from the name of an image to the name of a repository with a domain; must be safe for use by
     *     several threads
     */
    public RegistryAttachments withSignatureRepositories(UnaryOperator<Reference> repositories) {
        return new RegistryAttachments(client, limits, repositories);
    }

    /**
     * {@return the artifacts attached to an image; contacts the registry only when they are listed}
     *
     * @param image the name of the image, with a domain; tag and digest are ignored
     * @throws IllegalArgumentException if the repository's name has no domain, or one that is not a host of a URI
     */
    public AttachmentSource of(Reference image) {
        return StoredAttachments.of(new RepositoryAttachments(client.repository(repositories.apply(image))), limits);
    }
}
