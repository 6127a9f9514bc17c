package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.base.BaseRules;
import dev.tallyclerk.registry.base.BaseSubject;
import dev.tallyclerk.registry.base.Fleet;
import dev.tallyclerk.registry.base.FleetException;
import dev.tallyclerk.registry.base.FleetImage;
import dev.tallyclerk.registry.base.ImageBase;
import dev.tallyclerk.registry.base.RebuildPlan;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.registry.vulnerability.VexDocument;
import dev.tallyclerk.registry.vulnerability.VulnerabilityDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tallyclerk rebuild-plan}: says which images to rebuild on newer bases, and in which order. */
@Command(
        name = "rebuild-plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says which images stand on stale bases, and in which order to rebuild them.",
            "The base of an image is the one that its annotation names, if the layers confirm it, or else the image"
                    + " among all given ones whose layers are the most of its lowest layers. It is stale if another"
                    + " image is current for its name (--base), or if it has to be rebuilt itself. A SOURCE in a"
                    + " registry is current for its own name.",
            "Reads layers only with --end-of-life or --database, which counts the known vulnerabilities that each upgrade"
                    + " removes.",
            "SOURCE can also be sbom:FILE, a bill of materials that states the layers or the base of its image;"
                    + " BASE-005 reports that they are claims."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete: it could not be decided; 3 usage error or unreadable"
                    + " input; 4 registry or network error. A stale base is of severity MEDIUM and rejects with"
                    + " --fail-on MEDIUM."
        })
final class RebuildPlanCommand implements Callable<Integer> {
    private static final int MAX_LIST_BYTES = 16 << 20;
    private static final List<String> SCHEMES = List.of("docker://", "oci:", "oci-archive:", "docker-archive:");

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceArguments sources;

    @Option(
            names = "--sources",
            paramLabel = "FILE",
            description = "More SOURCEs, one on each line; - for standard input.")
    private @Nullable String sourceList;

    @Option(
            names = "--base",
            paramLabel = "NAME=SOURCE",
            description = "The image that NAME stands for now, such as debian:12=oci:bases/debian-12. Without NAME=, a"
                    + " SOURCE in a registry stands for its own name. Repeatable.")
    private List<String> bases = List.of();

    @Option(
            names = "--former-base",
            paramLabel = "NAME=SOURCE",
            description = "An image that NAME stood for earlier, which helps to recognise images without annotations."
                    + " It is not rebuilt. Repeatable.")
    private List<String> formerBases = List.of();

    @Option(
            names = "--bases",
            paramLabel = "FILE",
            description = "More values of --base, one on each line; - for standard input.")
    private @Nullable String baseList;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PlatformOption platform;

    @Option(
            names = "--end-of-life",
            description = "Also read the layers of bases, to see whether their distribution is still supported.")
    private boolean endOfLife;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private VulnerabilityOptions vulnerabilities;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PolicyOptions policy;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, jsonl (one fact on each line) or sarif (findings); default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LayerOptions layers;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the plan. */
    enum Format {
        TEXT,
        JSON,
        JSONL,
        SARIF
    }

    /** A base on the command line: its name, empty for its own, and where it is. */
    private record NamedLocation(Optional<Reference> name, ImageLocation location) {}

    RebuildPlanCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        reports.check(spec, false);
        if ("-".equals(sourceList) && "-".equals(baseList)) {
            throw Usage.error(spec, "standard input can be read only once: give - once, and a file for the rest");
        }
        Set<String> wanted = sources.all(lines(sourceList));
        if (wanted.isEmpty()) {
            throw Usage.error(spec, "nothing to plan: give a SOURCE or --sources FILE");
        }
        List<ImageLocation> locations = new ArrayList<>();
        Map<String, Path> documents = new LinkedHashMap<>();
        for (String source : wanted) {
            Optional<Path> document = SbomSource.file(spec, source);
            if (document.isPresent()) {
                documents.put(source, document.get());
            } else {
                locations.add(SourceText.parse(spec, terminal, source));
            }
        }
        List<String> named = new ArrayList<>(bases);
        named.addAll(lines(baseList));
        RegistryAccess.Clients clients = registry.clients(terminal);
        FleetSources images = new FleetSources(
                verifier(),
                location -> Usage.parsed(spec, () -> location.open(clients::of, terminal.temporaryFolder())));
        // Data that cannot be read is a reason not to fetch images.
        VulnerabilityDatabase database = vulnerabilities.database().orElse(null);
        List<VexDocument> statements = vulnerabilities.statements();
        if (database == null && vulnerabilities.hasStatements()) {
            throw Usage.error(spec, "--vex goes with --database");
        }
        Fleet fleet = fleet(images, locations, documents, named(named), named(formerBases));
        RebuildPlan plan = RebuildPlan.of(fleet);
        FleetVulnerabilities problems = null;
        if (database != null) {
            problems = new FleetVulnerabilities(images, database, statements);
            problems.match(plan);
            plan = RebuildPlan.of(fleet, problems);
        }
        AuditReport audit = audited(plan, images);
        reports.write(audit);
        write(new RebuildPlanReport(plan, audit, images.failures(), problems));
        images.complain(terminal);
        return images.failures().stream()
                .mapToInt(FleetSources.Failure::exitCode)
                .reduce(ExitCode.of(audit.decision()), RebuildPlanCommand::worse);
    }

    /** {@return the status that says more: an error is no verdict, and a rejection is more than an open question} */
    private static int worse(int one, int other) {
        boolean isVerdict = one <= ExitCode.INCOMPLETE && other <= ExitCode.INCOMPLETE;
        if (isVerdict && (one == ExitCode.REJECTED || other == ExitCode.REJECTED)) {
            return ExitCode.REJECTED;
        }
        return Math.max(one, other);
    }

    private ImageVerifier verifier() throws IOException {
        return platform.applied(ImageVerifier.create().withLayerLimits(layers.limits(policy.policy())));
    }

    private List<String> lines(@Nullable String file) throws IOException {
        if (file == null) {
            return List.of();
        }
        byte[] text = file.equals("-")
                ? InputFile.read("standard input", terminal.in(), MAX_LIST_BYTES)
                : InputFile.read(Path.of(file), MAX_LIST_BYTES);
        return new String(text, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private List<NamedLocation> named(List<String> texts) {
        List<NamedLocation> named = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            boolean isNamed = equals > 0 && SCHEMES.stream().noneMatch(text::startsWith);
            named.add(Usage.parsed(
                    spec,
                    () -> new NamedLocation(
                            isNamed
                                    ? Optional.of(Reference.parseNormalized(text.substring(0, equals)))
                                    : Optional.empty(),
                            SourceText.parse(spec, terminal, isNamed ? text.substring(equals + 1) : text))));
        }
        return named;
    }

    private Fleet fleet(
            FleetSources images,
            List<ImageLocation> locations,
            Map<String, Path> documents,
            List<NamedLocation> current,
            List<NamedLocation> former)
            throws IOException {
        Fleet.Builder fleet = Fleet.builder();
        Platform assumed = platform.platform().orElse(Platform.of("linux", "amd64"));
        try {
            for (Map.Entry<String, Path> document : documents.entrySet()) {
                FleetImage image = images.openClaims(document.getKey(), document.getValue(), assumed)
                        .orElse(null);
                if (image != null) {
                    fleet.image(image);
                }
            }
            for (ImageLocation location : locations) {
                FleetSources.Opened image = images.open(location).orElse(null);
                if (image != null) {
                    fleet.image(image.image());
                    Reference name = location.isRegistry() ? image.reference().orElse(null) : null;
                    if (name != null && name.tag().isPresent() && name.digest().isEmpty()) {
                        fleet.current(name, image.image());
                    }
                }
            }
            for (NamedLocation base : current) {
                FleetSources.Opened image = images.open(base.location()).orElse(null);
                if (image != null) {
                    fleet.current(name(base, image), image.image());
                }
            }
            for (NamedLocation base : former) {
                FleetSources.Opened image = images.open(base.location()).orElse(null);
                if (image != null) {
                    fleet.former(name(base, image), image.image());
                }
            }
            return fleet.build();
        } catch (FleetException e) {
            throw new IOException(e.reason() + ": " + Messages.of(e), e);
        }
    }

    private Reference name(NamedLocation base, FleetSources.Opened image) {
        return base.name()
                .or(image::reference)
                .orElseThrow(() -> Usage.error(
                        spec,
                        base.location() + " has no name of its own: write NAME=" + base.location()
                                + ", such as debian:12=" + base.location()));
    }

    private AuditReport audited(RebuildPlan plan, FleetSources images) throws IOException {
        List<Subject> subjects = new ArrayList<>();
        for (ImageBase base : plan.bases()) {
            BaseSubject subject = BaseSubject.of(base);
            FleetImage read = base.base().or(base::onto).orElse(base.names().isEmpty() ? null : base.image());
            subjects.add(
                    endOfLife && read != null
                            ? images.distribution(read)
                                    .map(subject::withDistribution)
                                    .orElse(subject)
                            : subject);
        }
        Auditor auditor = Auditor.of(policy.policy(), BaseRules.ruleSet());
        return policy.withBaseline(auditor).withClock(clock).audit(subjects);
    }

    private void write(RebuildPlanReport report) throws IOException {
        switch (format) {
            case TEXT -> report.writeText(terminal.out(), terminal.style(colour.mode()));
            case JSON -> report.writeJson(terminal.out());
            case JSONL -> report.writeLines(terminal.out());
            case SARIF -> report.writeSarif(terminal.out());
        }
        terminal.out().flush();
    }
}
