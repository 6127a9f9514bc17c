package dev.tallyclerk.command;

import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.AttachmentWriter;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.SourceCandidate;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.location.LocalName;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.migrate.MigrationPlan;
import dev.tallyclerk.trust.migrate.NotaryMigration;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.PendingMetadata;
import dev.tallyclerk.trust.publish.PublishException;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.RepositoryPlace;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk trust migrate}: moves a Notary v1 collection to TUF targets or to signatures. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Moves what a verified Notary v1 collection vouches for to the targets of a TUF repository (--to-tuf) or to"
                    + " signatures in the form of cosign (--key), under new keys; without either, shows the plan.",
            "A tag goes with the digest that docker pull accepts today, if the registry has it. What is not carried"
                    + " over is listed with the reason."
        },
        footer = {
            "",
            "Exit status: 0 every tag that counts was carried over; 1 the collection is not trusted, or the TUF repository refuses"
                    + " the change; 2 some were not; 3 usage error or unreadable input; 4 server,"
                    + " registry or network error."
        })
final class TrustMigrateCommand implements Callable<Integer> {
    private static final String LAYOUT = "oci:";

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private NotaryOptions notary;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "A role whose tags count, in this order. Repeatable; default targets/releases and targets, as"
                    + " for docker pull.")
    private List<String> roles = List.of();

    @Option(
            names = "--image",
            paramLabel = "SOURCE",
            description = "Where the images are: docker://HOST/REPOSITORY or oci:DIR[:REF]; default docker:// and the"
                    + " collection's name.")
    private @Nullable String image;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The whole name, without a tag, that the new statements are about; default the repository of"
                    + " --image, or else the collection's name.")
    private @Nullable String name;

    @Option(
            names = "--to-tuf",
            paramLabel = "REPO",
            description = "TUF repository in which the tags become targets named NAME:TAG: a folder,"
                    + " docker://HOST/REPOSITORY:TAG, or the URL of a metadata folder. Needs --out; tuf-repo publish"
                    + " REPO writes the signed request.")
    private @Nullable String repository;

    @Option(
            names = "--role-key",
            paramLabel = "ROLE=FILE",
            description = "New public key in PEM for a delegated role of the collection, such as"
                    + " targets/releases=releases.pem. Repeatable; as many must sign as today.")
    private List<String> roleKeys = List.of();

    @Option(names = "--out", paramLabel = "FILE", description = "File for the signing request of --to-tuf.")
    private @Nullable Path out;

    @ArgGroup(exclusive = false)
    private @Nullable KeyOptions key;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "classic",
            description = "Form of the signatures: classic or bundle; default classic.")
    private ImageSigner.Form form = ImageSigner.Form.CLASSIC;

    @Option(names = "--dry-run", description = "Show what would be written or signed, and write and sign nothing.")
    private boolean dryRun;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private NotaryReport.Format format = NotaryReport.Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    TrustMigrateCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        check();
        RegistryAccess.Clients clients = registry.clients(terminal);
        NotaryClient client = notary.client(terminal, clock, clients, false);
        return notary.run(terminal, client, collection -> migrate(collection, clients));
    }

    private void check() {
        if (repository != null && key != null) {
            throw Usage.error(spec, "give one of --to-tuf and --key");
        }
        if (key != null && key.readsStandardInput() && registry.readsStandardInput()) {
            throw Usage.error(spec, "standard input can have one of the two passwords only");
        }
        if (repository == null && (out != null || !roleKeys.isEmpty())) {
            throw Usage.error(spec, "--out and --role-key go with --to-tuf");
        }
        if (repository != null && out == null && !dryRun) {
            throw Usage.error(spec, "--to-tuf needs --out FILE for the signing request, or --dry-run");
        }
    }

    private int migrate(NotaryCollection collection, RegistryAccess.Clients clients) throws IOException {
        ImageLocation from =
                Usage.parsed(spec, () -> ImageLocation.parse(image == null ? "docker://" + collection.gun() : image));
        if (!from.isRegistry() && (image == null || !image.startsWith(LAYOUT))) {
            throw Usage.error(spec, "--image must be docker://HOST/REPOSITORY or oci:DIR[:REF]");
        }
        NotaryMigration migration = Usage.parsed(spec, () -> migration(collection, from));
        try (ImageSource source = Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()))) {
            MigrationPlan plan = migration.plan(SourceCandidate.of(source, DocumentLimits.defaults()));
            MigrationReport report =
                    new MigrationReport(terminal, collection, notary.isConfirmed(collection), plan, dryRun);
            if (repository != null) {
                return toTuf(plan, report, TufRepoPlace.of(repository, spec, () -> clients));
            }
            if (key != null) {
                return sign(plan, report, source, () -> destination(from, clients), key);
            }
            return report.write(format, plan.notCarried(), "plan", List.of(), List.of());
        }
    }

    private NotaryMigration migration(NotaryCollection collection, ImageLocation from) {
        String named = name;
        if (named == null) {
            named = from.isRegistry() && image != null
                    ? from.reference().map(Reference::name).orElse(collection.gun())
                    : collection.gun();
        }
        NotaryMigration migration = NotaryMigration.of(collection, named);
        return roles.isEmpty() ? migration : migration.withRoles(roles);
    }

    private ImageDestination destination(ImageLocation from, RegistryAccess.Clients clients) throws IOException {
        Optional<Reference> inRegistry = from.isRegistry() ? from.reference() : Optional.empty();
        if (inRegistry.isPresent()) {
            return clients.of(inRegistry.get()).destination(inRegistry.get());
        }
        String layout = String.valueOf(image).substring(LAYOUT.length());
        return OciLayoutWriter.create(LocalName.parse(layout).path(), clock).destination();
    }

    /** Opens the destination of signatures, which may make folders. */
    @FunctionalInterface
    private interface DestinationOpener {
        ImageDestination open() throws IOException;
    }

    private int toTuf(MigrationPlan plan, MigrationReport report, RepositoryPlace place) throws IOException {
        Map<String, KeySet> keys = keys(plan);
        try {
            TufRepository tuf = TufRepository.open(place, clock);
            PendingMetadata pending = change(plan, tuf, keys).pending();
            List<String> changes = pending.describe();
            Path request = out;
            if (!dryRun && request != null) {
                TufRepoOutput.save(pending, request);
            }
            return report.write(
                    format, plan.notCarriedAsTargets(), "tuf", changes, dryRun ? List.of() : pending.missing());
        } catch (PublishException e) {
            terminal.err().println("tallyclerk: " + Messages.of(e));
            return ExitCode.REJECTED;
        }
    }

    private RepositoryChange change(MigrationPlan plan, TufRepository tuf, Map<String, KeySet> keys)
            throws PublishException, IOException {
        try {
            return plan.change(tuf, keys);
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e) + "; use --role-key");
        }
    }

    private Map<String, KeySet> keys(MigrationPlan plan) throws IOException {
        Map<String, List<Path>> files = new LinkedHashMap<>();
        for (String each : roleKeys) {
            int equals = each.indexOf('=');
            if (equals < 1) {
                throw Usage.error(spec, "--role-key must be ROLE=FILE, not " + Quoted.quote(each));
            }
            files.computeIfAbsent(each.substring(0, equals), role -> new ArrayList<>())
                    .add(Usage.parsed(spec, () -> Path.of(each.substring(equals + 1))));
        }
        Map<String, KeySet> keys = new LinkedHashMap<>();
        for (Map.Entry<String, List<Path>> each : files.entrySet()) {
            NotaryDelegation role = plan.roles().stream()
                    .filter(delegation -> delegation.role().equals(each.getKey()))
                    .findFirst()
                    .orElseThrow(() -> Usage.error(
                            spec,
                            "--role-key: no tags of the role " + Quoted.quote(each.getKey()) + " are carried over"));
            int threshold = (int) Math.min(Integer.MAX_VALUE, role.keys().threshold());
            keys.put(each.getKey(), TufRepoWork.keys(spec, threshold, each.getValue()));
        }
        return keys;
    }

    private int sign(
            MigrationPlan plan,
            MigrationReport report,
            ImageSource source,
            DestinationOpener destination,
            KeyOptions options)
            throws IOException {
        SigningKey signer = options.read(terminal);
        List<String> attached = new ArrayList<>();
        try {
            List<NewAttachment> signatures = dryRun
                    ? List.of()
                    : plan.signatures(ImageSigner.of(signer, clock).withForm(form));
            for (NewAttachment signature : signatures) {
                AttachmentWriter.Attached done =
                        AttachmentWriter.create().attach(signature, source, destination.open());
                attached.add(
                        signature.subject() + " signed in " + done.manifest().digest());
            }
        } catch (SigningException e) {
            throw new IOException(e.reason() + ": " + Messages.of(e), e);
        }
        return report.write(format, plan.notCarriedAsSignatures(), "cosign", attached, List.of());
    }
}
