package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk tuf-repo add}: asks for the signatures of a target. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies an image and writes the signing request that vouches for it under its name; or, with DIGEST and"
                    + " LENGTH, adds the target of that path as it is told.",
            "Of an index, verifies the image of each platform. Digest and length are those of the manifest or index."
        })
final class TufRepoAddCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoPlace repository;

    @Parameters(
            paramLabel = "TARGET",
            description = {
                "The image: docker://HOST/REPOSITORY:TAG, oci:DIR[:REF], oci-archive:FILE[:REF]. With DIGEST and LENGTH,",
                "the path of the target; for an image, its whole name."
            },
            index = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String target;

    @Parameters(arity = "0..1", paramLabel = "DIGEST", description = "The digest, as in sha256:HEX.", index = "2")
    private @Nullable String digest;

    @Parameters(arity = "0..1", paramLabel = "LENGTH", description = "The length in bytes.", index = "3")
    private @Nullable Long length;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The whole name by which the image will be loaded, with its tag; default the image's own.")
    private @Nullable String name;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Of an index, verify the image of this platform only. Repeatable; default all.")
    private List<String> platforms = List.of();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "targets",
            description = "Role that lists it; default targets.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String role;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File for the signing request.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TufRepoOutput output;

    TufRepoAddCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        Optional<UnaryOperator<RepositoryChange>> add = digest == null ? image() : Optional.of(target());
        if (add.isEmpty()) {
            return ExitCode.REJECTED;
        }
        return TufRepoWork.run(terminal, () -> {
            RepositoryChange change =
                    TufRepository.open(repository.place(terminal), clock).change();
            return output.write(terminal, add.get().apply(change).pending(), out);
        });
    }

    private UnaryOperator<RepositoryChange> target() {
        String told = digest;
        Long bytes = length;
        if (told == null || bytes == null || name != null || !platforms.isEmpty()) {
            throw Usage.error(spec, "a DIGEST needs a LENGTH; --name and --platform go with an image alone");
        }
        TargetInfo info =
                Usage.parsed(spec, () -> new TargetInfo(target, bytes, List.of(Digest.parse(told)), role, ""));
        return change -> change.withTarget(info);
    }

    /** Verifies the image; empty if it must not be vouched for, which is reported. */
    private Optional<UnaryOperator<RepositoryChange>> image() throws IOException {
        ImageLocation from = SourceText.parse(spec, terminal, target);
        if (!from.hasManifest()) {
            throw Usage.error(spec, "a docker archive has no manifest whose digest clients could compare");
        }
        Reference whole = TrustVerifyCommand.named(spec, name, from)
                .filter(each -> each.tag().isPresent())
                .orElseThrow(() -> Usage.error(spec, "this image has no name and tag; give --name"));
        RegistryAccess.Clients clients = repository.clients(terminal);
        try (ImageSource image = Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()))) {
            Optional<ResolvedDigest> verified = TufRepoImage.verified(terminal, image, wanted());
            return verified.map(each -> change -> change.withImage(role, whole, each));
        }
    }

    private List<Platform> wanted() {
        return platforms.stream()
                .map(each -> Usage.parsed(spec, () -> Platform.parse(each)))
                .toList();
    }
}
