package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The repository that a {@code tuf-repo} command works on, in a folder, on a web server or in a registry. */
final class TufRepoPlace {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "REPO",
            description = {
                "The repository: a folder, docker://HOST/REPOSITORY:TAG for an artifact in a registry, or the http or",
                "https URL of a metadata folder that takes files by PUT."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String repository;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    RepositoryPlace place(Terminal terminal) throws IOException {
        return place(repository, terminal);
    }

    RepositoryPlace place(String text, Terminal terminal) throws IOException {
        return of(text, spec, () -> clients(terminal));
    }

    /** Makes the clients of registries and servers. */
    @FunctionalInterface
    interface ClientsMaker {
        RegistryAccess.Clients make() throws IOException;
    }

    /**
     * {@return the place that an argument means}
     *
     * @param maker asked only if the place is no folder
     */
    static RepositoryPlace of(String text, CommandSpec spec, ClientsMaker maker) throws IOException {
        if (ArtifactName.isMeant(text)) {
            Reference name = Usage.parsed(spec, () -> ArtifactName.parse(text));
            return RepositoryPlace.ofArtifact(maker.make().artifact(name));
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") || lower.startsWith("https://")) {
            RegistryAccess.Clients clients = maker.make();
            URI server = Usage.parsed(spec, () -> URI.create(text));
            return Usage.parsed(
                    spec, () -> RepositoryPlace.ofUri(server, clients.http(), clients.authenticator(server)));
        }
        return RepositoryPlace.ofFolder(Path.of(text));
    }

    RegistryAccess.Clients clients(Terminal terminal) throws IOException {
        return registry.clients(terminal);
    }
}
