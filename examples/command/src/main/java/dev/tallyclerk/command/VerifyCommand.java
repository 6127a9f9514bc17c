package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk verify}: from a name to a verdict. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies an image and decides whether it is safe to load.",
            "Compares every byte of manifest, configuration and layers with the digests that lead to it; rejects layers"
                    + " that engines read differently, or merge into different files; and audits the configuration and"
                    + " the build history. Of an index, checks every image that an engine may take for the platform."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete, something could not be checked; 3 usage error or"
                    + " unreadable input; 4 registry or network error."
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArgument source;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PlatformOption platform;

    @Option(
            names = "--artifact",
            description = "Accept an artifact, such as a chart or an SBOM, if its content is the promised one; without"
                    + " this, an artifact is incomplete.")
    private boolean artifact;

    @Option(
            names = "--trust",
            paramLabel = "tuf:ROOT.json,URL",
            description = {
                "Take the digest from the targets of a TUF repository, and not from the registry. ROOT.json is the trusted"
                        + " root, URL where the metadata lies: http, https, file, or docker://HOST/REPOSITORY:TAG."
            })
    private @Nullable String trust;

    @Option(
            names = "--trust-target",
            paramLabel = "PATH",
            description =
                    "The path of the image's target; default HOST/REPOSITORY:TAG, whole, as in docker.io/library/a:1.")
    private @Nullable String trustTarget;

    @Option(
            names = "--trust-store",
            paramLabel = "DIR",
            description = "Where the metadata last trusted is kept, against rollback, in a folder for each repository;"
                    + " default in the user's state folder.")
    private @Nullable Path trustStore;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TrustOptions signatures;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "The whole name by which the image will be loaded, for --trust-policy and --trust; default SOURCE's.")
    private @Nullable String name;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PolicyOptions policy;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private VulnerabilityOptions vulnerabilities;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LayerOptions layers;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AttachmentOptions attachments;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** How the report is written. */
    enum Format {
        TEXT,
        JSON
    }

    VerifyCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        reports.check(spec, false);
        ImageLocation from = source.location();
        Policy demanded = policy.policy();
        ImageVerifier verifier = platform.applied(ImageVerifier.create().withLayerLimits(layers.limits(demanded)));
        Optional<Reference> named = TrustVerifyCommand.named(spec, name, from);
        TrustSpec trusted = trustSpec(from, named);
        signatures.check(spec);
        if (trusted != null && !signatures.isEmpty()) {
            throw Usage.error(spec, "--trust names a TUF repository; in a --trust-policy, a rule can");
        }
        Admission admission = Admission.of(policy.withBaseline(Auditor.of(demanded, KnownRules.imageRuleSets()))
                        .withClock(clock))
                .withFileSystemAnalyzer(KnownRules.analyzer(demanded));
        Optional<VulnerabilityDatabase> database = vulnerabilities.database();
        if (database.isPresent()) {
            admission = admission.withVulnerabilities(database.get(), vulnerabilities.statements());
        } else if (vulnerabilities.hasStatements()) {
            throw Usage.error(spec, "--vex goes with --database");
        }
        Admission checking = admission;
        RegistryAccess.Clients clients = registry.clients(terminal);
        int parallel = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        ProgressBar progress = terminal.errIsTerminal() ? new ProgressBar(terminal.err(), System::nanoTime) : null;
        try (ImageSource image = attachments.applied(from, named, opened(from, clients), registry, clients)) {
            ImageVerifier reporting = progress == null ? verifier : verifier.withListener(progress);
            Admission door = checking.withVerifier(reporting.withExecutor(threads, parallel));
            AdmissionResult result = check(artifact ? door.withArtifacts() : door, named, image, trusted, clients);
            if (progress != null) {
                progress.clear();
            }
            write(result);
            return ExitCode.of(result.decision());
        } finally {
            if (progress != null) {
                progress.clear();
            }
            threads.shutdown();
        }
    }

    private AdmissionResult check(
            Admission admission,
            Optional<Reference> named,
            ImageSource image,
            @Nullable TrustSpec trusted,
            RegistryAccess.Clients clients)
            throws IOException {
        if (trusted == null) {
            Admission vouched = signatures.isEmpty()
                    ? admission
                    : admission.withVoucher(signatures.verifier(
                            spec, clock, new TrustRepositories(terminal, clock, clients, trustStore)));
            return named.isPresent() ? vouched.check(image, named.get()) : vouched.check(image);
        }
        MetadataFetcher fetcher = Usage.parsed(spec, () -> clients.metadata(trusted.repository()));
        ResolvedDigest vouched;
        try {
            vouched = trusted.resolve(clock, fetcher, TufActions.listener(terminal));
        } catch (DigestResolutionException e) {
            if (e.reason() == DigestResolutionException.Reason.UNAVAILABLE) {
                throw e;
            }
            return AdmissionResult.unresolved(image.name(), e);
        }
        return admission.check(image, vouched);
    }

    private void write(AdmissionResult report) throws IOException {
        AuditReport audit = report.audit().orElse(null);
        if (audit != null) {
            reports.write(audit);
        } else if (!reports.isEmpty()) {
            terminal.err().println("tallyclerk: nothing was audited, and no report of an audit was written");
        }
        switch (format) {
            case JSON -> {
                JsonReport.write(report, terminal.out());
                terminal.out().println();
            }
            case TEXT -> TextReport.write(report, terminal.out(), terminal.style(colour.mode()));
        }
        terminal.out().flush();
    }

    private @Nullable TrustSpec trustSpec(ImageLocation from, Optional<Reference> named) {
        String spelling = trust;
        if (spelling == null) {
            if (trustTarget != null || (trustStore != null && signatures.isEmpty())) {
                throw Usage.error(spec, "--trust-target and --trust-store go with --trust");
            }
            return null;
        }
        if (!from.hasManifest()) {
            throw Usage.error(
                    spec, "a docker archive has no manifest whose digest anybody could vouch for; use an OCI layout");
        }
        String target = trustTarget;
        if (target == null) {
            Reference reference = named.filter(each -> each.tag().isPresent())
                    .orElseThrow(() -> Usage.error(
                            spec, "this SOURCE has no name and tag to look up; give --name or --trust-target PATH"));
            target = TufDigestResolver.targetPath(reference);
        }
        String path = target;
        return Usage.parsed(spec, () -> TrustSpec.parse(spelling, path, trustStore, terminal.environment()));
    }

    private ImageSource opened(ImageLocation from, RegistryAccess.Clients clients) throws IOException {
        return Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()));
    }
}
