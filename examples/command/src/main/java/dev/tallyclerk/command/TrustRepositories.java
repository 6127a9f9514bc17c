package dev.tallyclerk.command;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.notary.ContentTrust;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.policy.NotaryAccess;
import dev.tallyclerk.trust.policy.TufAccess;
import dev.tallyclerk.trust.sigstore.SigstoreTuf;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the TUF repositories and Notary collections that a trust policy names.
 *
 * @param stores the folder for trusted metadata; null for the one in the user's state folder
 */
record TrustRepositories(
        Terminal terminal,
        Clock clock,
        RegistryAccess.Clients clients,
        @Nullable Path stores) implements TufAccess, NotaryAccess {
    @Override
    public NotaryClient client(String gun, URI place, NotaryRootTrust trust) throws IOException {
        boolean isSaved = "file".equalsIgnoreCase(place.getScheme());
        if (!isSaved) {
            ContentTrust.warnings(place).forEach(warning -> terminal.err().println("tallyclerk: " + warning));
        }
        try {
            Optional<URI> saved = isSaved ? Optional.of(place) : Optional.empty();
            Path store = NotaryStore.of(stores, terminal.environment(), gun, saved, trust);
            return NotaryClient.of(
                            gun, isSaved ? NotaryFiles.ofSaved(Path.of(place)) : clients.notary(place, gun), trust)
                    .withStore(MetadataStore.inDirectory(store))
                    .withClock(clock);
        } catch (IllegalArgumentException e) {
            throw new IOException(Messages.of(e), e);
        }
    }

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
            } catch (IOException | IllegalArgumentException e) {
                throw new DigestResolutionException(DigestResolutionException.Reason.UNAVAILABLE, Messages.of(e), e);
            }
            return target.isPresent() ? resolver.resolveTarget(target.get()) : resolver.resolve(image);
        };
    }

    /**
     * {@return the trusted root of a Sigstore instance, from its TUF repository}
     *
     * @param text {@code ROOT.json,URL}: the trusted root of the repository, and its address, which has a folder
     *     {@code targets}
     * @throws IllegalArgumentException if the text is malformed
     * @throws IOException if it cannot be fetched, or not be trusted
     */
    TrustedRoot sigstore(String text) throws IOException {
        TrustSpec spec = TrustSpec.parse("tuf:" + text, "", stores, terminal.environment());
        URI base = spec.repository().getPath().endsWith("/") ? spec.repository() : URI.create(spec.repository() + "/");
        TufClient client = TrustSpec.client(
                        InputFile.read(spec.root(), MetadataFolder.limits().rootBytes()),
                        spec.store(),
                        clock,
                        clients.metadata(base),
                        TufActions.listener(terminal))
                .withTargets(clients.targets(base.resolve("targets/")));
        Path targets = Files.createDirectories(spec.store().resolve("targets"));
        try {
            return SigstoreTuf.of(client, targets).trustedRoot();
        } catch (TufException | EvidenceException e) {
            throw new IOException("no trusted root from " + spec.repository() + ": " + Messages.of(e), e);
        }
    }
}
