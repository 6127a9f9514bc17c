package dev.tallyclerk.command;

import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.policy.TufAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the TUF repositories that a trust policy names.
 *
 * @param stores the folder for trusted metadata; null for the one in the user's state folder
 */
record TrustRepositories(
        Terminal terminal,
        Clock clock,
        RegistryAccess.Clients clients,
        @Nullable Path stores) implements TufAccess {
    @Override
    public DigestResolver resolver(URI repository, byte[] trustedRoot, Optional<String> target) {
        Path store = TrustSpec.store(repository, stores, terminal.environment());
        return image -> {
            TufDigestResolver resolver;
            try {
                resolver = TrustSpec.resolver(
                        repository,
                        trustedRoot,
                        store,
                        clock,
                        clients.metadata(repository),
                        TufActions.listener(terminal));
            } catch (IOException e) {
                throw new DigestResolutionException(DigestResolutionException.Reason.UNAVAILABLE, Messages.of(e), e);
            }
            return target.isPresent() ? resolver.resolveTarget(target.get()) : resolver.resolve(image);
        };
    }
}
