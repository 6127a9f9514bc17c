package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk verify}: from a name to a verdict. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies an image and says whether it is safe to load.",
            "Every byte of manifest, configuration and layers is compared with the digests that lead to it, every layer"
                    + " has to be an archive that everybody reads alike, and the configuration and build history are"
                    + " audited. What files the layers have is for files and extract to say."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete, it could not be decided; 3 wrong use, or something could"
                    + " not be read."
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = {
                "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF], oci-archive:FILE[:REF] or",
                "docker-archive:FILE[:REF]; @DIGEST may stand for :REF in the OCI layouts, and",
                "the image's ID or @N, its place, for REF in a docker archive."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "Which image of an index; default linux/amd64.")
    private @Nullable String platform;

    @Option(
            names = "--trust",
            paramLabel = "tuf:ROOT.json,URL",
            description = {
                "Take the digest from the targets of a TUF repository, and not from the registry. ROOT.json is the trusted"
                        + " root, URL (http, https or file) where the metadata lies."
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
    private PolicyOptions policy;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never; default auto.")
    private Terminal.ColourMode colour = Terminal.ColourMode.AUTO;

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
        SourceSpec from = Usage.parsed(spec, () -> SourceSpec.parse(source));
        ImageVerifier verifier = ImageVerifier.create();
        String wanted = platform;
        if (wanted != null) {
            verifier = verifier.withPlatform(Usage.parsed(spec, () -> Platform.parse(wanted)));
        }
        TrustSpec trusted = trustSpec(from);
        Auditor auditor = policy.withBaseline(Auditor.of(policy.policy(), KnownRules.imageRuleSets()))
                .withClock(clock);
        RegistryAccess.Clients clients = registry.clients(terminal);
        VerifyReport report;
        try (ImageSource image = opened(from, clients)) {
            report = trusted == null
                    ? audited(verified(verifier, each -> each.verify(image)), auditor)
                    : trusted(image, verifier, () -> vouched(trusted, clients), auditor);
        }
        write(report);
        return report.exitCode();
    }

    private VerifyReport trusted(ImageSource image, ImageVerifier verifier, Voucher voucher, Auditor auditor)
            throws IOException {
        ResolvedDigest vouched;
        try {
            vouched = voucher.vouched();
        } catch (DigestResolutionException e) {
            if (e.reason() == DigestResolutionException.Reason.UNAVAILABLE) {
                throw e;
            }
            return VerifyReport.ofUnknown(image.name(), e);
        }
        return audited(verified(verifier, each -> each.verify(image, vouched)), auditor);
    }

    /** Says which digest is trusted. */
    @FunctionalInterface
    private interface Voucher {
        ResolvedDigest vouched() throws IOException;
    }

    /** Has something verified. */
    @FunctionalInterface
    private interface Verification {
        ImageVerification by(ImageVerifier verifier) throws IOException;
    }

    private ResolvedDigest vouched(TrustSpec trusted, RegistryAccess.Clients clients) throws IOException {
        MetadataFetcher fetcher = Usage.parsed(spec, () -> clients.metadata(trusted.repository()));
        return trusted.resolve(clock, fetcher, TufActions.listener(terminal));
    }

    private ImageVerification verified(ImageVerifier verifier, Verification verification) throws IOException {
        if (!terminal.errIsTerminal()) {
            return verification.by(verifier);
        }
        ProgressBar progress = new ProgressBar(terminal.err(), System::nanoTime);
        try {
            return verification.by(verifier.withListener(progress));
        } finally {
            progress.clear();
        }
    }

    private VerifyReport audited(ImageVerification verification, Auditor auditor) {
        if (verification.manifest().filter(manifest -> !manifest.isImage()).isPresent()) {
            // An artifact is content and nothing that runs: what it is can hold, and there is nothing to audit.
            return VerifyReport.ofArtifact(verification);
        }
        return VerifyReport.of(verification, auditor.audit(List.of(ImageSubject.of(verification))));
    }

    private void write(VerifyReport report) throws IOException {
        AuditReport audit = report.audit();
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
            case TEXT ->
                TextReport.write(
                        report, terminal.out(), new TextReport.Style(terminal.colour(colour), terminal.unicode()));
        }
        terminal.out().flush();
    }

    private @Nullable TrustSpec trustSpec(SourceSpec from) {
        String spelling = trust;
        if (spelling == null) {
            if (trustTarget != null || trustStore != null) {
                throw Usage.error(spec, "--trust-target and --trust-store go with --trust");
            }
            return null;
        }
        if (from instanceof SourceSpec.Docker) {
            throw Usage.error(
                    spec, "a docker archive has no manifest whose digest anybody could vouch for; use an OCI layout");
        }
        String target = trustTarget;
        if (target == null) {
            Reference reference = from.reference()
                    .filter(named -> named.tag().isPresent())
                    .orElseThrow(() ->
                            Usage.error(spec, "this SOURCE has no name and tag to look up; give --trust-target PATH"));
            target = reference.name() + ":" + reference.tag().orElseThrow();
        }
        String path = target;
        return Usage.parsed(spec, () -> TrustSpec.parse(spelling, path, trustStore, terminal.environment()));
    }

    private ImageSource opened(SourceSpec from, RegistryAccess.Clients clients) throws IOException {
        return Usage.parsed(spec, () -> from.open(clients::of, terminal.temporaryFolder()));
    }
}
